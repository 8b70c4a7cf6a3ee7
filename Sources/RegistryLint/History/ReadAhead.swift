import GitStore
import Synchronization

/// Reads the steps of a walk before it comes to them, on other workers, each with a repository of its own. Only the
/// time that something takes depends on them: whatever was not read ahead is read by the walk itself.
final class ReadAhead: Sendable {
  private let steps: [Step?]
  private let blobs: BlobReading
  private let repository: GitRepository
  private let state: Mutex<State>

  /// The trees that the walk compares; `nil` is the empty one.
  typealias Step = (old: ObjectID?, new: ObjectID)

  fileprivate typealias Reading = Result<StepReading, GitError>

  fileprivate struct State {
    /// The first chunk of steps that nobody has taken.
    var next = 0
    /// The chunk that the walk is at.
    var wanted = 0
    var readings: [Int: [Reading]] = [:]
    /// Bytes that `readings` keep in memory.
    var cost = 0
    /// Blobs that were read for some step: most come more than once.
    var seen = RecentValues<ObjectID, Void>(limit: 1 << 18)
    var isOver = false
    /// Workers without anything to do until the walk has come further.
    var idle: [CheckedContinuation<Void, Never>] = []
    /// The walk, while somebody reads its chunk.
    var walk: CheckedContinuation<Void, Never>?
  }

  /// Steps that are read in one go.
  fileprivate static let chunk = 16
  /// Chunks that wait for the walk.
  fileprivate static let window = 32
  /// No chunk is begun while readings of so many bytes wait, and one that has them leaves the rest to the walk.
  fileprivate static let costLimit = 2 << 20

  /// - Parameter steps: Those that the walk will make; `nil` for one that needs no reading.
  init(_ steps: [Step?], _ blobs: BlobReading, of repository: GitRepository) {
    self.steps = steps
    self.blobs = blobs
    self.repository = repository
    state = Mutex(State())
  }

  /// How many workers there should be beside the walk, which is one itself.
  static func workers(_ wanted: Int, steps: Int) -> Int { max(0, min(wanted, (steps + chunk - 1) / chunk) - 1) }

  /// A worker: reads until there is no more or the walk is over.
  func work() async {
    let objects = ObjectReader(repository)
    while !Task.isCancelled {
      let (chunk, isOver) = state.withLock { ($0.claim(count: count), $0.isOver || $0.next == count) }
      if let chunk {
        deliver(read(chunk, objects), of: chunk)
        // With as many workers as threads, the walk would wait for all of them.
        await Task.yield()
      } else if isOver {
        return
      } else {
        await waitForRoom()
      }
    }
  }

  /// Lets the workers end.
  func stop() {
    let idle = state.withLock { state in
      state.isOver = true
      return state.takeIdle()
    }
    for worker in idle { worker.resume() }
  }

  /// The reading of a step; the walk asks for one after the other. While others read its chunk, it reads another one.
  /// - Parameters:
  ///   - position: Which of the steps, from 0.
  ///   - objects: The walk's own.
  /// - Returns: `nil` when that step was to be another one, as behind a commit that is not among those of the range.
  func reading(
    _ position: Int, from old: ObjectID?, to new: ObjectID, _ objects: ObjectReader
  ) async throws -> StepReading? {
    guard position < steps.count, let step = steps[position], step == (old, new) else { return nil }
    let chunk = position / Self.chunk
    while true {
      let (readings, next, idle) = state.withLock { state -> ([Reading]?, Int?, [CheckedContinuation<Void, Never>]) in
        let idle = state.advance(to: chunk)
        if let known = state.readings[chunk] { return (known, nil, idle) }
        return (nil, state.claim(count: count), idle)
      }
      for worker in idle { worker.resume() }
      if let readings { return try readings[position % Self.chunk].get() }
      if let next { deliver(read(next, objects), of: next) } else { await waitForChunk(chunk) }
    }
  }

  private var count: Int { (steps.count + Self.chunk - 1) / Self.chunk }

  private func read(_ chunk: Int, _ objects: ObjectReader) -> [Reading] {
    let start = chunk * Self.chunk
    let changes = steps[start..<min(start + Self.chunk, steps.count)].map { step -> Result<[TreeChange], GitError> in
      guard let step else { return .success([]) }
      do throws(GitError) {
        return .success(try objects.changes(from: step.old, to: step.new))
      } catch {
        return .failure(error)
      }
    }
    var cost = 0
    var contents: [[BlobAtPath: BlobContent]] = Array(repeating: [:], count: changes.count)
    func take(_ content: BlobContent, of key: BlobAtPath, _ step: Int) {
      cost += content.cost
      contents[step][key] = content
    }
    // What another worker is at comes last.
    var busy: [(step: Int, key: BlobAtPath)] = []
    for (step, result) in changes.enumerated() {
      guard case .success(let changes) = result else { continue }
      for key in changes.lazy.compactMap(blobs.key) where cost < Self.costLimit && isNew(key.blob) {
        if let content = blobs.contentUnlessBusy(of: key, in: objects) {
          take(content, of: key, step)
        } else {
          busy.append((step, key))
        }
      }
    }
    for (step, key) in busy { take(blobs.content(of: key, in: objects), of: key, step) }
    return zip(changes, contents).map { changes, contents in
      changes.map { StepReading(changes: $0, contents: contents) }
    }
  }

  private func isNew(_ blob: ObjectID) -> Bool {
    state.withLock { state in
      if state.seen[blob] != nil { return false }
      state.seen.insert((), for: blob, cost: 1)
      return true
    }
  }

  private func deliver(_ readings: [Reading], of chunk: Int) {
    let walk = state.withLock { state -> CheckedContinuation<Void, Never>? in
      state.readings[chunk] = readings
      state.cost += readings.cost
      guard chunk == state.wanted else { return nil }
      defer { state.walk = nil }
      return state.walk
    }
    walk?.resume()
  }

  private func waitForRoom() async {
    await withCheckedContinuation { worker in
      let hasRoom = state.withLock { state in
        if state.isOver || state.mayClaim(count: count) || state.next == count { return true }
        state.idle.append(worker)
        return false
      }
      if hasRoom { worker.resume() }
    }
  }

  private func waitForChunk(_ chunk: Int) async {
    await withCheckedContinuation { walk in
      let isThere = state.withLock { state in
        if state.readings[chunk] != nil { return true }
        state.walk = walk
        return false
      }
      if isThere { walk.resume() }
    }
  }
}

extension ReadAhead.State {
  fileprivate func mayClaim(count: Int) -> Bool {
    guard !isOver, next < count else { return false }
    return next <= wanted || (next - wanted < ReadAhead.window && cost < ReadAhead.costLimit)
  }

  fileprivate mutating func claim(count: Int) -> Int? {
    guard mayClaim(count: count) else { return nil }
    defer { next += 1 }
    return next
  }

  /// Gives the workers that have something to do again.
  fileprivate mutating func advance(to chunk: Int) -> [CheckedContinuation<Void, Never>] {
    guard chunk > wanted else { return [] }
    for old in wanted..<chunk { cost -= readings.removeValue(forKey: old)?.cost ?? 0 }
    wanted = chunk
    return takeIdle()
  }

  fileprivate mutating func takeIdle() -> [CheckedContinuation<Void, Never>] {
    defer { idle = [] }
    return idle
  }
}

extension [ReadAhead.Reading] {
  fileprivate var cost: Int {
    reduce(0) { sum, reading in
      guard case .success(let reading) = reading else { return sum }
      return reading.contents.values.reduce(sum) { $0 + $1.cost }
    }
  }
}
