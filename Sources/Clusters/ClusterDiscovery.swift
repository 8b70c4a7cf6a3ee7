import RegistryConfig
import SourceText

/// Which resources meet on one cluster: a function of parsed files by their paths and of what the configuration
/// declares. Nothing is composed and nothing is read.
public struct ClusterDiscovery: Sendable {
  /// In the order of their names.
  public private(set) var plans: [ClusterPlan]
  public let strays: [StrayManifest]
  /// Declared paths at which nothing was found.
  public let unmatched: [DeclaredCluster.Path]
  /// Deliveries that are not followed, with why, and whether nothing of what they apply is here: those of other things.
  public let notFollowed: [(delivery: Delivery, why: String, isOfOthers: Bool)]
  public let graph: KustomizationGraph

  /// - Parameters:
  ///   - manifests: The files with resources for this program, patches included.
  ///   - kustomizations: Every kustomization of the tree.
  ///   - submodules: Other repositories inside of this one, which kustomizations may name.
  ///   - base: The one folder that the user named: names begin there.
  ///   - rootName: What a cluster is called that lies at the root.
  public init(
    _ manifests: [ManifestFile], kustomizations: [KustomizationOutline], deliveries: [Delivery] = [],
    declared: [DeclaredCluster] = [], submodules: Set<RepositoryPath> = [], base: RepositoryPath? = nil, rootName: String = "default"
  ) {
    // Inline patches may read as resources of their own; they are none.
    let manifests = manifests.filter { !KustomizationOutline.isKustomization($0.path) }
    let graph = KustomizationGraph(kustomizations, manifests: Set(manifests.map(\.path)), submodules: submodules)
    var search = Search(manifests, graph)
    var plans: [ClusterPlan] = []
    var unmatched: [DeclaredCluster.Path] = []
    for cluster in declared {
      var content = Search.Content()
      for path in cluster.paths {
        let found = search.content(of: path.pattern)
        if found.isEmpty, !search.holdsSomething(path.pattern) { unmatched.append(path) }
        content.add(found)
      }
      search.take(content)
      plans.append(
        ClusterPlan(
          name: cluster.name, reason: .declared(cluster.span), roots: content.roots, files: content.files,
          release: cluster.release, releaseImage: cluster.releaseImage))
    }
    let names = Set(declared.map(\.name))
    func plan(
      of folder: RepositoryPath, _ reason: ClusterReason, roots: [RepositoryPath] = [], files: [RepositoryPath] = [],
      obstacles: [Delivery] = []
    ) -> ClusterPlan {
      func name(from base: RepositoryPath?) -> String {
        let name = Self.name(of: folder, from: base) ?? rootName
        return names.contains(name) ? name + "/" : name
      }
      return ClusterPlan(
        name: name(from: base), wholeName: name(from: nil), reason: reason, roots: roots, files: files,
        obstacles: obstacles)
    }

    var notFollowed: [(delivery: Delivery, why: String, isOfOthers: Bool)] = []
    var delivered: [RepositoryPath: (plain: [Delivery], changed: [Delivery])] = [:]
    for delivery in deliveries {
      guard let pattern = delivery.path else {
        notFollowed.append((delivery, delivery.obstacle ?? "it applies a whole repository", false))
        continue
      }
      let folders = search.folders(pattern).filter { folder in !delivery.excluded.contains { $0.matches(folder) } }
      if folders.isEmpty {
        notFollowed.append(
          (delivery, "there is no folder '\(pattern.text)' with registry configuration here", true))
      }
      for folder in folders {
        if delivery.obstacle == nil {
          delivered[folder, default: ([], [])].plain.append(delivery)
        } else {
          delivered[folder, default: ([], [])].changed.append(delivery)
        }
      }
      if let obstacle = delivery.obstacle, !folders.isEmpty { notFollowed.append((delivery, obstacle, false)) }
    }
    for (folder, deliveries) in delivered.sorted(by: { $0.key < $1.key }) {
      let all = deliveries.plain + deliveries.changed
      let content = search.content(
        of: folder, isRecursive: all.contains(where: \.isRecursive), withRoots: all.contains { $0.tool == .flux })
      guard !content.isEmpty else { continue }
      search.take(content)
      plans.append(
        plan(
          of: folder, .delivered(all), roots: content.roots, files: content.files,
          obstacles: deliveries.plain.isEmpty ? deliveries.changed : []))
    }

    for root in graph.roots where !search.takenRoots.contains(root) {
      search.take(Search.Content(roots: [root]))
      plans.append(plan(of: root, .kustomization, roots: [root]))
    }
    for folder in graph.cycles(besides: search.takenRoots) {
      search.take(Search.Content(roots: [folder]))
      plans.append(plan(of: folder, .cycle, roots: [folder]))
    }

    var strays: [StrayManifest] = []
    var rest: [ManifestFile] = []
    let composed = graph.files(of: graph.closure(of: search.takenRoots))
    for manifest in manifests where !search.takenFiles.contains(manifest.path) && !graph.patches.contains(manifest.path)
    {
      if graph.named.contains(manifest.path) {
        if !composed.contains(manifest.path) { strays.append(StrayManifest(path: manifest.path, reason: .unused)) }
      } else if graph.outline(of: manifest.path.folder) != nil, !manifest.isPlaced {
        strays.append(StrayManifest(path: manifest.path, reason: .unnamed))
      } else {
        rest.append(manifest)
      }
    }
    for group in FolderGroups(rest).groups {
      plans.append(plan(of: group.folder, group.reason, files: group.files))
    }
    self.plans = plans.sorted { ($0.name, $0.roots.first ?? .init("")) < ($1.name, $1.roots.first ?? .init("")) }
    self.strays = strays
    self.unmatched = unmatched
    self.notFollowed = notFollowed
    self.graph = graph
  }

  /// The kustomizations to compose, those that share a base beside each other.
  public var roots: [RepositoryPath] {
    Set(plans.flatMap(\.roots)).map { ($0, graph.outline(of: $0)?.included.first ?? $0) }
      .sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
  }

  /// The same in groups that share a base, which is composed once by whoever composes a group.
  /// - Parameter limit: How many a group may hold; those of one base are several groups beyond.
  public func groups(ofRootsAtMost limit: Int) -> [[RepositoryPath]] {
    var groups: [[RepositoryPath]] = []
    var base: RepositoryPath?
    for root in roots {
      let own = graph.outline(of: root)?.included.first ?? root
      if own == base, let last = groups.last, last.count < limit {
        groups[groups.count - 1].append(root)
      } else {
        groups.append([root])
      }
      base = own
    }
    return groups
  }

  /// Only the clusters that a path which is asked for takes part in.
  public func restricted(to isAsked: (RepositoryPath) -> Bool) -> ClusterDiscovery {
    var result = self
    result.plans = plans.filter { plan in
      plan.files.contains(where: isAsked) || plan.roots.contains(where: isAsked)
        || graph.files(of: graph.closure(of: plan.roots)).contains(where: isAsked)
    }
    return result
  }

  /// Only the plan of one name.
  public func only(_ name: String) -> ClusterDiscovery {
    var result = self
    result.plans = plans.filter { $0.name == name }
    return result
  }

  /// The folder's path from `base`; the base's own name for the base itself; `nil` for the root.
  private static func name(of folder: RepositoryPath, from base: RepositoryPath?) -> String? {
    guard let base, folder.isInside(base) else { return folder.bytes.isEmpty ? nil : folder.text }
    let below = folder.bytes.dropFirst(base.bytes.isEmpty ? 0 : base.bytes.count + 1)
    if !below.isEmpty { return RepositoryPath(bytes: below).text }
    return base.name.isEmpty ? nil : RepositoryPath(bytes: base.name).text
  }
}

/// Finds what lies in folders, and keeps what was taken.
private struct Search {
  struct Content {
    var roots: [RepositoryPath] = []
    var files: [RepositoryPath] = []

    var isEmpty: Bool { roots.isEmpty && files.isEmpty }

    mutating func add(_ other: Content) {
      let (knownRoots, knownFiles) = (Set(roots), Set(files))
      roots += other.roots.filter { !knownRoots.contains($0) }
      files += other.files.filter { !knownFiles.contains($0) }
    }
  }

  private let graph: KustomizationGraph
  /// In the order of their bytes, so that what lies below a folder stands together.
  private let manifests: [RepositoryPath]
  private(set) var takenRoots: Set<RepositoryPath> = []
  private(set) var takenFiles: Set<RepositoryPath> = []

  init(_ manifests: [ManifestFile], _ graph: KustomizationGraph) {
    self.graph = graph
    self.manifests = manifests.map(\.path).sorted()
  }

  mutating func take(_ content: Content) {
    takenRoots.formUnion(content.roots)
    takenFiles.formUnion(content.files)
  }

  /// What a pattern of the configuration means: a kustomization, a folder, a file, or several of them.
  func content(of pattern: PathPattern) -> Content {
    if let path = pattern.plainPath {
      if manifests.contains(sorted: path) { return Content(files: [path]) }
      return content(of: path, isRecursive: true, withRoots: true)
    }
    let folders = graph.folders.filter { pattern.matches($0) }
    let files = manifests.filter { pattern.matches($0) }
    return Content(roots: outermost(folders), files: files.filter(isApplied))
  }

  /// Whether there is anything at all at a path that a pattern means.
  func holdsSomething(_ pattern: PathPattern) -> Bool {
    if let path = pattern.plainPath {
      return !graph.folders.below(path).isEmpty || graph.outline(of: path) != nil || !manifests.below(path).isEmpty
    }
    return graph.folders.contains { pattern.matches($0) } || manifests.contains { pattern.matches($0) }
  }

  /// - Parameter withRoots: Kustomizations below a folder without one are applied as well.
  func content(of folder: RepositoryPath, isRecursive: Bool, withRoots: Bool) -> Content {
    if graph.outline(of: folder) != nil {
      return Content(roots: graph.isApplicable(folder) && graph.isRelevant(folder) ? [folder] : [])
    }
    let files = manifests.below(folder).filter { isRecursive || $0.folder == folder }
    let roots = isRecursive && withRoots ? outermost(Array(graph.folders.below(folder))) : []
    return Content(roots: roots, files: files.filter(isApplied))
  }

  /// Kustomizations that no other one of them includes.
  private func outermost(_ folders: [RepositoryPath]) -> [RepositoryPath] {
    let all = Set(folders)
    return folders.filter { folder in
      graph.isRelevant(folder) && graph.isApplicable(folder)
        && !graph.includers(of: folder).contains(where: all.contains)
    }
  }

  private func isApplied(_ path: RepositoryPath) -> Bool {
    !graph.named.contains(path) && graph.outline(of: path.folder) == nil
  }

  /// The folders with something in them that a delivery's path means.
  func folders(_ pattern: PathPattern) -> [RepositoryPath] {
    if let path = pattern.plainPath {
      return graph.outline(of: path) != nil || !manifests.below(path).isEmpty || !graph.folders.below(path).isEmpty
        ? [path] : []
    }
    var all: Set<RepositoryPath> = []
    for path in graph.folders + manifests.map(\.folder) {
      var folder = path
      while !folder.bytes.isEmpty, all.insert(folder).inserted { folder = folder.folder }
    }
    return all.filter { pattern.matches($0) && !pattern.matches($0.folder) }.sorted()
  }
}

extension [RepositoryPath] {
  /// The paths below a folder, of paths in the order of their bytes.
  fileprivate func below(_ folder: RepositoryPath) -> ArraySlice<RepositoryPath> {
    if folder.bytes.isEmpty { return self[...] }
    let start = RepositoryPath(bytes: folder.bytes + [UInt8(ascii: "/")])
    let end = RepositoryPath(bytes: folder.bytes + [UInt8(ascii: "/") + 1])
    return self[first(notBefore: start)..<first(notBefore: end)]
  }

  fileprivate func contains(sorted path: RepositoryPath) -> Bool {
    let place = first(notBefore: path)
    return place < count && self[place] == path
  }

  private func first(notBefore path: RepositoryPath) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < path { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
