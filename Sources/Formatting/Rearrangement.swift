import SourceText

/// A range of the text whose blocks change places. Blocks are copied byte for byte, with the rearrangements that lie
/// inside of them.
struct Rearrangement {
  /// Part of the new text of the range.
  enum Piece {
    case copy(ByteRange)
    /// A block; it needs a line end when something follows it.
    case block(Block)
    case text([UInt8])
  }

  struct Block {
    /// Spaces to put before it, for one that stood behind a dash and does no more.
    var indentation: Int
    var range: ByteRange
    /// Its last line is text of a block scalar that needs its line end.
    var needsLineEnd: Bool
  }

  let range: ByteRange
  let pieces: [Piece]
  /// Blocks that are not in `pieces`, in order.
  let removed: [ByteRange]
}

/// Writes the new text of rearrangements that lie side by side or inside of each other.
struct RearrangementWriter {
  private struct Level {
    let rearrangement: Rearrangement
    var inner: [Level] = []
  }

  private let file: SourceFile
  private var levels: [Level] = []
  private let lineEnd: [UInt8]

  init(_ rearrangements: [Rearrangement], file: SourceFile) throws(FormattingDefect) {
    self.file = file
    lineEnd = Self.lineEnd(of: file)
    let ordered = rearrangements.sorted {
      ($0.range.lowerBound, $1.range.upperBound) < ($1.range.lowerBound, $0.range.upperBound)
    }
    var next = 0
    levels = try Self.nested(ordered, &next, within: 0..<file.bytes.count, file)
  }

  /// One edit for each outermost rearrangement.
  func edits() throws(FormattingDefect) -> [TextEdit] {
    var edits: [TextEdit] = []
    for level in levels {
      var out: [UInt8] = []
      try write(level, to: &out)
      edits.append(Self.trimmed(TextEdit(range: level.rearrangement.range, replacement: out), file))
    }
    return edits
  }

  private static func nested(
    _ ordered: [Rearrangement], _ next: inout Int, within range: ByteRange, _ file: SourceFile
  ) throws(FormattingDefect) -> [Level] {
    var levels: [Level] = []
    while next < ordered.count, ordered[next].range.lowerBound < range.upperBound {
      let current = ordered[next]
      guard current.range.upperBound <= range.upperBound else {
        throw FormattingDefect(
          file: file, span: SourceSpan(file: file, range: current.range), why: "two changes overlap")
      }
      next += 1
      levels.append(
        Level(rearrangement: current, inner: try nested(ordered, &next, within: current.range, file)))
    }
    return levels
  }

  /// Writes a rearranged range; says whether it ends in a block scalar that needs its line end.
  @discardableResult
  private func write(_ level: Level, to out: inout [UInt8]) throws(FormattingDefect) -> Bool {
    let range = level.rearrangement.range
    let endsLine = range.upperBound == range.lowerBound || file.bytes[range.upperBound - 1] == UInt8(ascii: "\n")
    let isOfLines = range.upperBound == file.bytes.count || endsLine
    var needsLineEnd = false
    var written = 0
    for (number, piece) in level.rearrangement.pieces.enumerated() {
      let isLast = number == level.rearrangement.pieces.count - 1
      switch piece {
      case .text(let bytes): out += bytes
      case .copy(let part): written += try copy(part, level.inner, &needsLineEnd, to: &out)
      case .block(let block):
        out += [UInt8](repeating: UInt8(ascii: " "), count: block.indentation)
        needsLineEnd = block.needsLineEnd
        written += try copy(block.range, level.inner, &needsLineEnd, to: &out)
        if isOfLines, !isLast, out.last != UInt8(ascii: "\n") { out += lineEnd }
      }
    }
    if isOfLines, !endsLine, !needsLineEnd, out.last == UInt8(ascii: "\n") {
      // The file had no final line end, and has none now.
      out.removeLast()
      if out.last == UInt8(ascii: "\r") { out.removeLast() }
    }
    var inner = level.inner[...]
    for removed in level.rearrangement.removed {
      inner = inner.drop { $0.rearrangement.range.lowerBound < removed.lowerBound }
      let rest = inner.drop { $0.rearrangement.range.upperBound <= removed.upperBound }
      written += inner.count - rest.count
      inner = rest
    }
    guard written == level.inner.count else {
      throw FormattingDefect(
        file: file, span: SourceSpan(file: file, range: range), why: "a change inside of a moved block was lost")
    }
    return needsLineEnd
  }

  /// Copies a part of the text with the changes inside of it; gives their number.
  private func copy(
    _ range: ByteRange, _ inner: [Level], _ needsLineEnd: inout Bool, to out: inout [UInt8]
  ) throws(FormattingDefect) -> Int {
    var low = 0
    var high = inner.count
    while low < high {
      let middle = (low + high) / 2
      if inner[middle].rearrangement.range.lowerBound < range.lowerBound { low = middle + 1 } else { high = middle }
    }
    var position = range.lowerBound
    var count = 0
    while low < inner.count, inner[low].rearrangement.range.upperBound <= range.upperBound {
      let level = inner[low]
      out += file.bytes[position..<level.rearrangement.range.lowerBound]
      let endsInBlock = try write(level, to: &out)
      position = level.rearrangement.range.upperBound
      if position == range.upperBound { needsLineEnd = endsInBlock }
      low += 1
      count += 1
    }
    out += file.bytes[position..<range.upperBound]
    return count
  }

  /// The edit without the bytes at both ends that stay.
  static func trimmed(_ edit: TextEdit, _ file: SourceFile) -> TextEdit {
    let old = file.bytes[edit.range]
    var start = 0
    let shorter = min(old.count, edit.replacement.count)
    while start < shorter, old[old.startIndex + start] == edit.replacement[start] { start += 1 }
    var end = 0
    while end < shorter - start, old[old.endIndex - 1 - end] == edit.replacement[edit.replacement.count - 1 - end] {
      end += 1
    }
    return TextEdit(
      range: (edit.range.lowerBound + start)..<(edit.range.upperBound - end),
      replacement: edit.replacement[start..<(edit.replacement.count - end)])
  }

  /// The line end for a line that had none: that of the line before it.
  private static func lineEnd(of file: SourceFile) -> [UInt8] {
    let starts = file.lines.starts
    guard let last = starts.last, last >= 2, file.bytes[last - 2] == UInt8(ascii: "\r") else { return [0x0A] }
    return [0x0D, 0x0A]
  }
}
