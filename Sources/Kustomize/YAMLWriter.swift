/// Writes values as kustomize's last step does (`sigs.k8s.io/yaml`, a YAML 1.1 writer): block style, indent 2,
/// sequences not indented, texts plain where that is safe, long ones folded behind column 80.
struct YAMLWriter {
  private var out: [UInt8] = []
  private var column = 0
  private static let width = 80

  /// One document, ended by a line end.
  static func text(of value: JSONValue) -> String {
    var writer = YAMLWriter()
    switch value {
    case .object(let members) where !members.isEmpty: writer.mapping(members, indent: 0, isInline: true)
    case .array(let items) where !items.isEmpty: writer.sequence(items, indent: 0, isInline: true)
    default: writer.scalar(value, indent: 0, isKey: false)
    }
    writer.put("\n")
    return String(decoding: writer.out, as: UTF8.self)
  }

  // MARK: Collections

  /// - Parameter isInline: Whether the first entry continues the present line (behind `- `, or at the start).
  private mutating func mapping(_ members: [JSONValue.Member], indent: Int, isInline: Bool) {
    for (index, member) in members.enumerated() {
      if index > 0 || !isInline { line(indent) }
      let isSimple = !member.key.utf8.contains(UInt8(ascii: "\n")) && member.key.utf8.count <= 128
      if isSimple {
        scalar(.string(member.key), indent: indent, isKey: true)
        put(":")
        value(member.value, indent: indent)
      } else {
        put("? ")
        scalar(.string(member.key), indent: indent, isKey: false)
        line(indent)
        put(":")
        value(member.value, indent: indent)
      }
    }
  }

  private mutating func value(_ value: JSONValue, indent: Int) {
    switch value {
    case .object(let members) where !members.isEmpty: mapping(members, indent: indent + 2, isInline: false)
    case .array(let items) where !items.isEmpty: sequence(items, indent: indent, isInline: false)
    default:
      put(" ")
      scalar(value, indent: indent, isKey: false)
    }
  }

  private mutating func sequence(_ items: [JSONValue], indent: Int, isInline: Bool) {
    for (index, item) in items.enumerated() {
      if index > 0 || !isInline { line(indent) }
      put("- ")
      switch item {
      case .object(let members) where !members.isEmpty: mapping(members, indent: indent + 2, isInline: true)
      case .array(let items) where !items.isEmpty: sequence(items, indent: indent + 2, isInline: true)
      default: scalar(item, indent: indent, isKey: false)
      }
    }
  }

  // MARK: Scalars

  private mutating func scalar(_ value: JSONValue, indent: Int, isKey: Bool) {
    switch value {
    case .null: put("null")
    case .bool(let value): put(value ? "true" : "false")
    case .number(let text): put(text)
    case .array: put("[]")
    case .object: put("{}")
    case .string(let text): string(text, indent: indent + 2, isKey: isKey)
    }
  }

  private enum Style { case plain, single, double, literal }

  private mutating func string(_ text: String, indent: Int, isKey: Bool) {
    let analysis = Analysis(text)
    var style: Style = .plain
    if text.utf8.contains(UInt8(ascii: "\n")) {
      style = analysis.allowsBlock && !isKey ? .literal : .double
    } else if Self.needsQuotes(text) {
      style = .double
    } else if !analysis.allowsPlain {
      style = analysis.allowsSingle ? .single : .double
    }
    let scalars = Array(text.unicodeScalars)
    switch style {
    case .plain: plain(scalars, indent: indent, mayFold: !isKey)
    case .single: single(scalars, indent: indent, mayFold: !isKey)
    case .double: double(scalars, indent: indent, mayFold: !isKey)
    case .literal: literal(scalars, indent: indent)
    }
  }

  /// Texts that would be read as something else.
  private static func needsQuotes(_ text: String) -> Bool {
    guard let first = text.utf8.first else { return true }
    switch first {
    case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "#"): return false
    case 0x30...0x39, UInt8(ascii: "+"), UInt8(ascii: "-"):
      if GoTime.json(text) != nil || JSONRoundTrip.isBase60(text) { return true }
      let plain = text.replacing("_", with: "")
      return GoNumber.integer(plain) != nil || GoNumber.isYAMLFloat(plain)
    default:
      guard !text.contains(": "), !text.hasSuffix(":") else { return false }
      return YAML11.isNonString(text)
    }
  }

  private mutating func plain(_ scalars: [Unicode.Scalar], indent: Int, mayFold: Bool) {
    var isBehindSpace = false
    for (index, scalar) in scalars.enumerated() {
      if scalar == " " {
        let nextIsSpace = index + 1 < scalars.count && scalars[index + 1] == " "
        if mayFold, !isBehindSpace, column > Self.width, !nextIsSpace { line(indent) } else { put(scalar) }
        isBehindSpace = true
      } else {
        put(scalar)
        isBehindSpace = false
      }
    }
  }

  private mutating func single(_ scalars: [Unicode.Scalar], indent: Int, mayFold: Bool) {
    put("'")
    var isBehindSpace = false
    for (index, scalar) in scalars.enumerated() {
      if scalar == " " {
        let isInner = index > 0 && index + 1 < scalars.count && scalars[index + 1] != " "
        if mayFold, !isBehindSpace, column > Self.width, isInner { line(indent) } else { put(scalar) }
        isBehindSpace = true
      } else {
        if scalar == "'" { put("'") }
        put(scalar)
        isBehindSpace = false
      }
    }
    put("'")
  }

  private static let escapes: [Unicode.Scalar: String] = [
    "\0": "\\0", "\u{7}": "\\a", "\u{8}": "\\b", "\t": "\\t", "\n": "\\n", "\u{B}": "\\v", "\u{C}": "\\f", "\r": "\\r",
    "\u{1B}": "\\e", "\"": "\\\"", "\\": "\\\\", "\u{85}": "\\N", "\u{A0}": "\\_", "\u{2028}": "\\L", "\u{2029}": "\\P",
  ]

  private mutating func double(_ scalars: [Unicode.Scalar], indent: Int, mayFold: Bool) {
    put("\"")
    var isBehindSpace = false
    for (index, scalar) in scalars.enumerated() {
      if scalar == " " {
        if mayFold, !isBehindSpace, column > Self.width, index > 0, index + 1 < scalars.count {
          line(indent)
          if scalars[index + 1] == " " { put("\\") }
        } else {
          put(scalar)
        }
        isBehindSpace = true
        continue
      }
      isBehindSpace = false
      if Analysis.isPrintable(scalar), scalar != "\"", scalar != "\\", !Analysis.isBreak(scalar) {
        put(scalar)
      } else if let escape = Self.escapes[scalar] {
        put(escape)
      } else {
        let digits = scalar.value <= 0xFF ? 2 : scalar.value <= 0xFFFF ? 4 : 8
        let hex = String(scalar.value, radix: 16, uppercase: true)
        put(digits == 2 ? "\\x" : digits == 4 ? "\\u" : "\\U")
        put(String(repeating: "0", count: digits - hex.utf8.count) + hex)
      }
    }
    put("\"")
  }

  private mutating func literal(_ scalars: [Unicode.Scalar], indent: Int) {
    put("|")
    guard let first = scalars.first, let last = scalars.last else { return }
    if first == " " || Analysis.isBreak(first) { put("2") }
    if !Analysis.isBreak(last) {
      put("-")
    } else if scalars.count == 1 || Analysis.isBreak(scalars[scalars.count - 2]) {
      put("+")
    }
    put("\n")
    var isLineStart = true
    for (index, scalar) in scalars.enumerated() {
      if Analysis.isBreak(scalar) {
        // The last line end is the writer's own.
        if index + 1 < scalars.count { put("\n") }
        isLineStart = true
      } else {
        if isLineStart { put(String(repeating: " ", count: indent)) }
        isLineStart = false
        put(scalar)
      }
    }
  }

  // MARK: Text

  private mutating func line(_ indent: Int) {
    put("\n")
    put(String(repeating: " ", count: indent))
  }

  private mutating func put(_ text: String) {
    for scalar in text.unicodeScalars { put(scalar) }
  }

  private mutating func put(_ scalar: Unicode.Scalar) {
    if let bytes = UTF8.encode(scalar) { out += Array(bytes) }
    column = scalar == "\n" ? 0 : column + 1
  }

  /// `yaml_emitter_analyze_scalar`
  private struct Analysis {
    var allowsPlain: Bool
    var allowsSingle = true
    var allowsBlock = true

    init(_ text: String) {
      allowsPlain = PlainText.isAllowedInBlock(text)
      let scalars = Array(text.unicodeScalars)
      if scalars.last == " " { allowsBlock = false }
      var previous: Unicode.Scalar?
      for scalar in scalars {
        if !Self.isPrintable(scalar) { (allowsPlain, allowsSingle, allowsBlock) = (false, false, false) }
        if let previous {
          if previous == " ", Self.isBreak(scalar) { (allowsPlain, allowsSingle, allowsBlock) = (false, false, false) }
          if Self.isBreak(previous), scalar == " " { (allowsPlain, allowsSingle) = (false, false) }
        }
        previous = scalar
      }
    }

    static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
      [0x0A, 0x0D, 0x85, 0x2028, 0x2029].contains(scalar.value)
    }

    static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar.value {
      case 0x0A, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD: true
      default: false
      }
    }
  }
}

extension ComposedResource {
  /// The object as kustomize writes it, with a line end at the end. Documents are joined by `---` lines.
  public var yaml: String { YAMLWriter.text(of: json) }
}

extension Composition {
  /// kustomize's whole output.
  public var yaml: String { resources.map(\.yaml).joined(separator: "---\n") }
}
