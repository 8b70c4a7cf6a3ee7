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
  private let namesNow: Set<String>
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
    let ownNow = Set(now.map(\.name))
    let onlyBefore = was.filter { !ownNow.contains($0.name) }
    namesNow = Self.names(unknownIn: new.assembly, new.unknownPlans, besides: old.assembly)
    names = namesNow.union(Self.names(unknownIn: old.assembly, Set(was.map(\.plan.name)), besides: new.assembly))
    notifications = (onlyBefore + now).filter { cluster in
      (onlyCluster == nil || onlyCluster == cluster.name) && (old.isAsked(cluster.name) || new.isAsked(cluster.name))
    }.flatMap(\.notifications)
    (before, after) = (byName(was), byName(now))
    (self.old, self.new, self.onlyCluster) = (old, new, onlyCluster)
  }

  /// The clusters that a state does not know: where a plan is not known, nobody knows either to which clusters its
  /// carriers take what.
  /// - Parameters:
  ///   - plans: Those that the state does not know.
  ///   - other: The state that it is compared with.
  private static func names(
    unknownIn state: ClusterAssembly, _ plans: Set<String>, besides other: ClusterAssembly
  ) -> Set<String> {
    if plans.isEmpty { return [] }
    return Set((state.clusters + other.clusters).filter { plans.contains($0.plan.name) }.map(\.name))
  }

  /// The same of two states that were judged.
  static func names(unknownIn state: JudgedState, besides other: JudgedState) -> Set<String> {
    names(unknownIn: state.assembly, state.unknownPlans, besides: other.assembly)
  }

  /// The same of a state that is compared with an older one.
  static func names(unknownIn state: ClusterAssembly, besides other: ClusterAssembly) -> Set<String> {
    names(unknownIn: state, state.unknownPlans, besides: other)
  }

  /// Whether a finding of the old state may still be there, and the new one does not show it because it does not know
  /// its clusters.
  func hides(_ finding: Diagnostic) -> Bool { finding.isHidden(by: namesNow) }

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
      let isBack = after[name] == nil && new.assembly.clusters.contains { $0.name == name }
      let isNew = isBack ? ", and all that is found on it counts as new" : ""
      if let unread = cluster.unread.first {
        return ClusterChange(notKnown: name, reason: unread.words(isNow: after[name] != nil) + isNew)
      }
      let words = "the cluster \(after[name] == nil ? "was not known as a whole before" : "is not known as a whole")"
      let why = cluster.whyUnknown.first.map { ": \($0)" } ?? ""
      return ClusterChange(notKnown: name, reason: "\(words), so what happens to nodes is not told\(isNew)\(why)")
    }
  }

  /// The plans that files take part in which differ.
  private func touchedPlans() -> Set<String> {
    func parts(_ state: JudgedState) -> [RepositoryPath: ObjectIdentifier] {
      var parts = Dictionary(state.files.map { ($0.file.path, ObjectIdentifier($0)) }) { first, _ in first }
      for unread in state.set.lost { parts[unread.path] = ObjectIdentifier(unread) }
      return parts
    }
    let (before, after) = (parts(old), parts(new))
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

extension ClusterAssembly {
  /// The names of the plans whose clusters are not known as a whole.
  var unknownPlans: Set<String> { Set(clusters.lazy.filter { $0.linted == nil }.map(\.plan.name)) }
}

extension Diagnostic {
  /// Whether it holds for clusters alone that a state does not know, which therefore does not show it.
  func isHidden(by unknown: Set<String>) -> Bool {
    rule != KustomizeNotComposed.documentation.id && !clusters.isEmpty && clusters.allSatisfy(unknown.contains)
  }
}
