import Diagnostics
import SourceText
import YAMLSyntax

/// Removes whole entries of block mappings.
enum EntryRemoval {
  /// A fix that removes all of these entries: safe, unless comments belong to them. Empty when one of them cannot be
  /// cut out (flow style, another file, an anchor).
  static func fix(_ description: String, _ entries: [Node.Entry]) -> [Fix] {
    guard let file = entries.first?.key.span.file else { return [] }
    var ranges: [ByteRange] = []
    var hasComment = false
    for entry in entries {
      guard entry.key.span.file === file, entry.value.span.file === file, !entry.value.holdsAnchor,
        !entry.value.isAlias, let edit = LineRemoval.ofEntry(key: entry.key.span, value: entry.value.span)
      else { return [] }
      let range =
        entry.key.span.range.lowerBound..<max(entry.key.span.range.upperBound, entry.value.span.range.upperBound)
      hasComment = hasComment || CommentLines.touch(range, in: file)
      ranges.append(edit.range)
    }
    return [Fix(description, safety: hasComment ? .unsafe : .safe, in: file, merged(ranges).map(TextEdit.delete))]
  }

  /// Neighbours at the end of a file without a final line end overlap in one line end.
  private static func merged(_ ranges: [ByteRange]) -> [ByteRange] {
    var result: [ByteRange] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = result.last, range.lowerBound <= last.upperBound {
        result[result.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        result.append(range)
      }
    }
    return result
  }
}
