import Synchronization

/// Inflates the commits of a pack on another thread, in the order in which they lie there, which is nearly the order in
/// which a walk asks for them: half of the time of a walk is inflating.
///
/// Only the time that something takes depends on it: what is not here yet, the walk reads itself.
final class CommitsAhead: Sendable {
  private let index: HostPath
  private let state = Mutex(State())

  private struct State {
    /// Where it goes on; `nil` behind the last commit of a stretch.
    var next: Int?
    /// By where they lie.
    var commits: [Int: [UInt8]] = [:]
    var isRunning = false
    var isOver = false
    /// Commits of the stretch that is read.
    var length = 0
    /// How often the walk goes on by itself before another stretch is read: in packs that grew by and by, commits lie
    /// in many short ones.
    var rest = 0
    var pause = 1

    mutating func mayStart(at offset: Int, isKnown: Bool) -> Bool {
      if isRunning || isOver { return false }
      if next != nil { return commits.count < CommitsAhead.limit / 2 }
      if isKnown { return false }
      if rest > 0 {
        rest -= 1
        return false
      }
      next = offset
      return true
    }

    /// A stretch is at its end.
    mutating func learn() {
      pause = length < CommitsAhead.batch ? min(pause * 2, CommitsAhead.limit) : 1
      rest = pause
      length = 0
    }
  }

  /// Commits that are handed over at once.
  fileprivate static let batch = 32
  /// It waits while so many commits were not asked for.
  fileprivate static let limit = 4096
  /// Larger commits are left to the walk.
  private static let byteLimit = 64 << 10

  /// - Parameter index: The path of the index of a pack.
  init(_ index: HostPath) {
    self.index = index
  }

  /// The bytes of the commit at an offset, once; `nil` when they are not here. Those behind it are read next.
  func take(_ offset: Int) -> [UInt8]? {
    let (bytes, starts) = state.withLock { state in
      let bytes = state.commits.removeValue(forKey: offset)
      let starts = state.mayStart(at: offset, isKnown: bytes != nil)
      if starts { state.isRunning = true }
      return (bytes, starts)
    }
    if starts { Task.detached { [self] in run() } }
    return bytes
  }

  /// Nothing more is asked for.
  func stop() { state.withLock { $0.isOver = true } }

  private func run() {
    let pack = PackFile(index: index)
    let inflater = Inflater()
    var next = state.withLock { $0.next }
    var goesOn = true
    while goesOn {
      var batch: [(offset: Int, bytes: [UInt8])] = []
      while batch.count < Self.batch, let offset = next {
        next = pack?.commit(at: offset, inflater, limit: Self.byteLimit) { batch.append((offset, $0)) }
      }
      goesOn = state.withLock { state in
        state.next = next
        state.length += batch.count
        for (offset, bytes) in batch { state.commits[offset] = bytes }
        if next == nil { state.learn() }
        state.isRunning = next != nil && !state.isOver && state.commits.count < Self.limit
        return state.isRunning
      }
    }
  }
}

extension PackFile {
  /// Goes over what lies among the commits of a pack: commits, deltas of commits and tags.
  /// - Parameters:
  ///   - limit: of larger ones nothing behind is looked at.
  ///   - body: Takes the bytes of a commit; not of one that is kept as a delta.
  /// - Returns: Where the next object lies; `nil` behind the last commit.
  fileprivate func commit(
    at offset: Int, _ inflater: borrowing Inflater, limit: Int, _ body: ([UInt8]) -> Void
  ) -> Int? {
    guard let object = object(at: offset), object.size <= limit else { return nil }
    let isCommit: Bool
    switch object.form {
    case .whole(.commit): isCommit = true
    case .delta, .tag: isCommit = false
    case .whole: return nil
    }
    guard let (bytes, end) = contents(of: object, inflater) else { return nil }
    if isCommit { body(bytes) }
    return end
  }
}
