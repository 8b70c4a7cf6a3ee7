import GitStore
import SourceText
import YAMLSyntax

/// The files that kustomizations use as patches: what they leave out is not missing.
struct PatchFiles {
  private(set) var paths: Set<RepositoryPath> = []

  /// Reads the kustomizations of a tree that name patches.
  init(in tree: FileTree, limit: Int, workers: Int) async throws {
    let search = ByteSearch(["patch"])
    let found = try await tree.scan(
      scope: .everything, workers: workers, limit: limit, isCandidatePath: ManifestPaths.isKustomization,
      isInteresting: { search.matchesAny($0) })
    for file in found.files {
      read(SourceFile(path: file.path, bytes: file.bytes))
    }
  }

  private mutating func read(_ file: SourceFile) {
    guard let root = YAMLStream(file).documents.first?.root else { return }
    for key in ["patches", "patchesJson6902"] {
      for patch in root[key]?.items ?? [] {
        if let path = patch["path"]?.string { insert(path, from: file.path.folder) }
      }
    }
    for patch in root["patchesStrategicMerge"]?.items ?? [] {
      if let path = patch.string, !path.utf8.contains(UInt8(ascii: "\n")) { insert(path, from: file.path.folder) }
    }
  }

  private mutating func insert(_ relative: String, from folder: RepositoryPath) {
    var parts = folder.bytes.split(separator: UInt8(ascii: "/")).map(Array.init)
    for part in relative.utf8.split(separator: UInt8(ascii: "/")) {
      if part.elementsEqual(".".utf8) { continue }
      if part.elementsEqual("..".utf8) {
        guard !parts.isEmpty else { return }
        parts.removeLast()
      } else {
        parts.append(Array(part))
      }
    }
    paths.insert(RepositoryPath(bytes: parts.joined(separator: [UInt8(ascii: "/")])))
  }
}
