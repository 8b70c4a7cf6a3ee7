import History

/// What steps of a walk change, compared on other threads while the walk goes on, and handed over in their order.
struct PendingChanges {
  struct Step: Sendable {
    let change: StateChange
    /// As it is told.
    let told: CommitChange
    /// Whether it is told though it changes nothing.
    let isAsked: Bool
  }

  /// Indirect: thousands of them move up when the oldest is told.
  private indirect enum Comparison {
    case done(Step)
    /// With the bytes of files that only its states may have.
    case running(Task<Step, Never>, bytes: Int)
  }

  /// The oldest first.
  private var comparisons: [Comparison] = []
  private var running = (count: 0, bytes: 0)
  private let limit: Int

  /// States live as long as a comparison needs them, and what was parsed takes many times its bytes.
  private static let byteLimit = 2 << 20
  /// Steps in which nothing differs may wait behind each one that is compared.
  private static let stepsForEach = 32

  /// - Parameter workers: With one, each step is compared at once.
  init(workers: Int) {
    limit = workers > 1 ? 48 : 0
  }

  /// Takes a step, and gives those that are to be told before another one is made.
  mutating func add(
    from old: JudgedState, to new: JudgedState, of commit: CommitDescription, isAsked: Bool,
    comparing compare: @escaping @Sendable (JudgedState, JudgedState) -> StateChange
  ) async -> [Step] {
    let step = { @Sendable () -> Step in
      let change = compare(old, new)
      return Step(change: change, told: CommitChange(commit, change), isAsked: isAsked)
    }
    if old === new || limit == 0 {
      comparisons.append(.done(step()))
    } else {
      let bytes = new.set.ownCost
      comparisons.append(.running(Task { step() }, bytes: bytes))
      running = (running.count + 1, running.bytes + bytes)
    }
    return await take(leaving: limit)
  }

  var isEmpty: Bool { comparisons.isEmpty }

  /// All that are left.
  mutating func finish() async -> [Step] { await take(leaving: 0) }

  /// - Parameter limit: So many may go on running.
  private mutating func take(leaving limit: Int) async -> [Step] {
    var steps: [Step] = []
    takeOldest: for comparison in comparisons {
      switch comparison {
      // What costs nothing to keep is told at once.
      case .done(let step): steps.append(step)
      case .running(let task, let bytes):
        let mayGoOn =
          running.count <= limit && running.bytes <= Self.byteLimit
          && comparisons.count - steps.count <= limit * Self.stepsForEach
        if limit > 0, mayGoOn { break takeOldest }
        steps.append(await task.value)
        running = (running.count - 1, running.bytes - bytes)
      }
    }
    comparisons.removeFirst(steps.count)
    return steps
  }
}
