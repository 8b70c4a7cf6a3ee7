import GitStore
import Rules
import SourceText
import YAMLSyntax

/// What the kustomizations of a tree say without being composed, so that nothing is missed that they supply.
struct Kustomizations {
  /// Files that are patches: what they leave out is not missing.
  private(set) var patches: Set<RepositoryPath> = []
  /// What they generate and set.
  private(set) var supplied = SuppliedByKustomize()

  init() {}

  /// Kustomizations without any of these say nothing here.
  static let needles = ["patch", "configMapGenerator", "namespace"]

  /// Reads the kustomizations of a tree that patch, generate or set a namespace.
  init(in tree: FileTree, limit: Int, workers: Int) async throws {
    let search = ByteSearch(Self.needles)
    let found = try await tree.scan(
      scope: .everything, workers: workers, limit: limit, isCandidatePath: ManifestPaths.isKustomization,
      isInteresting: { search.matchesAny($0) })
    for file in found.files {
      read(SourceFile(path: file.path, bytes: file.bytes))
    }
  }

  mutating func read(_ file: SourceFile) {
    guard let root = YAMLStream(file).documents.first?.root else { return }
    for generator in root["configMapGenerator"]?.items ?? [] {
      if let name = generator["name"]?.string { supplied.configMaps.insert(name) }
    }
    if root.entry("namespace") != nil {
      for key in ["resources", "bases", "components"] {
        for resource in root[key]?.items ?? [] {
          if let path = resource.string.flatMap({ resolve($0, from: file.path.folder) }) { supplied.namespaced.append(path) }
        }
      }
    }
    for key in ["patches", "patchesJson6902"] {
      for patch in root[key]?.items ?? [] {
        if let path = patch["path"]?.string.flatMap({ resolve($0, from: file.path.folder) }) { patches.insert(path) }
      }
    }
    for patch in root["patchesStrategicMerge"]?.items ?? [] {
      guard let path = patch.string, !path.utf8.contains(UInt8(ascii: "\n")) else { continue }
      if let path = resolve(path, from: file.path.folder) { patches.insert(path) }
    }
  }

  /// `nil` for a path that leads out of the tree.
  private func resolve(_ relative: String, from folder: RepositoryPath) -> RepositoryPath? {
    var parts = folder.bytes.split(separator: UInt8(ascii: "/")).map(Array.init)
    for part in relative.utf8.split(separator: UInt8(ascii: "/")) {
      if part.elementsEqual(".".utf8) { continue }
      if part.elementsEqual("..".utf8) {
        guard !parts.isEmpty else { return nil }
        parts.removeLast()
      } else {
        parts.append(Array(part))
      }
    }
    return RepositoryPath(bytes: parts.joined(separator: [UInt8(ascii: "/")]))
  }
}
