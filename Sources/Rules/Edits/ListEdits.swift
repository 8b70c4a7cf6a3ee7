import Diagnostics
import RegistryConfig
import SourceText

/// Edits that take an entry out of a list of registries or put one in, in block and in flow style.
public enum ListEdits {
  /// Takes one entry out. `nil` when it is the only one (a key without value is `null`, which the API server refuses),
  /// or when other text, such as an anchor, shares its place.
  /// - Returns: The edit, and whether a comment belongs to the entry: then nobody but the user may remove it.
  public static func removal(of entry: RegistryEntry, in list: RegistryList) -> (edit: TextEdit, hasComment: Bool)? {
    guard list.entries.count > 1, isWritten(entry, in: list) else { return nil }
    let file = entry.span.file
    if let edit = LineRemoval.ofItem(entry.span) {
      return (edit, hasComment(entry.span))
    }
    guard file === list.span.file, file.bytes[list.span.range].first == UInt8(ascii: "["),
      let place = place(of: entry, in: list)
    else { return nil }
    let range: ByteRange
    if place > 0, list.entries[place - 1].index == entry.index - 1 {
      range = list.entries[place - 1].span.range.upperBound..<entry.span.range.upperBound
    } else if place + 1 < list.entries.count, list.entries[place + 1].index == entry.index + 1 {
      range = entry.span.range.lowerBound..<list.entries[place + 1].span.range.lowerBound
    } else {
      return nil
    }
    let bytes = file.bytes[range]
    guard !bytes.contains(UInt8(ascii: "&")), !bytes.contains(UInt8(ascii: "!")) else { return nil }
    return (.delete(range), bytes.contains(UInt8(ascii: "#")))
  }

  /// A fix that takes an entry out: safe, unless a comment belongs to it.
  static func removalFix(_ description: String, of entry: RegistryEntry, in list: RegistryList) -> [Fix] {
    guard let (edit, hasComment) = removal(of: entry, in: list) else { return [] }
    return [Fix(description, safety: hasComment ? .unsafe : .safe, in: entry.span.file, [edit])]
  }

  /// Puts an entry behind the last one of a list, written as that one is. `nil` for a list without entries.
  public static func insertion(of values: [String], at list: RegistryList) -> TextEdit? {
    guard let last = list.entries.last, isWritten(last, in: list), !values.isEmpty else { return nil }
    let file = last.span.file
    let quote = file.bytes[last.span.range].first.flatMap {
      $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") ? $0 : nil
    }
    let scalars = values.map { value in
      quote.map { String(decoding: [$0] + Array(value.utf8) + [$0], as: UTF8.self) } ?? ScalarReplacement.scalar(value)
    }
    if file.bytes[list.span.range].first == UInt8(ascii: "[") {
      return .insert(scalars.map { ", \($0)" }.joined(), at: last.span.range.upperBound)
    }
    let start = file.lineRange(file.lines.lineIndex(of: last.span.range.lowerBound)).lowerBound
    let prefix = file.bytes[start..<last.span.range.lowerBound]
    // Only blanks and the dash may stand before it; else the entry shares its line with something else.
    let blanks = prefix.filter { $0 == UInt8(ascii: " ") }.count
    guard prefix.count(where: { $0 == UInt8(ascii: "-") }) == 1, blanks + 1 == prefix.count else { return nil }
    let end = file.lineRange(file.lines.lineIndex(of: last.span.range.upperBound)).upperBound
    let lineEnd = end < file.bytes.count && file.bytes[end] == UInt8(ascii: "\r") ? "\r\n" : "\n"
    let text = scalars.map { lineEnd + String(decoding: prefix, as: UTF8.self) + $0 }.joined()
    return .insert(text, at: end)
  }

  /// Whether an entry stands in the list itself: behind an alias it is that of another list too.
  private static func isWritten(_ entry: RegistryEntry, in list: RegistryList) -> Bool {
    entry.span.file === list.span.file && list.span.range.contains(entry.span.range.lowerBound)
  }

  /// Where an entry stands among those that are strings; they are sorted by their index.
  private static func place(of entry: RegistryEntry, in list: RegistryList) -> Int? {
    var low = 0
    var high = list.entries.count
    while low < high {
      let middle = (low + high) / 2
      if list.entries[middle].index < entry.index { low = middle + 1 } else { high = middle }
    }
    return low < list.entries.count && list.entries[low].index == entry.index ? low : nil
  }

  /// A comment behind the entry, or on the line above it.
  private static func hasComment(_ span: SourceSpan) -> Bool {
    let file = span.file
    let line = file.lineRange(file.lines.lineIndex(of: span.range.upperBound))
    if span.range.upperBound < line.upperBound,
      file.bytes[span.range.upperBound..<line.upperBound].contains(UInt8(ascii: "#"))
    {
      return true
    }
    let first = file.lines.lineIndex(of: span.range.lowerBound)
    guard first > 0 else { return false }
    let above = file.bytes[file.lineRange(first - 1)]
    return above.first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") } == UInt8(ascii: "#")
  }
}
