import GitStore
import Rules

/// What a commit does not have and its cluster may have still: kept along a walk, for what is compared later.
struct EarlierState: Sendable {
  /// Clusters that the commit does not know, as they were last known, by their names.
  var clusters: [String: LastKnown] = [:]
  /// Objects of the commit that the API server refuses, as it took them last, by the names of the clusters.
  var objects: [String: AcceptedStates.Objects] = [:]

  var isEmpty: Bool { clusters.isEmpty && objects.isEmpty }

  /// What to keep of a commit.
  /// - Parameters:
  ///   - earlier: What is kept of its parent.
  ///   - old: The state of the parent.
  static func following(
    _ earlier: EarlierState, from old: JudgedState, of parent: ObjectID, to new: JudgedState
  ) -> EarlierState {
    if old === new { return earlier }
    return EarlierState(
      clusters: LastKnown.following(earlier.clusters, from: old, of: parent, to: new),
      objects: objects(following: earlier, from: old, of: parent, to: new))
  }

  /// Of several parents the first one counts that knew it.
  mutating func merge(_ other: EarlierState) {
    clusters.merge(other.clusters) { first, _ in first }
    objects.merge(other.objects) { first, second in first.merging(second) { first, _ in first } }
  }

  private static func objects(
    following earlier: EarlierState, from old: JudgedState, of parent: ObjectID, to new: JudgedState
  ) -> [String: AcceptedStates.Objects] {
    guard new.clusters.contains(where: \.holdsRefused) else { return new.unknownPlans.isEmpty ? [:] : earlier.objects }
    var result = earlier.objects
    let back = earlier.clusters.filter { !new.unknownPlans.contains($0.value.plan) }
    for (before, after) in ClusterPairs(from: old, to: new, pairsSingles: false).with(back, new) {
      let known = (before ?? after).flatMap { earlier.objects[$0.cluster.name] } ?? [:]
      if let before { result[before.cluster.name] = nil }
      guard let after, after.holdsRefused else { continue }
      let taken = Dictionary(
        (before?.cluster.resources ?? []).filter { !$0.isRefused }.map { (LintedChange.Identity($0), $0) }
      ) { first, _ in first }
      var objects: AcceptedStates.Objects = [:]
      for resource in after.cluster.resources where resource.isRefused {
        let identity = LintedChange.Identity(resource)
        objects[identity] = taken[identity].map { AcceptedObject($0, in: parent.hex) } ?? known[identity]
      }
      result[after.cluster.name] = objects.isEmpty ? nil : objects
    }
    return result
  }
}
