import Diagnostics
import SourceText
import YAMLSyntax

extension Located where Value == String {
  /// The edit that writes another text in place of this one and keeps its quotes.
  func rewriting(_ text: String) -> Fix.FileEdit? {
    ScalarReplacement.edit(span, with: text).map { Fix.FileEdit(file: span.file, edit: $0) }
  }

  /// The edit that writes another word in place of this one in text inside of a quoted or folded string, where nothing
  /// else can be edited: letters, digits, dots, dashes and slashes need no escape in any style.
  /// - Parameter object: The object it belongs to: what stands elsewhere is not its own.
  /// - Returns: `nil` unless the word stands in its place as it is, between nothing but quotes and their escapes.
  func replacingWord(with word: String, inside object: SourceSpan) -> Fix.FileEdit? {
    let file = span.file
    guard file === object.file, object.range.lowerBound <= span.range.lowerBound,
      span.range.upperBound <= object.range.upperBound, Self.isWord(value), Self.isWord(word)
    else { return nil }
    let bytes = file.bytes[span.range]
    let start = bytes.drop { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }
    guard start.starts(with: value.utf8),
      start.dropFirst(value.utf8.count).allSatisfy({
        $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'")
      })
    else { return nil }
    let range = start.startIndex..<(start.startIndex + value.utf8.count)
    return Fix.FileEdit(file: file, edit: TextEdit(range: range, replacement: word))
  }

  private static func isWord(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
          || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "/")].contains($0)
      }
  }
}

/// Edits that take an item out of a list that is written in block or flow style.
enum ItemRemoval {
  /// - Parameters:
  ///   - previous: The item before it; needed for flow lists.
  /// - Returns: `nil` when the item cannot be cut out: the first of a flow list, one with an anchor or written as an
  ///   alias, one that shares its line with other text, or one with a comment of its own.
  static func edit(of item: Node, previous: Node?) -> Fix.FileEdit? {
    let file = item.span.file
    guard !item.isAlias, !item.holdsAnchor, item.outerRange == item.span.range,
      !CommentLines.touch(item.span.range, in: file)
    else { return nil }
    if let edit = LineRemoval.ofItem(item.span) { return Fix.FileEdit(file: file, edit: edit) }
    guard let previous, previous.span.file === file, previous.span.range.upperBound < item.span.range.lowerBound else {
      return nil
    }
    // In a flow list nothing but a comma and blanks may stand between the two.
    let gap = previous.span.range.upperBound..<item.span.range.lowerBound
    var commas = 0
    for byte in file.bytes[gap] {
      switch byte {
      case UInt8(ascii: ","): commas += 1
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): break
      default: return nil
      }
    }
    guard commas == 1 else { return nil }
    return Fix.FileEdit(file: file, edit: .delete(gap.lowerBound..<item.span.range.upperBound))
  }
}

/// Whether comments belong to a stretch of lines.
enum CommentLines {
  /// A comment on one of the lines of the range, on the line right above it, or right below it and further to the
  /// right than its dash. Says yes too often rather than too rarely: a `#` in a quoted text counts.
  static func touch(_ range: ByteRange, in file: SourceFile) -> Bool {
    let first = file.lines.lineIndex(of: range.lowerBound)
    let last = file.lines.lineIndex(of: max(range.lowerBound, range.upperBound - 1))
    for line in first...last where hasComment(file.lineRange(line), in: file) { return true }
    if first > 0, column(ofCommentIn: file.lineRange(first - 1), file) != nil { return true }
    guard last + 1 < file.lines.starts.count,
      let below = column(ofCommentIn: file.lineRange(last + 1), file)
    else { return false }
    return below > column(ofTextIn: file.lineRange(first), file)
  }

  private static func hasComment(_ line: ByteRange, in file: SourceFile) -> Bool {
    var isAfterBlank = true
    for byte in file.bytes[line] {
      if byte == UInt8(ascii: "#"), isAfterBlank { return true }
      isAfterBlank = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
    return false
  }

  private static func column(ofTextIn line: ByteRange, _ file: SourceFile) -> Int {
    file.bytes[line].prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.count
  }

  /// The indentation of a line that is nothing but a comment.
  private static func column(ofCommentIn line: ByteRange, _ file: SourceFile) -> Int? {
    let column = column(ofTextIn: line, file)
    guard column < line.count, file.bytes[line.lowerBound + column] == UInt8(ascii: "#") else { return nil }
    return column
  }
}

extension Node {
  /// An anchor on this node or below it: other places may name it.
  var holdsAnchor: Bool {
    if isAlias { return false }
    if anchor != nil { return true }
    switch content {
    case .scalar: return false
    case .sequence(let items): return items.contains(where: \.holdsAnchor)
    case .mapping(let entries): return entries.contains { $0.key.holdsAnchor || $0.value.holdsAnchor }
    }
  }
}
