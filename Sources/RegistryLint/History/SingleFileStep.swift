import Clusters
import Diagnostics
import RegistryConfig
import Rules
import SourceText

/// The shortest way from a state to the next: one file of one cluster says something else and is what it was to
/// discovery. Only that cluster is assembled and judged again; everything else is taken as it is.
struct SingleFileStep {
  private let old: HistoricFile
  private let new: HistoricFile
  private let position: Int
  private let cluster: ClusterAssembly.Cluster
  private let linted: LintedCluster

  /// `nil` when more than one cluster may have changed, or what meets on it.
  init?(to set: ManifestSet, from previous: JudgedState) {
    guard let change = set.difference, change.base == ObjectIdentifier(previous.set), !previous.hasSuppressions,
      change.old.hasSameShape(as: change.new), !previous.composedPaths.contains(change.new.path)
    else { return nil }
    let path = change.new.path
    var found: ClusterAssembly.Cluster?
    for cluster in previous.assembly.clusters where cluster.plan.files.contains(path) {
      guard found == nil else { return nil }
      found = cluster
    }
    guard let found, let linted = found.linted, found.destination == nil, found.plan.roots.isEmpty,
      previous.assembly.clusters.count(where: { $0.sameness == found.sameness }) == 1,
      previous.assembly.clusters.count(where: { $0.name == found.name }) == 1,
      !set.files.contains(where: \.isPolicyGenerator)
    else { return nil }
    (old, new, position, cluster, self.linted) = (change.old, change.new, change.position, found, linted)
  }

  /// The next state, or `nil` when the cluster is not what it was to become.
  func state(after previous: JudgedState, _ set: ManifestSet, _ judge: StateJudge) async -> JudgedState? {
    let discovery = previous.assembly.discovery.only(cluster.name)
    let own = cluster.plan.files.compactMap { path -> LintedFile? in
      if path == new.path { return new.file(isPatch: false, referenced: previous.referenced) }
      return previous.file(at: path)
    }
    guard discovery.plans.count == 1, own.count == cluster.plan.files.count else { return nil }
    let part = ClusterAssembly(
      own, discovery: discovery, roots: [:], settings: judge.settings, elsewhere: linted.elsewhere)
    guard part.clusters.count == 1, let replacement = part.clusters[0].linted, replacement.name == cluster.name,
      let place = previous.clusters.firstIndex(where: { $0.cluster.name == cluster.name })
    else { return nil }
    let checks = RememberedChecks(judge, after: previous.remembered)
    let judged = checks.cluster(replacement)
    let judgement = await ClusterJudgement(own, part, judge.selection, isOneCluster: false, checks: checks)
    let paths = Set(cluster.plan.files)
    let findings = previous.findings.replacing(judgement.diagnostics.map(JudgedFinding.init)) { finding in
      finding.clusters.isEmpty ? paths.contains(finding.span.file.path) : finding.clusters == [cluster.name]
    }
    var files = previous.files
    files[position] = new.file(isPatch: false, referenced: previous.referenced)
    var clusters = previous.clusters
    let before = clusters[place]
    clusters[place] = judged
    var memory = previous.remembered
    memory.forget(old.file(isPatch: false, referenced: previous.referenced), before)
    memory.add(checks.memory)
    return JudgedState(
      set: set, files: files, clusters: clusters, findings: findings,
      assembly: previous.assembly.replacing(part.clusters[0]), remembered: memory, referenced: previous.referenced,
      composedPaths: previous.composedPaths, merged: previous.merged)
  }
}

extension [JudgedFinding] {
  /// The same with other findings in place of some, where the first of them stood: states that follow each other then
  /// differ in one stretch.
  fileprivate func replacing(_ new: [JudgedFinding], where isOld: (Diagnostic) -> Bool) -> [JudgedFinding] {
    var result: [JudgedFinding] = []
    result.reserveCapacity(count + new.count)
    var isPlaced = false
    for finding in self {
      guard isOld(finding.diagnostic) else {
        result.append(finding)
        continue
      }
      if !isPlaced { result += new }
      isPlaced = true
    }
    return isPlaced ? result : result + new
  }
}

extension RememberedChecks.Memory {
  /// Drops what only an old version of a file and its cluster needed.
  fileprivate mutating func forget(_ file: LintedFile, _ cluster: JudgedCluster) {
    texts[ObjectIdentifier(file.file)] = nil
    for resource in file.resources { resources[ObjectIdentifier(resource)] = nil }
    clusters[cluster.inputs] = nil
  }

  fileprivate mutating func add(_ other: Self) {
    texts.take(other.texts)
    resources.take(other.resources)
    clusters.take(other.clusters)
  }
}
