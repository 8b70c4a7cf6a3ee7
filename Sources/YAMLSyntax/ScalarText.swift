import SourceText

/// The text of a scalar as it stands in the file, placeholders included, and where each of its bytes stands.
///
/// A node's own text is what the parser saw, with template text hidden. Whoever reads text of its own inside of a
/// scalar (a manifest, TOML, JSON) wants it as written, and judges placeholders there.
public struct ScalarText: Sendable {
  public let bytes: [UInt8]
  public let file: SourceFile
  let origin: ScalarOrigin
  /// Bytes of the text are bytes of the file but for the indentation of lines: an edit of the file's bytes is the same
  /// edit of the text.
  public let isLiteral: Bool

  /// `nil` for a collection, and for quoted or folded text with template text in it, which has no exact place.
  public init?(_ node: Node) {
    guard let scalar = node.scalar else { return nil }
    file = node.span.file
    isLiteral = scalar.style == .literal && !node.isAlias
    if node.isUnknown, Self.holdsHiddenText(file.bytes[node.span.range]) {
      guard scalar.style == .literal, !node.isAlias, let literal = ScalarOrigin.literal(node, scalar) else {
        return nil
      }
      (origin, bytes) = (literal.origin, literal.bytes)
    } else {
      guard let origin = ScalarOrigin(node) else { return nil }
      self.origin = origin
      bytes = Array(scalar.text.utf8)
    }
  }

  public func span(_ range: ByteRange) -> SourceSpan {
    SourceSpan(file: file, range: origin.range(ofDecoded: range))
  }

  /// Whether something in it was replaced before parsing, not only remembered.
  private static func holdsHiddenText(_ source: ArraySlice<UInt8>) -> Bool {
    var last: UInt8 = 0
    for byte in source {
      if byte == UInt8(ascii: "{"), last == UInt8(ascii: "{") || last == UInt8(ascii: "$") { return true }
      if last == UInt8(ascii: "{"), byte == UInt8(ascii: "%") || byte == UInt8(ascii: "#") { return true }
      last = byte
    }
    return false
  }
}

extension ScalarOrigin {
  /// A literal block line by line: hidden text has the length of what it hides, and lines stay lines.
  static func literal(_ node: Node, _ scalar: Scalar) -> (origin: ScalarOrigin, bytes: [UInt8])? {
    let source = node.span.file.bytes
    let end = node.span.range.upperBound
    var index = node.span.range.lowerBound
    while index < end, source[index] != UInt8(ascii: "\n") { index += 1 }
    index += 1
    guard index < end else { return nil }
    let indentation = literalIndentation(Array(scalar.text.utf8), source, index, end)
    var bytes: [UInt8] = []
    var runs: [(decoded: Int, source: Int)] = []
    while index < end {
      var start = index
      while start < end, start - index < indentation, source[start] == UInt8(ascii: " ") { start += 1 }
      var stop = start
      while stop < end, source[stop] != UInt8(ascii: "\n") { stop += 1 }
      runs.append((bytes.count, start))
      var last = stop
      if last > start, source[last - 1] == UInt8(ascii: "\r") { last -= 1 }
      bytes += source[start..<last]
      bytes.append(UInt8(ascii: "\n"))
      index = stop + 1
    }
    return (ScalarOrigin(runs: runs, decodedCount: bytes.count, sourceEnd: end), bytes)
  }

  /// What the first line that the parser saw text in has more of in the file than in the text.
  private static func literalIndentation(_ text: [UInt8], _ source: [UInt8], _ start: Int, _ end: Int) -> Int {
    let blank = UInt8(ascii: " ")
    let lineEnd = UInt8(ascii: "\n")
    var (position, line) = (0, start)
    while position < text.count, line < end {
      var kept = position
      while kept < text.count, text[kept] == blank { kept += 1 }
      if kept < text.count, text[kept] != lineEnd {
        var index = line
        while index < end, source[index] == blank { index += 1 }
        return max(0, index - line - (kept - position))
      }
      while position < text.count, text[position] != lineEnd { position += 1 }
      while line < end, source[line] != lineEnd { line += 1 }
      position += 1
      line += 1
    }
    return 0
  }
}
