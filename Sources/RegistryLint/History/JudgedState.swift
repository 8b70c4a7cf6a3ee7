import Clusters
import Diagnostics
import GitStore
import History
import Kustomize
import RegistryConfig
import Rules
import SourceText
import YAMLSyntax

/// A cluster of a state; the same object in the states in which it is the same.
final class JudgedCluster: Sendable {
  /// Everything that a cluster depends on. The objects live as long as the cluster does.
  struct Inputs: Hashable, Sendable {
    let name: String
    let resources: [ObjectIdentifier]
    let parts: [ObjectIdentifier]
    let elsewhere: [ObjectIdentifier]
    let release: Release
    let releaseImage: String
    let workloadImages: [SourceSpan]
    let carriers: [SourceSpan]

    init(_ cluster: LintedCluster) {
      name = cluster.name
      resources = cluster.resources.map(ObjectIdentifier.init)
      parts = cluster.parts.map(ObjectIdentifier.init)
      elsewhere = cluster.elsewhere.map(ObjectIdentifier.init)
      release = cluster.settings.release
      releaseImage = cluster.releaseImage
      workloadImages = cluster.workloadImages.map(\.reference.span)
      carriers = cluster.carriers.map(\.head)
    }
  }

  let cluster: LintedCluster
  let inputs: Inputs
  /// The API server refuses some of its objects.
  let holdsRefused: Bool

  init(_ cluster: LintedCluster, inputs: Inputs) {
    self.cluster = cluster
    self.inputs = inputs
    holdsRefused = cluster.holdsRefused
  }
}

/// A finding of a state; the same object in states that took it from each other.
final class JudgedFinding: Sendable {
  let diagnostic: Diagnostic

  init(_ diagnostic: Diagnostic) {
    self.diagnostic = diagnostic
  }
}

/// Everything that is known of one state of the manifests: what is compared.
final class JudgedState: Sendable {
  /// What it was judged from; an empty one for inputs that were read as a whole.
  let set: ManifestSet
  /// In path order.
  let files: [LintedFile]
  let clusters: [JudgedCluster]
  /// What nothing suppresses.
  let findings: [JudgedFinding]
  let assembly: ClusterAssembly
  /// What the rules said of each part.
  let remembered: RememberedChecks.Memory
  /// Every path that compositions looked at.
  let composedPaths: Set<RepositoryPath>
  /// Names of the ConfigMaps that Images refer to.
  let referenced: Set<String>
  let hasSuppressions: Bool
  /// What carriers merge into resources that clusters have, by the clusters: no cluster is described by it.
  let merged: [String: [LintedResource]]
  /// The clusters that the paths take part in which were asked for; `nil` when no paths were.
  let asked: Set<String>?
  /// Whether anything in it may land on a cluster; without that, kustomizations are not looked at.
  let hasOwn: Bool
  /// The names of the plans whose clusters are not known as a whole.
  let unknownPlans: Set<String>

  init(
    set: ManifestSet, files: [LintedFile], clusters: [JudgedCluster], findings: [JudgedFinding], assembly: ClusterAssembly,
    remembered: RememberedChecks.Memory, referenced: Set<String>, composedPaths: Set<RepositoryPath>? = nil,
    hasSuppressions: Bool = false, merged: [String: [LintedResource]] = [:], asked: Set<String>? = nil
  ) {
    self.asked = asked
    self.merged = merged
    self.set = set
    self.referenced = referenced
    self.hasSuppressions = hasSuppressions
    self.files = files
    hasOwn = !set.generators.isEmpty || !set.lost.isEmpty || files.contains(where: \.takesPart)
    unknownPlans = assembly.unknownPlans
    self.clusters = clusters
    self.findings = findings
    self.assembly = assembly
    self.remembered = remembered
    self.composedPaths = composedPaths ?? assembly.roots.values.reduce(into: []) { $0.formUnion($1.inputs) }
  }

  /// The same state as that of another set which says the same.
  func of(_ set: ManifestSet) -> JudgedState {
    if set === self.set { return self }
    return JudgedState(
      set: set, files: files, clusters: clusters, findings: findings, assembly: assembly, remembered: remembered,
      referenced: referenced, composedPaths: composedPaths, hasSuppressions: hasSuppressions, merged: merged,
      asked: asked)
  }

  /// Whether a cluster is one that was asked for, by its name.
  func isAsked(_ cluster: String) -> Bool { asked?.contains(cluster) ?? true }

  func file(at path: RepositoryPath) -> LintedFile? {
    let place = files.partitionPoint { $0.file.path < path }
    return place < files.count && files[place].file.path == path ? files[place] : nil
  }
}

/// Judges state after state and takes from the state before what did not change.
struct StateJudge: Sendable {
  let settings: RuleSettings
  let selection: RuleSelection
  let declared: [DeclaredCluster]
  /// Only clusters and findings of these paths are told; all when it is not restricted.
  let paths: PathSelection

  /// Judges the files of a tree.
  /// - Parameters:
  ///   - previous: The state that the tree differs from by `changed`.
  ///   - tree: The files that kustomizations may name.
  ///   - source: Reads a blob as a file at a path.
  func judge(
    _ set: ManifestSet, after previous: JudgedState?, changed: Set<RepositoryPath>, tree: () -> any KustomizeFiles,
    source: (ObjectID, RepositoryPath) -> SourceFile?
  ) async -> JudgedState {
    if let previous, !paths.isRestricted, let step = SingleFileStep(to: set, from: previous),
      let state = await step.state(after: previous, set, self)
    {
      return state
    }
    // What cannot be read stays a part of its cluster.
    let lost = set.lost.compactMap(\.lastRead)
    let referenced = Set((set.files + lost).flatMap(\.trustedCAs))
    // Kustomizations of other things are not even read: most files only mention ours.
    let isOurs =
      !set.generators.isEmpty
      || (set.files + lost).contains { $0.file(isPatch: false, referenced: referenced).takesPart }
    let outlines = isOurs ? set.kustomizations.elements.compactMap { $0.value(of: source) { KustomizationOutline($0) } } : []
    let delivered =
      isOurs
      ? (set.files + lost).flatMap(\.deliveries)
        + set.deliveries.elements.flatMap { $0.value(of: source) { Delivery.deliveries(in: YAMLStream($0)) } ?? [] }
      : []
    let patches = KustomizationGraph.patches(of: outlines)
    let placements = PolicyGeneratorPlacements((set.files + lost).filter(\.isPolicyGenerator).map { $0.parsed() })
    func file(_ file: HistoricFile) -> LintedFile {
      file.file(
        isPatch: patches.contains(file.path), referenced: referenced, placement: placements.placement(of: file.path))
    }
    let files = set.files.map(file)
    let lostFiles = lost.map(file)
    let assembly: ClusterAssembly
    let manifests = (files + lostFiles).filter(\.takesPart).map { placements.manifest($0) }
    let discovery = ClusterDiscovery(
      manifests, kustomizations: outlines, deliveries: delivered, declared: declared,
      submodules: set.submodules, base: paths.only)
    var roots: [RepositoryPath: ComposedRoot] = [:]
    var stale: [RepositoryPath] = []
    for folder in discovery.roots {
      if let known = previous?.assembly.roots[folder], known.inputs.isDisjoint(with: changed) {
        roots[folder] = known
      } else {
        stale.append(folder)
      }
    }
    if !stale.isEmpty { roots.merge(ComposedRoot.compose(stale, of: tree())) { _, new in new } }
    assembly = ClusterAssembly(
      files, discovery: discovery, roots: roots, settings: settings,
      // What only carries something that no cluster gets changes none.
      unread: zip(set.lost, lostFiles).filter { !$1.resources.isEmpty }.map(\.0), after: previous?.assembly)
    let suppressed = set.files.filter { !$0.suppressions.isEmpty }.map(\.source)
    return await state(
      set, files, assembly, after: previous, suppressed: suppressed, referenced: referenced, isOneCluster: false)
  }

  /// The state of an empty tree.
  func empty() -> JudgedState {
    let assembly = ClusterAssembly(
      [], discovery: ClusterDiscovery([], kustomizations: []), roots: [:], settings: settings)
    return JudgedState(
      set: .empty, files: [], clusters: [], findings: [], assembly: assembly, remembered: .init(), referenced: [])
  }

  /// Judges an input that was read as a whole.
  func judge(_ input: ManifestInput, _ assembly: ClusterAssembly) async -> JudgedState {
    let files = input.files + input.others
    let suppressed = files.map(\.file).filter { !Suppression.all(in: $0).isEmpty }
    return await state(
      .empty, files, assembly, after: nil, suppressed: suppressed, referenced: [], isOneCluster: input.isOneCluster)
  }

  private func state(
    _ set: ManifestSet, _ files: [LintedFile], _ assembly: ClusterAssembly, after previous: JudgedState?,
    suppressed: [SourceFile], referenced: Set<String>, isOneCluster: Bool
  ) async -> JudgedState {
    let checks = RememberedChecks(self, after: previous?.remembered)
    let clusters = assembly.known.map(checks.cluster)
    let judgement = await ClusterJudgement(files, assembly, selection, isOneCluster: isOneCluster, checks: checks)
    // Those of rules were adjusted when they were found.
    let own = KustomizeNotComposed.documentation.id
    var diagnostics = judgement.diagnostics.map { $0.rule == own ? selection.adjusted($0).redacted() : $0 }
    if paths.isRestricted { diagnostics.removeAll { !isAsked($0, assembly) } }
    let withSuppressions = checks.filesWithSuppressions(suppressed, judgement.files.dropFirst(files.count))
    if !withSuppressions.isEmpty {
      let pass = SuppressionPass(
        diagnostics, files: withSuppressions, ranRules: selection.idsOfStates, today: settings.today)
      let own = SuppressionFindings(pass, rules: selection.ids).diagnostics.map { selection.adjusted($0).redacted() }
      diagnostics = pass.diagnostics.filter { $0.suppression == nil } + own
    }
    return JudgedState(
      set: set, files: files, clusters: clusters, findings: diagnostics.map(JudgedFinding.init), assembly: assembly,
      remembered: checks.memory, referenced: referenced, hasSuppressions: !withSuppressions.isEmpty,
      merged: assembly.merged(in: files) { !paths.isRestricted || paths.contains($0) }, asked: asked(of: assembly))
  }

  /// Clusters are composed and judged as a whole whatever the paths: what they take no part in is not told.
  private func asked(of assembly: ClusterAssembly) -> Set<String>? {
    guard paths.isRestricted else { return nil }
    let plans = Set(assembly.discovery.restricted(to: paths.contains).plans.map(\.name))
    return Set(assembly.clusters.filter { plans.contains($0.plan.name) }.map(\.name))
  }

  private func isAsked(_ diagnostic: Diagnostic, _ assembly: ClusterAssembly) -> Bool {
    if ([diagnostic.span] + diagnostic.related.map(\.span)).contains(where: { paths.contains($0.file.path) }) { return true }
    guard !diagnostic.clusters.isEmpty else { return false }
    let names = Set(diagnostic.clusters)
    return assembly.clusters.contains { names.contains($0.name) && $0.plan.roots.contains(where: paths.contains) }
  }
}
