import Diagnostics
import History
import Rules
import SourceText

/// The clusters that one of two states does not know as a whole: of them nothing is compared, and that is said where
/// something of them changes.
struct UnknownClusters {
  let names: Set<String>
  /// Why, for the whole run. One that both sides do not know is named once, as it is now.
  let notifications: [Notification]
  private let old: JudgedState
  private let new: JudgedState
  private let before: [String: ClusterAssembly.Cluster]
  private let after: [String: ClusterAssembly.Cluster]
  private let onlyCluster: String?

  /// - Parameters:
  ///   - onlyCluster: What is asked for beside the paths of the states.
  ///   - knownAgain: The plans of clusters that are compared with what they were when they were known.
  init(_ old: JudgedState, _ new: JudgedState, onlyCluster: String?, knownAgain: Set<String> = []) {
    func unknown(_ state: JudgedState) -> [ClusterAssembly.Cluster] {
      state.unknownPlans.isEmpty ? [] : state.assembly.clusters.filter { $0.linted == nil }
    }
    func byName(_ clusters: [ClusterAssembly.Cluster]) -> [String: ClusterAssembly.Cluster] {
      Dictionary(clusters.map { ($0.name, $0) }) { first, _ in first }
    }
    let (was, now) = (unknown(old).filter { !knownAgain.contains($0.plan.name) }, unknown(new))
    let namesNow = Set(now.map(\.name))
    let onlyBefore = was.filter { !namesNow.contains($0.name) }
    // Where a plan is not known, nobody knows either to which clusters its carriers take what.
    let plans = (Set(was.map(\.plan.name)), new.unknownPlans)
    let carried =
      plans.1.isEmpty && plans.0.isEmpty
      ? []
      : old.assembly.clusters.filter { plans.1.contains($0.plan.name) }
        + new.assembly.clusters.filter { plans.0.contains($0.plan.name) }
    names = namesNow.union(onlyBefore.map(\.name)).union(carried.map(\.name))
    notifications = (onlyBefore + now).filter { cluster in
      (onlyCluster == nil || onlyCluster == cluster.name) && (old.isAsked(cluster.name) || new.isAsked(cluster.name))
    }.flatMap(\.notifications)
    (before, after) = (byName(was), byName(now))
    (self.old, self.new, self.onlyCluster) = (old, new, onlyCluster)
  }

  /// What is said instead of a comparison.
  func changes() -> [ClusterChange] {
    if names.isEmpty { return [] }
    let touched = touchedPlans()
    return names.sorted().compactMap { name in
      guard onlyCluster == nil || onlyCluster == name, old.isAsked(name) || new.isAsked(name),
        let cluster = after[name] ?? before[name]
      else { return nil }
      let wasUnknown = before[name] != nil
      // What one side alone does not know came, went, or was repaired.
      if wasUnknown, after[name] != nil, !touched.contains(cluster.plan.name), hasSameRoots(cluster) { return nil }
      let words = after[name] == nil ? "the cluster was not known as a whole before" : "the cluster is not known as a whole"
      let why = cluster.whyUnknown.first.map { ": \($0)" } ?? ""
      return ClusterChange(notKnown: name, reason: "\(words), so what happens to nodes is not told\(why)")
    }
  }

  /// The plans that files take part in which differ.
  private func touchedPlans() -> Set<String> {
    let before = Dictionary(old.files.map { ($0.file.path, ObjectIdentifier($0)) }) { first, _ in first }
    let after = Dictionary(new.files.map { ($0.file.path, ObjectIdentifier($0)) }) { first, _ in first }
    let changed = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
    if changed.isEmpty { return [] }
    return Set([old, new].flatMap { $0.assembly.discovery.restricted(to: changed.contains).plans.map(\.name) })
  }

  private func hasSameRoots(_ cluster: ClusterAssembly.Cluster) -> Bool {
    cluster.plan.roots.allSatisfy { root in
      switch (old.assembly.roots[root], new.assembly.roots[root]) {
      case (let one?, let other?): one === other
      case (nil, nil): true
      default: false
      }
    }
  }
}
