/// Reads the commits that lead to another one, parents before children. libgit2 reads and parses each twice for that,
/// which takes longer than comparing their trees.
struct CommitWalk: ~Copyable {
  private var objects: ObjectDatabase
  private let mayBeAbsent: Bool
  /// Inflates the commits of a pack on another thread.
  private var ahead: CommitsAhead?

  /// Of one commit object: 16 MiB.
  private static let byteLimit = 16 << 20

  init(_ location: RepositoryLocation) throws(GitError) {
    objects = try location.openObjects()
    mayBeAbsent = location.isPartialClone
  }

  /// - Parameter offset: Where it lies in the pack whose commits are inflated ahead.
  /// - Returns: `nil` for one that is not here.
  mutating func commit(_ id: ObjectID, at offset: Int? = nil) throws(GitError) -> Commit? {
    if let ahead, let offset, let bytes = ahead.take(offset),
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
  mutating func commit(_ id: ObjectID, at offset: Int? = nil, onWayTo tip: ObjectID) throws(GitError) -> Commit {
    if let commit = try commit(id, at: offset) { return commit }
    throw GitError(.corrupt, attempted: "walk the history of \(tip)", reason: "the commit \(id) is missing")
  }

  /// Everything that `tip` reaches: of the parents of a merge, the first with what leads to it comes first.
  /// - Parameter workers: With more than one, another thread helps.
  mutating func commits(to tip: ObjectID, workers: Int) throws(GitError) -> [Commit] {
    let pack = objects.packed(tip)?.index
    if workers > 1 { ahead = pack.map(CommitsAhead.init) }
    defer { ahead?.stop() }
    var commits: [Commit] = []
    /// -1 for one that is to be read.
    var positions: [ObjectID: Int] = [tip: -1]
    /// How many children of a commit are not placed yet.
    var children: [Int] = []
    var waiting = WaitingCommits()
    waiting.add(tip, at: objects.packed(tip)?.offset)
    while let (id, offset) = waiting.next() {
      let commit = try commit(id, at: offset, onWayTo: tip)
      positions[id] = commits.count
      commits.append(commit)
      children.append(0)
      for parent in commit.parents where positions[parent] == nil {
        positions[parent] = -1
        let place = objects.packed(parent)
        waiting.add(parent, at: place?.index == pack ? place?.offset : nil)
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

/// Commits that are to be read, in the order in which they lie in a pack: each part of it is then read once, and in the
/// order in which another thread inflates them.
private struct WaitingCommits {
  /// The next one last.
  private var commits: [(id: ObjectID, offset: Int?)] = []

  mutating func next() -> (id: ObjectID, offset: Int?)? { commits.popLast() }

  /// - Parameter offset: `nil` for one that does not lie in the pack: it is read at once.
  mutating func add(_ id: ObjectID, at offset: Int?) {
    let own = offset ?? -1
    var (low, high) = (0, commits.count)
    while low < high {
      let middle = (low + high) / 2
      if (commits[middle].offset ?? -1) > own { low = middle + 1 } else { high = middle }
    }
    commits.insert((id, offset), at: low)
  }
}
