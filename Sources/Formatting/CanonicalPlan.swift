import SourceText
import YAMLSyntax

/// Finds what must change places in a stream.
struct CanonicalPlan {
  private(set) var rearrangements: [Rearrangement] = []
  private(set) var notes: [FormattingNote] = []
  private let file: SourceFile
  private let lines: LineView
  /// All comments of the file in order; read when a question needs them.
  private(set) var comments: [Comment]?

  init(_ stream: YAMLStream, shapes: [Int: CanonicalShape]) {
    file = stream.file
    lines = LineView(file: stream.file)
    guard !shapes.isEmpty else { return }
    for document in stream.documents {
      guard let root = document.root else { continue }
      find(root, shapes, isAnchored: false)
    }
  }

  /// Resources stand at the root, in lists, and inside of what carries them.
  private mutating func find(_ node: Node, _ shapes: [Int: CanonicalShape], isAnchored: Bool) {
    guard node.scalar == nil, !node.isAlias else { return }
    let isAnchored = isAnchored || node.anchor != nil
    if node.isMapping, let shape = shapes[node.span.range.lowerBound] {
      let expanded = Obstacles.expandedAliases(in: node)
      guard expanded <= Self.mostExpandedNodes else {
        note(node, Refusal(why: "its aliases stand for too many values", range: node.span.range))
        return
      }
      plan(node, shape, isAnchored: isAnchored)
      return
    }
    switch node.content {
    case .scalar: break
    case .sequence(let items): for item in items { find(item, shapes, isAnchored: isAnchored) }
    case .mapping(let entries): for entry in entries { find(entry.value, shapes, isAnchored: isAnchored) }
    }
  }

  /// Aliases that stand for more are left alone: to compare such data twice would take long.
  private static let mostExpandedNodes = 100_000

  private mutating func note(_ node: Node, _ refusal: Refusal) {
    let range = refusal.range.isEmpty ? node.span.range : refusal.range
    notes.append(
      FormattingNote(
        span: SourceSpan(file: file, range: range), collection: node.span, why: refusal.why))
  }

  /// Six hundred entries that stay for the same reason are one note.
  private mutating func keepOneNoteOfAKind(from first: Int) {
    var seen: Set<String> = []
    let kept = notes[first...].filter { seen.insert($0.why).inserted }
    notes.replaceSubrange(first..., with: kept)
  }

  private mutating func plan(_ node: Node, _ shape: CanonicalShape, isAnchored: Bool) {
    guard !node.isAlias, !node.isUnknown else { return }
    let isAnchored = isAnchored || node.anchor != nil
    switch shape {
    case .asWritten: return
    case .keys(let order, let parts, let isRoot):
      guard case .mapping(let entries) = node.content else { return }
      if !parts.isEmpty {
        for entry in entries {
          if let key = entry.key.scalar?.text, let part = parts[key] { plan(entry.value, part, isAnchored: isAnchored) }
        }
      }
      // Keys of a flow mapping stay: `{source: a, mirrors: [b]}` is formatting.
      guard node.collectionStyle == .block, entries.count > 1 else { return }
      let keys: [Int?] = entries.map { entry in
        guard let key = entry.key.scalar?.text else { return order.count }
        return order.firstIndex(of: key) ?? order.count
      }
      arrange(node, keys: keys, kind: .object(isRoot: isRoot), isAnchored: isAnchored)
    case .registries:
      let keys = node.items.map { item in item.locatedText.map { RegistrySortKey(registry: $0) } }
      arrange(node, keys: keys, kind: .set(.anyOf(.asWritten)), isAnchored: isAnchored)
    case .entries(let field, let itemShape):
      let firstNote = notes.count
      defer { keepOneNoteOfAKind(from: firstNote) }
      for item in node.items { plan(item, itemShape, isAnchored: isAnchored) }
      let keys = node.items.map { item in item.written(field)?.locatedText.map { RegistrySortKey(registry: $0) } }
      arrange(node, keys: keys, kind: .set(.later(itemShape)), isAnchored: isAnchored)
    case .certificates:
      guard case .mapping(let entries) = node.content else { return }
      let keys = entries.map { entry in
        entry.key.isUnknown ? nil : entry.key.keyText.map { RegistrySortKey(certificateKey: $0) }
      }
      arrange(node, keys: keys, kind: .set(.none), isAnchored: isAnchored)
    }
  }

  private enum Kind {
    case object(isRoot: Bool)
    case set(Removal)
  }

  /// Which of two equal items may go.
  private enum Removal {
    case none
    case anyOf(CanonicalShape)
    /// The order between entries of one source is data, and the first of them counts.
    case later(CanonicalShape)
  }

  /// Sorts the items of a collection by their keys, as far as comments and unknown values allow.
  private mutating func arrange<Key: Comparable & Hashable>(_ node: Node, keys: [Key?], kind: Kind, isAnchored: Bool) {
    guard keys.count > 1 else { return }
    let duplicates = if case .set(let removal) = kind { self.duplicates(node, keys, removal) } else { Set<Int>() }
    guard !duplicates.isEmpty || !Self.isSorted(keys, 0..<keys.count) else { return }
    do throws(Refusal) {
      guard !isAnchored else {
        throw Refusal(why: "it has an anchor, so its order may matter elsewhere", range: node.span.range)
      }
      guard !node.isIncomplete else {
        throw Refusal(why: "template lines stand in it", range: node.span.range)
      }
      guard node.collectionStyle == .block else {
        guard node.isSequence else { return }
        try arrangeFlow(node, keys, duplicates)
        return
      }
      try arrangeBlock(node, keys, kind, duplicates)
    } catch {
      note(node, error)
    }
  }

  private static func isSorted<Key: Comparable>(_ keys: [Key?], _ range: Range<Int>) -> Bool {
    var last: Key?
    for index in range {
      guard let key = keys[index] else { continue }
      if let last, key < last { return false }
      last = key
    }
    return true
  }

  private static func order<Key: Comparable>(_ keys: [Key?], _ range: Range<Int>, without: Set<Int>) -> [Int] {
    range.filter { !without.contains($0) }.sorted { left, right in
      guard let leftKey = keys[left], let rightKey = keys[right], leftKey != rightKey else { return left < right }
      return leftKey < rightKey
    }
  }

  // MARK: Duplicates

  /// Items that say again what another says, and carry no comment.
  private mutating func duplicates<Key: Hashable>(_ node: Node, _ keys: [Key?], _ removal: Removal) -> Set<Int> {
    let shape: CanonicalShape
    var mayRemoveFirst = false
    switch removal {
    case .none: return []
    case .anyOf(let item): (shape, mayRemoveFirst) = (item, true)
    case .later(let item): shape = item
    }
    var counts: [Key: Int] = [:]
    for key in keys { if let key { counts[key, default: 0] += 1 } }
    guard counts.contains(where: { $0.value > 1 }) else { return [] }
    var removed: Set<Int> = []
    var seen: [[UInt8]: Int] = [:]
    for (index, item) in node.items.enumerated() {
      guard let key = keys[index], counts[key] != 1, Obstacles.find(in: item) == nil else { continue }
      let print = Fingerprint(item, shape)
      guard let first = seen[print.bytes] else {
        seen[print.bytes] = index
        continue
      }
      if !hasComment(item) {
        removed.insert(index)
      } else if mayRemoveFirst, !hasComment(node.items[first]) {
        removed.insert(first)
        seen[print.bytes] = index
      }
    }
    return removed
  }

  /// Whether a comment stands in the lines of a value.
  private mutating func hasComment(_ node: Node) -> Bool {
    let start = node.span.range.lowerBound
    let lastLine = lines.index(of: max(node.span.range.upperBound - 1, start))
    return hasComment(in: start..<lines.end(lastLine))
  }

  private mutating func hasComment(in range: ByteRange) -> Bool {
    let comments = self.comments ?? YAMLStream.comments(in: file)
    self.comments = comments
    var low = 0
    var high = comments.count
    while low < high {
      let middle = (low + high) / 2
      if comments[middle].range.lowerBound < range.lowerBound { low = middle + 1 } else { high = middle }
    }
    return low < comments.count && comments[low].range.lowerBound < range.upperBound
  }

  // MARK: Block style

  private mutating func arrangeBlock<Key: Comparable>(
    _ node: Node, _ keys: [Key?], _ kind: Kind, _ duplicates: Set<Int>
  ) throws(Refusal) {
    let layout = try BlockLayout(node, lines: lines)
    var obstacles: [Int: Refusal] = [:]
    for (index, item) in layout.items.enumerated() {
      if let refusal = Obstacles.find(in: item, hasKey: keys[index] != nil) { obstacles[index] = refusal }
    }
    let found =
      switch kind {
      case .object(let isRoot): try ItemGroups.ofObject(layout, obstacles: obstacles, isRoot: isRoot)
      case .set: try ItemGroups.ofSet(layout, obstacles: obstacles)
      }
    // What is known of the items behind the last wall, to see whether a wall kept them from their place.
    var greatest: Key?
    var isNoted = false
    for group in found.groups {
      var removable: Set<Int> = []
      if !duplicates.isEmpty {
        for index in group.items where duplicates.contains(index) && !hasOwnComment(index, found.layout) {
          removable.insert(index)
        }
      }
      let removed = removable.count == group.items.count ? removable.subtracting([group.items.lowerBound]) : removable
      let isInOrder = removed.isEmpty && Self.isSorted(keys, group.items)
      let order = isInOrder ? Array(group.items) : Self.order(keys, group.items, without: removed)
      var stays = group.refusal
      if order != Array(group.items) {
        if stays == nil { stays = refusal(of: order, group.items, found.layout) }
        if stays == nil { rearrange(order, group.items, found.layout) }
        if let stays, !isNoted { note(node, stays); isNoted = true }
      }
      if group.wall == nil { greatest = nil }
      let known = order.compactMap { keys[$0] }
      if let wall = group.wall, !isNoted, let greatest, let least = known.min(), least < greatest {
        note(node, wall)
        isNoted = true
      }
      greatest = [greatest, known.max()].compactMap(\.self).max()
    }
  }

  private mutating func hasOwnComment(_ index: Int, _ layout: BlockLayout) -> Bool {
    let item = layout.items[index]
    return item.headLine < item.firstLine || item.tailLine > item.lastLine + 1
      || hasComment(in: item.start..<lines.end(item.lastLine))
  }

  /// Why a group stays as it is although it is out of order.
  private func refusal(of order: [Int], _ items: Range<Int>, _ layout: BlockLayout) -> Refusal? {
    let first = layout.items[items.lowerBound]
    if first.sharesLine, let front = order.first, layout.items[front].headLine < layout.items[front].firstLine {
      return Refusal(
        why: "a comment stands above the key that would come right behind the dash",
        range: file.lineRange(layout.items[front].headLine))
    }
    let hasBlockText = items.contains { layout.items[$0].blockText != nil }
    var between = Array(first.headLine..<first.firstLine)
    for index in items {
      let isLast = index + 1 == layout.items.count
      let next = isLast ? layout.gap(index + 1).upperBound : layout.items[index + 1].firstLine
      if next > layout.items[index].tailLine { between += layout.items[index].tailLine..<next }
    }
    for line in between {
      if lines.hasTab(line) {
        // libyaml takes it behind plain text only.
        return Refusal(why: "a line between its entries is indented with a tab", range: file.lineRange(line))
      }
      // A block text takes the lines behind it that are indented as it is.
      let isTaken =
        switch lines.content(line) {
        case .blank: lines.hasBlanks(line)
        case .comment(let column): column > layout.column
        case .other: false
        }
      guard hasBlockText, isTaken else { continue }
      return Refusal(
        why: "an indented line behind it would become part of a block text", range: file.lineRange(line))
    }
    let last = items.upperBound - 1
    let item = layout.items[last]
    if order.last != last, item.blockText == .clipped || item.blockText == .kept, item.tailLine == item.lastLine + 1,
      lines.end(item.lastLine) == file.bytes.count, file.bytes.last != UInt8(ascii: "\n")
    {
      return Refusal(
        why: "the file ends in a block text without a final line end, which is part of the text",
        range: file.lineRange(item.firstLine))
    }
    return nil
  }

  private mutating func rearrange(_ order: [Int], _ items: Range<Int>, _ layout: BlockLayout) {
    func start(_ index: Int) -> Int {
      let item = layout.items[index]
      return item.sharesLine ? item.start : lines.start(item.headLine)
    }
    func end(_ index: Int) -> Int { lines.end(layout.items[index].tailLine - 1) }
    let isBehindDash = layout.items[items.lowerBound].sharesLine
    var pieces: [Rearrangement.Piece] = []
    for (slot, index) in order.enumerated() {
      if slot > 0 {
        let place = items.lowerBound + slot
        let gap = end(place - 1)..<start(place)
        if !gap.isEmpty { pieces.append(.copy(gap)) }
      }
      let item = layout.items[index]
      let range = (isBehindDash && slot == 0 ? item.start : start(index))..<end(index)
      pieces.append(
        .block(
          Rearrangement.Block(
            indentation: item.sharesLine && slot > 0 ? layout.column : 0, range: range,
            needsLineEnd: (item.blockText == .clipped || item.blockText == .kept) && item.tailLine == item.lastLine + 1)
        ))
    }
    let removed =
      order.count == items.count ? [] : Set(items).subtracting(order).sorted().map { start($0)..<end($0) }
    rearrangements.append(
      Rearrangement(range: start(items.lowerBound)..<end(items.upperBound - 1), pieces: pieces, removed: removed))
  }

  // MARK: Flow style

  /// `[b, a]`: the entries change places, commas, blanks and line breaks stay.
  private mutating func arrangeFlow<Key: Comparable>(
    _ node: Node, _ keys: [Key?], _ duplicates: Set<Int>
  ) throws(Refusal) {
    let items = node.items
    if hasComment(in: node.span.range) {
      throw Refusal(why: "comments stand inside of the brackets", range: node.span.range)
    }
    var bounds = [0]
    for (index, item) in items.enumerated() {
      guard let refusal = Obstacles.find(in: item, hasKey: keys[index] != nil) else { continue }
      if !duplicates.isEmpty || !Self.isSorted(keys, 0..<keys.count) { note(item, refusal) }
      bounds += [index, index + 1]
    }
    bounds.append(items.count)
    for (from, to) in zip(bounds, bounds.dropFirst()) where from < to {
      let removed = duplicates.isEmpty ? [] : Set((from..<to).filter { duplicates.contains($0) })
      let order = Self.order(keys, from..<to, without: removed)
      guard order != Array(from..<to), !order.isEmpty else { continue }
      var pieces: [Rearrangement.Piece] = []
      for (slot, index) in order.enumerated() {
        if slot > 0 {
          let place = from + slot
          pieces.append(.copy(items[place - 1].outerRange.upperBound..<items[place].outerRange.lowerBound))
        }
        pieces.append(.copy(items[index].outerRange))
      }
      rearrangements.append(
        Rearrangement(
          range: items[from].outerRange.lowerBound..<items[to - 1].outerRange.upperBound, pieces: pieces, removed: []))
    }
  }
}

extension Node {
  /// The value of the last entry that is written here with this key; merged ones have their text elsewhere.
  func written(_ key: String) -> Node? {
    guard case .mapping(let entries) = content else { return nil }
    return entries.last { $0.key.scalar?.text == key }?.value
  }

  /// The text of a string that is known.
  fileprivate var locatedText: String? { isUnknown || isAlias ? nil : string }
}
