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

  /// The text of a scalar, with template text as it stands in the file where it was hidden from the parser; `nil` for a
  /// collection.
  public var writtenText: String? {
    guard let scalar else { return nil }
    guard isUnknown, !Self.holdsPlaceholder(scalar.text) else { return scalar.text }
    let text = span.text
    return scalar.style == .plain || text.utf8.count < 2 ? text : String(text.dropFirst().dropLast())
  }

  /// All of its values, the same however they are formatted, with template text as it stands in the file.
  public var writtenForm: String {
    switch content {
    case .scalar: return writtenText ?? ""
    case .sequence(let items): return "[" + items.map(\.writtenForm).joined(separator: ", ") + "]"
    case .mapping:
      let pairs = entries.map { ($0.key.writtenForm, $0.value.writtenForm) }.sorted { $0.0 < $1.0 }
      return "{" + pairs.map { "\($0.0): \($0.1)" }.joined(separator: ", ") + "}"
    }
  }

  /// Whether template control lines stand in it, which are no values.
  public var holdsControl: Bool {
    if isIncomplete { return true }
    switch content {
    case .scalar: return false
    case .sequence(let items): return items.contains(where: \.holdsControl)
    case .mapping(let entries): return entries.contains { $0.value.holdsControl }
    }
  }

  private static func holdsPlaceholder(_ text: String) -> Bool {
    mayHoldPlaceholder(text) && !TemplateMask(Array(text.utf8)).unknown.isEmpty
  }

  private static func mayHoldPlaceholder(_ text: String) -> Bool {
    text.utf8.contains { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "<") }
  }
}
