import SourceText
import YAMLSyntax

/// Edits that put new lines into a block mapping, written as its neighbours are.
enum EntryInsertion {
  /// Puts lines behind an entry whose value ends on the line of its key. `nil` in flow style, and for the first entry
  /// of a list item, whose line begins with a dash.
  static func after(_ entry: Node.Entry, text: [String]) -> TextEdit? {
    let file = entry.key.span.file
    guard entry.value.span.file === file, !entry.value.isAlias,
      let blanks = LineIndentation.blanks(before: entry.key.span.range.lowerBound, in: file)
    else { return nil }
    let line = file.lineRange(file.lines.lineIndex(of: entry.key.span.range.lowerBound))
    guard entry.value.span.range.upperBound <= line.upperBound else { return nil }
    let lineEnd = String(decoding: LineIndentation.lineEnd(at: entry.key.span, in: file), as: UTF8.self)
    let prefix = lineEnd + String(repeating: " ", count: blanks)
    return .insert(text.map { prefix + $0 }.joined(), at: line.upperBound)
  }

  /// Puts lines before an entry of a block mapping.
  static func before(_ entry: Node.Entry, text: [String]) -> TextEdit? {
    let file = entry.key.span.file
    let start = entry.key.span.range.lowerBound
    guard let blanks = LineIndentation.blanks(before: start, in: file) else { return nil }
    let lineEnd = String(decoding: LineIndentation.lineEnd(at: entry.key.span, in: file), as: UTF8.self)
    let suffix = lineEnd + String(repeating: " ", count: blanks)
    return .insert(text.map { $0 + suffix }.joined(), at: start)
  }
}
