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
    var reader = Reader(ObjectReader(repository))
    while !Task.isCancelled {
      goOn(&reader)
      let mayBegin = reader.mayBegin
      let (chunk, isDone, isOver) = state.withLock {
        (mayBegin ? $0.claim(count: count) : nil, $0.next == count, $0.isOver)
      }
      if isOver { return }
      if let chunk {
        begin(chunk, &reader)
        // With as many workers as threads, the walk would wait for all of them.
        await Task.yield()
      } else if reader.isWaiting {
        finishFirst(&reader)
      } else if isDone {
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
  ///   - reader: The walk's own.
  /// - Returns: `nil` when that step was to be another one, as behind a commit that is not among those of the range.
  func reading(
    _ position: Int, from old: ObjectID?, to new: ObjectID, _ reader: inout Reader
  ) async throws -> StepReading? {
    guard position < steps.count, let step = steps[position], step == (old, new) else { return nil }
    let chunk = position / Self.chunk
    while true {
      let mayBegin = reader.mayBegin
      let (readings, next, idle) = state.withLock { state -> ([Reading]?, Int?, [CheckedContinuation<Void, Never>]) in
        let idle = state.advance(to: chunk)
        if let known = state.readings[chunk] { return (known, nil, idle) }
        return (nil, mayBegin ? state.claim(count: count) : nil, idle)
      }
      for worker in idle { worker.resume() }
      if let readings { return try readings[position % Self.chunk].get() }
      if let next {
        begin(next, &reader)
        goOn(&reader)
      } else if reader.isWaiting {
        finishFirst(&reader)
      } else {
        await waitForChunk(chunk)
      }
    }
  }

  private var count: Int { (steps.count + Self.chunk - 1) / Self.chunk }

  /// Who reads chunks, with those that it has begun: of versions of a file another one may look at the same time, and
  /// in place of waiting for that there is the next chunk.
  struct Reader {
    fileprivate let objects: ObjectReader
    /// The first one is wanted first.
    fileprivate var open: [OpenChunk] = []

    init(_ objects: ObjectReader) { self.objects = objects }

    fileprivate var mayBegin: Bool { open.count < 4 }
    fileprivate var isWaiting: Bool { !open.isEmpty }
  }

  fileprivate struct OpenChunk {
    let number: Int
    let changes: [Result<[TreeChange], GitError>]
    var contents: [[BlobAtPath: BlobContent]]
    var cost = 0
    /// What another reader was at, and where it belongs.
    var busy: [(step: Int, key: BlobAtPath)] = []

    mutating func take(_ content: BlobContent, of key: BlobAtPath, _ step: Int) {
      cost += content.cost
      contents[step][key] = content
    }

    var readings: [Reading] {
      zip(changes, contents).map { changes, contents in
        changes.map { StepReading(changes: $0, contents: contents) }
      }
    }
  }

  /// Compares the trees of a chunk and reads the blobs that nobody else is at.
  private func begin(_ number: Int, _ reader: inout Reader) {
    let start = number * Self.chunk
    let changes = steps[start..<min(start + Self.chunk, steps.count)].map { step -> Result<[TreeChange], GitError> in
      guard let step else { return .success([]) }
      do throws(GitError) {
        return .success(try reader.objects.changes(from: step.old, to: step.new))
      } catch {
        return .failure(error)
      }
    }
    var chunk = OpenChunk(number: number, changes: changes, contents: Array(repeating: [:], count: changes.count))
    for (step, result) in changes.enumerated() {
      guard case .success(let changes) = result else { continue }
      for key in changes.lazy.compactMap(blobs.key) where chunk.cost < Self.costLimit && isNew(key.blob) {
        if let content = blobs.contentUnlessBusy(of: key, in: reader.objects) {
          chunk.take(content, of: key, step)
        } else {
          chunk.busy.append((step, key))
        }
      }
    }
    if chunk.busy.isEmpty { deliver(chunk) } else { reader.open.append(chunk) }
  }

  /// Reads what nobody else is at any more of the chunks that were begun.
  private func goOn(_ reader: inout Reader) {
    for index in reader.open.indices {
      var left: [(step: Int, key: BlobAtPath)] = []
      for (step, key) in reader.open[index].busy {
        if let content = blobs.contentUnlessBusy(of: key, in: reader.objects) {
          reader.open[index].take(content, of: key, step)
        } else {
          left.append((step, key))
        }
      }
      reader.open[index].busy = left
    }
    for chunk in reader.open where chunk.busy.isEmpty { deliver(chunk) }
    reader.open.removeAll { $0.busy.isEmpty }
  }

  /// Waits for what others are at of the first chunk: there is nothing else to read.
  private func finishFirst(_ reader: inout Reader) {
    var chunk = reader.open.removeFirst()
    for (step, key) in chunk.busy { chunk.take(blobs.content(of: key, in: reader.objects), of: key, step) }
    deliver(chunk)
  }

  private func isNew(_ blob: ObjectID) -> Bool {
    state.withLock { state in
      if state.seen[blob] != nil { return false }
      state.seen.insert((), for: blob, cost: 1)
      return true
    }
  }

  private func deliver(_ chunk: OpenChunk) {
    let readings = chunk.readings
    let walk = state.withLock { state -> CheckedContinuation<Void, Never>? in
      state.readings[chunk.number] = readings
      state.cost += readings.cost
      guard chunk.number == state.wanted else { return nil }
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
