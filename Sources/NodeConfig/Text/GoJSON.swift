/// A JSON value that keeps the order of its members.
indirect enum GoJSONValue: Sendable {
  case string(String)
  case array([GoJSONValue])
  case object([(key: String, value: GoJSONValue)])
}

/// JSON as Go's encoding/json writes it, `<`, `>` and `&` escaped.
struct GoJSON {
  /// Spaces a level; `nil` writes everything on one line (`json.Marshal`).
  private let indent: Int?
  /// Go 1.22 and newer write `\b` and `\f`, older ones `\u0008` and `\u000c`.
  private let shortControlEscapes: Bool
  private var file = FileText()

  static func text(of value: GoJSONValue, indent: Int?, shortControlEscapes: Bool) -> String {
    var writer = GoJSON(indent: indent, shortControlEscapes: shortControlEscapes)
    writer.write(value, level: 0)
    return writer.file.text
  }

  private init(indent: Int?, shortControlEscapes: Bool) {
    self.indent = indent
    self.shortControlEscapes = shortControlEscapes
  }

  private mutating func write(_ value: GoJSONValue, level: Int) {
    switch value {
    case .string(let string): writeString(string)
    case .array(let items):
      file.append(UInt8(ascii: "["))
      for index in items.indices {
        startItem(index, level: level)
        write(items[index], level: level + 1)
      }
      end(items.count, UInt8(ascii: "]"), level: level)
    case .object(let members):
      file.append(UInt8(ascii: "{"))
      for index in members.indices {
        startItem(index, level: level)
        writeString(members[index].key)
        file.append(indent == nil ? ":" : ": ")
        write(members[index].value, level: level + 1)
      }
      end(members.count, UInt8(ascii: "}"), level: level)
    }
  }

  private mutating func startItem(_ index: Int, level: Int) {
    if index > 0 { file.append(UInt8(ascii: ",")) }
    newLine(level: level + 1)
  }

  private mutating func end(_ count: Int, _ bracket: UInt8, level: Int) {
    if count > 0 { newLine(level: level) }
    file.append(bracket)
  }

  private mutating func newLine(level: Int) {
    guard let indent else { return }
    file.append(UInt8(ascii: "\n"))
    file.append(repeating: UInt8(ascii: " "), count: indent * level)
  }

  private mutating func writeString(_ string: String) {
    file.append(UInt8(ascii: "\""))
    if string.utf8.contains(where: Self.mayNeedEscape) {
      for scalar in string.unicodeScalars { writeScalar(scalar) }
    } else {
      file.append(string)
    }
    file.append(UInt8(ascii: "\""))
  }

  private static func mayNeedEscape(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"): true
    // U+2028 and U+2029 begin with 0xE2.
    default: byte < 0x20 || byte == 0xE2
    }
  }

  private mutating func writeScalar(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": file.append("\\\"")
    case "\\": file.append("\\\\")
    case "\n": file.append("\\n")
    case "\r": file.append("\\r")
    case "\t": file.append("\\t")
    case "\u{08}" where shortControlEscapes: file.append("\\b")
    case "\u{0C}" where shortControlEscapes: file.append("\\f")
    case "<", ">", "&", "\u{2028}", "\u{2029}": file.appendEscape(scalar)
    default:
      if scalar.value < 0x20 { file.appendEscape(scalar) } else { file.append(scalar) }
    }
  }
}
