import SourceText
import YAMLSyntax

/// What nothing may cross: text whose meaning depends on its place, or is not known.
enum Obstacles {
  static func find(in item: BlockLayout.Item, hasKey: Bool) -> Refusal? {
    if let refusal = find(in: item.value, hasKey: hasKey) { return refusal }
    if let key = item.key, let refusal = find(in: key) { return refusal }
    if item.blockText == .kept {
      return Refusal(why: "a block text with '+' keeps the empty lines behind it", range: item.value.span.range)
    }
    return nil
  }

  static func find(in node: Node, hasKey: Bool) -> Refusal? {
    if let refusal = find(in: node) { return refusal }
    return hasKey ? nil : Refusal(why: "an entry has no text to sort it by", range: node.span.range)
  }

  /// The first unknown value, anchor or alias.
  static func find(in node: Node) -> Refusal? {
    if node.isAlias || node.anchor != nil {
      return Refusal(why: "an anchor or an alias stands in it", range: node.outerRange)
    }
    if node.isUnknown { return Refusal(why: "a template value stands in it", range: node.span.range) }
    if node.isIncomplete { return Refusal(why: "template lines stand in it", range: node.span.range) }
    switch node.content {
    case .scalar: return nil
    case .sequence(let items):
      for item in items { if let refusal = find(in: item) { return refusal } }
    case .mapping(let entries):
      for entry in entries {
        if let refusal = find(in: entry.key) ?? find(in: entry.value) { return refusal }
      }
    }
    return nil
  }

  /// The number of values that aliases stand for.
  static func expandedAliases(in node: Node) -> Int {
    if node.isAlias { return node.weight }
    switch node.content {
    case .scalar: return 0
    case .sequence(let items): return items.reduce(0) { $0 + expandedAliases(in: $1) }
    case .mapping(let entries):
      return entries.reduce(0) { $0 + expandedAliases(in: $1.key) + expandedAliases(in: $1.value) }
    }
  }
}
