import History

/// What steps of a walk change, compared on other threads while the walk goes on, and handed over in their order.
struct PendingChanges {
  struct Step: Sendable {
    let change: StateChange
    /// As it is told.
    let told: CommitChange
  }

  private enum Comparison {
    case done(Step)
    case running(Task<Step, Never>)
  }

  /// The oldest at the end.
  private var comparisons: [Comparison] = []
  private let limit: Int

  /// - Parameter workers: With one, each step is compared at once.
  init(workers: Int) {
    // States live as long as a comparison needs them.
    limit = workers > 1 ? 16 : 0
  }

  /// Takes a step, and gives those that are to be told before another one is made.
  mutating func add(
    from old: JudgedState, to new: JudgedState, of commit: CommitDescription,
    comparing compare: @escaping @Sendable (JudgedState, JudgedState) -> StateChange
  ) async -> [Step] {
    let step = { @Sendable () -> Step in
      let change = compare(old, new)
      return Step(change: change, told: CommitChange(commit, change))
    }
    comparisons.insert(old === new || limit == 0 ? .done(step()) : .running(Task { step() }), at: 0)
    return await take(leaving: limit)
  }

  /// All that are left.
  mutating func finish() async -> [Step] { await take(leaving: 0) }

  private mutating func take(leaving limit: Int) async -> [Step] {
    var steps: [Step] = []
    while let next = comparisons.last {
      switch next {
      // What costs nothing to keep is told at once.
      case .done(let step): steps.append(step)
      case .running(let task):
        if comparisons.count <= limit { return steps }
        steps.append(await task.value)
      }
      comparisons.removeLast()
    }
    return steps
  }
}
