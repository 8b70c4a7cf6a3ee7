/// A JSON value that keeps the order of its members.
indirect enum JSONValue: Sendable {
  case string(String)
  case array([JSONValue])
  case object([(key: String, value: JSONValue)])
}

/// JSON as Go's encoding/json writes it, `<`, `>` and `&` escaped.
struct JSONText {
  /// Spaces a level; `nil` writes everything on one line (`json.Marshal`).
  let indent: Int?
  /// Go 1.22 and newer write `\b` and `\f`, older ones `\u0008` and `\u000c`.
  let shortControlEscapes: Bool
  private(set) var text = ""

  static func text(of value: JSONValue, indent: Int?, shortControlEscapes: Bool) -> String {
    var writer = JSONText(indent: indent, shortControlEscapes: shortControlEscapes)
    writer.write(value, level: 0)
    return writer.text
  }

  init(indent: Int?, shortControlEscapes: Bool) {
    self.indent = indent
    self.shortControlEscapes = shortControlEscapes
  }

  private mutating func write(_ value: JSONValue, level: Int) {
    switch value {
    case .string(let string): writeString(string)
    case .array(let items):
      writeCollection(items.count, open: "[", close: "]", level: level) { writer, index in
        writer.write(items[index], level: level + 1)
      }
    case .object(let members):
      writeCollection(members.count, open: "{", close: "}", level: level) { writer, index in
        writer.writeString(members[index].key)
        writer.text += writer.indent == nil ? ":" : ": "
        writer.write(members[index].value, level: level + 1)
      }
    }
  }

  private mutating func writeCollection(
    _ count: Int, open: String, close: String, level: Int, item: (inout JSONText, Int) -> Void
  ) {
    text += open
    for index in 0..<count {
      if index > 0 { text += "," }
      newLine(level: level + 1)
      item(&self, index)
    }
    if count > 0 { newLine(level: level) }
    text += close
  }

  private mutating func newLine(level: Int) {
    guard let indent else { return }
    text += "\n"
    for _ in 0..<(indent * level) { text += " " }
  }

  private mutating func writeString(_ string: String) {
    text += "\""
    if string.utf8.contains(where: { Self.mayNeedEscape($0) }) {
      for scalar in string.unicodeScalars { writeScalar(scalar) }
    } else {
      text += string
    }
    text += "\""
  }

  private static func mayNeedEscape(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"): true
    default: byte < 0x20 || byte == 0xE2
    }
  }

  private mutating func writeScalar(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": text += "\\\""
    case "\\": text += "\\\\"
    case "\n": text += "\\n"
    case "\r": text += "\\r"
    case "\t": text += "\\t"
    case "\u{08}" where shortControlEscapes: text += "\\b"
    case "\u{0C}" where shortControlEscapes: text += "\\f"
    case "<", ">", "&", "\u{2028}", "\u{2029}": text += "\\u" + GoQuoting.hexadecimal(scalar.value, digits: 4)
    default:
      if scalar.value < 0x20 {
        text += "\\u" + GoQuoting.hexadecimal(scalar.value, digits: 4)
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }
}
