import GitStore
import SourceText

/// Goes from commit to commit and knows the state of each as long as a child of it is to come.
struct HistoryWalk {
  private let reader: ManifestReader
  private let judge: StateJudge
  /// The states of the commits and trees that are still needed, by the tree.
  private var states: [ObjectID: Known] = [:]
  /// How many comparisons with a commit are to come.
  private var uses: [ObjectID: Int] = [:]
  private var trees: [ObjectID: ObjectID] = [:]
  private var last: (tree: ObjectID?, known: Known)

  private struct Known {
    let set: ManifestSet
    let state: JudgedState
  }

  init(reader: ManifestReader, judge: StateJudge, commits: [Commit]) {
    self.reader = reader
    self.judge = judge
    last = (nil, Known(set: .empty, state: judge.judge(.empty, after: nil)))
    for commit in commits {
      for parent in commit.parents { uses[parent, default: 0] += 1 }
    }
  }

  /// The state of a tree; `nil` is the empty one. Read as its difference from the last tree that was looked at.
  mutating func state(of tree: ObjectID?) throws -> JudgedState { try known(tree).state }

  private mutating func known(_ tree: ObjectID?) throws -> Known {
    guard let tree else { return Known(set: .empty, state: judge.judge(.empty, after: nil)) }
    if let known = states[tree] { return known }
    if last.tree == tree { return last.known }
    let changes = try reader.objects.changes(from: last.tree, to: tree)
    let known = next(after: last.known, changes)
    last = (tree, known)
    return known
  }

  private func next(after known: Known, _ changes: [TreeChange]) -> Known {
    let set = reader.set(after: changes, from: known.set)
    return set === known.set ? known : Known(set: set, state: judge.judge(set, after: known.state))
  }

  /// The states before and after a commit; `nil` when the paths that were asked for do not differ in it.
  mutating func step(
    from parent: ObjectID?, to commit: Commit, in repository: GitRepository
  ) throws -> (old: JudgedState, new: JudgedState)? {
    let before = try parent.map { try tree(of: $0, in: repository) }
    let old = try known(before)
    let changes = try reader.objects.changes(from: before, to: commit.tree)
    if reader.isRestricted, !changes.contains(where: { reader.isSelected($0.path) }) {
      keep(old, for: commit)
      return nil
    }
    let new = states[commit.tree] ?? next(after: old, changes)
    keep(new, for: commit)
    return (old.state, new.state)
  }

  private mutating func keep(_ known: Known, for commit: Commit) {
    trees[commit.id] = commit.tree
    last = (commit.tree, known)
    if uses[commit.id, default: 0] > 0 { states[commit.tree] = known }
  }

  private mutating func tree(of commit: ObjectID, in repository: GitRepository) throws -> ObjectID {
    if let tree = trees[commit] { return tree }
    guard let found = try repository.commit(commit) else {
      throw GitError.shallow("compare with the commit \(commit)", reason: "it is not here")
    }
    trees[commit] = found.tree
    return found.tree
  }

  /// Forgets the states that no commit to come is compared with.
  mutating func finish(_ commit: Commit) {
    for parent in commit.parents {
      guard let left = uses[parent] else { continue }
      uses[parent] = left - 1
      if left == 1 {
        uses[parent] = nil
        if let tree = trees.removeValue(forKey: parent) { states[tree] = nil }
      }
    }
  }
}
