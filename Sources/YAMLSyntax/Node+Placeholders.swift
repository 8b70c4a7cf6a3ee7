extension Node {
  /// The same values with every text that holds template text or a placeholder unknown: for nodes that were read or
  /// made without masking.
  public func markingPlaceholders() -> Node {
    var result = self
    switch content {
    case .scalar(let scalar):
      if Self.holdsPlaceholder(scalar.text) { result.isUnknown = true }
    case .sequence(let items):
      if weight > 1 { result.content = .sequence(items.map { $0.markingPlaceholders() }) }
    case .mapping(let entries):
      result.content = .mapping(
        entries.map { Entry(key: $0.key.markingPlaceholders(), value: $0.value.markingPlaceholders()) })
    }
    return result
  }

  private static func holdsPlaceholder(_ text: String) -> Bool {
    let bytes = text.utf8
    guard bytes.contains(where: { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "<") }) else {
      return false
    }
    return !TemplateMask(Array(bytes)).unknown.isEmpty
  }
}
