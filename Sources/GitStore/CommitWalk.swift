/// Reads the commits that lead to another one, parents before children. libgit2 reads and parses each twice for that,
/// which takes longer than comparing their trees.
struct CommitWalk: ~Copyable {
  private var objects: ObjectDatabase
  private let mayBeAbsent: Bool
  /// The pack whose commits another thread inflates.
  private var ahead: (index: HostPath, commits: CommitsAhead)?

  /// Of one commit object: 16 MiB.
  private static let byteLimit = 16 << 20

  init(_ location: RepositoryLocation) throws(GitError) {
    objects = try location.openObjects()
    mayBeAbsent = location.isPartialClone
  }

  /// - Returns: `nil` for one that is not here.
  mutating func commit(_ id: ObjectID) throws(GitError) -> Commit? {
    if let ahead, let (index, offset) = objects.packed(id), index == ahead.index, let bytes = ahead.commits.take(offset),
      let commit = bytes.withUnsafeBytes({ CommitText($0).commit(id) })
    {
      return commit
    }
    let reading = objects.read(id, type: .commit, limit: Self.byteLimit, mayBeAbsent: mayBeAbsent) {
      CommitText($0).commit(id)
    }
    let reason: String
    switch reading {
    case .value(let commit?): return commit
    case .missing: return nil
    case .value: reason = "its bytes are not a commit"
    case .tooLarge(let size): reason = "it is \(size) bytes large"
    case .failed(let message): reason = message
    }
    throw GitError(.corrupt, attempted: "read the commit \(id)", reason: reason)
  }

  /// A commit that has to be there.
  mutating func commit(_ id: ObjectID, onWayTo tip: ObjectID) throws(GitError) -> Commit {
    if let commit = try commit(id) { return commit }
    throw GitError(.corrupt, attempted: "walk the history of \(tip)", reason: "the commit \(id) is missing")
  }

  /// Everything that `tip` reaches: of the parents of a merge, the first with what leads to it comes first.
  /// - Parameter workers: With more than one, another thread helps.
  mutating func commits(to tip: ObjectID, workers: Int) throws(GitError) -> [Commit] {
    if workers > 1, let (index, _) = objects.packed(tip) { ahead = (index, CommitsAhead(index)) }
    defer { ahead?.commits.stop() }
    var commits: [Commit] = []
    var positions: [ObjectID: Int] = [:]
    /// How many children of a commit are not placed yet.
    var children: [Int] = []
    // The nearest first: as they were made, and so as they lie in packs.
    var found = [tip]
    positions[tip] = 0
    while commits.count < found.count {
      let commit = try commit(found[commits.count], onWayTo: tip)
      commits.append(commit)
      children.append(0)
      for parent in commit.parents where positions[parent] == nil {
        positions[parent] = found.count
        found.append(parent)
      }
    }
    let parents = commits.map { commit in commit.parents.compactMap { positions[$0] } }
    for parent in parents.joined() { children[parent] += 1 }
    var order: [Int] = []
    order.reserveCapacity(commits.count)
    var ready = [0]
    while let position = ready.popLast() {
      order.append(position)
      for parent in parents[position] {
        children[parent] -= 1
        if children[parent] == 0 { ready.append(parent) }
      }
    }
    return order.reversed().map { commits[$0] }
  }
}
