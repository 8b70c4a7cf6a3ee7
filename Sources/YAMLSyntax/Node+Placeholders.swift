extension Node {
  /// The same values with every text that holds template text or a placeholder unknown: for nodes that were read or
  /// made without masking.
  public func markingPlaceholders() -> Node { mayHoldPlaceholder ? marked() : self }

  private var mayHoldPlaceholder: Bool {
    switch content {
    case .scalar(let scalar): Self.mayHoldPlaceholder(scalar.text)
    case .sequence(let items): weight > 1 && items.contains { $0.mayHoldPlaceholder }
    case .mapping(let entries): entries.contains { $0.key.mayHoldPlaceholder || $0.value.mayHoldPlaceholder }
    }
  }

  private func marked() -> Node {
    var result = self
    switch content {
    case .scalar(let scalar):
      if Self.holdsPlaceholder(scalar.text) { result.isUnknown = true }
    case .sequence(let items):
      if weight > 1 { result.content = .sequence(items.map { $0.marked() }) }
    case .mapping(let entries):
      result.content = .mapping(
        entries.map { Entry(key: $0.key.marked(), value: $0.value.marked()) })
    }
    return result
  }

  private static func holdsPlaceholder(_ text: String) -> Bool {
    mayHoldPlaceholder(text) && !TemplateMask(Array(text.utf8)).unknown.isEmpty
  }

  private static func mayHoldPlaceholder(_ text: String) -> Bool {
    text.utf8.contains { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "<") }
  }
}
