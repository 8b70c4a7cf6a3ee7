/// Reads the commits that lead to another one, parents before children. libgit2 reads and parses each twice for that,
/// which takes longer than comparing their trees.
struct CommitWalk: ~Copyable {
  private var objects: ObjectDatabase
  private let mayBeAbsent: Bool

  /// Of one commit object: 16 MiB.
  private static let byteLimit = 16 << 20

  init(_ location: RepositoryLocation) throws(GitError) {
    objects = try location.openObjects()
    mayBeAbsent = location.isPartialClone
  }

  /// - Returns: `nil` for one that is not here.
  mutating func commit(_ id: ObjectID) throws(GitError) -> Commit? {
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
  mutating func commits(to tip: ObjectID) throws(GitError) -> [Commit] {
    var commits: [Commit] = []
    var positions: [ObjectID: Int] = [:]
    /// How many children of a commit are not placed yet.
    var children: [Int] = []
    var next = [tip]
    while let id = next.popLast() {
      if positions[id] != nil { continue }
      let commit = try commit(id, onWayTo: tip)
      positions[id] = commits.count
      commits.append(commit)
      children.append(0)
      next += commit.parents
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
