import SourceText
import YAMLSyntax

/// A YAML node as kustomize handles it (go.yaml.in/yaml/v3 `Node`): a mutable object with an identity, because
/// kustomize shares nodes (one label node stands under `metadata.labels` and `spec.selector`) and a later patch of
/// one changes both. Aliases and merge keys are resolved on reading.
final class YNode {
  enum Kind { case scalar, sequence, mapping, none }

  struct Style: OptionSet {
    let rawValue: UInt8
    static let tagged = Style(rawValue: 1)
    static let double = Style(rawValue: 2)
    static let single = Style(rawValue: 4)
    static let literal = Style(rawValue: 8)
    static let folded = Style(rawValue: 16)
    static let flow = Style(rawValue: 32)
    static let quoted: Style = [.double, .single, .literal, .folded]
  }

  var kind: Kind
  /// Short form (`!!str`); empty for nodes that kustomize makes without one.
  var tag: String
  var value: String
  var style: Style
  /// Items, or keys and values in turn.
  var content: [YNode]
  /// Where the value was written.
  var span: SourceSpan

  init(
    kind: Kind, tag: String = "", value: String = "", style: Style = [], content: [YNode] = [], span: SourceSpan
  ) {
    self.kind = kind
    self.tag = tag
    self.value = value
    self.style = style
    self.content = content
    self.span = span
  }

  /// A scalar without a tag: its type is decided by its text when it is written.
  static func scalar(_ value: String, at span: SourceSpan) -> YNode { YNode(kind: .scalar, value: value, span: span) }

  /// A scalar that is a string whatever its text looks like.
  static func string(_ value: String, at span: SourceSpan) -> YNode {
    YNode(
      kind: .scalar, tag: Tag.string, value: value, style: value.utf8.contains(UInt8(ascii: "\n")) ? .literal : [],
      span: span)
  }

  /// Go's `*a = *b`: this node becomes the other in place, for everyone who holds it.
  func assign(_ other: YNode) {
    guard other !== self else { return }
    kind = other.kind
    tag = other.tag
    value = other.value
    style = other.style
    content = other.content
    span = other.span
  }

  /// Go's `CopyYNode`: a copy in which nothing is shared.
  func copy() -> YNode {
    YNode(kind: kind, tag: tag, value: value, style: style, content: content.map { $0.copy() }, span: span)
  }

  /// A copy in which the same nodes are shared as before.
  func copySharing(_ seen: inout [ObjectIdentifier: YNode]) -> YNode {
    if let known = seen[ObjectIdentifier(self)] { return known }
    let copy = YNode(kind: kind, tag: tag, value: value, style: style, span: span)
    seen[ObjectIdentifier(self)] = copy
    copy.content = content.map { $0.copySharing(&seen) }
    return copy
  }

  /// The nodes below and including this one; `nil` when they are nested deeper than `depth`.
  func count(depth: Int) -> Int? {
    guard depth > 0 else { return nil }
    var result = 1
    for child in content {
      guard let count = child.count(depth: depth - 1) else { return nil }
      result += count
    }
    return result
  }

  var isTaggedNull: Bool { tag == Tag.null }

  /// A null, an empty collection or a node without anything.
  var isEmpty: Bool {
    isTaggedNull || ((kind == .mapping || kind == .sequence) && content.isEmpty)
      || (kind == .none && tag.isEmpty && value.isEmpty && content.isEmpty)
  }

  /// Tagged as a string or not at all.
  var isStringLike: Bool { kind == .scalar && (tag == Tag.string || tag.isEmpty) }

  enum Tag {
    static let null = "!!null"
    static let bool = "!!bool"
    static let string = "!!str"
    static let int = "!!int"
    static let float = "!!float"
    static let timestamp = "!!timestamp"
    static let sequence = "!!seq"
    static let mapping = "!!map"
    static let binary = "!!binary"
    static let merge = "!!merge"
  }
}

extension Optional where Wrapped == YNode {
  /// kyaml's `IsMissingOrNull`.
  var isMissingOrNull: Bool { self?.isTaggedNull ?? true }
}

// MARK: Reading

extension YNode {
  /// A node of a file with tags as yaml.v3 gives them, aliases expanded and merge keys merged (kyaml's `DeAnchor`).
  static func reading(_ node: Node) throws(KustomizeProblem) -> YNode {
    switch node.content {
    case .scalar(let scalar):
      let style: Style =
        switch scalar.style {
        case .plain: []
        case .singleQuoted: .single
        case .doubleQuoted: .double
        case .literal: .literal
        case .folded: .folded
        }
      let result = YNode(kind: .scalar, value: scalar.text, style: style, span: node.span)
      if let tag = explicitTag(node) {
        result.tag = tag
        result.style.insert(.tagged)
      } else if style.isEmpty {
        result.tag = scalar.text == "<<" ? Tag.merge : ScalarResolution(of: scalar.text).tag
      } else {
        result.tag = Tag.string
      }
      return result
    case .sequence(let items):
      let result = YNode(kind: .sequence, tag: Tag.sequence, span: node.span)
      if node.collectionStyle == .flow { result.style = .flow }
      if let tag = explicitTag(node) {
        result.tag = tag
        result.style.insert(.tagged)
      }
      for item in items { result.content.append(try reading(item)) }
      return result
    case .mapping(let entries):
      let result = YNode(kind: .mapping, tag: Tag.mapping, span: node.span)
      if node.collectionStyle == .flow { result.style = .flow }
      if let tag = explicitTag(node) {
        result.tag = tag
        result.style.insert(.tagged)
      }
      var merged: Node?
      for entry in entries {
        let key = try reading(entry.key)
        if key.tag == Tag.merge {
          guard merged == nil else { throw KustomizeProblem(.syntax, "a mapping has two merge keys", at: key.span) }
          merged = entry.value
          continue
        }
        result.content.append(key)
        result.content.append(try reading(entry.value))
      }
      if let merged { try result.merge(merged) }
      return result
    }
  }

  private static func explicitTag(_ node: Node) -> String? {
    guard let tag = node.tag, tag != "!" else { return nil }
    let prefix = "tag:yaml.org,2002:"
    return tag.hasPrefix(prefix) ? "!!" + tag.dropFirst(prefix.count) : tag
  }

  /// Keys written out win over merged ones, earlier sources over later ones.
  private func merge(_ value: Node) throws(KustomizeProblem) {
    let sources = if case .sequence(let items) = value.content { items } else { [value] }
    var known = Set(stride(from: 0, to: content.count, by: 2).map { content[$0].value })
    for source in sources {
      guard source.isMapping else {
        throw KustomizeProblem(.syntax, "a merge key needs a mapping or a list of mappings", at: source.span)
      }
      let node = try YNode.reading(source)
      for index in stride(from: 0, to: node.content.count, by: 2)
      where known.insert(node.content[index].value).inserted {
        content.append(node.content[index])
        content.append(node.content[index + 1])
      }
    }
  }
}
