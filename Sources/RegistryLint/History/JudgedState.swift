import Clusters
import Diagnostics
import History
import RegistryConfig
import Rules
import SourceText

/// A file with the findings that it has by itself.
final class JudgedFile: Sendable {
  /// What else decides how a file is judged.
  struct Role: Hashable, Sendable {
    let isPatch: Bool
    /// Which of its resources count, by position: a ConfigMap may be one of registry CAs or not.
    let kept: [Int]
  }

  let role: Role
  let file: LintedFile
  let suppressions: [Suppression]
  let findings: [KeyedFinding]

  init(role: Role, file: LintedFile, judge: StateJudge) {
    self.role = role
    self.file = file
    suppressions = Suppression.all(in: file.file)
    let suppressions = [ObjectIdentifier(file.file): self.suppressions]
    findings = judge.keyed(judge.engine.check(file), suppressions)
  }
}

/// A cluster with the findings that it has as a whole.
final class JudgedCluster: Sendable {
  /// Everything that a cluster and its findings depend on. The objects live as long as the cluster does.
  struct Inputs: Hashable, Sendable {
    let name: String
    let resources: [ObjectIdentifier]
    let elsewhere: [ObjectIdentifier]
    let releaseImage: String
    let workloadImages: [SourceSpan]
    let carriers: [SourceSpan]
  }

  let cluster: LintedCluster
  let inputs: Inputs
  let findings: [KeyedFinding]

  init(_ cluster: LintedCluster, inputs: Inputs, suppressions: [ObjectIdentifier: [Suppression]], judge: StateJudge) {
    self.cluster = cluster
    self.inputs = inputs
    findings = judge.keyed(judge.engine.check(cluster), suppressions)
  }
}

/// Everything that is known of one state of the manifests: what is compared.
final class JudgedState: Sendable {
  /// In path order.
  let files: [JudgedFile]
  let clusters: [JudgedCluster]
  /// What is wrong with the suppressions of all files.
  let suppressionFindings: [KeyedFinding]

  init(files: [JudgedFile], clusters: [JudgedCluster], suppressionFindings: [KeyedFinding]) {
    self.files = files
    self.clusters = clusters
    self.suppressionFindings = suppressionFindings
  }

  func file(at path: RepositoryPath) -> JudgedFile? {
    var low = 0
    var high = files.count
    while low < high {
      let middle = (low + high) / 2
      if files[middle].file.file.path < path { low = middle + 1 } else { high = middle }
    }
    return low < files.count && files[low].file.file.path == path ? files[low] : nil
  }
}

/// Judges state after state and takes from the state before what did not change.
struct StateJudge: Sendable {
  let settings: RuleSettings
  let selection: RuleSelection
  let engine: RuleEngine
  /// All resources are one cluster, as of a file that was named alone.
  let isOneCluster: Bool

  init(settings: RuleSettings, selection: RuleSelection, isOneCluster: Bool) {
    self.settings = settings
    self.selection = selection
    self.isOneCluster = isOneCluster
    engine = RuleEngine(rules: selection.rules)
  }

  /// Judges the files of a tree.
  func judge(_ set: ManifestSet, after previous: JudgedState?) -> JudgedState {
    let patches = KustomizationGraph(set.kustomizations.map { KustomizationOutline($0) }, manifests: []).patches
    let referenced = Set(set.files.flatMap(\.trustedCAs))
    let files = set.files.map { file in
      let isPatch = patches.contains(file.path)
      let kept = Self.keptResources(of: file.parsed, referenced)
      return file.judged(as: JudgedFile.Role(isPatch: isPatch, kept: kept)) {
        let whole = isPatch ? file.parsed.asPatch() : file.parsed
        let own =
          kept.count == whole.resources.count
          ? whole
          : LintedFile(
            stream: whole.stream, resources: kept.map { whole.resources[$0] }, carriers: whole.carriers, settings: settings)
        return JudgedFile(role: JudgedFile.Role(isPatch: isPatch, kept: kept), file: own, judge: self)
      }
    }
    return state(files, clusters(of: files.map(\.file)), after: previous)
  }

  /// Judges an input that was read as a whole.
  func judge(_ input: ManifestInput) -> JudgedState {
    let files = input.files.map { file in
      let role = JudgedFile.Role(isPatch: false, kept: [])
      return JudgedFile(role: role, file: file, judge: self)
    }
    return state(files, clusters(of: files.map(\.file)), after: nil)
  }

  private func clusters(of files: [LintedFile]) -> [LintedCluster] {
    if isOneCluster { return ClusterAssembly(single: files, name: "default", settings: settings).known }
    let manifests = files.filter(\.takesPart).map {
      ManifestFile(path: $0.file.path, resources: $0.resources.map(\.resource))
    }
    let discovery = ClusterDiscovery(manifests, kustomizations: [])
    return ClusterAssembly(files, discovery: discovery, roots: [:], settings: settings).known
  }

  private func state(
    _ files: [JudgedFile], _ clusters: [LintedCluster], after previous: JudgedState?
  ) -> JudgedState {
    var known: [JudgedCluster.Inputs: JudgedCluster] = [:]
    for cluster in previous?.clusters ?? [] { known[cluster.inputs] = cluster }
    var suppressions: [ObjectIdentifier: [Suppression]] = [:]
    for file in files where !file.suppressions.isEmpty { suppressions[ObjectIdentifier(file.file.file)] = file.suppressions }
    let judged = clusters.map { cluster in
      let inputs = JudgedCluster.Inputs(cluster)
      return known[inputs] ?? JudgedCluster(cluster, inputs: inputs, suppressions: suppressions, judge: self)
    }
    return JudgedState(
      files: files, clusters: judged, suppressionFindings: suppressionFindings(files, judged, suppressions))
  }

  /// A suppression is idle when no finding of any cluster meets it, so they are looked at together.
  private func suppressionFindings(
    _ files: [JudgedFile], _ clusters: [JudgedCluster], _ suppressions: [ObjectIdentifier: [Suppression]]
  ) -> [KeyedFinding] {
    guard !suppressions.isEmpty else { return [] }
    let all = files.flatMap(\.findings) + clusters.flatMap(\.findings)
    let met = all.map(\.diagnostic).filter { suppressions[ObjectIdentifier($0.span.file)] != nil }
    let pass = SuppressionPass(
      met, files: files.filter { !$0.suppressions.isEmpty }.map(\.file.file), ranRules: selection.ids,
      today: settings.today)
    return SuppressionFindings(pass, rules: selection.ids).diagnostics.map {
      KeyedFinding(selection.adjusted($0).redacted())
    }
  }

  func keyed(_ diagnostics: [Diagnostic], _ suppressions: [ObjectIdentifier: [Suppression]]) -> [KeyedFinding] {
    diagnostics.map { diagnostic in
      var shown = selection.adjusted(diagnostic).redacted()
      if let own = suppressions[ObjectIdentifier(diagnostic.span.file)], !own.isEmpty {
        shown.suppression = own.first { $0.isActive(on: settings.today) && $0.covers(diagnostic) }
      }
      return KeyedFinding(shown)
    }
  }

  /// ConfigMaps that an Image refers to or that look like registry CAs, and everything else.
  private static func keptResources(of file: LintedFile, _ referenced: Set<String>) -> [Int] {
    file.resources.indices.filter { index in
      guard let map = file.resources[index].configMap else { return true }
      if let name = map.resource.name?.value, referenced.contains(name) { return true }
      return map.looksLikeRegistryCertificates
    }
  }
}

extension JudgedCluster.Inputs {
  init(_ cluster: LintedCluster) {
    self.init(
      name: cluster.name, resources: cluster.resources.map(ObjectIdentifier.init),
      elsewhere: cluster.elsewhere.map(ObjectIdentifier.init), releaseImage: cluster.releaseImage,
      workloadImages: cluster.workloadImages.map(\.reference.span), carriers: cluster.carriers.map(\.head))
  }
}
