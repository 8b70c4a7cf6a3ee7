import YAMLSyntax

/// Compares the data of two values node by node, up to what canonical order may change. Fingerprints would do the same
/// and cost several times as much; they are used for lists that are no plain lists of different things.
struct DataComparison {
  /// Shapes of resources by the offset of their first key.
  let oldShapes: [Int: CanonicalShape]
  let newShapes: [Int: CanonicalShape]

  func isSame(_ old: Node, _ new: Node, _ shape: CanonicalShape) -> Bool {
    guard old.isUnknown == new.isUnknown, old.isAlias == new.isAlias, old.anchor == new.anchor, old.tag == new.tag
    else { return false }
    let shape = old.isAlias ? .asWritten : shape
    switch (old.content, new.content) {
    case (.scalar(let left), .scalar(let right)):
      // Quoted or plain, a string is a string: of two equal members of a set either may have gone.
      return left.text == right.text
        && (left.style == right.style || (old.string == nil) == (new.string == nil))
    case (.sequence(let left), .sequence(let right)):
      switch shape {
      case .registries:
        return Self.set(left, .asWritten) == Self.set(right, .asWritten)
      case .entries(let field, let item): return isSameEntries(left, right, field, item)
      default:
        guard left.count == right.count else { return false }
        for index in left.indices where !isSame(left[index], right[index], .asWritten) { return false }
        return true
      }
    case (.mapping(let left), .mapping(let right)):
      guard left.count == right.count else { return false }
      return isSameMapping(old, left, new, right, shape)
    default: return false
    }
  }

  private func isSameMapping(
    _ old: Node, _ left: [Node.Entry], _ new: Node, _ right: [Node.Entry], _ shape: CanonicalShape
  ) -> Bool {
    var shape = shape
    if case .asWritten = shape, !old.isAlias, let own = oldShapes[old.span.range.lowerBound] {
      guard newShapes[new.span.range.lowerBound] != nil else { return false }
      shape = own
    }
    var parts: [String: CanonicalShape] = [:]
    var leftOrder = Array(left.indices)
    var rightOrder = Array(right.indices)
    func sort() {
      // Stable: of keys that repeat the last wins.
      leftOrder.sort { Self.precedes(left[$0].key, left[$1].key) ?? ($0 < $1) }
      rightOrder.sort { Self.precedes(right[$0].key, right[$1].key) ?? ($0 < $1) }
    }
    switch shape {
    case .keys(_, let known, _):
      parts = known
      sort()
    case .certificates: sort()
    default: break
    }
    for index in left.indices {
      let before = left[leftOrder[index]]
      let after = right[rightOrder[index]]
      let part = parts.isEmpty ? nil : before.key.keyText.flatMap { parts[$0] }
      guard isSame(before.key, after.key, .asWritten), isSame(before.value, after.value, part ?? .asWritten)
      else { return false }
    }
    return true
  }

  private static func precedes(_ left: Node, _ right: Node) -> Bool? {
    let leftText = left.scalar?.text ?? ""
    let rightText = right.scalar?.text ?? ""
    return leftText == rightText ? nil : leftText < rightText
  }

  /// Entries of one source keep their order, sources need not; what repeats an entry may be gone.
  private func isSameEntries(_ left: [Node], _ right: [Node], _ field: String, _ item: CanonicalShape) -> Bool {
    let leftKeys = left.map { $0.written(field)?.scalar?.text ?? "" }
    let rightKeys = right.map { $0.written(field)?.scalar?.text ?? "" }
    let leftOrder = left.indices.sorted { (leftKeys[$0], $0) < (leftKeys[$1], $1) }
    let rightOrder = right.indices.sorted { (rightKeys[$0], $0) < (rightKeys[$1], $1) }
    if left.count == right.count {
      // Nothing was removed: they must be the same one by one.
      for index in left.indices where !isSame(left[leftOrder[index]], right[rightOrder[index]], item) { return false }
      return true
    }
    func distinct(_ nodes: [Node], _ order: [Int]) -> [[UInt8]] {
      var seen: Set<[UInt8]> = []
      return order.map { Fingerprint(nodes[$0], item).bytes }.filter { seen.insert($0).inserted }
    }
    return distinct(left, leftOrder) == distinct(right, rightOrder)
  }

  private static func set(_ nodes: [Node], _ shape: CanonicalShape) -> Set<[UInt8]> {
    Set(nodes.map { Fingerprint($0, shape).bytes })
  }
}
