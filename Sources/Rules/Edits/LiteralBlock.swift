import RegistryConfig
import SourceText
import YAMLSyntax

/// Writes a text of several lines as a `|` block.
enum LiteralBlock {
  /// The edit that puts a `|` block in place of a value of a ConfigMap. `nil` in flow style, for a value with an anchor
  /// or written as an alias, and for a text that such a block cannot hold as it is.
  static func edit(_ entry: CertificateConfigMap.Entry, text: [UInt8]) -> TextEdit? {
    let node = entry.node
    let file = node.span.file
    guard entry.key.span.file === file, !node.isAlias, node.anchor == nil, node.tag == nil,
      let indentation = LineIndentation.blanks(before: entry.key.span.range.lowerBound, in: file),
      let block = block(text, indentation: indentation + 2, lineEnd: LineIndentation.lineEnd(at: node.span, in: file))
    else { return nil }
    // What stands behind the value on its line must be nothing, as the block would swallow it.
    var end = node.span.range.upperBound
    let isBlock = file.bytes[node.span.range].last == UInt8(ascii: "\n")
    if !isBlock {
      while end < file.bytes.count, file.bytes[end] == 0x20 || file.bytes[end] == 0x09 { end += 1 }
      guard end == file.bytes.count || file.bytes[end] == UInt8(ascii: "\n") || file.bytes[end] == UInt8(ascii: "\r")
      else { return nil }
      // The block ends with a line end of its own.
      if end < file.bytes.count, file.bytes[end] == UInt8(ascii: "\r") { end += 1 }
      if end < file.bytes.count, file.bytes[end] == UInt8(ascii: "\n") { end += 1 }
    }
    return TextEdit(range: node.span.range.lowerBound..<end, replacement: block)
  }

  /// `|` and the lines, each behind its indentation; ends with a line end.
  private static func block(_ text: [UInt8], indentation: Int, lineEnd: [UInt8]) -> [UInt8]? {
    var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
      line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    // A first line that begins with a blank would set another indentation.
    guard let first = lines.first?.first, first != UInt8(ascii: " "), first != UInt8(ascii: "\t"),
      String(validating: text, as: UTF8.self) != nil,
      lines.allSatisfy({ $0.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 } })
    else { return nil }
    var result: [UInt8] = [UInt8(ascii: "|")] + lineEnd
    for line in lines {
      if !line.isEmpty { result += [UInt8](repeating: UInt8(ascii: " "), count: indentation) + line }
      result += lineEnd
    }
    return result
  }
}

/// The blanks before the first text of a line, and how lines end.
enum LineIndentation {
  /// The count of spaces before `offset` on its line; `nil` when anything else stands there.
  static func blanks(before offset: Int, in file: SourceFile) -> Int? {
    let line = file.lineRange(file.lines.lineIndex(of: offset))
    let start = line.lowerBound == 0 ? file.byteOrderMarkLength : line.lowerBound
    guard start <= offset, file.bytes[start..<offset].allSatisfy({ $0 == UInt8(ascii: " ") }) else { return nil }
    return offset - start
  }

  /// The line end of the line on which a span begins; a line feed for the last line of a file.
  static func lineEnd(at span: SourceSpan, in file: SourceFile) -> [UInt8] {
    let end = file.lineRange(file.lines.lineIndex(of: span.range.lowerBound)).upperBound
    let isCarriageReturn = end < file.bytes.count && file.bytes[end] == UInt8(ascii: "\r")
    return isCarriageReturn ? [0x0D, 0x0A] : [0x0A]
  }
}
