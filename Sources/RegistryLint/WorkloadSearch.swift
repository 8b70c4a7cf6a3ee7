import Clusters
import GitStore
import RegistryConfig
import Rules
import SourceText
import YAMLSyntax

/// The images of workloads in files that hold nothing else for this program, by the cluster whose nodes would pull
/// them.
///
/// A workload is a cluster's when it lies below the folder of the cluster's `Image`, or anywhere when the tree has one
/// cluster only. What a kustomization may change is left out: the image that is pulled is another one. So are examples,
/// tests and charts, which nobody applies as they are.
struct WorkloadSearch {
  /// By the name of the plan.
  let images: [String: [WorkloadImage]]

  /// - Parameters:
  ///   - entries: Where to look.
  ///   - files: What was read already; its workloads are known.
  init(
    in tree: FileTree, _ entries: [FileEntry], besides files: [LintedFile], _ discovery: ClusterDiscovery, workers: Int
  ) async throws(GitError) {
    let territories = Territories(discovery, files, isWhole: tree.selection.count <= 1)
    guard !territories.isEmpty else {
      self.images = [:]
      return
    }
    var known = Set(files.map(\.file.path))
    let composed = discovery.graph.closure(of: discovery.plans.flatMap(\.roots))
    known.formUnion(discovery.graph.files(of: composed))
    let passed = known.union(discovery.graph.filesWithOtherImages)
    let images = ByteSearch(WorkloadImages.needles)
    let kinds = ByteSearch(WorkloadImages.kindNeedles)
    let unread = entries.filter { entry in
      territories.owner(of: entry.path) != nil && !passed.contains(entry.path) && !Self.isSample(entry.path)
    }
    let found = try await tree.scan(
      unread, workers: workers, limit: Self.byteLimit, isInteresting: { images.matchesAny($0) && kinds.matchesAny($0) })
    let parsed = await found.files.concurrentMap(workers) { file in
      WorkloadImages.images(in: YAMLStream(SourceFile(path: file.path, bytes: file.bytes)))
    }
    var byOwner: [String: [WorkloadImage]] = [:]
    for (file, own) in zip(found.files, parsed) where !own.isEmpty {
      if let owner = territories.owner(of: file.path) { byOwner[owner, default: []] += own }
    }
    self.images = byOwner
  }

  /// Larger files are generated catalogues, not workloads: 1 MiB.
  private static let byteLimit = 1 << 20

  /// Whether a folder on the way says that nobody applies what is in it.
  private static func isSample(_ path: RepositoryPath) -> Bool {
    path.folder.bytes.split(separator: UInt8(ascii: "/")).contains { sampleFolders.contains(Array($0)) }
  }

  private static let sampleFolders = Set(
    [
      "example", "examples", "sample", "samples", "test", "tests", "testdata", "e2e", "docs", "doc", "charts",
      "templates", "fixtures", "hack", "vendor", "node_modules",
    ].map { Array($0.utf8) })
}

/// Which folders are which cluster's.
private struct Territories: Sendable {
  /// The cluster that has everything.
  private var whole: String?
  private var byFolder: [RepositoryPath: String] = [:]
  /// Of these folders, in bytes: most folders are none of them, and need not be made to know it.
  private var lengths: Set<Int> = []

  var isEmpty: Bool { whole == nil && byFolder.isEmpty }

  /// - Parameter isWhole: Not some of several paths: the clusters that are here are all that there are.
  init(_ discovery: ClusterDiscovery, _ files: [LintedFile], isWhole: Bool) {
    let judging = Set(files.filter { $0.resources.contains { $0.resource.judgesPulls } }.map(\.file.path))
    guard !judging.isEmpty else { return }
    if let plan = discovery.plans.first, discovery.plans.count == 1, isWhole {
      whole = plan.name
      return
    }
    for plan in discovery.plans where plan.files.contains(where: judging.contains) {
      guard case .folderOfImage = plan.reason,
        let folder = plan.files.map(\.folder).min(by: { $0.bytes.count < $1.bytes.count })
      else { continue }
      byFolder[folder] = plan.name
      lengths.insert(folder.bytes.count)
    }
  }

  /// The cluster of the innermost folder around a path.
  func owner(of path: RepositoryPath) -> String? {
    if let whole { return whole }
    var end = path.bytes.count
    repeat {
      end = path.bytes[..<end].lastIndex(of: UInt8(ascii: "/")) ?? 0
      if lengths.contains(end), let owner = byFolder[RepositoryPath(bytes: path.bytes[..<end])] { return owner }
    } while end > 0
    return nil
  }
}

extension Resource {
  /// Whether nodes may refuse or redirect a pull because of it.
  fileprivate var judgesPulls: Bool {
    guard !isPatch, destination == .applied else { return false }
    switch kind {
    case .image: return spec?["registrySources"] != nil
    case .configMap, .imageContentPolicy: return false
    default: return true
    }
  }
}
