import Diagnostics
import GitStore
import Rules
import SourceText

/// Goes from commit to commit and knows the state of each as long as a child of it is to come.
struct HistoryWalk {
  private let reader: ManifestReader
  private let judge: StateJudge
  private let ahead: ReadAhead?
  /// The walk as one of those who read ahead.
  private var ownReading: ReadAhead.Reader
  /// How many steps were made.
  private var position = 0
  /// The states of the commits and trees that are still needed, by the tree.
  private var states: [ObjectID: Known] = [:]
  /// How many comparisons with a commit are to come.
  private var uses: [ObjectID: Int] = [:]
  /// The trees of commits that comparisons are to come with.
  private var trees: [ObjectID: ObjectID] = [:]
  /// How many of them have a tree: a merge often has that of the branch it merges.
  private var holders: [ObjectID: Int] = [:]
  /// What is kept of the same commits beside their states, and of those that were looked back from.
  private var earlier: [ObjectID: EarlierState] = [:]
  /// Those of them that were stepped to.
  private var stepped: Set<ObjectID> = []
  /// The same of the last commit that was stepped to.
  private(set) var earlierOfLast = EarlierState()
  private var last: (tree: ObjectID?, known: Known)

  private struct Known {
    let set: ManifestSet
    let state: JudgedState
  }

  private let empty: Known

  /// - Parameter ahead: Reads the steps in the order in which they will be made.
  init(reader: ManifestReader, judge: StateJudge, commits: [Commit], ahead: ReadAhead? = nil) {
    self.reader = reader
    self.ahead = ahead
    ownReading = ReadAhead.Reader(reader.objects)
    self.judge = judge
    empty = Known(set: .empty, state: judge.empty())
    last = (nil, empty)
    uses.reserveCapacity(commits.count)
    for index in commits.indices {
      for parent in commits[index].parents { uses[parent, default: 0] += 1 }
    }
  }

  /// What could not be read.
  var notifications: [Notification] { reader.notifications }

  /// The state of a tree; `nil` is the empty one. Read as its difference from the last tree that was looked at.
  mutating func state(of tree: ObjectID?) async throws -> JudgedState {
    let known = try await known(tree)
    return known.state.of(known.set)
  }

  private mutating func known(_ tree: ObjectID?) async throws -> Known {
    guard let tree else { return empty }
    if let known = states[tree] { return known }
    return try await fromLast(to: tree)
  }

  private mutating func fromLast(to tree: ObjectID) async throws -> Known {
    if last.tree == tree { return last.known }
    let reading = StepReading(changes: try reader.objects.changes(from: last.tree, to: tree))
    let known = await next(after: last.known, reading, tree)
    last = (tree, known)
    return known
  }

  private func next(after known: Known, _ reading: StepReading, _ tree: ObjectID) async -> Known {
    let set = reader.set(after: reading, from: known.set)
    let changes = reading.changes
    let composed = known.state.composedPaths
    let isSame = set.read === known.set.read && (composed.isEmpty || !changes.contains { composed.contains($0.path) })
    if isSame { return set === known.set ? known : Known(set: set, state: known.state) }
    // Kustomizations and deliveries of nothing that is ours.
    if !known.state.hasOwn, set.generators.isEmpty, set.hasSameFiles(as: known.set) { return Known(set: set, state: known.state) }
    let state = await judge.judge(
      set, after: known.state, changed: Set(changes.map(\.path)), tree: { HistoricTree(tree, reader) },
      source: { reader.source($0, at: $1) })
    return Known(set: set, state: state)
  }

  /// The states before and after a commit, with what is kept beside the one before, and whether the paths that were
  /// asked for differ in it; `nil` when nothing does that concerns them.
  mutating func step(
    from parent: ObjectID?, to commit: Commit, in repository: GitRepository
  ) async throws -> (old: JudgedState, new: JudgedState, earlier: EarlierState, isAsked: Bool)? {
    let before = try parent.map { try tree(of: $0, in: repository) }
    let old = try await known(before)
    defer { position += 1 }
    let new: Known
    var isAsked = true
    if let known = states[commit.tree], !judge.paths.isRestricted {
      new = known
    } else {
      let reading = try await reading(from: before, to: commit.tree)
      isAsked = !judge.paths.isRestricted || reading.changes.contains { judge.paths.contains($0.path) }
      if let known = states[commit.tree] { new = known } else { new = await next(after: old, reading, commit.tree) }
    }
    // Most commits change nothing of ours.
    if let parent, old.state !== new.state || !stepped.contains(parent) {
      var wanted = EarlierSearch.Wanted(from: old.state.of(old.set), to: new.state)
      // A parent that the walk did not come by.
      wanted.objects = earlier[parent] == nil && !stepped.contains(parent)
      let known = try await lookBack(
        from: parent, old.state, for: wanted, besides: earlier[parent] ?? EarlierState(), in: repository)
      if wanted.objects || !known.isEmpty { earlier[parent] = known }
    }
    keep(new, for: commit, after: old, of: parent)
    if !isAsked, old.state === new.state { return nil }
    let exact = old.state === new.state ? old.state : old.state.of(old.set)
    return (exact, new.state, parent.flatMap { earlier[$0] } ?? EarlierState(), isAsked)
  }

  private mutating func reading(from old: ObjectID?, to new: ObjectID) async throws -> StepReading {
    if let reading = try await ahead?.reading(position, from: old, to: new, &ownReading) { return reading }
    return StepReading(changes: try reader.objects.changes(from: old, to: new))
  }

  private mutating func keep(_ known: Known, for commit: Commit, after old: Known, of parent: ObjectID?) {
    let isUsed = uses[commit.id, default: 0] > 0
    earlierOfLast = EarlierState()
    if !earlier.isEmpty || old.state !== known.state {
      let before = parent.flatMap { earlier[$0] } ?? EarlierState()
      let own = EarlierState.following(before, from: old.state, of: parent, to: known.state)
      earlierOfLast = earlier[commit.id] ?? EarlierState()
      earlierOfLast.merge(own)
      if isUsed, !own.isEmpty { earlier[commit.id] = earlierOfLast }
    }
    last = (commit.tree, known)
    guard isUsed else { return }
    remember(commit.tree, of: commit.id)
    stepped.insert(commit.id)
    states[commit.tree] = known
  }

  private mutating func tree(of commit: ObjectID, in repository: GitRepository) throws -> ObjectID {
    if let tree = trees[commit] { return tree }
    guard let found = try repository.commit(commit) else {
      throw GitError.shallow("compare with the commit \(commit)", reason: "it is not here")
    }
    remember(found.tree, of: commit)
    return found.tree
  }

  private mutating func remember(_ tree: ObjectID, of commit: ObjectID) {
    if trees.updateValue(tree, forKey: commit) == nil { holders[tree, default: 0] += 1 }
  }

  private mutating func forgetTree(of commit: ObjectID) {
    guard let tree = trees.removeValue(forKey: commit), let count = holders[tree] else { return }
    holders[tree] = count > 1 ? count - 1 : nil
    if count == 1 { states[tree] = nil }
  }

  /// What the clusters of a commit were before, where it does not tell: looked for along first parents, in so many
  /// commits and no more. Nothing is fetched for that.
  /// - Parameters:
  ///   - state: The state of the commit.
  ///   - known: What is kept beside it already.
  /// - Returns: What is known of it now.
  mutating func lookBack(
    from commit: ObjectID?, _ state: JudgedState, for wanted: EarlierSearch.Wanted,
    besides known: EarlierState = EarlierState(), in repository: GitRepository
  ) async throws -> EarlierState {
    var search = EarlierSearch(of: state, for: wanted.besides(known))
    guard let commit, !search.isDone, !reader.objects.isPartialClone else { return known }
    // The next step reads its trees as differences from what is near.
    let near = last
    defer { last = near }
    let ends = repository.shallowBoundary()
    var newer = state
    var next = try repository.commit(commit)
    if let tree = next?.tree, !wanted.standIns.isEmpty { newer = try await standingIn(wanted.standIns, tree) }
    for _ in 0..<Self.mostCommitsBack {
      guard !search.isDone, let child = next, !ends.contains(child.id) else { break }
      try Task.checkCancellation()
      guard let parent = child.parents.first else {
        search.step(backTo: empty.state, of: nil, from: newer)
        break
      }
      next = try repository.commit(parent)
      guard let tree = next?.tree else { break }
      let older = try await wanted.standIns.isEmpty ? self.known(tree).state : fromLast(to: tree).state
      search.step(backTo: older, of: parent, from: newer)
      newer = older
    }
    var result = known
    result.merge(search.found)
    return result
  }

  /// The state of a tree that takes files which it does not read for what they are in another one. Those behind it
  /// follow from it.
  private mutating func standingIn(_ files: [HistoricFile], _ tree: ObjectID) async throws -> JudgedState {
    let own = try await known(tree)
    let set = own.set.standingIn(files)
    let state = await judge.judge(
      set, after: own.state, changed: [], tree: { [reader] in HistoricTree(tree, reader) },
      source: { [reader] in reader.source($0, at: $1) })
    last = (tree, Known(set: set, state: state))
    return state
  }

  /// What the clusters of a commit were before, where two states are compared and the older one does not tell.
  mutating func lookBack(
    from commit: ObjectID?, from old: JudgedState, to new: JudgedState, in repository: GitRepository
  ) async throws -> EarlierState {
    var wanted = EarlierSearch.Wanted(from: old, to: new)
    wanted.objects = true
    return try await lookBack(from: commit, old, for: wanted, in: repository)
  }

  private static let mostCommitsBack = 200

  /// Forgets the states that no commit to come is compared with.
  mutating func finish(_ commit: Commit) {
    for parent in commit.parents {
      guard let left = uses[parent] else { continue }
      uses[parent] = left - 1
      if left == 1 {
        uses[parent] = nil
        earlier[parent] = nil
        stepped.remove(parent)
        forgetTree(of: parent)
      }
    }
  }
}
