import Diagnostics
import History
import RegistryConfig
import Rules
import SourceText

/// What differs between two states: only what is not shared by them is looked at.
struct StateChange {
  let clusters: [ClusterChange]
  let findings: FindingComparison

  /// - Parameters:
  ///   - onlyCluster: Only the cluster of this name, and findings that hold for it.
  ///   - paths: When the states are two paths that the user named: how their clusters and files are paired.
  ///   - occasion: When it changed, for people: `in this commit`.
  init(
    from old: JudgedState, to new: JudgedState, onlyCluster: String? = nil, paths: PathPairing? = nil, occasion: String
  ) {
    guard old !== new else {
      clusters = []
      findings = FindingComparison(from: [], to: []) { _, _ in false }
      return
    }
    let pairs = ClusterPairs(from: old, to: new, pairsSingles: paths?.pairsSingles == true)
    var changes: [ClusterChange] = []
    for (before, after) in pairs.changed {
      guard let name = (after ?? before)?.cluster.name, onlyCluster == nil || onlyCluster == name else { continue }
      let (one, other) = (before?.cluster ?? Self.empty(like: after), after?.cluster ?? Self.empty(like: before))
      let change = ClusterChange(
        from: one, to: other, bases: paths?.bases, comparesPaths: paths == nil || !one.isOneFile || !other.isOneFile)
      if change.isEffective { changes.append(change) }
    }
    clusters = changes
    func isWanted(_ finding: KeyedFinding) -> Bool {
      guard finding.diagnostic.suppression == nil else { return false }
      return onlyCluster.map { finding.diagnostic.clusters.isEmpty || finding.diagnostic.clusters.contains($0) } ?? true
    }
    let unchanged = pairs.unchanged
    func found(_ state: JudgedState, besides other: JudgedState, _ clusters: [JudgedCluster?]) -> [KeyedFinding] {
      let own = Self.files(of: state, besides: other).flatMap(\.findings) + clusters.flatMap { $0?.findings ?? [] }
      return Self.merged((own + state.suppressionFindings).filter(isWanted))
    }
    let compared = FindingComparison(
      from: found(old, besides: new, pairs.changed.map(\.0)), to: found(new, besides: old, pairs.changed.map(\.1)),
      hasMoved: { Self.hasMoved($0, $1, old, new) })
    // What a cluster has that did not change is neither new nor gone.
    let isSettled = compared.introduced.isEmpty && compared.fixed.isEmpty
    let kept = isSettled ? [] : Set(unchanged.flatMap(\.findings).filter(isWanted).map(\.key.fingerprint))
    let causes = FindingCauses(changes, old, new, occasion: occasion)
    self.findings = compared.filtered { !kept.contains($0.key.fingerprint) } introduced: { causes.explained($0) }
  }

  private static func empty(like cluster: JudgedCluster?) -> LintedCluster {
    LintedCluster(
      name: cluster?.cluster.name ?? "", resources: [], settings: cluster?.cluster.settings ?? RuleSettings(now: 0),
      releaseImage: cluster?.cluster.rendering.releaseImage)
  }

  /// The files of one state that the other has not, or judges in another way.
  private static func files(of state: JudgedState, besides other: JudgedState) -> [JudgedFile] {
    var result: [JudgedFile] = []
    var position = 0
    for file in state.files {
      while position < other.files.count, other.files[position].file.file.path < file.file.file.path { position += 1 }
      if position < other.files.count, other.files[position] === file { continue }
      result.append(file)
    }
    return result
  }

  /// One finding that several clusters have is one.
  private static func merged(_ findings: [KeyedFinding]) -> [KeyedFinding] {
    guard findings.count > 1 else { return findings }
    let merged = findings.map(\.diagnostic).sortedAndMerged()
    return merged.count == findings.count && findings.count < 2 ? findings : merged.map(KeyedFinding.init)
  }

  /// Whether what the finding speaks of is gone from its place, and was not at the new one before.
  private static func hasMoved(_ from: Diagnostic, _ to: Diagnostic, _ old: JudgedState, _ new: JudgedState) -> Bool {
    func stands(_ diagnostic: Diagnostic, in state: JudgedState, at path: RepositoryPath) -> Bool {
      guard let file = state.file(at: path) else { return false }
      guard let resource = diagnostic.resource else { return true }
      return file.file.resources.contains {
        $0.resource.kindName.value == resource.kind && $0.resource.name?.value == resource.name
          && $0.resource.namespace?.value == resource.namespace
      }
    }
    let (oldPath, newPath) = (from.span.file.path, to.span.file.path)
    return !stands(from, in: new, at: oldPath) && !stands(to, in: old, at: newPath)
  }
}

/// How two paths that the user named are compared.
struct PathPairing {
  /// The only clusters of both sides are one cluster, whatever their names.
  let pairsSingles: Bool
  /// The folders that paths are counted from.
  let bases: (old: RepositoryPath, new: RepositoryPath)
}

extension LintedCluster {
  fileprivate var isOneFile: Bool { Set(resources.map(\.file.path)).count == 1 }
}

/// Which cluster of one state is which of the other: those of one name, then renamed folders.
struct ClusterPairs {
  /// A side that is not there is `nil`. In the order of the new state, what is gone at the end.
  private(set) var changed: [(JudgedCluster?, JudgedCluster?)] = []
  private(set) var unchanged: [JudgedCluster] = []

  init(from old: JudgedState, to new: JudgedState, pairsSingles: Bool) {
    if pairsSingles, old.clusters.count == 1, new.clusters.count == 1 {
      changed = [(old.clusters[0], new.clusters[0])]
      return
    }
    var before = Dictionary(old.clusters.map { ($0.cluster.name, $0) }, uniquingKeysWith: { first, _ in first })
    var added: [JudgedCluster] = []
    for cluster in new.clusters {
      guard let previous = before.removeValue(forKey: cluster.cluster.name) else {
        added.append(cluster)
        continue
      }
      if previous === cluster { unchanged.append(cluster) } else { changed.append((previous, cluster)) }
    }
    var gone = old.clusters.filter { before[$0.cluster.name] != nil }
    for cluster in added {
      let likest = gone.enumerated().max { Self.likeness($0.element, cluster) < Self.likeness($1.element, cluster) }
      if let likest, Self.likeness(likest.element, cluster) * 2 > cluster.cluster.resources.count {
        gone.remove(at: likest.offset)
        changed.append((likest.element, cluster))
      } else {
        changed.append((nil, cluster))
      }
    }
    changed += gone.map { ($0, nil) }
  }

  /// How many resources of the new cluster stand in files that the old one has under another path.
  private static func likeness(_ old: JudgedCluster, _ new: JudgedCluster) -> Int {
    let contents = Set(old.cluster.resources.map { $0.file.bytes })
    return new.cluster.resources.reduce(0) { $0 + (contents.contains($1.file.bytes) ? 1 : 0) }
  }
}
