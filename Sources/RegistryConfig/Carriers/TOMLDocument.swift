import SourceText

/// A value of TOML with its place, as far as registries.conf needs it.
public struct TOMLValue: Sendable {
  public indirect enum Content: Sendable {
    case string(String)
    case bool(Bool)
    case array([TOMLValue])
    case table([(key: TOMLKey, value: TOMLValue)])
    /// A number or a date, as written.
    case other(String)
  }

  public let content: Content
  /// In the bytes of the text, quotes included.
  public let range: ByteRange

  public var string: String? { if case .string(let text) = content { text } else { nil } }
  public var bool: Bool? { if case .bool(let value) = content { value } else { nil } }
  public var array: [TOMLValue]? { if case .array(let items) = content { items } else { nil } }
}

public struct TOMLKey: Sendable {
  public let name: String
  public let range: ByteRange
}

/// A `[table]` or an item of `[[tables]]`, with the keys that stand under its header.
public struct TOMLTable: Sendable {
  /// `["registry", "mirror"]`; empty for the top of the file.
  public let path: [String]
  public let isArrayItem: Bool
  /// The header's line.
  public let range: ByteRange
  public internal(set) var entries: [(key: TOMLKey, value: TOMLValue)] = []

  public subscript(key: String) -> TOMLValue? { entries.last { $0.key.name == key }?.value }
}

/// Why a text is no TOML.
public struct TOMLProblem: Error, Sendable {
  public let message: String
  public let range: ByteRange
}

/// The tables of a TOML text in the order they are written (toml.io v1.0): a reader for registries.conf, which takes
/// every value but dates apart, and does not put dotted keys together.
public struct TOMLDocument: Sendable {
  public let tables: [TOMLTable]

  public init(_ bytes: [UInt8]) throws(TOMLProblem) {
    var reader = TOMLReader(bytes)
    tables = try reader.read()
  }
}

private struct TOMLReader {
  private let bytes: [UInt8]
  private var index = 0
  private var depth = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func read() throws(TOMLProblem) -> [TOMLTable] {
    var tables = [TOMLTable(path: [], isArrayItem: false, range: 0..<0)]
    while true {
      skipBlankLines()
      guard index < bytes.count else { return tables }
      if bytes[index] == UInt8(ascii: "[") {
        tables.append(try header())
      } else {
        let entry = try entry()
        if tables[tables.count - 1].entries.contains(where: { $0.key.name == entry.key.name }) {
          throw TOMLProblem(message: "the key '\(entry.key.name)' stands twice in one table", range: entry.key.range)
        }
        tables[tables.count - 1].entries.append(entry)
      }
      try endOfLine()
    }
  }

  private mutating func header() throws(TOMLProblem) -> TOMLTable {
    let start = index
    let isArrayItem = index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "[")
    index += isArrayItem ? 2 : 1
    var path: [String] = []
    while true {
      skipBlanks()
      path.append(try key().name)
      skipBlanks()
      if peek() == UInt8(ascii: ".") { index += 1 } else { break }
    }
    for _ in 0..<(isArrayItem ? 2 : 1) {
      guard peek() == UInt8(ascii: "]") else { throw problem("the header of a table does not end with ']'") }
      index += 1
    }
    return TOMLTable(path: path, isArrayItem: isArrayItem, range: start..<index)
  }

  private mutating func entry() throws(TOMLProblem) -> (key: TOMLKey, value: TOMLValue) {
    var key = try key()
    skipBlanks()
    while peek() == UInt8(ascii: ".") {
      index += 1
      skipBlanks()
      let next = try self.key()
      key = TOMLKey(name: "\(key.name).\(next.name)", range: key.range.lowerBound..<next.range.upperBound)
      skipBlanks()
    }
    guard peek() == UInt8(ascii: "=") else { throw problem("'=' is missing behind the key '\(key.name)'") }
    index += 1
    skipBlanks()
    return (key, try value())
  }

  private mutating func key() throws(TOMLProblem) -> TOMLKey {
    let start = index
    if let quote = peek(), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      let text = try string(quote)
      return TOMLKey(name: text, range: start..<index)
    }
    while let byte = peek(), Self.isBare(byte) { index += 1 }
    guard index > start else { throw problem("a key or the header of a table is expected here") }
    return TOMLKey(name: text(start..<index), range: start..<index)
  }

  private mutating func value() throws(TOMLProblem) -> TOMLValue {
    let start = index
    guard let byte = peek() else { throw problem("a value is missing") }
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      let text = try string(byte)
      return TOMLValue(content: .string(text), range: start..<index)
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "{"): return try inlineTable()
    default:
      while let byte = peek(), Self.isBare(byte) || "+.:".utf8.contains(byte) { index += 1 }
      guard index > start else { throw problem("a value is missing") }
      switch text(start..<index) {
      case "true": return TOMLValue(content: .bool(true), range: start..<index)
      case "false": return TOMLValue(content: .bool(false), range: start..<index)
      case let word:
        guard let first = word.utf8.first, (0x30...0x39).contains(first) || "+-in".utf8.contains(first) else {
          throw TOMLProblem(message: "the value '\(word)' is neither quoted nor a number", range: start..<index)
        }
        return TOMLValue(content: .other(word), range: start..<index)
      }
    }
  }

  private mutating func array() throws(TOMLProblem) -> TOMLValue {
    let start = index
    try descend()
    index += 1
    var items: [TOMLValue] = []
    while true {
      skipBlankLines()
      if peek() == UInt8(ascii: "]") { break }
      items.append(try value())
      skipBlankLines()
      if peek() == UInt8(ascii: ",") { index += 1; continue }
      guard peek() == UInt8(ascii: "]") else { throw problem("',' or ']' is missing in a list") }
    }
    index += 1
    depth -= 1
    return TOMLValue(content: .array(items), range: start..<index)
  }

  private mutating func inlineTable() throws(TOMLProblem) -> TOMLValue {
    let start = index
    try descend()
    index += 1
    var entries: [(key: TOMLKey, value: TOMLValue)] = []
    skipBlanks()
    while peek() != UInt8(ascii: "}") {
      entries.append(try entry())
      skipBlanks()
      if peek() == UInt8(ascii: ",") { index += 1; skipBlanks(); continue }
      guard peek() == UInt8(ascii: "}") else { throw problem("',' or '}' is missing in a table") }
    }
    index += 1
    depth -= 1
    return TOMLValue(content: .table(entries), range: start..<index)
  }

  private mutating func descend() throws(TOMLProblem) {
    depth += 1
    if depth > 32 { throw problem("values are nested too deep") }
  }

  /// A string of one line or of several, from its first quote.
  private mutating func string(_ quote: UInt8) throws(TOMLProblem) -> String {
    let start = index
    let isLong = index + 2 < bytes.count && bytes[index + 1] == quote && bytes[index + 2] == quote
    index += isLong ? 3 : 1
    if isLong, peek() == UInt8(ascii: "\n") { index += 1 }
    var result: [UInt8] = []
    while let byte = peek() {
      if byte == quote {
        guard isLong else { index += 1; return String(decoding: result, as: UTF8.self) }
        if index + 2 < bytes.count, bytes[index + 1] == quote, bytes[index + 2] == quote {
          index += 3
          return String(decoding: result, as: UTF8.self)
        }
      }
      if byte == UInt8(ascii: "\n"), !isLong { break }
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\""), index + 1 < bytes.count {
        switch bytes[index + 1] {
        case UInt8(ascii: "n"): result.append(0x0A)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "r"): result.append(0x0D)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): result.append(bytes[index + 1])
        default: result += [byte, bytes[index + 1]]
        }
        index += 2
        continue
      }
      result.append(byte)
      index += 1
    }
    throw TOMLProblem(message: "a string has no closing quote", range: start..<min(index, bytes.count))
  }

  // MARK: Blanks

  private func peek() -> UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipBlanks() {
    while let byte = peek(), byte == 0x20 || byte == 0x09 { index += 1 }
  }

  private mutating func skipBlankLines() {
    while let byte = peek() {
      if byte == UInt8(ascii: "#") {
        while let byte = peek(), byte != UInt8(ascii: "\n") { index += 1 }
      } else if byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
        index += 1
      } else {
        return
      }
    }
  }

  private mutating func endOfLine() throws(TOMLProblem) {
    skipBlanks()
    guard let byte = peek(), byte != 0x0A, byte != 0x0D, byte != UInt8(ascii: "#") else { return }
    throw problem("text behind the end of a value")
  }

  private func problem(_ message: String) -> TOMLProblem {
    let start = min(index, bytes.count)
    var end = start
    while end < bytes.count, bytes[end] != 0x0A { end += 1 }
    return TOMLProblem(message: message, range: start..<end)
  }

  private func text(_ range: ByteRange) -> String { String(decoding: bytes[range], as: UTF8.self) }

  private static func isBare(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
      || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }
}
