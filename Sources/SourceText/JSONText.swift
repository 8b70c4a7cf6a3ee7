/// A JSON value to be written: reports are small trees, built and printed once.
public indirect enum JSONText: Sendable {
  case null
  case bool(Bool)
  case int(Int)
  /// A number as it was written.
  case number(String)
  case string(String)
  case array([JSONText])
  /// Keys in the order they are printed.
  case object([(String, JSONText)])

  public static func optional(_ text: String?) -> JSONText { text.map { .string($0) } ?? .null }

  /// The text, on one line or indented by two spaces. Control characters, line separators and direction overrides are
  /// escaped, so that the text is also valid JavaScript and harmless on a terminal.
  public func text(indented: Bool) -> String {
    var writer = Writer(indented: indented)
    writer.write(self)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private struct Writer {
    let indented: Bool
    var bytes: [UInt8] = []
    var depth = 0

    mutating func write(_ value: JSONText) {
      switch value {
      case .null: bytes += "null".utf8
      case .bool(let value): bytes += (value ? "true" : "false").utf8
      case .int(let value): bytes += String(value).utf8
      case .number(let text): bytes += text.utf8
      case .string(let text): write(string: text)
      case .array(let items):
        list(UInt8(ascii: "["), UInt8(ascii: "]"), items.count) { writer, index in writer.write(items[index]) }
      case .object(let members):
        list(UInt8(ascii: "{"), UInt8(ascii: "}"), members.count) { writer, index in
          writer.write(string: members[index].0)
          writer.bytes.append(UInt8(ascii: ":"))
          if writer.indented { writer.bytes.append(UInt8(ascii: " ")) }
          writer.write(members[index].1)
        }
      }
    }

    private mutating func list(_ open: UInt8, _ close: UInt8, _ count: Int, _ item: (inout Writer, Int) -> Void) {
      bytes.append(open)
      depth += 1
      for index in 0..<count {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        newline()
        item(&self, index)
      }
      depth -= 1
      if count > 0 { newline() }
      bytes.append(close)
    }

    private mutating func newline() {
      guard indented else { return }
      bytes.append(UInt8(ascii: "\n"))
      bytes += repeatElement(UInt8(ascii: " "), count: depth * 2)
    }

    /// Control characters, line separators and direction overrides.
    private static func isEscaped(_ scalar: UInt32) -> Bool {
      switch scalar {
      case 0..<0x20, 0x7F...0x9F, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
      default: false
      }
    }

    private mutating func write(string: String) {
      bytes.append(UInt8(ascii: "\""))
      for scalar in string.unicodeScalars {
        switch scalar {
        case "\"": bytes += "\\\"".utf8
        case "\\": bytes += "\\\\".utf8
        case "\n": bytes += "\\n".utf8
        case "\r": bytes += "\\r".utf8
        case "\t": bytes += "\\t".utf8
        case _ where Self.isEscaped(scalar.value):
          let hex = String(scalar.value, radix: 16)
          bytes += ("\\u" + String(repeating: "0", count: 4 - hex.utf8.count) + hex).utf8
        default: bytes += String(scalar).utf8
        }
      }
      bytes.append(UInt8(ascii: "\""))
    }
  }
}
