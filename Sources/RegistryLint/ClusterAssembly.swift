import Clusters
import Kustomize
import NodeConfig
import RegistryConfig
import Rules
import SourceText
import YAMLSyntax

/// The clusters of one state of a repository, with the resources of each as rules see them.
///
/// A function of parsed files, of what was discovered in them and of the kustomizations that were composed, so that it
/// can be had for any commit.
public struct ClusterAssembly: Sendable {
  public final class Cluster: Sendable {
    public let name: String
    /// The name counted from the root, wherever the names of this run begin.
    let wholeName: String
    public let plan: ClusterPlan
    /// Where carriers take the resources, when that is not where their files are applied.
    public let destination: String?
    /// `nil` when it is not known as a whole.
    public let linted: LintedCluster?
    /// Why it is not known, each with the kustomization.
    public let problems: [(root: RepositoryPath, problem: KustomizeProblem)]
    /// Its files that held something when they were read last, and cannot be read now.
    let unread: [UnreadFile]
    /// The paths of all files that took part, and of those that would if they were there.
    public let inputs: Set<RepositoryPath>
    /// Clusters with the same number have the same resources.
    let sameness: Int

    fileprivate init(
      name: String, wholeName: String, plan: ClusterPlan, destination: String?, linted: LintedCluster?,
      problems: [(root: RepositoryPath, problem: KustomizeProblem)], unread: [UnreadFile], inputs: Set<RepositoryPath>,
      sameness: Int
    ) {
      self.name = name
      self.wholeName = wholeName
      self.plan = plan
      self.destination = destination
      self.linted = linted
      self.problems = problems
      self.unread = unread
      self.inputs = inputs
      self.sameness = sameness
    }

    fileprivate convenience init(_ other: Cluster, sameness: Int) {
      self.init(
        name: other.name, wholeName: other.wholeName, plan: other.plan, destination: other.destination,
        linted: other.linted, problems: other.problems, unread: other.unread, inputs: other.inputs, sameness: sameness)
    }

    public var reason: String {
      plan.reason.text + (destination.map { ", carried to '\($0)'" } ?? "")
    }
  }

  /// In the order of their names.
  public private(set) var clusters: [Cluster]
  public let discovery: ClusterDiscovery
  public let roots: [RepositoryPath: ComposedRoot]
  /// Composed resources that land on no cluster.
  let alone: [LintedResource]
  let parts: Parts

  /// - Parameters:
  ///   - files: Every file with resources, also those that only take part in compositions.
  ///   - roots: What the kustomizations of the plans yield; one that is not here is not known.
  ///   - keepsNamespace: Also ConfigMaps of openshift-config that do not look like registry CAs.
  ///   - workloads: Images of workloads in other files, by the name of the plan.
  ///   - elsewhere: The ConfigMaps of all files, when these are not all.
  ///   - unread: Files that cannot be read: a cluster that takes one is not known.
  ///   - previous: Another state, of which `roots` may hold some: their subjects are taken from it.
  init(
    _ files: [LintedFile], discovery: ClusterDiscovery, roots: [RepositoryPath: ComposedRoot], settings: RuleSettings,
    keepsNamespace: Bool = false, workloads: [String: [WorkloadImage]] = [:], unread: [UnreadFile] = [],
    after previous: ClusterAssembly? = nil, elsewhere: [LintedResource]? = nil
  ) {
    var builder = Builder(
      files, roots, ComposedReadings(roots.values, files), settings, keepsNamespace: keepsNamespace,
      workloads: workloads, unread: unread, subjects: previous?.subjects(of: roots) ?? [], elsewhere: elsewhere)
    self.init(discovery, roots, &builder)
  }

  /// The same; what composed objects hold is read in parallel.
  init(
    _ files: [LintedFile], discovery: ClusterDiscovery, roots: [RepositoryPath: ComposedRoot], settings: RuleSettings,
    keepsNamespace: Bool = false, workloads: [String: [WorkloadImage]] = [:], unread: [UnreadFile], workers: Int
  ) async {
    let readings = await ComposedReadings(roots.values, files, workers: workers)
    var builder = Builder(
      files, roots, readings, settings, keepsNamespace: keepsNamespace, workloads: workloads, unread: unread)
    await builder.prepare(discovery.plans, workers: workers)
    self.init(discovery, roots, &builder)
  }

  private init(_ discovery: ClusterDiscovery, _ roots: [RepositoryPath: ComposedRoot], _ builder: inout Builder) {
    self.discovery = discovery
    self.roots = roots
    var clusters = discovery.plans.flatMap { builder.clusters(of: $0) }
    clusters.sort { $0.name < $1.name }
    self.clusters = clusters
    alone = builder.alone
    parts = builder.parts
  }

  /// One input that is one cluster.
  init(single files: [LintedFile], name: String, settings: RuleSettings) {
    discovery = ClusterDiscovery([], kustomizations: [])
    roots = [:]
    alone = []
    parts = Parts()
    let plan = ClusterPlan(name: name, reason: .oneInput, roots: [], files: files.map(\.file.path))
    var builder = Builder(files, [:], ComposedReadings([], []), settings, keepsNamespace: true)
    clusters = builder.clusters(of: plan, keepsEmpty: true)
  }

  /// Every path that takes part in a kustomization which was composed.
  var composedPaths: Set<RepositoryPath> {
    roots.values.reduce(into: []) { if $1.problem == nil { $0.formUnion($1.inputs) } }
  }

  /// The same clusters but for one.
  func replacing(_ cluster: Cluster) -> ClusterAssembly {
    var result = self
    guard let place = clusters.firstIndex(where: { $0.name == cluster.name }) else { return self }
    // No other cluster has these resources.
    result.clusters[place] = Cluster(cluster, sameness: (clusters.map(\.sameness).max() ?? 0) + 1)
    return result
  }

  /// The subjects of clusters that only these compositions make.
  private func subjects(of roots: [RepositoryPath: ComposedRoot]) -> [LintedResource] {
    let kept = clusters.filter { cluster in
      !cluster.plan.roots.isEmpty
        && cluster.plan.roots.allSatisfy { self.roots[$0] != nil && self.roots[$0] === roots[$0] }
    }
    return kept.flatMap { $0.linted?.resources ?? [] }
  }

  /// What carriers merge into resources that clusters have of which nothing else is known, by the clusters.
  /// - Parameter isAsked: Which files are looked at.
  func merged(in files: [LintedFile], where isAsked: (RepositoryPath) -> Bool) -> [String: [LintedResource]] {
    var merged: [String: [LintedResource]] = [:]
    func add(_ resource: LintedResource) {
      guard resource.resource.isPatch, let clusters = resource.resource.destination.words,
        isAsked(resource.file.path)
      else { return }
      merged[clusters, default: []].append(resource)
    }
    let composed = composedPaths.union(parts.files)
    for file in files where !composed.contains(file.file.path) { file.resources.forEach(add) }
    let planned = Set(parts.byCluster.values.joined().map(ObjectIdentifier.init))
    for resource in alone where !planned.contains(ObjectIdentifier(resource)) { add(resource) }
    let own = Set(clusters.map(\.name))
    for (name, parts) in parts.byCluster where !own.contains(name) {
      let asked = parts.filter { isAsked($0.file.path) }
      if !asked.isEmpty { merged[name, default: []] += asked }
    }
    return merged
  }

  /// What carriers merge into what clusters have.
  struct Parts {
    /// By the name of the cluster, in the order they were read.
    fileprivate(set) var byCluster: [String: [LintedResource]] = [:]
    /// The files of which each part that there is was taken.
    fileprivate(set) var files: Set<RepositoryPath> = []
  }

  /// What is known of each cluster.
  public var known: [LintedCluster] { clusters.compactMap(\.linted) }
}

private struct Builder {
  private let files: [RepositoryPath: LintedFile]
  private let roots: [RepositoryPath: ComposedRoot]
  private let settings: RuleSettings
  private let workloads: [String: [WorkloadImage]]
  private let unread: [UnreadFile]
  private var pool: ResourcePool
  /// The ConfigMaps of all files, to say where one is that misses.
  private let maps: [LintedResource]
  private let readings: ComposedReadings
  /// ConfigMaps that some Image names.
  private let referenced: Set<String>
  private let keepsNamespace: Bool
  /// The subjects of composed objects, for the settings of the run.
  private var slots: [ObjectIdentifier: [(resource: Resource, slot: ResourcePool.Slot)]] = [:]
  private(set) var alone: [LintedResource] = []
  private(set) var parts = ClusterAssembly.Parts()
  private var aloneIDs: Set<ObjectIdentifier> = []
  private var sameness: [Sameness: Int] = [:]
  private var rendered: [Int: LintedCluster] = [:]

  init(
    _ files: [LintedFile], _ roots: [RepositoryPath: ComposedRoot], _ readings: ComposedReadings,
    _ settings: RuleSettings, keepsNamespace: Bool, workloads: [String: [WorkloadImage]] = [:],
    unread: [UnreadFile] = [], subjects: [LintedResource] = [], elsewhere: [LintedResource]? = nil
  ) {
    self.workloads = workloads
    self.unread = unread
    self.files = Dictionary(files.map { ($0.file.path, $0) }, uniquingKeysWith: { first, _ in first })
    self.roots = roots
    self.readings = readings
    self.settings = settings
    self.keepsNamespace = keepsNamespace
    pool = ResourcePool(subjects: subjects)
    let written = files.flatMap(\.resources)
    maps = elsewhere ?? written.filter { $0.configMap != nil && !$0.resource.isPatch }
    var referenced = Set(written.compactMap { $0.image?.trustedCA?.value })
    referenced.formUnion(readings.referenced)
    self.referenced = referenced
  }

  /// Makes the subjects that most clusters will ask for, in parallel.
  mutating func prepare(_ plans: [ClusterPlan], workers: Int) async {
    for plan in plans where plan.release == nil && plan.releaseImage == nil {
      for root in plan.roots {
        for object in roots[root]?.objects ?? [] { _ = slots(of: object, settings) }
      }
    }
    await pool.fill(workers: workers)
  }

  /// The subjects of an object that are of registries.
  private mutating func slots(of object: ComposedObject, _ settings: RuleSettings)
    -> [(resource: Resource, slot: ResourcePool.Slot)]
  {
    let isUsual = settings.release == self.settings.release && settings.releaseImage == self.settings.releaseImage
    if isUsual, let known = slots[ObjectIdentifier(object)] { return known }
    let resources = readings[object]?.resources ?? []
    var result: [(resource: Resource, slot: ResourcePool.Slot)] = []
    for (resource, written) in resources
    where resource.kind != .configMap || resource.isOfRegistries(referenced, keepsNamespace: keepsNamespace) {
      result.append((resource, pool.slot(of: resource, settings: settings, written: written)))
    }
    if isUsual { slots[ObjectIdentifier(object)] = result }
    return result
  }

  mutating func clusters(of plan: ClusterPlan, keepsEmpty: Bool = false) -> [ClusterAssembly.Cluster] {
    var settings = self.settings
    settings.release = plan.release ?? settings.release
    settings.releaseImage = plan.releaseImage ?? settings.releaseImage
    var resources: [LintedResource] = []
    var parts: [LintedResource] = []
    var problems: [(root: RepositoryPath, problem: KustomizeProblem)] = []
    var inputs: Set<RepositoryPath> = Set(plan.files)
    // What a composition reads it reads itself, through links too.
    var own = inputs
    var workloads = self.workloads[plan.name] ?? []
    var carriers: [CarrierObject] = []
    var releaseImage: String?
    for folder in plan.roots {
      guard let root = roots[folder] else { continue }
      inputs.formUnion(root.inputs)
      if let problem = root.problem {
        problems.append((folder, problem))
        own.formUnion(root.inputs)
      }
      for object in root.objects {
        for (resource, slot) in slots(of: object, settings) {
          let linted = slot.linted
          // A part that a policy merges into what clusters have is on none by itself.
          if resource.isPatch, resource.destination != .nowhere {
            parts.append(linted)
            if aloneIDs.insert(ObjectIdentifier(linted)).inserted { alone.append(linted) }
          } else {
            resources.append(linted)
          }
        }
        guard let reading = readings[object] else { continue }
        carriers += reading.carriers
        workloads += reading.workloads
        releaseImage = releaseImage ?? reading.releaseImage
      }
    }
    for path in plan.files {
      guard let file = files[path] else { continue }
      self.parts.files.insert(path)
      for resource in file.resources {
        if resource.resource.isPatch {
          parts.append(resource)
        } else {
          resources.append(pool.linted(resource, settings: settings))
        }
      }
      workloads += file.workloadImages
      carriers += file.carriers
      releaseImage = releaseImage ?? file.releaseImage
    }
    for resource in resources where resource.resource.destination == .nowhere {
      if aloneIDs.insert(ObjectIdentifier(resource)).inserted { alone.append(resource) }
    }
    let unread = unread.filter { own.contains($0.path) }
    let reading = Reading(inputs: inputs, problems: problems, unread: unread)
    var result: [ClusterAssembly.Cluster] = []
    let applied = resources.filter { $0.resource.destination == .applied }
    let content = { (destination: Resource.Destination) in carriers.filter { $0.destination == destination } }
    let speaking = carriers.filter(\.makesCluster).map(\.destination)
    let destinations = (resources.map(\.resource.destination) + speaking).groups
    func merged(into destination: Resource.Destination) -> [LintedResource] {
      parts.filter { $0.resource.destination == destination }
    }
    for destination in parts.map(\.resource.destination).groups {
      self.parts.byCluster[plan.name + ":" + (destination.words ?? ""), default: []] += merged(into: destination)
    }
    var isDeclared = false
    if case .declared = plan.reason { isDeclared = true }
    if !applied.isEmpty || speaking.contains(.applied) || keepsEmpty && destinations.isEmpty || isDeclared
      || !problems.isEmpty || !unread.isEmpty
    {
      result.append(
        cluster(plan, nil, applied, [], content(.applied), workloads, releaseImage, settings, reading))
    }
    for destination in destinations {
      let carried = resources.filter { $0.resource.destination == destination }
      result.append(
        cluster(
          plan, destination.words, carried, merged(into: destination), content(destination), [], nil, settings,
          reading))
    }
    return result
  }

  private mutating func cluster(
    _ plan: ClusterPlan, _ destination: String?, _ resources: [LintedResource], _ parts: [LintedResource],
    _ carriers: [CarrierObject], _ workloads: [WorkloadImage], _ releaseImage: String?, _ settings: RuleSettings,
    _ reading: Reading
  ) -> ClusterAssembly.Cluster {
    let suffix = destination.map { ":" + $0 } ?? ""
    let name = plan.name + suffix
    let number = number(of: resources + parts, carriers, workloads, releaseImage, settings)
    var linted: LintedCluster?
    if reading.isWhole, plan.obstacles.isEmpty {
      if let same = rendered[number] {
        linted = same.named(name)
      } else {
        linted = LintedCluster(
          name: name, resources: resources, settings: settings, releaseImage: releaseImage, elsewhere: maps,
          workloadImages: workloads, carriers: carriers, parts: parts)
        rendered[number] = linted
      }
    }
    return ClusterAssembly.Cluster(
      name: name, wholeName: plan.wholeName + suffix, plan: plan, destination: destination, linted: linted,
      problems: reading.problems, unread: reading.unread, inputs: reading.inputs, sameness: number)
  }

  /// Equal for clusters with the same resources, workloads and settings.
  private mutating func number(
    of resources: [LintedResource], _ carriers: [CarrierObject], _ workloads: [WorkloadImage], _ releaseImage: String?,
    _ settings: RuleSettings
  ) -> Int {
    var hasher = Hasher()
    for carrier in carriers { carrier.root.hashPlaces(into: &hasher) }
    hasher.combine(releaseImage)
    hasher.combine(settings.release)
    hasher.combine(settings.releaseImage)
    for image in workloads {
      hasher.combine(image.reference.value)
      hasher.combine(image.reference.span.file.path)
      hasher.combine(image.reference.span.range)
      hasher.combine(image.namespace)
    }
    let key = Sameness(resources: resources.map { ObjectIdentifier($0) }, rest: hasher.finalize())
    let next = sameness.count
    if let known = sameness[key] { return known }
    sameness[key] = next
    return next
  }
}

/// What the clusters of a plan are made of, and what of it is not there.
private struct Reading {
  let inputs: Set<RepositoryPath>
  let problems: [(root: RepositoryPath, problem: KustomizeProblem)]
  let unread: [UnreadFile]

  var isWhole: Bool { problems.isEmpty && unread.isEmpty }
}

private struct Sameness: Hashable {
  let resources: [ObjectIdentifier]
  let rest: Int
}

extension Node {
  /// Where its values were written: composed objects of one base differ in what patches supplied.
  fileprivate func hashPlaces(into hasher: inout Hasher) {
    hasher.combine(span)
    switch content {
    case .scalar: break
    case .sequence(let items): for item in items { item.hashPlaces(into: &hasher) }
    case .mapping(let entries):
      for entry in entries {
        entry.key.hashPlaces(into: &hasher)
        entry.value.hashPlaces(into: &hasher)
      }
    }
  }
}

extension [Resource.Destination] {
  /// The groups of clusters that carriers take objects to, in the order of the text.
  fileprivate var groups: [Resource.Destination] {
    var seen: Set<Resource.Destination> = []
    return filter { $0.words != nil && seen.insert($0).inserted }
  }
}

extension LintedFile {
  /// The payload that a ClusterVersion in this file names.
  var releaseImage: String? {
    stream.documents.lazy.compactMap { $0.root.flatMap { ReleaseImage.desired(in: $0)?.value } }.first
  }
}
