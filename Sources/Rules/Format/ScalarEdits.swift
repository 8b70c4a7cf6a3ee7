import RegistryConfig
import SourceText
import YAMLSyntax

extension Node {
  /// The edit that writes another text in place of this one and keeps the quotes. `nil` when the text as written is
  /// not the value with quotes around it: escapes, folded lines, block scalars, an alias.
  func rewritten(as text: String) -> TextEdit? {
    guard let scalar, !isAlias, let inner = innerRange,
      span.file.bytes[inner].elementsEqual(scalar.text.utf8)
    else { return nil }
    return TextEdit(range: inner, replacement: text)
  }

  /// The bytes between the quotes, or all of a plain scalar.
  private var innerRange: ByteRange? {
    switch scalar?.style {
    case .plain: span.range
    case .singleQuoted, .doubleQuoted:
      span.range.count >= 2 ? span.range.lowerBound + 1..<span.range.upperBound - 1 : nil
    default: nil
    }
  }

  /// Whether the text can be written without quotes wherever a scalar may stand.
  var isPlainText: Bool {
    guard let text = scalar?.text, let first = text.utf8.first else { return false }
    let safe = text.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        || "._:/-@".utf8.contains($0)
    }
    return safe && !"-:@".utf8.contains(first) && text.utf8.last != UInt8(ascii: ":")
  }

  /// Whether the value stands right behind the dash of a block list.
  var followsDash: Bool {
    let bytes = span.file.bytes
    var index = outerRange.lowerBound
    while index > 0, bytes[index - 1] == UInt8(ascii: " ") { index -= 1 }
    return index > 0 && bytes[index - 1] == UInt8(ascii: "-") && index < outerRange.lowerBound
  }
}

extension JSONType {
  /// For people: "a list".
  var words: String {
    switch self {
    case .string: "a string"
    case .boolean: "a boolean"
    case .integer, .number: "a number"
    case .array: "a list"
    case .object: "a mapping"
    case .null: "null"
    }
  }
}

extension String {
  /// At most `limit` characters of one line, for messages.
  func shortened(to limit: Int = 80) -> String {
    let line = unicodeScalars.map { $0.value < 0x20 ? " " : String($0) }
    return line.count <= limit ? line.joined() : line.prefix(limit).joined() + "…"
  }
}
