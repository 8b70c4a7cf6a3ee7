import SourceText

/// A Kubernetes label selector: `a=b`, `a==b`, `a!=b`, `a in (b, c)`, `a notin (b)`, `a`, `!a`, joined by commas
/// (k8s.io/apimachinery/pkg/labels).
struct LabelSelector {
  private enum Requirement {
    case among(String, Set<String>)
    case notAmong(String, Set<String>)
    case exists(String)
    case missing(String)
  }

  private var requirements: [Requirement] = []

  init(_ text: String, at span: SourceSpan?) throws(KustomizeProblem) {
    var lexer = Lexer(bytes: Array(text.utf8))
    func invalid(_ reason: String) -> KustomizeProblem {
      KustomizeProblem(.patch, "the selector '\(text)' is invalid: \(reason)", at: span)
    }
    if lexer.peek() == .end { return }
    while true {
      let isMissing = lexer.peek() == .symbol("!")
      if isMissing { _ = lexer.next() }
      guard case .word(let key) = lexer.next(), Self.isKey(key) else { throw invalid("a key was expected") }
      if isMissing {
        requirements.append(.missing(key))
      } else {
        switch lexer.peek() {
        case .end, .symbol(","): requirements.append(.exists(key))
        case .symbol("="), .symbol("=="), .symbol("!="):
          let isUnequal = lexer.next() == .symbol("!=")
          var value = ""
          switch lexer.peek() {
          case .word(let text):
            value = text
            _ = lexer.next()
          case .end, .symbol(","): break
          default: throw invalid("a value was expected")
          }
          guard Self.isValue(value) else { throw invalid("'\(value)' is no label value") }
          requirements.append(isUnequal ? .notAmong(key, [value]) : .among(key, [value]))
        case .word("in"), .word("notin"):
          let isIn = lexer.next() == .word("in")
          guard lexer.next() == .symbol("(") else { throw invalid("( was expected") }
          var values: Set<String> = []
          while true {
            switch lexer.next(isValue: true) {
            case .word(let value):
              values.insert(value)
              switch lexer.next() {
              case .symbol(","):
                if lexer.peek() == .symbol(")") { values.insert("") }
                continue
              case .symbol(")"): break
              default: throw invalid(", or ) was expected")
              }
            case .symbol(","):
              values.insert("")
              continue
            case .symbol(")"): if values.isEmpty { values.insert("") }
            default: throw invalid("a value was expected")
            }
            break
          }
          guard values.allSatisfy(Self.isValue) else { throw invalid("a label value is not valid") }
          requirements.append(isIn ? .among(key, values) : .notAmong(key, values))
        case .symbol(">"), .symbol("<"):
          throw KustomizeProblem.unsupported("a numeric comparison in a selector", "'\(text)'", at: span)
        default: throw invalid("an operator was expected")
        }
      }
      switch lexer.next() {
      case .end: return
      case .symbol(","): if lexer.peek() == .end { throw invalid("a key was expected") }
      default: throw invalid("',' or the end was expected")
      }
    }
  }

  func matches(_ labels: [String: MapText]) -> Bool {
    requirements.allSatisfy { requirement in
      switch requirement {
      case .among(let key, let values): labels[key].map { values.contains($0.value) } ?? false
      case .notAmong(let key, let values): labels[key].map { !values.contains($0.value) } ?? true
      case .exists(let key): labels[key] != nil
      case .missing(let key): labels[key] == nil
      }
    }
  }

  private enum Token: Equatable {
    case word(String)
    case symbol(String)
    case end
  }

  private struct Lexer {
    let bytes: [UInt8]
    var position = 0

    func peek() -> Token {
      var copy = self
      return copy.next()
    }

    /// - Parameter isValue: Unused by the grammar of words; kept words such as `in` are values there.
    mutating func next(isValue: Bool = false) -> Token {
      while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
      guard position < bytes.count else { return .end }
      let special = Array("=!(),><".utf8)
      let start = position
      if special.contains(bytes[position]) {
        position += 1
        if position < bytes.count, bytes[position] == UInt8(ascii: "="),
          bytes[start] == UInt8(ascii: "=") || bytes[start] == UInt8(ascii: "!")
        {
          position += 1
        }
        return .symbol(String(decoding: bytes[start..<position], as: UTF8.self))
      }
      while position < bytes.count, !special.contains(bytes[position]),
        ![0x20, 0x09, 0x0A, 0x0D].contains(bytes[position])
      {
        position += 1
      }
      return .word(String(decoding: bytes[start..<position], as: UTF8.self))
    }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  /// `([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]`, at most 63.
  private static func isName(_ text: some StringProtocol) -> Bool {
    let bytes = Array(text.utf8)
    guard let first = bytes.first, let last = bytes.last, bytes.count <= 63, isLetterOrDigit(first),
      isLetterOrDigit(last)
    else { return false }
    return bytes.allSatisfy { isLetterOrDigit($0) || $0 == 0x2D || $0 == 0x5F || $0 == 0x2E }
  }

  private static func isValue(_ text: String) -> Bool { text.isEmpty || isName(text) }

  /// A name with an optional DNS subdomain before a slash.
  private static func isKey(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let name = parts.last, isName(name) else { return false }
    guard parts.count == 2 else { return true }
    guard parts[0].utf8.count <= 253 else { return false }
    return parts[0].split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
      guard let first = label.utf8.first, let last = label.utf8.last else { return false }
      let isLower = { (byte: UInt8) in (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) }
      return isLower(first) && isLower(last) && label.utf8.allSatisfy { isLower($0) || $0 == 0x2D }
    }
  }
}
