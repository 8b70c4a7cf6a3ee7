import SourceText

extension RegularExpression {
  /// Reads RE2's syntax; what is not supported is an error that names it.
  struct Parser {
    let scalars: [Unicode.Scalar]
    let pattern: String
    let span: SourceSpan?
    var position = 0

    func invalid(_ reason: String) -> KustomizeProblem {
      KustomizeProblem(.patch, "the regular expression '\(pattern)' is invalid: \(reason)", at: span)
    }

    func unsupported(_ feature: String) -> KustomizeProblem { .unsupported(feature, "'\(pattern)'", at: span) }

    private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    mutating func alternation(depth: Int, isInsensitive: Bool, dotIsAll: Bool) throws(KustomizeProblem) -> Tree {
      guard depth < 100 else { throw unsupported("a regular expression of this depth") }
      var isInsensitive = isInsensitive
      var dotIsAll = dotIsAll
      var choices: [Tree] = []
      var items: [Tree] = []
      var mayRepeat = false
      while let scalar = next, scalar != ")" {
        position += 1
        switch scalar {
        case "|":
          choices.append(.sequence(items))
          items = []
          mayRepeat = false
          continue
        case "*", "+", "?":
          guard mayRepeat, let last = items.popLast() else {
            throw invalid("missing argument to repetition operator: \(scalar)")
          }
          if next == "?" { position += 1 }
          if let following = next, following == "*" || following == "+" || following == "?" {
            throw invalid("invalid nested repetition operator")
          }
          items.append(.repeated(last, minimum: scalar == "+" ? 1 : 0, maximum: scalar == "?" ? 1 : nil))
          if isRepeatCount { throw invalid("invalid nested repetition operator") }
          mayRepeat = false
          continue
        case "{":
          if let (minimum, maximum) = try repeatCount() {
            guard mayRepeat, let last = items.popLast() else {
              throw invalid("missing argument to repetition operator: {")
            }
            if next == "?" { position += 1 }
            if let following = next, following == "*" || following == "+" || following == "?" || isRepeatCount {
              throw invalid("invalid nested repetition operator")
            }
            let repeated = Tree.repeated(last, minimum: minimum, maximum: maximum)
            guard repeated.repeats(atMost: 1000) else { throw invalid("invalid repeat count") }
            items.append(repeated)
            mayRepeat = false
            continue
          }
          items.append(try literal(scalar, isInsensitive))
        case "(":
          if next == "?" {
            position += 1
            switch try group(&isInsensitive, &dotIsAll, depth) {
            case .some(let tree): items.append(tree)
            case nil:
              mayRepeat = false
              continue
            }
          } else {
            items.append(try alternation(depth: depth + 1, isInsensitive: isInsensitive, dotIsAll: dotIsAll))
            try close()
          }
        case "^": items.append(.begin)
        case "$": items.append(.end)
        case ".": items.append(.scalar(Matcher(ranges: dotIsAll ? [] : [10...10], isNegated: true)))
        case "[": items.append(.scalar(try characterClass(isInsensitive)))
        case "\\": items.append(try escape(isInsensitive))
        default: items.append(try literal(scalar, isInsensitive))
        }
        mayRepeat = true
      }
      choices.append(.sequence(items))
      return choices.count == 1 ? choices[0] : .choice(choices)
    }

    private mutating func close() throws(KustomizeProblem) {
      guard next == ")" else { throw invalid("missing closing )") }
      position += 1
    }

    /// Behind `(?`: a group with flags, or flags for what follows (`nil`).
    private mutating func group(
      _ isInsensitive: inout Bool, _ dotIsAll: inout Bool, _ depth: Int
    ) throws(KustomizeProblem) -> Tree? {
      if next == "P" || next == "<" {
        if next == "P" { position += 1 }
        guard next == "<" else { throw invalid("invalid named capture") }
        position += 1
        let start = position
        while let scalar = next, scalar != ">" {
          guard scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil else {
            throw invalid("invalid named capture")
          }
          position += 1
        }
        guard next == ">", position > start else { throw invalid("invalid named capture") }
        position += 1
        let tree = try alternation(depth: depth + 1, isInsensitive: isInsensitive, dotIsAll: dotIsAll)
        try close()
        return tree
      }
      var insensitive = isInsensitive
      var all = dotIsAll
      var isOn = true
      while let scalar = next {
        position += 1
        switch scalar {
        case "i": insensitive = isOn
        case "s": all = isOn
        case "U": break
        case "-" where isOn: isOn = false
        case ":":
          let tree = try alternation(depth: depth + 1, isInsensitive: insensitive, dotIsAll: all)
          try close()
          return tree
        case ")":
          isInsensitive = insensitive
          dotIsAll = all
          return nil
        case "m": throw unsupported("the multi-line flag of a regular expression")
        default: throw invalid("invalid or unsupported Perl syntax")
        }
      }
      throw invalid("missing closing )")
    }

    private var isRepeatCount: Bool {
      guard next == "{" else { return false }
      var copy = self
      copy.position += 1
      return (try? copy.repeatCount()) ?? nil != nil
    }

    /// Behind `{`: `n}`, `n,}` or `n,m}`; `nil` when it is a plain brace.
    private mutating func repeatCount() throws(KustomizeProblem) -> (Int, Int?)? {
      let start = position
      func number(_ position: inout Int) -> Int? {
        var value: Int?
        while position < scalars.count, let digit = Int(String(scalars[position])), scalars[position].isASCII {
          value = min((value ?? 0) * 10 + digit, 100_000)
          position += 1
        }
        return value
      }
      guard let minimum = number(&position) else {
        position = start
        return nil
      }
      var maximum: Int? = minimum
      if next == "," {
        position += 1
        maximum = number(&position)
      }
      guard next == "}" else {
        position = start
        return nil
      }
      position += 1
      guard minimum <= 1000, (maximum ?? 0) <= 1000, maximum.map({ $0 >= minimum }) ?? true else {
        throw invalid("invalid repeat count")
      }
      return (minimum, maximum)
    }

    private func literal(_ scalar: Unicode.Scalar, _ isInsensitive: Bool) throws(KustomizeProblem) -> Tree {
      .scalar(Matcher(ranges: try folded([scalar.value...scalar.value], isInsensitive)))
    }

    /// Both cases of ASCII letters.
    private func folded(
      _ ranges: [ClosedRange<UInt32>], _ isInsensitive: Bool
    ) throws(KustomizeProblem) -> [ClosedRange<UInt32>] {
      guard isInsensitive else { return ranges }
      var result = ranges
      for range in ranges {
        if range.upperBound >= 0x80 { throw unsupported("a case-insensitive regular expression beyond ASCII") }
        for (letters, shift) in [(UInt32(0x41)...0x5A, Int(32)), (UInt32(0x61)...0x7A, -32)]
        where range.overlaps(letters) {
          let part = range.clamped(to: letters)
          result.append(UInt32(Int(part.lowerBound) + shift)...UInt32(Int(part.upperBound) + shift))
        }
        // RE2 folds k to the Kelvin sign and s to the long s; names of objects hold neither.
      }
      return result
    }

    private static let digits: [ClosedRange<UInt32>] = [0x30...0x39]
    private static let words: [ClosedRange<UInt32>] = [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]
    private static let spaces: [ClosedRange<UInt32>] = [9...10, 12...13, 32...32]

    /// Behind `\`.
    private mutating func escape(_ isInsensitive: Bool) throws(KustomizeProblem) -> Tree {
      guard let scalar = next else { throw invalid("trailing backslash at end of expression") }
      position += 1
      switch scalar {
      case "d": return .scalar(Matcher(ranges: Self.digits))
      case "D": return .scalar(Matcher(ranges: Self.digits, isNegated: true))
      case "w": return .scalar(Matcher(ranges: Self.words))
      case "W": return .scalar(Matcher(ranges: Self.words, isNegated: true))
      case "s": return .scalar(Matcher(ranges: Self.spaces))
      case "S": return .scalar(Matcher(ranges: Self.spaces, isNegated: true))
      case "A": return .begin
      case "z": return .end
      default: return try literal(try escaped(scalar), isInsensitive)
      }
    }

    private func escaped(_ scalar: Unicode.Scalar) throws(KustomizeProblem) -> Unicode.Scalar {
      switch scalar {
      case "n": return "\n"
      case "t": return "\t"
      case "r": return "\r"
      case "f": return "\u{C}"
      case "v": return "\u{B}"
      case "a": return "\u{7}"
      case "b", "B", "p", "P", "Q", "C", "x": throw unsupported("\\\(scalar) in a regular expression")
      default:
        guard scalar.value < 0x80, !scalar.properties.isAlphabetic, scalar != "_", Int(String(scalar)) == nil else {
          throw scalar.properties.numericType != nil
            ? unsupported("\\\(scalar) in a regular expression") : invalid("invalid escape sequence: \\\(scalar)")
        }
        return scalar
      }
    }

    /// Behind `[`.
    private mutating func characterClass(_ isInsensitive: Bool) throws(KustomizeProblem) -> Matcher {
      var ranges: [ClosedRange<UInt32>] = []
      var isNegated = false
      if next == "^" {
        isNegated = true
        position += 1
      }
      var isFirst = true
      while let scalar = next, scalar != "]" || isFirst {
        position += 1
        isFirst = false
        if scalar == "[", next == ":" { throw unsupported("a named class in a regular expression") }
        var low = scalar
        if scalar == "\\" {
          guard let letter = next else { throw invalid("missing closing ]") }
          position += 1
          switch letter {
          case "d":
            ranges += Self.digits
            continue
          case "w":
            ranges += Self.words
            continue
          case "s":
            ranges += Self.spaces
            continue
          case "D", "W", "S": throw unsupported("a negated class inside of a class of a regular expression")
          default: low = try escaped(letter)
          }
        }
        var high = low
        if next == "-", position + 1 < scalars.count, scalars[position + 1] != "]" {
          position += 1
          high = scalars[position]
          position += 1
          if high == "\\" {
            guard let letter = next else { throw invalid("missing closing ]") }
            position += 1
            high = try escaped(letter)
          }
        }
        guard low.value <= high.value else { throw invalid("invalid character class range") }
        ranges.append(low.value...high.value)
      }
      guard next == "]" else { throw invalid("missing closing ]") }
      position += 1
      return Matcher(ranges: try folded(ranges, isInsensitive), isNegated: isNegated)
    }
  }
}
