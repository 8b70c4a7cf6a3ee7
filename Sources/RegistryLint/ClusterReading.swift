import CShims
import Clusters
import Diagnostics
import GitStore
import Kustomize
import NodeConfig
import RegistryConfig
import Reporting
import Rules
import SourceText

/// The clusters of an input with what their nodes get: what `render`, `pull`, `certs` and `diff` start from.
public struct ClusterReading: Sendable {
  /// Those that are known as a whole.
  public let clusters: [LintedCluster]
  /// Those of which nothing is known but what is merged into them; none when one cluster was asked for.
  public let mergedClusters: [LintedCluster]
  public let assembly: ClusterAssembly
  public let input: ManifestInput
  public let selection: RuleSelection
  public let settings: RuleSettings
  public let notifications: [Notification]
  /// Those that do not speak of clusters which are not known.
  public let ownNotifications: [Notification]
  let tree: FileTree?

  /// - Parameter cluster: Only the cluster of this name.
  /// - Throws: `UsageError` for a name that no cluster has, `GitError` for an input that cannot be read.
  public init(_ request: LintRequest, cluster: String? = nil) async throws {
    let run = try PreparedRun(request)
    input = try await ManifestInput(request, run)
    assembly = try await ClusterAssembly(input, run, workers: request.workers)
    let chosen = try assembly.clusters(named: cluster, from: run.folder)
    // Where objects for other clusters stand, a cluster with nothing but those objects has nothing to show.
    let known = chosen.compactMap(\.linted)
    let content = known.filter { !$0.resources.isEmpty || $0.carriers.isEmpty }
    clusters = cluster == nil && !content.isEmpty ? content : known
    let (read, own) = (input, run)
    let merged = cluster == nil ? assembly.merged(in: read.files) { read.tree?.isSelected($0) ?? true } : [:]
    mergedClusters = merged.sorted { $0.key < $1.key }.map { name, parts in
      LintedCluster(name: name, resources: [], settings: own.settings, parts: parts)
    }
    selection = run.selection
    settings = run.settings
    tree = run.tree
    ownNotifications = input.notifications + assembly.notifications
    lintCommand = request.source.lintCommand
    let unread = cluster == nil ? Notification.unreadable(in: input.files, lint: lintCommand) : []
    notifications = ownNotifications + unread + chosen.flatMap(\.notifications) + Self.withoutCluster(input, assembly)
  }

  /// Resources that describe no cluster, when there is nothing else.
  private static func withoutCluster(_ input: ManifestInput, _ assembly: ClusterAssembly) -> [Notification] {
    let resources = input.resources.map(\.resource)
    guard !resources.isEmpty, assembly.clusters.isEmpty else { return [] }
    let merged = resources.count { $0.isPatch && $0.destination != .nowhere }
    let why =
      merged == 0
      ? "what is written here is applied to none"
      : "\(merged == 1 ? "a resource is" : "\(merged) resources are") merged into what clusters have, which is not here"
    return [Notification(.warning, "no cluster is described here: \(why); without that, nodes are as installed")]
  }

  /// Objects that the API server refuses, of the clusters that are shown.
  public var refusals: [Notification] { Notification.refusals(in: clusters, lint: lintCommand) }
  /// What says more of the same input.
  private let lintCommand: String

  /// Whether nothing of the input configures registries: what is shown then is a cluster's default.
  public var isEmpty: Bool {
    input.resources.isEmpty && assembly.clusters.allSatisfy { $0.linted?.resources.isEmpty ?? false }
  }

  /// Nothing can be shown of clusters that are not known.
  /// - Throws: `UsageError` when there are clusters and none of them is known.
  public func expectKnownCluster() throws(UsageError) {
    guard clusters.isEmpty, !assembly.clusters.isEmpty else { return }
    let reasons = assembly.clusters.map { $0.unknownMessage }
    guard reasons.count > 1 else { throw UsageError(reasons[0]) }
    let left = reasons.count > 10 ? "\n  and \(reasons.count - 10) more" : ""
    throw UsageError("no cluster is known:" + reasons.prefix(10).map { "\n  \($0)" }.joined() + left)
  }

  /// A path as the user would type it.
  public func displayPath(_ path: RepositoryPath) -> String { tree?.displayPath(of: path) ?? path.text }
}

extension ClusterAssembly {
  /// Composes what an input needs, and assembles its clusters.
  /// - Throws: `GitError` when workloads cannot be searched for.
  init(_ input: ManifestInput, _ run: PreparedRun, workers: Int) async throws(GitError) {
    guard !input.isOneCluster, let tree = input.tree else {
      self.init(single: input.files, name: "default", settings: run.settings)
      return
    }
    let files = input.files + input.others
    // What stands in the strings of a kustomization is a part of what it yields, no manifest beside it.
    let kustomized = Set(input.kustomizations.map(\.file.path))
    let placements = PolicyGeneratorPlacements(files)
    let discovery = ClusterDiscovery(
      (files + input.lost.map(\.before)).filter { $0.takesPart && !kustomized.contains($0.file.path) }
        .map { placements.manifest($0) },
      kustomizations: input.kustomizations + input.lostKustomizations, deliveries: input.deliveries,
      declared: run.declared, submodules: tree.submodules(namedBy: input.kustomizations),
      // Inside of the one folder that the user named, names begin there.
      base: tree.selection.count == 1 ? tree.selection.first : nil)
    let plans = tree.selection.isEmpty ? discovery : discovery.restricted { tree.isSelected($0) }
    let cache = SourceCache(
      files.map(\.stream) + input.kustomizations.compactMap(\.stream), and: input.kustomizations.map(\.file))
    let roots = await Self.compose(plans, of: tree, cache, workers)
    let workloads = try await WorkloadSearch(
      in: tree, input.entries, besides: files, plans, workers: workers)
    await self.init(
      files, discovery: plans, roots: roots, settings: run.settings, keepsNamespace: input.keepsNamespace,
      workloads: workloads.images, unread: input.lost.filter(\.isOfClusters).map(\.unread), workers: workers)
  }

  /// Composes in parallel; those that share a base are composed by one worker.
  private static func compose(
    _ plans: ClusterDiscovery, of tree: FileTree, _ cache: SourceCache, _ workers: Int
  ) async -> [RepositoryPath: ComposedRoot] {
    let count = plans.roots.count
    let workers = max(1, min(workers, count / 8))
    let groups = plans.groups(ofRootsAtMost: max(8, count / (4 * workers)))
    let cursor = Cursor()
    return await withTaskGroup(of: [RepositoryPath: ComposedRoot].self) { group in
      for _ in 0..<workers {
        group.addTask {
          registrylint_prepare_thread_memory()
          let own = sequence(state: cursor) { cursor in cursor.next(before: groups.count).map { groups[$0] } }
          return ComposedRoot.compose(
            own.joined(), of: RepositoryFiles(tree, limit: ManifestInput.byteLimit, cache: cache))
        }
      }
      return await group.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
    }
  }

  /// The name here of the cluster that a user means, `nil` when there is none. Names begin at the one folder that was
  /// named; wherever that is, a cluster is also found by its name counted from the root or from where the user is.
  /// - Parameter folder: Where the user is, or the folder that was named.
  func name(meant name: String, from folder: RepositoryPath?) -> String? {
    if clusters.contains(where: { $0.name == name }) { return name }
    func found(_ whole: String) -> String? { clusters.first { $0.wholeName == whole }?.name }
    if let known = found(name) { return known }
    guard let folder, !folder.bytes.isEmpty else { return nil }
    if let below = found("\(folder.text)/\(name)") { return below }
    // The folder's own cluster goes by the last part of the path there.
    let own = RepositoryPath(bytes: folder.name).text
    return name == own || name.hasPrefix(own + ":") ? found(folder.text + name.dropFirst(own.count)) : nil
  }

  /// - Throws: `UsageError` for a name that no cluster has.
  func expectCluster(_ name: String?, from folder: RepositoryPath?) throws(UsageError) {
    guard let name, self.name(meant: name, from: folder) == nil else { return }
    throw .noCluster(name, among: clusters.map(\.name))
  }

  /// Whether a finding holds for a cluster, or lies in a file that takes part in it and holds whatever the cluster.
  func concerns(_ name: String, _ diagnostic: Diagnostic) -> Bool {
    if !diagnostic.clusters.isEmpty { return diagnostic.clusters.contains(name) }
    return clusters.contains { $0.name == name && $0.inputs.contains(diagnostic.span.file.path) }
  }

  /// - Throws: `UsageError` for a name that no cluster has, or whose cluster is not known.
  func clusters(named name: String?, from folder: RepositoryPath?) throws(UsageError) -> [Cluster] {
    guard let meant = name else { return clusters }
    try expectCluster(meant, from: folder)
    let name = self.name(meant: meant, from: folder) ?? meant
    let found = clusters.filter { $0.name == name }
    if let cluster = found.first, cluster.linted == nil {
      throw UsageError(cluster.unknownMessage)
    }
    return found
  }

  /// What discovery has to say beside its clusters.
  var notifications: [Notification] {
    discovery.unmatched.map { path in
      Notification(
        .warning, path: path.span.file.path,
        "line \(path.span.start.line): nothing is at '\(path.pattern.text)' that a cluster could get")
    }
  }
}

extension ClusterAssembly.Cluster {
  fileprivate var unknownMessage: String { "the cluster '\(name)' is not known: " + whyUnknown.joined(separator: "; ") }

  /// Why it is not known as a whole.
  public var whyUnknown: [String] {
    problems.map { item in
      let place = item.problem.span.map { "\($0.file.path.text):\($0.start.line): " } ?? "\(item.root.text): "
      return place + item.problem.message
    }
      + plan.obstacles.map {
        "\($0.span.file.path.text):\($0.span.start.line): the \($0.tool.rawValue) '\($0.name)' is not followed: "
          + ($0.obstacle ?? "")
      }
  }

  var notifications: [Notification] {
    linted != nil
      ? []
      : whyUnknown.map {
        Notification(.warning, path: nil, "the cluster '\(name)' is left out, it is not known: \($0)")
      }
  }
}
