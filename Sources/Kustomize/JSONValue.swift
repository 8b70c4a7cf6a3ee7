/// A JSON value with the order and the texts that kustomize's output has: keys sorted by bytes, numbers as written in
/// its YAML (`5000`, `1e+20`).
public enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  /// A number as text: decimal digits, or a float with or without exponent.
  case number(String)
  case string(String)
  case array([JSONValue])
  /// In the order of the keys' bytes.
  case object([Member])

  public struct Member: Hashable, Sendable {
    public let key: String
    public let value: JSONValue

    public init(key: String, value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// The value as compact JSON.
  public var text: String {
    var out: [UInt8] = []
    write(to: &out, escapingHTML: false)
    return String(decoding: out, as: UTF8.self)
  }

  /// As Go's encoding/json writes it: `<`, `>`, `&` and the line separators are escaped.
  var goText: String {
    var out: [UInt8] = []
    write(to: &out, escapingHTML: true)
    return String(decoding: out, as: UTF8.self)
  }

  private func write(to out: inout [UInt8], escapingHTML: Bool) {
    switch self {
    case .null: out += Array("null".utf8)
    case .bool(let value): out += Array((value ? "true" : "false").utf8)
    case .number(let text): out += Array(text.utf8)
    case .string(let text): JSONValue.quote(text, to: &out, escapingHTML: escapingHTML)
    case .array(let items):
      out.append(UInt8(ascii: "["))
      for (index, item) in items.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        item.write(to: &out, escapingHTML: escapingHTML)
      }
      out.append(UInt8(ascii: "]"))
    case .object(let members):
      out.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        JSONValue.quote(member.key, to: &out, escapingHTML: escapingHTML)
        out.append(UInt8(ascii: ":"))
        member.value.write(to: &out, escapingHTML: escapingHTML)
      }
      out.append(UInt8(ascii: "}"))
    }
  }

  private static let hex = Array("0123456789abcdef".utf8)

  static func quote(_ text: String, to out: inout [UInt8], escapingHTML: Bool) {
    out.append(UInt8(ascii: "\""))
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\":
        out.append(UInt8(ascii: "\\"))
        out.append(UInt8(scalar.value))
      case "\n": out += Array("\\n".utf8)
      case "\r": out += Array("\\r".utf8)
      case "\t": out += Array("\\t".utf8)
      case "\u{8}": out += Array("\\b".utf8)
      case "\u{C}": out += Array("\\f".utf8)
      case "<" where escapingHTML, ">" where escapingHTML, "&" where escapingHTML: escape(scalar, to: &out)
      case "\u{2028}", "\u{2029}": escape(scalar, to: &out)
      default:
        if scalar.value < 0x20 { escape(scalar, to: &out) } else { out += Array(UTF8.encode(scalar) ?? .init()) }
      }
    }
    out.append(UInt8(ascii: "\""))
  }

  private static func escape(_ scalar: Unicode.Scalar, to out: inout [UInt8]) {
    out += Array("\\u".utf8)
    for shift in [12, 8, 4, 0] { out.append(hex[Int(scalar.value >> UInt32(shift)) & 15]) }
  }
}
