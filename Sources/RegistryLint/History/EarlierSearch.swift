import GitStore
import History
import Rules

/// Goes back from a state to find what its clusters were before, where the state does not tell.
struct EarlierSearch {
  /// What is looked for.
  struct Wanted {
    /// Plans whose clusters the state does not know, by their names.
    var plans: Set<String> = []
    /// What the newer state has in files of such plans that the state does not read, and knows nothing of.
    var standIns: [HistoricFile] = []
    /// Clusters that the operator refuses, by their names.
    var frozen: Set<String> = []
    /// What clusters have of objects that their API servers refuse.
    var objects = false

    /// Nothing.
    init() {}

    /// What is asked of a state when another one is compared with it: clusters that the new one knows again, or that it
    /// has no more, and those that the operator refuses no more.
    init(from old: JudgedState, to new: JudgedState) {
      if old === new { return }
      plans = old.unknownPlans.subtracting(new.unknownPlans)
      takeUnread(old, new)
      guard old.clusters.contains(where: \.cluster.isFrozen) else { return }
      for (before, after) in ClusterPairs(from: old, to: new, pairsSingles: false).changed {
        guard let before, before.cluster.isFrozen, after?.cluster.isFrozen != true else { continue }
        frozen.insert(before.cluster.name)
      }
    }

    /// Clusters of which only the new state knows that there is more in files than the old one reads.
    private mutating func takeUnread(_ old: JudgedState, _ new: JudgedState) {
      if old.set.unread.isEmpty { return }
      let changed = ClusterPairs(from: old, to: new, pairsSingles: false).changed.compactMap(\.1?.cluster.name)
      for cluster in new.assembly.clusters where changed.contains(cluster.name) {
        let files = old.unread(of: cluster, besides: new).compactMap { new.set.file(at: $0.path) }
        if files.isEmpty { continue }
        plans.insert(cluster.plan.name)
        standIns += files
      }
    }

    var isEmpty: Bool { plans.isEmpty && frozen.isEmpty && !objects }

    /// Without what is known already.
    func besides(_ known: EarlierState) -> Wanted {
      var result = self
      result.plans.subtract(known.clusters.values.map(\.plan))
      result.frozen.subtract(known.written.keys)
      return result
    }
  }

  private var accepted: AcceptedSearch?
  private var plans: Set<String>
  private var clusters: [String: LastKnown] = [:]
  private var written: WrittenSearch

  init(of state: JudgedState, for wanted: Wanted) {
    accepted = wanted.objects ? AcceptedSearch(of: state) : nil
    plans = wanted.plans
    written = WrittenSearch(of: wanted.frozen)
  }

  var isDone: Bool { accepted?.isDone != false && plans.isEmpty && written.isDone }

  var found: EarlierState {
    EarlierState(clusters: clusters, objects: accepted?.found ?? [:], written: written.found)
  }

  /// - Parameter commit: The one that the older state is of; `nil` for the one before the first.
  mutating func step(backTo older: JudgedState, of commit: ObjectID?, from newer: JudgedState) {
    if older === newer { return }
    accepted?.step(backTo: older, of: commit, from: newer)
    written.step(backTo: older, of: commit, from: newer)
    if !plans.isDisjoint(with: older.unknownPlans.symmetricDifference(newer.unknownPlans)), let commit {
      let known = LastKnown.following([:], from: older, of: commit, to: newer)
      clusters.merge(known.filter { plans.contains($0.value.plan) }) { first, _ in first }
    }
    // Where the clusters of a plan are known, or are not there, there is nothing older of them.
    plans.formIntersection(older.unknownPlans)
  }
}

/// Goes back from a state and finds its clusters as they were when the operator wrote their files last.
private struct WrittenSearch {
  /// The names of the clusters in the state that was reached, by those in the first one.
  private var names: [String: String]
  /// By the names of the clusters in the first state.
  private(set) var found: [String: LastWritten] = [:]

  var isDone: Bool { names.isEmpty }

  init(of clusters: Set<String>) {
    names = Dictionary(uniqueKeysWithValues: clusters.map { ($0, $0) })
  }

  mutating func step(backTo older: JudgedState, of commit: ObjectID?, from newer: JudgedState) {
    if names.isEmpty { return }
    // Clusters that both states share are not among the pairs.
    for (before, after) in ClusterPairs(from: older, to: newer, pairsSingles: false).changed {
      guard let name = after?.cluster.name else { continue }
      for (first, current) in names where current == name {
        names[first] = before.flatMap { $0.cluster.isFrozen ? $0.cluster.name : nil }
        guard let before, !before.cluster.isFrozen, !before.holdsRefused, let commit else { continue }
        found[first] = LastWritten(cluster: before.cluster, commit: commit.hex)
      }
    }
  }
}

/// Goes back from a state and finds what its clusters have of the objects that their API servers refuse.
private struct AcceptedSearch {
  private struct Wanted {
    /// The name of the cluster in the state that was reached.
    var name: String
    var left: Set<LintedChange.Identity>
  }

  /// By the names of the clusters in the first state.
  private var wanted: [String: Wanted] = [:]
  /// By the same names.
  private(set) var found: [String: AcceptedStates.Objects] = [:]

  var isDone: Bool { wanted.isEmpty }

  init(of state: JudgedState) {
    for cluster in state.clusters where cluster.holdsRefused {
      let refused = Set(cluster.cluster.resources.filter(\.isRefused).map(LintedChange.Identity.init))
      wanted[cluster.cluster.name] = Wanted(name: cluster.cluster.name, left: refused)
    }
  }

  /// - Parameter commit: The one that the older state is of; `nil` for the one before the first.
  mutating func step(backTo older: JudgedState, of commit: ObjectID?, from newer: JudgedState) {
    if older === newer { return }
    // Clusters that both states share are not among the pairs.
    for (before, after) in ClusterPairs(from: older, to: newer, pairsSingles: false).changed {
      guard let name = after?.cluster.name else { continue }
      for (first, var search) in wanted where search.name == name {
        let had = OldObjects(of: before, in: older, commit)
        for identity in search.left {
          guard let known = had.known(identity) else { continue }
          found[first, default: [:]][identity] = known
          search.left.remove(identity)
        }
        search.name = before?.cluster.name ?? name
        wanted[first] = before == nil || search.left.isEmpty ? nil : search
      }
    }
  }
}
