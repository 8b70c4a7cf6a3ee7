import Diagnostics
import GitStore
import History

/// A cluster as it was in the last commit that knew it: what it is compared with when it is known again.
struct LastKnown: Sendable {
  let cluster: JudgedCluster
  /// The name of its plan, of which all clusters are known or none.
  let plan: String
  /// In hexadecimal digits.
  let commit: String
  /// Its findings that no state shows which does not know it.
  let findings: [Diagnostic]

  /// Findings of clusters that are known again which a state that did not know them could not show.
  /// - Parameter shown: The findings of that state.
  static func findings(of clusters: [String: LastKnown], besides shown: [Diagnostic]) -> [Diagnostic] {
    if clusters.isEmpty { return [] }
    var seen = Set(shown.map { FindingKey($0).fingerprint })
    return clusters.sorted { $0.key < $1.key }.flatMap(\.value.findings)
      .filter { seen.insert(FindingKey($0).fingerprint).inserted }
  }

  /// What to keep of a commit, by the names of the clusters: those that it does not know.
  /// - Parameters:
  ///   - earlier: What is kept of its parent.
  ///   - old: The state of the parent.
  static func following(
    _ earlier: [String: LastKnown], from old: JudgedState, of parent: ObjectID, to new: JudgedState
  ) -> [String: LastKnown] {
    if new.unknownPlans.isEmpty { return [:] }
    var result = earlier.filter { new.unknownPlans.contains($0.value.plan) }
    for cluster in old.assembly.clusters where cluster.linted != nil && new.unknownPlans.contains(cluster.plan.name) {
      guard let judged = old.clusters.first(where: { $0.cluster.name == cluster.name }) else { continue }
      let shown = Set(new.findings.map { FindingKey($0.diagnostic).fingerprint })
      let own = old.findings.map(\.diagnostic).filter {
        $0.clusters.contains(cluster.name) || new.hides($0.span.file.path) && cluster.inputs.contains($0.span.file.path)
      }.filter { !shown.contains(FindingKey($0).fingerprint) }
      result[cluster.name] = LastKnown(cluster: judged, plan: cluster.plan.name, commit: parent.hex, findings: own)
    }
    return result
  }
}
