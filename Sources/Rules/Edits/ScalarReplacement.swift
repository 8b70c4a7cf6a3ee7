import SourceText

/// Edits that write another text where a scalar stands and keep the style it was written in.
public enum ScalarReplacement {
  /// Replaces a scalar: quotes stay, and a plain scalar is quoted when the new text needs it.
  /// `nil` for block scalars, for aliases and for text that would need escapes.
  public static func edit(_ span: SourceSpan, with text: String) -> TextEdit? {
    let bytes = span.file.bytes[span.range]
    guard let first = bytes.first, isPrintableASCII(text) else { return nil }
    switch first {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      guard bytes.count >= 2, bytes.last == first, !text.utf8.contains(first), !text.utf8.contains(UInt8(ascii: "\\"))
      else { return nil }
      let inner = (span.range.lowerBound + 1)..<(span.range.upperBound - 1)
      return TextEdit(range: inner, replacement: text)
    case UInt8(ascii: "|"), UInt8(ascii: ">"), UInt8(ascii: "*"), UInt8(ascii: "&"), UInt8(ascii: "!"):
      return nil
    default:
      // Quotes in quotes would need escapes.
      if !isPlain(text), text.utf8.contains(UInt8(ascii: "\"")) || text.utf8.contains(UInt8(ascii: "\\")) { return nil }
      return TextEdit(range: span.range, replacement: isPlain(text) ? text : quoted(text))
    }
  }

  /// A registry string as a new scalar: plain when YAML reads it as that string.
  public static func scalar(_ text: String) -> String { isPlain(text) ? text : quoted(text) }

  private static func quoted(_ text: String) -> String { "\"\(text)\"" }

  private static func isPrintableASCII(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
  }

  /// Letters, digits and the signs of registry strings, with a letter somewhere, so that it is no number and no date.
  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, isLetter(first) || (0x30...0x39).contains(first) || first == UInt8(ascii: "/")
    else { return false }
    guard text.utf8.last != UInt8(ascii: ":"),
      text.utf8.contains(where: isLetter) || text.utf8.contains(UInt8(ascii: "/"))
    else { return false }
    guard text.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "/") }) || text.utf8.count > 5
    else { return false }
    return text.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || ".-_:/@".utf8.contains($0) }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }
}
