import Diagnostics
import History
import RegistryConfig
import Rules
import SourceText

/// What differs between two states: only what is not shared by them is looked at.
struct StateChange: Sendable {
  let clusters: [ClusterChange]
  let findings: FindingComparison
  /// Clusters that one of the states does not know, and why: nothing is said of what happens to them.
  let unknown: [Notification]

  /// - Parameters:
  ///   - earlier: What is kept beside the old state.
  ///   - objectsAtEnd: Objects that the API server refuses of the new state, as it took them last, by clusters; none when
  ///     the old state tells.
  ///   - onlyCluster: Only the cluster of this name, and findings that hold for it.
  ///   - paths: When the states are two paths that the user named: how their clusters and files are paired.
  ///   - rules: Those that decide by both states.
  ///   - tellsPulls: False where nobody reads of pulls.
  ///   - occasion: When it changed, for people: `in this commit`.
  init(
    from old: JudgedState, to new: JudgedState, earlier: EarlierState = EarlierState(),
    objectsAtEnd: [String: AcceptedStates.Objects] = [:], onlyCluster: String? = nil,
    paths: PathPairing? = nil, rules: ChangeFindings? = nil, tellsPulls: Bool = true, occasion: String
  ) {
    guard old !== new else {
      clusters = []
      unknown = []
      findings = FindingComparison(from: [], to: []) { _, _ in false }
      return
    }
    let pairs = ClusterPairs(from: old, to: new, pairsSingles: paths?.pairsSingles == true)
    let back = earlier.clusters(backIn: new)
    let lastKnownIn = Dictionary(back.values.map { ($0.plan, $0.commit) }) { first, _ in first }
    let unknownClusters = UnknownClusters(old, new, onlyCluster: onlyCluster, knownAgain: Set(lastKnownIn.keys))
    let unknownNames = unknownClusters.names
    unknown = unknownClusters.notifications
    var changes: [ClusterChange] = []
    var ofChange: [Diagnostic] = []
    /// Those whose merged parts, if there are any, are told of with them.
    var told: Set<String> = []
    let plans = back.isEmpty ? [:] : Dictionary(new.assembly.clusters.map { ($0.name, $0.plan.name) }) { first, _ in first }
    for (before, after) in pairs.with(back, new) {
      // Paths that were asked for may take part on one side alone.
      let isAsked = [before.map { old.isAsked($0.cluster.name) }, after.map { new.isAsked($0.cluster.name) }]
      guard isAsked.contains(true) else { continue }
      // It did not come or go: it is not known on the other side.
      if let gone = before, after == nil, unknownNames.contains(gone.cluster.name) { continue }
      if let new = after, before == nil, unknownNames.contains(new.cluster.name) { continue }
      guard let known = (after ?? before)?.cluster, onlyCluster == nil || onlyCluster == known.name else { continue }
      let name = known.name
      let one = before?.cluster ?? Self.merged(in: old, like: known) ?? known.emptied
      let other = after?.cluster ?? Self.merged(in: new, like: known) ?? known.emptied
      if before == nil || after == nil { told.insert(name) }
      let plan = after.flatMap { plans[$0.cluster.name] } ?? before.flatMap { back[$0.cluster.name]?.plan }
      let change = ClusterChange(
        from: one, to: other, bases: paths?.bases, comparesPaths: paths == nil || !one.isOneFile || !other.isOneFile,
        lastKnownIn: plan.flatMap { lastKnownIn[$0] },
        before: earlier.objects[before?.cluster.name ?? name] ?? [:], after: objectsAtEnd[name] ?? [:],
        written: earlier.written[before?.cluster.name ?? name], isAsWritten: paths != nil,
        isLeft: new.files.leaves, wasIdle: { old.files.idle(like: $0) != nil }, tellsPulls: tellsPulls,
        deletedBy: { Self.files(deleting: $0, from: name, in: new, old) })
      if paths == nil, change.isEffective,
        let words = Self.unread(of: name, old, new, isKnownAgain: change.lastKnownIn != nil)
      {
        changes.append(ClusterChange(notKnown: name, reason: words))
        continue
      }
      if change.isEffective { changes.append(change) }
      // One that comes has no nodes yet.
      if before != nil {
        ofChange += rules?.of(LintedChange(from: one, to: other, disruption: change.disruption)) ?? []
      }
    }
    changes += unknownClusters.changes() + Self.changesOfMerged(old, new, onlyCluster, besides: told)
    clusters = changes
    func isWanted(_ finding: Diagnostic) -> Bool {
      onlyCluster.map { finding.clusters.isEmpty || finding.clusters.contains($0) } ?? true
    }
    let (before, after) = Self.differing(old.findings, new.findings)
    func keyed(_ findings: [Diagnostic]) -> [KeyedFinding] {
      findings.filter(isWanted).sortedAndMerged().map(KeyedFinding.init)
    }
    let hidden = back.isEmpty ? [] : LastKnown.findings(of: back, besides: old.findings.map(\.diagnostic))
    let compared = FindingComparison(from: keyed(before + hidden), to: keyed(after)) { Self.hasMoved($0, $1, old, new) }
      .keepingFixed { !unknownClusters.hides($0) && !new.hides($0.span.file.path) }
    let causes = FindingCauses(changes, old, new, occasion: occasion)
    let new = ofChange.filter { $0.suppression == nil }.sortedAndMerged().map(KeyedFinding.init)
    self.findings = compared.rewording { causes.explained($0) }.adding(new)
  }

  /// What one of two states does not read of a cluster that both know, in words; `nil` for nothing.
  /// - Parameter isKnownAgain: The cluster is compared with what it was when all of it was read.
  private static func unread(
    of name: String, _ old: JudgedState, _ new: JudgedState, isKnownAgain: Bool
  ) -> String? {
    let clusters = [old, new].flatMap(\.assembly.clusters).filter { $0.name == name }
    func first(_ state: JudgedState, besides other: JudgedState) -> UnreadFile? {
      clusters.lazy.flatMap { state.unread(of: $0, besides: other) }.first
    }
    return first(new, besides: old)?.words(isNow: true)
      ?? (isKnownAgain ? nil : first(old, besides: new)?.words(isNow: false))
  }

  /// The files of a state whose patches remove an object from a cluster that the state before it has.
  private static func files(
    deleting object: LintedResource, from cluster: String, in new: JudgedState, _ old: JudgedState
  ) -> [RepositoryPath] {
    guard new.assembly.roots.values.contains(where: { !$0.deleted.isEmpty }) else { return [] }
    let plan = (new.assembly.clusters + old.assembly.clusters).first { $0.name == cluster }?.plan
    let found = plan.map(new.assembly.deleted) ?? []
    return Set(found.filter { $0.isOf(object.resource) }.map(\.span.file.path)).sorted()
  }

  /// Parts that are merged into what clusters have: their fields, and that nobody knows more.
  private static func changesOfMerged(_ old: JudgedState, _ new: JudgedState, _ onlyCluster: String?, besides told: Set<String>)
    -> [ClusterChange]
  {
    guard !old.merged.isEmpty || !new.merged.isEmpty else { return [] }
    return Set(old.merged.keys).union(new.merged.keys).sorted().compactMap { name in
      guard onlyCluster == nil || onlyCluster == name, !told.contains(name) else { return nil }
      let (before, after) = (old.merged[name] ?? [], new.merged[name] ?? [])
      guard let settings = (after.first ?? before.first)?.settings, !before.elementsEqual(after, by: ===) else { return nil }
      func cluster(_ resources: [LintedResource]) -> LintedCluster {
        LintedCluster(name: name, resources: [], settings: settings, parts: resources)
      }
      let change = ClusterChange(from: cluster(before), to: cluster(after), isLeft: new.files.leaves)
      return change.isEffective ? change : nil
    }
  }

  /// What makes two findings of two states the same without looking further: the same words at the same place of the
  /// same file.
  private struct Sameness: Hashable {
    let rule: String
    let span: SourceSpan
    let message: String

    init(_ diagnostic: Diagnostic) {
      rule = diagnostic.rule
      span = diagnostic.span
      message = diagnostic.message
    }
  }

  private static func differing(_ old: [JudgedFinding], _ new: [JudgedFinding]) -> ([Diagnostic], [Diagnostic]) {
    let (before, after) = old.unsharedPart(with: new)
    let shared = Set(before.map(ObjectIdentifier.init)).intersection(after.map(ObjectIdentifier.init))
    func own(_ findings: ArraySlice<JudgedFinding>) -> [Diagnostic] {
      findings.compactMap { shared.contains(ObjectIdentifier($0)) ? nil : $0.diagnostic }
    }
    let (gone, come) = (own(before), own(after))
    if gone.isEmpty || come.isEmpty { return (gone, come) }
    let known = Set(gone.map(Sameness.init))
    let kept = Set(come.map(Sameness.init))
    return (gone.filter { !kept.contains(Sameness($0)) }, come.filter { !known.contains(Sameness($0)) })
  }

  /// A cluster of which a state knows only what is merged into it.
  private static func merged(in state: JudgedState, like cluster: LintedCluster) -> LintedCluster? {
    guard let parts = state.merged[cluster.name] else { return nil }
    return LintedCluster(
      name: cluster.name, resources: [], settings: cluster.settings, releaseImage: cluster.releaseImage, parts: parts)
  }

  /// Whether what the finding speaks of is gone from its place, and was not at the new one before.
  private static func hasMoved(_ from: Diagnostic, _ to: Diagnostic, _ old: JudgedState, _ new: JudgedState) -> Bool {
    func stands(_ diagnostic: Diagnostic, in state: JudgedState, at path: RepositoryPath) -> Bool {
      guard let file = state.file(at: path) else { return false }
      guard let resource = diagnostic.resource else { return true }
      return file.resources.contains { $0.resource.isOrPatches(resource) }
    }
    let (oldPath, newPath) = (from.span.file.path, to.span.file.path)
    return !stands(from, in: new, at: oldPath) && !stands(to, in: old, at: newPath)
  }
}

extension [LintedFile] {
  /// Whether clusters keep an object that these files take to them no more.
  func leaves(_ object: LintedResource) -> Bool {
    guard object.resource.retention != nil else { return false }
    if contains(where: { $0.carriers.contains { $0.deletes(object.resource) } }) { return false }
    // A policy that only informs is still there. Of one that is disabled or gone the replicated policy is deleted as it
    // was, and what it said of pruning decides.
    return object.resource.staysWhenRemoved || idle(like: object)?.resource.retention?.informs == true
  }

  /// The object in a policy of the same file that does not apply it.
  func idle(like object: LintedResource) -> LintedResource? {
    guard object.resource.retention != nil else { return nil }
    let identity = LintedChange.Identity(object)
    return first { $0.file.path == object.file.path }?.resources.first {
      $0.resource.destination == .nowhere && $0.resource.retention != nil && LintedChange.Identity($0) == identity
    }
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
  /// The same cluster without anything on it.
  var emptied: LintedCluster {
    LintedCluster(name: name, resources: [], settings: settings, releaseImage: releaseImage)
  }

  fileprivate var isOneFile: Bool { Set(resources.map(\.file.path)).count == 1 }
}

/// Which cluster of one state is which of the other: those of one name, then renamed folders.
struct ClusterPairs {
  /// A side that is not there is `nil`. In the order of the new state, what is gone at the end.
  let changed: [(JudgedCluster?, JudgedCluster?)]

  init(from old: JudgedState, to new: JudgedState, pairsSingles: Bool) {
    if pairsSingles, old.clusters.count == 1, new.clusters.count == 1 {
      changed = [(old.clusters[0], new.clusters[0])]
      return
    }
    changed = Self.pairs(
      from: old.clusters, unknown: UnknownClusters.names(unknownIn: old, besides: new),
      to: new.clusters, unknown: UnknownClusters.names(unknownIn: new, besides: old))
  }

  /// - Parameters: The clusters of each side, and the names of those that it does not know.
  static func pairs(
    from old: [JudgedCluster], unknown back: Set<String>, to new: [JudgedCluster], unknown left: Set<String>
  ) -> [(JudgedCluster?, JudgedCluster?)] {
    var changed: [(JudgedCluster?, JudgedCluster?)] = []
    let (oldClusters, newClusters) = old.unsharedPart(with: new)
    let shared = Set(oldClusters.map(ObjectIdentifier.init)).intersection(newClusters.map(ObjectIdentifier.init))
    let others = oldClusters.filter { !shared.contains(ObjectIdentifier($0)) }
    var before = Dictionary(others.map { ($0.cluster.name, $0) }, uniquingKeysWith: { first, _ in first })
    var added: [JudgedCluster] = []
    for cluster in newClusters where !shared.contains(ObjectIdentifier(cluster)) {
      guard let previous = before.removeValue(forKey: cluster.cluster.name) else {
        added.append(cluster)
        continue
      }
      changed.append((previous, cluster))
    }
    // What the other side does not know did not get another name.
    let gone = others.filter { before[$0.cluster.name] != nil }
    var renamed = gone.filter { !left.contains($0.cluster.name) }
    for cluster in added {
      let likest =
        back.contains(cluster.cluster.name)
        ? nil : renamed.enumerated().max { Self.likeness($0.element, cluster) < Self.likeness($1.element, cluster) }
      if let likest, Self.likeness(likest.element, cluster) * 2 > cluster.cluster.resources.count {
        renamed.remove(at: likest.offset)
        before[likest.element.cluster.name] = nil
        changed.append((likest.element, cluster))
      } else {
        changed.append((nil, cluster))
      }
    }
    return changed + gone.filter { before[$0.cluster.name] != nil }.map { ($0, nil) }
  }

  /// The pairs with clusters that are known again in place of what the old state has not.
  func with(_ back: [String: LastKnown], _ new: JudgedState) -> [(JudgedCluster?, JudgedCluster?)] {
    if back.isEmpty { return changed }
    let names = Set(new.clusters.map(\.cluster.name))
    let pairs = changed.flatMap { before, after -> [(JudgedCluster?, JudgedCluster?)] in
      guard let after, let known = back[after.cluster.name] else { return [(before, after)] }
      // What the older state has of the same cluster is not all of it.
      let other = before.flatMap { $0.cluster.name == after.cluster.name ? nil : $0 }
      return [(known.cluster, after)] + (other.map { [($0, nil)] } ?? [])
    }
    return pairs + back.filter { !names.contains($0.key) }.sorted { $0.key < $1.key }.map { ($0.value.cluster, nil) }
  }

  /// How many resources of the new cluster stand in files that the old one has under another path, the same or nearly
  /// so.
  private static func likeness(_ old: JudgedCluster, _ new: JudgedCluster) -> Int {
    new.cluster.resources.count { resource in
      old.cluster.resources.contains { other in
        other.resource.kind == resource.resource.kind && other.resource.name?.value == resource.resource.name?.value
          // Folders get other names; what a carrier selects are other clusters.
          && other.resource.destination == resource.resource.destination
          && (other.file.bytes == resource.file.bytes || areAlike(other.file, resource.file))
      }
    }
  }

  /// Whether more than half of the lines of both are the same, as Git decides on renames.
  private static func areAlike(_ one: SourceFile, _ other: SourceFile) -> Bool {
    func texts(_ file: SourceFile) -> [[UInt8]] { file.lines.starts.indices.map { Array(file.bytes[file.lineRange($0)]) } }
    let (lines, others) = (texts(one), texts(other))
    var left: [[UInt8]: Int] = [:]
    for line in lines { left[line, default: 0] += 1 }
    var same = 0
    for line in others where left[line, default: 0] > 0 {
      left[line, default: 0] -= 1
      same += 1
    }
    return same * 2 > max(lines.count, others.count)
  }
}

extension Array where Element: AnyObject {
  /// Both without what they begin and end with in common.
  fileprivate func unsharedPart(with other: Self) -> (ArraySlice<Element>, ArraySlice<Element>) {
    let ends = CommonEnds(count, other.count) { self[$0] === other[$1] }
    return (self[ends.middle(of: count)], other[ends.middle(of: other.count)])
  }
}
