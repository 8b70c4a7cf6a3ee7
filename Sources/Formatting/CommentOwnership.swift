import SourceText
import YAMLSyntax

/// Which comments move with which item, and which items may change places.
///
/// A comment belongs to what a person would say it belongs to. Where the text does not tell, the items stay as they
/// are, and `refusal` says why.
struct ItemGroups {
  /// Items that may change places with each other.
  struct Group {
    var items: Range<Int>
    /// Why these items stay as they are.
    var refusal: Refusal?
    /// Why these items and those before them do not mix; `nil` when people drew the border themselves.
    var wall: Refusal?
  }

  private(set) var layout: BlockLayout
  private(set) var groups: [Group] = []
  private var lines: LineView { layout.lines }
  /// By item.
  private var gaps: [Gap] = []

  /// What stands between two items, without what belongs to the first.
  private struct Gap {
    enum Attached { case none, comment, rule, disabled }

    /// The comment directly above the item, without its suppressions.
    var attached: Attached = .none
    var attachedLine = 0
    /// Suppressions right above the item: they always move with it.
    var suppressionLine = 0
    var hasBlank = false
    /// A comment that stands alone between blank lines.
    var loose: Range<Int>?
    var looseIsDisabled = false
  }

  /// The items of a list or of a map of registries: comments may be titles of several items.
  /// `obstacles` names the items that nothing may cross.
  static func ofSet(_ layout: BlockLayout, obstacles: [Int: Refusal]) throws(Refusal) -> ItemGroups {
    var groups = ItemGroups(layout: layout)
    try groups.read(isSet: true)
    groups.splitSet(obstacles)
    return groups
  }

  /// The keys of an object: a comment belongs to the key below it. The comment at the head of a document (`isRoot`)
  /// belongs to the document.
  static func ofObject(_ layout: BlockLayout, obstacles: [Int: Refusal], isRoot: Bool) throws(Refusal) -> ItemGroups {
    var groups = ItemGroups(layout: layout)
    try groups.read(isSet: false)
    groups.splitObject(obstacles, isRoot: isRoot)
    return groups
  }

  private init(layout: BlockLayout) {
    self.layout = layout
  }

  // MARK: Reading what stands between items

  private mutating func read(isSet: Bool) throws(Refusal) {
    for index in layout.items.indices.dropFirst() { try takeTail(of: index - 1, isSet: isSet) }
    if !layout.items.isEmpty { try takeTail(of: layout.items.count - 1, isSet: isSet) }
    for index in layout.items.indices { gaps.append(gap(before: index, isSet: isSet)) }
  }

  /// Comments behind an item that belong to it: those that are indented deeper than it begins, and entries that were
  /// commented out at the end of its own list.
  private mutating func takeTail(of index: Int, isSet: Bool) throws(Refusal) {
    let item = layout.items[index]
    let gap = layout.gap(index + 1)
    guard !gap.isEmpty else { return }
    let isLast = index == layout.items.count - 1
    let holdsLines = item.value.collectionStyle == .block && item.value.scalar == nil && !item.value.isAlias
    let holdsDashes =
      !isSet && holdsLines && item.value.isSequence && item.value.span.range.lowerBound > item.start
      && column(of: item.value.span.range.lowerBound) == layout.column
    var tail = item.tailLine
    var isInDisabled = false
    for line in gap {
      guard case .comment(let column) = lines.content(line) else {
        isInDisabled = false
        continue
      }
      if column > layout.column {
        if holdsLines || !isSet || continuesTrailingComment(line, column, of: item) {
          tail = line + 1
        } else if !isLast, isAttached(line, gap), !lines.isDisabledItem(line), !hasBlank(gap.lowerBound..<line) {
          throw unclear(line)
        }
      } else if holdsDashes, column == layout.column {
        let continues = isInDisabled && lines.isDisabledField(line)
        isInDisabled = lines.isDisabledItem(line) || continues
        if isInDisabled { tail = line + 1 }
      }
    }
    layout.items[index].tailLine = tail
    // Deeper than the item and right above the next one: is it the end of this or the title of that?
    if tail == gap.upperBound, !isLast, tail > item.tailLine {
      let line = tail - 1
      let saysField = lines.isDisabledField(line) || lines.isDisabledItem(line)
      let isBehindBlank = hasBlank(gap)
      if !saysField, isSet || !holdsLines || isBehindBlank, !continuesTrailingComment(line, nil, of: item) {
        throw unclear(line)
      }
    }
  }

  private func unclear(_ line: Int) -> Refusal {
    Refusal(
      why: "it is not clear to which entry this comment belongs: align it with the entry it speaks of",
      range: lines.file.lineRange(line))
  }

  private func column(of offset: Int) -> Int { offset - lines.start(lines.index(of: offset)) }

  private func hasBlank(_ range: Range<Int>) -> Bool { range.contains { lines.content($0) == .blank } }

  /// Only comments stand between the line and the next item.
  private func isAttached(_ line: Int, _ gap: Range<Int>) -> Bool { !hasBlank(line..<gap.upperBound) }

  /// `- a  # first line` with `#` right below the first `#`.
  private func continuesTrailingComment(_ line: Int, _ column: Int?, of item: BlockLayout.Item) -> Bool {
    guard item.lastLine < line, !hasBlank((item.lastLine + 1)..<line) else { return false }
    guard case .comment(let own) = lines.content(line) else { return false }
    let column = column ?? own
    let offset = lines.start(item.lastLine) + column
    return offset < lines.end(item.lastLine) && offset > item.start && lines.file.bytes[offset] == UInt8(ascii: "#")
  }

  private func gap(before index: Int, isSet: Bool) -> Gap {
    var gap = Gap()
    let item = layout.items[index]
    let first = index == 0 ? layout.leading.lowerBound : layout.items[index - 1].tailLine
    var attached = item.firstLine
    while attached > first, case .comment = lines.content(attached - 1) { attached -= 1 }
    var suppression = item.firstLine
    while suppression > attached, lines.isSuppression(suppression - 1) { suppression -= 1 }
    gap.attachedLine = attached
    gap.suppressionLine = suppression
    for line in first..<attached {
      if lines.content(line) == .blank {
        gap.hasBlank = true
      } else {
        gap.loose = (gap.loose?.lowerBound ?? line)..<(line + 1)
        gap.looseIsDisabled = gap.looseIsDisabled || isDisabled(line)
      }
    }
    guard attached < suppression else { return gap }
    gap.attached = .comment
    for line in attached..<suppression {
      guard case .comment(let column) = lines.content(line) else { continue }
      if isSet, isDisabled(line) { gap.attached = .disabled }
      if isSet, gap.attached == .comment, lines.isRule(line) { gap.attached = .rule }
      // Deeper than the first item: said of the key above.
      if index == 0, column > layout.column, gap.attached == .comment { gap.attached = .rule }
    }
    return gap
  }

  /// A line of an entry that was commented out.
  private func isDisabled(_ line: Int) -> Bool {
    lines.isDisabledItem(line) || (layout.items.first?.key != nil && lines.isDisabledField(line))
  }

  // MARK: Borders

  private mutating func splitObject(_ obstacles: [Int: Refusal], isRoot: Bool) {
    var start = 0
    var wall: Refusal?
    for index in layout.items.indices {
      let gap = gaps[index]
      var border: Refusal?
      if let obstacle = obstacles[index] ?? (index > 0 ? obstacles[index - 1] : nil) { border = obstacle }
      if border == nil, let loose = gap.loose, index > 0 {
        border = Refusal(
          why: "a comment stands alone between the keys", range: lines.file.lineRange(loose.lowerBound))
      }
      if let border, index > start || index == 0 {
        if index > start { groups.append(Group(items: start..<index, wall: wall)) }
        (start, wall) = (index, border)
      }
      var head = gap.attached == .none || gap.attached == .rule ? gap.suppressionLine : gap.attachedLine
      if index == 0, isRoot { head = gap.suppressionLine }
      layout.items[index].headLine = head
    }
    if start < layout.items.count { groups.append(Group(items: start..<layout.items.count, wall: wall)) }
    // `# about the data` above `data:` at the head of a document: of the file or of the key?
    if isRoot, gaps.first?.attached == .comment, let first = layout.items.first,
      !["apiVersion", "kind", "metadata"].contains(first.key?.keyText)
    {
      groups[0].refusal = Refusal(
        why: "it is not clear whether the first comment speaks of the file or of the key below it",
        range: lines.file.lineRange(gaps[0].attachedLine))
    }
  }

  private mutating func splitSet(_ obstacles: [Int: Refusal]) {
    let count = layout.items.count
    let isSpaced = count > 1 && gaps.dropFirst().allSatisfy(\.hasBlank)
    var start = 0
    var wall: Refusal?
    for index in layout.items.indices {
      layout.items[index].headLine = gaps[index].suppressionLine
      var border: Refusal??
      if index > 0, let obstacle = obstacles[index] ?? obstacles[index - 1] {
        border = .some(obstacle)
      } else if index > 0, gaps[index].looseIsDisabled || gaps[index].attached == .disabled {
        let line = gaps[index].loose?.lowerBound ?? gaps[index].attachedLine
        border = .some(
          Refusal(why: "an entry that was commented out stands between them", range: lines.file.lineRange(line)))
      } else if index > 0, gaps[index].loose != nil || gaps[index].attached == .rule {
        border = .some(nil)
      }
      if let border {
        split(start..<index, wall, isSpaced: isSpaced)
        (start, wall) = (index, border)
      }
    }
    if start < count { split(start..<count, wall, isSpaced: isSpaced) }
    for index in obstacles.keys where layout.items.indices.contains(index) {
      layout.items[index].headLine = gaps[index].attachedLine
    }
  }

  /// Items without a wall between them: blank lines and titles may still make groups of them.
  private mutating func split(_ run: Range<Int>, _ wall: Refusal?, isSpaced: Bool) {
    guard !run.isEmpty else { return }
    let commented = run.filter { gaps[$0].attached == .comment }
    if isSpaced {
      // A blank line before every item says nothing; a comment followed by several items is their title.
      var starts = commented
      let isTitle = zip(commented, commented.dropFirst() + [run.upperBound]).contains { $1 - $0 > 1 }
      let ownsAll = commented.count == run.count || (!isTitle && commented.count > 1)
      if ownsAll { starts = [] }
      for index in commented where ownsAll { layout.items[index].headLine = gaps[index].attachedLine }
      append(starts, in: run, wall)
      return
    }
    let starts = run.filter { $0 > run.lowerBound && gaps[$0].hasBlank }
    let first = groups.count
    append(starts, in: run, wall)
    for number in first..<groups.count { assignComments(number) }
  }

  private mutating func append(_ starts: [Int], in run: Range<Int>, _ wall: Refusal?) {
    let bounds = [run.lowerBound] + starts.filter { $0 > run.lowerBound } + [run.upperBound]
    for (number, (from, to)) in zip(bounds, bounds.dropFirst()).enumerated() {
      groups.append(Group(items: from..<to, wall: number == 0 ? wall : nil))
    }
  }

  /// In a paragraph of items: the comment of the first may be the title of all.
  private mutating func assignComments(_ number: Int) {
    let items = groups[number].items
    let first = items.lowerBound
    let commented = items.filter { gaps[$0].attached == .comment }
    let mayBeTitle = first == 0 || gaps[first].hasBlank
    let others = commented.count - (gaps[first].attached == .comment ? 1 : 0)
    if gaps[first].attached == .comment, mayBeTitle, items.count > 1 {
      if others == 0 { return }
      if others < items.count - 1 {
        groups[number].refusal = Refusal(
          why: "it is not clear whether this comment is the title of several entries or belongs to the next one: "
            + "set a title off with a blank line",
          range: lines.file.lineRange(gaps[first].attachedLine))
        return
      }
    }
    for index in commented { layout.items[index].headLine = gaps[index].attachedLine }
  }
}
