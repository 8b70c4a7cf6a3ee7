import GitStore
import History
import Rules

/// What a commit does not have and its cluster may have still: kept along a walk, for what is compared later.
struct EarlierState: Sendable {
  /// Clusters that the commit does not know, as they were last known, by their names.
  var clusters: [String: LastKnown] = [:]
  /// Objects of the commit that the API server refuses, as it took them last, by the names of the clusters.
  var objects: [String: AcceptedStates.Objects] = [:]
  /// Clusters of the commit that the operator refuses, as they were when it wrote their files last, by their names.
  var written: [String: LastWritten] = [:]

  /// The clusters that a state knows again. One commit may mend a file that another one leaves as it is, where nothing
  /// tells that it is a part of the cluster.
  func clusters(backIn new: JudgedState) -> [String: LastKnown] {
    clusters.filter { _, known in
      !new.unknownPlans.contains(known.plan)
        && !known.cluster.cluster.resources.contains { new.leavesUnread($0.file.path) }
    }
  }

  var isEmpty: Bool { clusters.isEmpty && objects.isEmpty && written.isEmpty }

  /// What to keep of a commit.
  /// - Parameters:
  ///   - earlier: What is kept of its parent.
  ///   - old: The state of the parent.
  ///   - parent: `nil` for a root commit, before which there was nothing.
  static func following(
    _ earlier: EarlierState, from old: JudgedState, of parent: ObjectID?, to new: JudgedState
  ) -> EarlierState {
    if old === new { return earlier }
    return EarlierState(
      clusters: parent.map { LastKnown.following(earlier.clusters, from: old, of: $0, to: new) } ?? [:],
      objects: objects(following: earlier, from: old, of: parent, to: new),
      written: written(following: earlier, from: old, of: parent, to: new))
  }

  /// Of several parents the first one counts that knew it.
  mutating func merge(_ other: EarlierState) {
    clusters.merge(other.clusters) { first, _ in first }
    objects.merge(other.objects) { first, second in first.merging(second) { first, _ in first } }
    written.merge(other.written) { first, _ in first }
  }

  private static func written(
    following earlier: EarlierState, from old: JudgedState, of parent: ObjectID?, to new: JudgedState
  ) -> [String: LastWritten] {
    guard new.clusters.contains(where: \.cluster.isFrozen) else { return new.unknownPlans.isEmpty ? [:] : earlier.written }
    var result = earlier.written
    for (before, after) in ClusterPairs(from: old, to: new, pairsSingles: false).with(earlier.clusters(backIn: new), new) {
      var last: LastWritten?
      if let before {
        last = result.removeValue(forKey: before.cluster.name)
        // What nodes have of refused objects is another question.
        if !before.cluster.isFrozen, !before.holdsRefused, let parent {
          last = LastWritten(cluster: before.cluster, commit: parent.hex)
        }
      }
      if let after, after.cluster.isFrozen { result[after.cluster.name] = last }
    }
    return result
  }

  private static func objects(
    following earlier: EarlierState, from old: JudgedState, of parent: ObjectID?, to new: JudgedState
  ) -> [String: AcceptedStates.Objects] {
    guard new.clusters.contains(where: \.holdsRefused) else { return new.unknownPlans.isEmpty ? [:] : earlier.objects }
    var result = earlier.objects
    for (before, after) in ClusterPairs(from: old, to: new, pairsSingles: false).with(earlier.clusters(backIn: new), new) {
      let known = (before ?? after).flatMap { earlier.objects[$0.cluster.name] } ?? [:]
      if let before { result[before.cluster.name] = nil }
      guard let after, after.holdsRefused else { continue }
      let had = OldObjects(of: before, in: old, parent)
      var objects: AcceptedStates.Objects = [:]
      for resource in after.cluster.resources where resource.isRefused {
        let identity = LintedChange.Identity(resource)
        objects[identity] = had.known(identity) ?? known[identity]
      }
      result[after.cluster.name] = objects.isEmpty ? nil : objects
    }
    return result
  }
}

/// What a state tells of the objects that a cluster has.
struct OldObjects {
  private let taken: [LintedChange.Identity: LintedResource]
  /// Those that are refused, and those of which only parts are known.
  private let unknown: Set<LintedChange.Identity>
  /// What does not stand in the state is not on the cluster.
  private let isWhole: Bool
  private let commit: ObjectID?

  /// - Parameters:
  ///   - cluster: `nil` when the state has none.
  ///   - commit: The commit that the state is of; `nil` for the one before the first.
  init(of cluster: JudgedCluster?, in state: JudgedState, _ commit: ObjectID?) {
    let resources = cluster?.cluster.resources ?? []
    taken = Dictionary(resources.filter { !$0.isRefused }.map { (LintedChange.Identity($0), $0) }) { first, _ in first }
    unknown = Set((resources.filter(\.isRefused) + (cluster?.cluster.parts ?? [])).map(LintedChange.Identity.init))
    // A cluster that is not known is not one that is not there.
    isWhole = cluster != nil || (state.unknownPlans.isEmpty && state.merged.isEmpty)
    self.commit = commit
  }

  /// `nil` when the state does not tell.
  func known(_ identity: LintedChange.Identity) -> AcceptedObject? {
    if let resource = taken[identity], let commit { return .taken(resource, in: commit.hex) }
    return isWhole && !unknown.contains(identity) ? .absent : nil
  }
}
