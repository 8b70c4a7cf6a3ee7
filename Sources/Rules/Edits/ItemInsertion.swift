import SourceText
import YAMLSyntax

/// Edits that put a new item behind another one of a block list, written as that one is.
enum ItemInsertion {
  /// How the items of a block list begin.
  struct Style {
    /// Blanks, dash and blanks of the first line.
    let first: String
    /// The same width in blanks.
    let rest: String
    let lineEnd: String
  }

  /// The style of an item; `nil` in flow style, where two dashes share a line, and for what begins behind its dash's
  /// line.
  static func style(of item: Node) -> Style? {
    let file = item.span.file
    let line = file.lineRange(file.lines.lineIndex(of: item.outerRange.lowerBound))
    let start = line.lowerBound == 0 ? file.byteOrderMarkLength : line.lowerBound
    guard start <= item.outerRange.lowerBound else { return nil }
    let prefix = file.bytes[start..<item.outerRange.lowerBound]
    guard prefix.count(where: { $0 == UInt8(ascii: "-") }) == 1, prefix.last == UInt8(ascii: " "),
      prefix.allSatisfy({ $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: " ") })
    else { return nil }
    return Style(
      first: String(decoding: prefix, as: UTF8.self), rest: String(repeating: " ", count: prefix.count),
      lineEnd: String(decoding: LineIndentation.lineEnd(at: item.span, in: file), as: UTF8.self))
  }

  /// - Parameter lines: The new item, without dash and indentation.
  /// - Returns: `nil` where the style of the item cannot be continued.
  static func edit(behind item: Node, lines: [String]) -> TextEdit? {
    guard !item.isAlias, let style = style(of: item), let first = lines.first else { return nil }
    let file = item.span.file
    var last = file.lines.lineIndex(of: max(item.span.range.lowerBound, item.span.range.upperBound - 1))
    // Comments that stand deeper than the dash belong to the item.
    let dash = style.first.utf8.prefix { $0 != UInt8(ascii: "-") }.count
    while last + 1 < file.lines.starts.count {
      let next = file.bytes[file.lineRange(last + 1)]
      let blanks = next.prefix { $0 == UInt8(ascii: " ") }.count
      guard blanks > dash, blanks < next.count, next[next.startIndex + blanks] == UInt8(ascii: "#") else { break }
      last += 1
    }
    var text = style.lineEnd + style.first + first
    for line in lines.dropFirst() { text += style.lineEnd + style.rest + line }
    return .insert(text, at: file.lineRange(last).upperBound)
  }
}
