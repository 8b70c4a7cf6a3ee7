import SourceText

/// The common part of Go's regular expressions (RE2), matched in linear time by following all states at once.
/// What is not in it is refused by name, never matched in another way.
struct RegularExpression {
  private enum Instruction {
    case scalar(Matcher)
    case split(Int, Int)
    case jump(Int)
    case begin
    case end
    case match
  }

  /// What one character may be.
  struct Matcher {
    var ranges: [ClosedRange<UInt32>]
    var isNegated = false

    func matches(_ scalar: UInt32) -> Bool { ranges.contains { $0.contains(scalar) } != isNegated }
  }

  private var program: [Instruction] = []
  private static let longestProgram = 20_000

  /// - Parameter pattern: The whole pattern, anchors included.
  init(_ pattern: String, at span: SourceSpan? = nil) throws(KustomizeProblem) {
    var parser = Parser(scalars: Array(pattern.unicodeScalars), pattern: pattern, span: span)
    let node = try parser.alternation(depth: 0, isInsensitive: false, dotIsAll: false)
    guard parser.position == parser.scalars.count else { throw parser.invalid("unexpected )") }
    try emit(node, parser)
    program.append(.match)
  }

  /// Whether the pattern matches somewhere in the text.
  func matches(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    var current = States(count: program.count)
    var next = States(count: program.count)
    for position in 0...scalars.count {
      add(0, position, scalars.count, &current)
      if current.isAccepted { return true }
      guard position < scalars.count else { break }
      next.removeAll()
      for state in current.list {
        if case .scalar(let matcher) = program[state], matcher.matches(scalars[position].value) {
          add(state + 1, position + 1, scalars.count, &next)
        }
      }
      swap(&current, &next)
    }
    return current.isAccepted
  }

  private struct States {
    var list: [Int] = []
    var isSet: [Bool]
    var isAccepted = false

    init(count: Int) { isSet = Array(repeating: false, count: count) }

    mutating func removeAll() {
      for state in list { isSet[state] = false }
      list.removeAll(keepingCapacity: true)
      isAccepted = false
    }
  }

  private func add(_ start: Int, _ position: Int, _ count: Int, _ states: inout States) {
    var pending = [start]
    while let state = pending.popLast() {
      if states.isSet[state] { continue }
      states.isSet[state] = true
      states.list.append(state)
      switch program[state] {
      case .scalar: break
      case .split(let first, let second):
        pending.append(first)
        pending.append(second)
      case .jump(let target): pending.append(target)
      case .begin: if position == 0 { pending.append(state + 1) }
      case .end: if position == count { pending.append(state + 1) }
      case .match: states.isAccepted = true
      }
    }
  }

  // MARK: Compiling

  indirect enum Tree {
    case empty
    case scalar(Matcher)
    case begin
    case end
    case sequence([Tree])
    case choice([Tree])
    case repeated(Tree, minimum: Int, maximum: Int?)

    /// Whether nested counts multiply to no more than this: RE2's rule, and what keeps compiling short.
    func repeats(atMost limit: Int) -> Bool {
      switch self {
      case .empty, .scalar, .begin, .end: return true
      case .sequence(let items), .choice(let items): return items.allSatisfy { $0.repeats(atMost: limit) }
      case .repeated(let item, let minimum, let maximum):
        // `*` and `?` count as nothing.
        if minimum < 2, (maximum ?? 0) < 2 { return item.repeats(atMost: limit) }
        let count = max(minimum, maximum ?? 0)
        return count <= limit && item.repeats(atMost: limit / count)
      }
    }
  }

  private mutating func emit(_ tree: Tree, _ parser: Parser) throws(KustomizeProblem) {
    guard program.count < Self.longestProgram else { throw parser.unsupported("a regular expression of this size") }
    switch tree {
    case .empty: break
    case .scalar(let matcher): program.append(.scalar(matcher))
    case .begin: program.append(.begin)
    case .end: program.append(.end)
    case .sequence(let items): for item in items { try emit(item, parser) }
    case .choice(let items):
      var jumps: [Int] = []
      for (index, item) in items.enumerated() {
        guard index + 1 < items.count else {
          try emit(item, parser)
          break
        }
        let split = program.count
        program.append(.match)
        try emit(item, parser)
        jumps.append(program.count)
        program.append(.match)
        program[split] = .split(split + 1, program.count)
      }
      for jump in jumps { program[jump] = .jump(program.count) }
    case .repeated(let item, let minimum, let maximum):
      for _ in 0..<minimum { try emit(item, parser) }
      if let maximum {
        var splits: [Int] = []
        for _ in 0..<max(0, maximum - minimum) {
          splits.append(program.count)
          program.append(.match)
          try emit(item, parser)
        }
        for split in splits { program[split] = .split(split + 1, program.count) }
      } else {
        let split = program.count
        program.append(.match)
        try emit(item, parser)
        program.append(.jump(split))
        program[split] = .split(split + 1, program.count)
      }
    }
  }
}
