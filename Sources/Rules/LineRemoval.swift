import SourceText

/// Edits that remove whole lines: an entry of a block mapping or an item of a block list with its trailing comment.
public enum LineRemoval {
  /// The lines of `key: value`. `nil` when other text shares a line with them: an entry of a flow mapping, the first
  /// entry of a list item behind its dash, or a value of another file.
  public static func ofEntry(key: SourceSpan, value: SourceSpan) -> TextEdit? {
    guard key.file === value.file else { return nil }
    return lines(key.range.lowerBound..<max(key.range.upperBound, value.range.upperBound), in: key.file, dash: false)
  }

  /// The lines of `- item`. `nil` for an item of a flow list.
  public static func ofItem(_ item: SourceSpan) -> TextEdit? {
    lines(item.range, in: item.file, dash: true)
  }

  private static func lines(_ range: ByteRange, in file: SourceFile, dash: Bool) -> TextEdit? {
    var start = range.lowerBound
    var sawDash = false
    while start > 0 {
      let byte = file.bytes[start - 1]
      if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
        start -= 1
      } else if dash, !sawDash, byte == UInt8(ascii: "-") {
        sawDash = true
        start -= 1
      } else {
        break
      }
    }
    guard start == file.byteOrderMarkLength || start == 0 || file.bytes[start - 1] == UInt8(ascii: "\n"),
      sawDash == dash
    else { return nil }
    var end = range.upperBound
    while end < file.bytes.count, file.bytes[end] == UInt8(ascii: " ") || file.bytes[end] == UInt8(ascii: "\t") {
      end += 1
    }
    if end < file.bytes.count, file.bytes[end] == UInt8(ascii: "#") {
      while end < file.bytes.count, file.bytes[end] != UInt8(ascii: "\n") { end += 1 }
    }
    if end < file.bytes.count, file.bytes[end] == UInt8(ascii: "\r") { end += 1 }
    if end < file.bytes.count {
      guard file.bytes[end] == UInt8(ascii: "\n") else { return nil }
      end += 1
    } else if start > 0, file.bytes[start - 1] == UInt8(ascii: "\n") {
      // The last line of a file without a final newline: the line break before it goes instead.
      start -= 1
      if start > 0, file.bytes[start - 1] == UInt8(ascii: "\r") { start -= 1 }
    }
    return .delete(start..<end)
  }
}
