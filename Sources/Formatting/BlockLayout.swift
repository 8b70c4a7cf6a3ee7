import SourceText
import YAMLSyntax

/// Why something stays as it is. Not an error: the reason is told to people.
struct Refusal: Error {
  let why: String
  let range: ByteRange
}

/// The lines of a block collection: which belong to an item, which stand between items.
struct BlockLayout {
  struct Item {
    let key: Node?
    let value: Node
    /// The key or the dash.
    let start: Int
    /// The lines of the item itself, from 0.
    let firstLine: Int
    let lastLine: Int
    /// The first line is shared with what stands before the item: the dash of an outer list.
    let sharesLine: Bool
    /// Ends in a block scalar (`|`, `>`), which reads what follows it.
    let blockText: BlockText?
    /// The first of the comment lines that move with the item; `firstLine` when there are none.
    var headLine: Int
    /// Behind the last of the lines that belong to the item.
    var tailLine: Int
  }

  enum BlockText: Equatable { case stripped, clipped, kept }

  let lines: LineView
  let column: Int
  var items: [Item] = []
  /// The blank and comment lines before the first item.
  private(set) var leading: Range<Int>
  /// The blank and comment lines behind the last.
  private(set) var trailing: Range<Int>

  /// Finds the lines of each item. Fails on text that is legal and not understood here: explicit keys, anchors and
  /// tags before the first key, template lines.
  init(_ node: Node, lines: LineView) throws(Refusal) {
    self.lines = lines
    let children: [(key: Node?, value: Node)] =
      switch node.content {
      case .mapping(let entries): entries.map { ($0.key, $0.value) }
      case .sequence(let items): items.map { (nil, $0) }
      case .scalar: []
      }
    let file = lines.file
    let firstStart = node.span.range.lowerBound
    let firstLine = lines.index(of: firstStart)
    let lineStart = lines.start(firstLine)
    column = firstStart - lineStart
    leading = firstLine..<firstLine
    trailing = firstLine..<firstLine
    var line = firstLine
    for (index, child) in children.enumerated() {
      let start = lines.start(line) + column
      try Self.check(child.key, at: start, line, lines)
      let prefix = file.bytes[lines.start(line)..<start]
      let isFirst = index == 0
      let isIndented = prefix.allSatisfy { $0 == UInt8(ascii: " ") }
      guard isIndented || (isFirst && prefix.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "-") }) else {
        throw Refusal(why: "an anchor, a tag or '?' stands before it", range: start..<start)
      }
      let blockText = Self.blockText(child.value)
      let last = try Self.lastLine(child.key, child.value, blockText, firstLine: line, lines)
      items.append(
        Item(
          key: child.key, value: child.value, start: start, firstLine: line, lastLine: last, sharesLine: !isIndented,
          blockText: blockText, headLine: line, tailLine: last + 1))
      line = last + 1
      while line < lines.count, lines.content(line) != .other { line += 1 }
    }
    if let last = items.last { trailing = (last.lastLine + 1)..<line }
    if items.first?.sharesLine == false {
      var first = firstLine
      while first > 0, lines.content(first - 1) != .other { first -= 1 }
      leading = first..<firstLine
    }
  }

  /// The lines before item `index` and behind what stands before it; `items.count` asks for those behind the last.
  func gap(_ index: Int) -> Range<Int> {
    if index == 0 { return leading }
    if index == items.count { return trailing }
    return (items[index - 1].lastLine + 1)..<items[index].firstLine
  }

  private static func check(_ key: Node?, at start: Int, _ line: Int, _ lines: LineView) throws(Refusal) {
    let bytes = lines.file.bytes
    let isThere =
      if let key { key.outerRange.lowerBound == start } else {
        start < bytes.count && bytes[start] == UInt8(ascii: "-")
      }
    guard isThere, start < lines.end(line) else {
      throw Refusal(why: "template lines or unusual YAML stand between its entries", range: start..<start)
    }
  }

  /// The last line with a byte of the value or with the comment behind it.
  private static func lastLine(
    _ key: Node?, _ value: Node, _ blockText: BlockText?, firstLine: Int, _ lines: LineView
  ) throws(Refusal) -> Int {
    let bytes = lines.file.bytes
    var end = max(value.outerRange.upperBound, value.span.range.upperBound)
    if let key { end = max(end, key.outerRange.upperBound) }
    var line = max(firstLine, lines.index(of: max(end - 1, 0)))
    if blockText != nil {
      // Lines of blanks may be text of a block scalar; behind `|+` empty lines are too.
      var next = line + 1
      while next < lines.count, lines.content(next) == .blank {
        if blockText == .kept || lines.hasBlanks(next) { line = next }
        next += 1
      }
      return line
    }
    var index = end
    let lineEnd = lines.end(line)
    if index < lines.start(line) { return line }
    // `key:` ends before its colon when there is no value.
    if index < lineEnd, bytes[index] == UInt8(ascii: ":"), value.span.range.isEmpty { index += 1 }
    while index < lineEnd, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { index += 1 }
    guard index >= lineEnd || bytes[index] == UInt8(ascii: "#") else {
      throw Refusal(why: "unusual YAML stands behind one of its values", range: end..<end)
    }
    return line
  }

  /// The block scalar that a value ends with.
  private static func blockText(_ value: Node) -> BlockText? {
    var node = value
    while true {
      if node.isAlias { return nil }
      switch node.content {
      case .scalar(let scalar):
        guard scalar.style == .literal || scalar.style == .folded else { return nil }
        let bytes = node.span.file.bytes
        var index = node.span.range.lowerBound
        while index < bytes.count, ![0x20, 0x0A, 0x0D].contains(bytes[index]) {
          if bytes[index] == UInt8(ascii: "-") { return .stripped }
          if bytes[index] == UInt8(ascii: "+") { return .kept }
          index += 1
        }
        return .clipped
      case .sequence(let items):
        guard node.collectionStyle == .block, let last = items.last else { return nil }
        node = last
      case .mapping(let entries):
        guard node.collectionStyle == .block, let last = entries.last else { return nil }
        node = last.value
      }
    }
  }
}
