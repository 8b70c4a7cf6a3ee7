import Clusters
import Diagnostics
import GitStore
import RegistryConfig
import Rules
import SourceText

/// What of a tree belongs to an input through kustomizations.
struct KustomizeContext {
  /// Every kustomization of the tree within the reach, in path order.
  let kustomizations: [KustomizationOutline]
  /// Files that are patches: what they leave out is not missing.
  let patches: Set<RepositoryPath>
  /// Files that were not read yet and are composed with some that were.
  let others: [LintedFile]
  let notifications: [Notification]

  /// - Parameters:
  ///   - entries: The files that were asked for.
  ///   - files: Those of them that were read.
  init(
    in tree: FileTree, _ entries: [FileEntry], besides files: [LintedFile], exclude: [PathPattern],
    settings: RuleSettings, workers: Int, reach: KustomizationReach
  ) async throws {
    // Kustomizations may lie anywhere, whatever was asked for.
    let all =
      tree.selection.isEmpty
      ? entries
      : try await tree.entries(scope: .everything, workers: workers) { path in
        KustomizationOutline.isKustomization(path) && !exclude.contains { $0.matches(path) }
      }.entries
    let found = try await tree.scan(
      all.filter { KustomizationOutline.isKustomization($0.path) }, workers: workers, limit: ManifestInput.byteLimit,
      isInteresting: { _ in true })
    let known = Dictionary(files.map { ($0.file.path, $0.file) }, uniquingKeysWith: { first, _ in first })
    let outlines = await found.files.concurrentMap(workers) { file in
      KustomizationOutline(known[file.path] ?? SourceFile(path: file.path, bytes: file.bytes), keepsStream: true)
    }
    if reach == .insideFolders {
      let inside = KustomizationGraph(outlines, manifests: [])
        .closure(of: outlines.lazy.map(\.folder).filter { tree.isSelected($0) })
      kustomizations = outlines.filter { inside.contains($0.folder) }
    } else {
      kustomizations = outlines
    }
    patches = KustomizationGraph.patches(of: kustomizations)
    notifications =
      KustomizationLinks(
        kustomizations, in: tree, all, ours: Set(files.lazy.filter { !$0.resources.isEmpty }.map(\.file.path))
      ).notifications
    guard !tree.selection.isEmpty else {
      others = []
      return
    }
    let graph = KustomizationGraph(kustomizations, manifests: [])
    let reached = graph.files(of: graph.neighbours { tree.isSelected($0) })
    let search = ByteSearch(ResourceReader.needles)
    var others: [LintedFile] = []
    for path in reached.sorted() where known[path] == nil && ManifestPaths.isCandidate(path) {
      // A file that cannot be read is a problem of the composition.
      guard let contents = try? tree.contents(of: path, limit: ManifestInput.byteLimit),
        contents.bytes.withUnsafeBytes(search.matchesAny)
      else { continue }
      others.append(LintedFile(SourceFile(path: path, bytes: contents.bytes), settings: settings))
    }
    self.others = others
  }
}
