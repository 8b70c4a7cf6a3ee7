/// The value of a scalar after type resolution.
public enum ScalarValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case int(Int)
  /// A number that is no Swift `Int`, as written.
  case number(String)
  case string(String)
}

extension Node {
  /// The scalar resolved as `sigs.k8s.io/yaml` does (go-yaml v2, YAML 1.1): plain `yes`, `on` and `y` are booleans,
  /// `~` and nothing are null, quoted and block scalars are strings. Collections resolve to `.null`; ask `content`.
  public var resolved: ScalarValue {
    guard let scalar else { return .null }
    if let tag {
      switch tag {
      case "tag:yaml.org,2002:str", "!": return .string(scalar.text)
      case "tag:yaml.org,2002:null": return .null
      default: break
      }
    } else if scalar.style != .plain {
      return .string(scalar.text)
    }
    return ScalarValue(plain: scalar.text)
  }

  /// The text when the value is a string after type resolution; `nil` for numbers, booleans, null and collections.
  public var string: String? {
    if case .string(let text) = resolved, scalar != nil { text } else { nil }
  }

  public var isNull: Bool { scalar != nil && resolved == .null }

  public var bool: Bool? {
    if case .bool(let value) = resolved, scalar != nil { value } else { nil }
  }
}

extension ScalarValue {
  /// Resolves a plain scalar. Source: gopkg.in/yaml.v2 resolve.go (the reader behind `sigs.k8s.io/yaml`).
  public init(plain text: String) {
    if text.utf8.count <= 5, let word = ScalarValue(word: text) {
      self = word
      return
    }
    switch text.utf8.first ?? 0 {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      self = ScalarValue.number(from: text) ?? .string(text)
    default: self = .string(text)
    }
  }

  /// Whether a plain scalar with this text is no string, though it is written with letters.
  static func isWord(_ text: String) -> Bool { text.utf8.count <= 5 && ScalarValue(word: text) != nil }

  /// The words that mean something else than themselves; none is longer than five bytes.
  private init?(word text: String) {
    // All of them begin with one of these.
    guard let first = text.utf8.first else {
      self = .null
      return
    }
    switch first {
    case UInt8(ascii: "~"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"): break
    case UInt8(ascii: "n"), UInt8(ascii: "y"), UInt8(ascii: "t"), UInt8(ascii: "o"), UInt8(ascii: "f"): break
    case UInt8(ascii: "N"), UInt8(ascii: "Y"), UInt8(ascii: "T"), UInt8(ascii: "O"), UInt8(ascii: "F"): break
    default: return nil
    }
    switch text {
    case "~", "null", "Null", "NULL": self = .null
    case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": self = .bool(true)
    case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": self = .bool(false)
    case ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF":
      self = .number(text)
    default: return nil
    }
  }

  private static func number(from text: String) -> ScalarValue? {
    guard text.utf8.allSatisfy(isOfNumbers) else { return nil }
    let plain = text.utf8.contains(UInt8(ascii: "_")) ? text.replacing("_", with: "") : text
    if let value = Int(plain) {
      // A leading zero means octal to go-yaml v2 (strconv.ParseInt with base 0).
      let digits = plain.utf8.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
      guard digits.count > 1, digits.first == UInt8(ascii: "0") else { return .int(value) }
      if let octal = Int(String(Substring(digits)), radix: 8) { return .int(plain.hasPrefix("-") ? -octal : octal) }
      return .number(plain)
    }
    for (prefix, radix) in [("0x", 16), ("0X", 16), ("0b", 2), ("0o", 8)] where plain.hasPrefix(prefix) {
      return Int(plain.dropFirst(prefix.count), radix: radix).map(ScalarValue.int)
    }
    return isDecimalFloat(plain) ? .number(plain) : nil
  }

  /// Whether a byte may stand in a number of any kind: most texts that begin like one are versions or paths.
  private static func isOfNumbers(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "x"),
      UInt8(ascii: "X"), UInt8(ascii: "o"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  /// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`, by hand.
  private static func isDecimalFloat(_ text: String) -> Bool {
    var rest = Substring(text).utf8
    func digits() -> Int {
      var count = 0
      while let byte = rest.first, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
        rest.removeFirst()
        count += 1
      }
      return count
    }
    func skip(_ any: String) -> Bool {
      guard let byte = rest.first, any.utf8.contains(byte) else { return false }
      rest.removeFirst()
      return true
    }
    _ = skip("+-")
    let whole = digits()
    let fraction = skip(".") ? digits() : 0
    guard whole + fraction > 0 else { return false }
    if skip("eE") {
      _ = skip("+-")
      guard digits() > 0 else { return false }
    }
    return rest.isEmpty
  }
}
