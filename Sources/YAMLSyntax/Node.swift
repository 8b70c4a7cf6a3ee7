import SourceText

/// One value of a YAML document with the bytes it was written with.
///
/// A tree of values, not a view of a parser: a tool that composes documents (kustomize, templates, carriers) moves
/// nodes between trees, and each keeps the file and range it came from.
/// An alias is replaced by the node it names, which shares its storage; `span` is then the alias itself.
public struct Node: Sendable {
  public enum Content: Sendable {
    case scalar(Scalar)
    case sequence([Node])
    case mapping([Entry])
  }

  /// A key and its value, in the order of the text. Keys may repeat: that is a finding, not a failure.
  public struct Entry: Sendable {
    public var key: Node
    public var value: Node

    public init(key: Node, value: Node) {
      self.key = key
      self.value = value
    }
  }

  /// How a collection is written.
  public enum CollectionStyle: Sendable { case block, flow }

  public var content: Content
  /// The value's own bytes: without anchor and tag; quotes and the `|` header of a block scalar included;
  /// a block collection ends with its last child. An empty value has a zero-width range behind its `:` or `-`.
  public var span: SourceSpan
  /// `span` and the anchor and tag before it.
  public var outerRange: ByteRange
  /// Block or flow; scalars have their style in `Scalar.style`.
  public var collectionStyle: CollectionStyle
  public var anchor: String?
  /// An explicit tag such as `!!str` or `tag:yaml.org,2002:str`, as libyaml resolves it.
  public var tag: String?
  /// The value or a part of it is a placeholder (`{{ … }}`, `${VAR}`, `<registry>`): no rule may speak of it.
  public var isUnknown: Bool
  /// A collection with template control lines in it (`{{- range … }}`): entries may be missing, repeated or
  /// conditional.
  public var isIncomplete: Bool
  /// This node was written as `*name`; `content` is that of the node it names.
  public var isAlias: Bool
  /// The number of nodes below and including this one with aliases expanded; saturates.
  public var weight: Int

  public init(
    content: Content, span: SourceSpan, outerRange: ByteRange? = nil, collectionStyle: CollectionStyle = .block,
    anchor: String? = nil, tag: String? = nil, isUnknown: Bool = false, isIncomplete: Bool = false,
    isAlias: Bool = false, weight: Int = 1
  ) {
    self.content = content
    self.span = span
    self.outerRange = outerRange ?? span.range
    self.collectionStyle = collectionStyle
    self.anchor = anchor
    self.tag = tag
    self.isUnknown = isUnknown
    self.isIncomplete = isIncomplete
    self.isAlias = isAlias
    self.weight = weight
  }
}

/// The text of a scalar and how it was written.
public struct Scalar: Sendable {
  public enum Style: Sendable { case plain, singleQuoted, doubleQuoted, literal, folded }

  /// The text after unescaping and folding.
  public var text: String
  public var style: Style

  public init(text: String, style: Style) {
    self.text = text
    self.style = style
  }
}

extension Node {
  /// The entries of a mapping with merge keys (`<<: *base`) resolved as Kubernetes' YAML reader does:
  /// keys written out win over merged ones. Empty for anything but a mapping.
  public var entries: [Entry] {
    guard case .mapping(let entries) = content else { return [] }
    guard entries.contains(where: { $0.key.isMergeKey }) else { return entries }
    var result = entries.filter { !$0.key.isMergeKey }
    var seen = Set(result.compactMap { $0.key.keyText })
    for merge in entries where merge.key.isMergeKey {
      let sources: [Node] = if case .sequence(let items) = merge.value.content { items } else { [merge.value] }
      for source in sources {
        for entry in source.entries {
          if let key = entry.key.keyText, seen.insert(key).inserted { result.append(entry) }
        }
      }
    }
    return result
  }

  /// The items of a sequence; empty for anything else.
  public var items: [Node] {
    if case .sequence(let items) = content { items } else { [] }
  }

  public var isMapping: Bool { if case .mapping = content { true } else { false } }
  public var isSequence: Bool { if case .sequence = content { true } else { false } }

  public var scalar: Scalar? { if case .scalar(let scalar) = content { scalar } else { nil } }

  var isMergeKey: Bool {
    guard case .scalar(let scalar) = content, scalar.text == "<<" else { return false }
    return scalar.style == .plain && tag == nil
  }

  /// The value of the last entry with this key (Go's reader lets the last of duplicate keys win).
  public subscript(key: String) -> Node? { entry(key)?.value }

  /// The last entry with this key, for its key's range.
  public func entry(_ key: String) -> Entry? {
    guard case .mapping(let written) = content else { return nil }
    // A key such as `on`, which YAML reads as a boolean, or one that such a key could be read as.
    guard !ScalarValue.isWord(key) else { return entries.last { $0.key.keyText == key } }
    var isMerging = false
    for index in written.indices.reversed() {
      guard case .scalar(let scalar) = written[index].key.content else { continue }
      if scalar.text == key, !written[index].key.isMergeKey { return written[index] }
      if !isMerging { isMerging = written[index].key.isMergeKey }
    }
    // What is written out wins over what is merged.
    return isMerging ? entries.last { $0.key.keyText == key } : nil
  }

  /// The node at the end of a path of keys.
  public func at(_ path: String...) -> Node? {
    var node = self
    for key in path {
      guard let next = node[key] else { return nil }
      node = next
    }
    return node
  }

  /// What this node is called as a key: JSON keys are strings, so `5000:` is "5000" and `on:` is "true".
  public var keyText: String? {
    guard let scalar else { return nil }
    switch resolved {
    case .bool(let value): return value ? "true" : "false"
    case .null: return "null"
    default: return scalar.text
    }
  }
}
