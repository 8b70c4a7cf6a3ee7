import SourceText

/// Reads JSON as Go's encoding/json does: strict, the last of repeated keys wins.
struct JSONReader {
  private let bytes: [UInt8]
  private var position = 0
  private let place: (ByteRange) -> SourceSpan
  private static let maximumDepth = 128

  /// - Parameter place: Where a range of the bytes stands in a file.
  static func read(_ bytes: [UInt8], place: @escaping (ByteRange) -> SourceSpan) throws(KustomizeProblem)
    -> JSONDocument
  {
    var reader = JSONReader(bytes: bytes, place: place)
    let document = try reader.value(depth: 0)
    reader.skipBlanks()
    guard reader.position == bytes.count else { throw reader.invalid("something follows the value") }
    return document
  }

  private init(bytes: [UInt8], place: @escaping (ByteRange) -> SourceSpan) {
    self.bytes = bytes
    self.place = place
  }

  private func invalid(_ reason: String) -> KustomizeProblem {
    KustomizeProblem(
      .syntax, "invalid JSON: \(reason)", at: place(min(position, bytes.count)..<min(position + 1, bytes.count)))
  }

  private mutating func skipBlanks() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws(KustomizeProblem) -> JSONDocument {
    guard depth < Self.maximumDepth else { throw .unsupported("JSON nested this deep", at: place(position..<position)) }
    skipBlanks()
    let start = position
    guard position < bytes.count else { throw invalid("a value is missing") }
    switch bytes[position] {
    case UInt8(ascii: "{"):
      position += 1
      var members: [String: JSONDocument.Member] = [:]
      skipBlanks()
      if !skip(UInt8(ascii: "}")) {
        repeat {
          skipBlanks()
          let keyStart = position
          let key = try string()
          let keySpan = place(keyStart..<position)
          skipBlanks()
          guard skip(UInt8(ascii: ":")) else { throw invalid("':' is missing") }
          members[key] = JSONDocument.Member(value: try value(depth: depth + 1), keySpan: keySpan)
          skipBlanks()
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "}")) else { throw invalid("'}' is missing") }
      }
      return JSONDocument(.object(members), at: place(start..<position))
    case UInt8(ascii: "["):
      position += 1
      var items: [JSONDocument] = []
      skipBlanks()
      if !skip(UInt8(ascii: "]")) {
        repeat {
          items.append(try value(depth: depth + 1))
          skipBlanks()
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "]")) else { throw invalid("']' is missing") }
      }
      return JSONDocument(.array(items), at: place(start..<position))
    case UInt8(ascii: "\""):
      let text = try string()
      let raw = String(decoding: bytes[start..<position], as: UTF8.self)
      return JSONDocument(.string(text, raw: raw), at: place(start..<position))
    case UInt8(ascii: "-"), 0x30...0x39:
      try number()
      return JSONDocument(
        .number(String(decoding: bytes[start..<position], as: UTF8.self)), at: place(start..<position))
    default:
      for (word, content) in [
        ("true", JSONDocument.Content.bool(true)), ("false", .bool(false)), ("null", .null),
      ] where bytes[position...].starts(with: word.utf8) {
        position += word.utf8.count
        return JSONDocument(content, at: place(start..<position))
      }
      throw invalid("no value begins here")
    }
  }

  private mutating func digits() -> Int {
    let start = position
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
    return position - start
  }

  private mutating func number() throws(KustomizeProblem) {
    _ = skip(UInt8(ascii: "-"))
    if !skip(UInt8(ascii: "0")), digits() == 0 { throw invalid("a digit is missing") }
    if skip(UInt8(ascii: ".")), digits() == 0 { throw invalid("a digit is missing") }
    if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
      if !skip(UInt8(ascii: "+")) { _ = skip(UInt8(ascii: "-")) }
      if digits() == 0 { throw invalid("a digit is missing") }
    }
  }

  private mutating func string() throws(KustomizeProblem) -> String {
    guard skip(UInt8(ascii: "\"")) else { throw invalid("a string is missing") }
    var out: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: out, as: UTF8.self)
      case 0..<0x20: throw invalid("a control character in a string")
      case UInt8(ascii: "\\"):
        guard position < bytes.count else { break }
        let escape = bytes[position]
        position += 1
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(escape)
        case UInt8(ascii: "b"): out.append(8)
        case UInt8(ascii: "f"): out.append(12)
        case UInt8(ascii: "n"): out.append(10)
        case UInt8(ascii: "r"): out.append(13)
        case UInt8(ascii: "t"): out.append(9)
        case UInt8(ascii: "u"):
          var unit = try hex()
          if (0xD800..<0xDC00).contains(unit), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
          {
            let saved = position
            position += 2
            let low = try hex()
            if (0xDC00..<0xE000).contains(low) {
              unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
            } else {
              position = saved
            }
          }
          out += Array(String(Unicode.Scalar(unit) ?? "\u{FFFD}").utf8)
        default: throw invalid("an unknown escape")
        }
      default: out.append(byte)
      }
    }
    throw invalid("a string is not closed")
  }

  private mutating func hex() throws(KustomizeProblem) -> UInt32 {
    guard position + 4 <= bytes.count,
      bytes[position..<(position + 4)].allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
      let value = UInt32(String(decoding: bytes[position..<(position + 4)], as: UTF8.self), radix: 16)
    else { throw invalid("four hexadecimal digits are missing") }
    position += 4
    return value
  }
}
