import SourceText

// The filters of kyaml (kyaml/yaml/fns.go) that kustomize's transformers are made of, with their oddities: a null node
// takes any kind, a field keeps the quotes it had when its value is replaced.

extension YNode {
  static func kindName(_ kind: Kind) -> String {
    switch kind {
    case .scalar: "a single value"
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .none: "nothing"
    }
  }

  /// `ErrorIfInvalid`: null passes as anything.
  func require(_ kind: Kind) throws(KustomizeProblem) {
    if isTaggedNull || self.kind == kind { return }
    throw KustomizeProblem(
      .transformer, "expected \(YNode.kindName(kind)), found \(YNode.kindName(self.kind))", at: span)
  }

  private func index(of key: String) -> Int? {
    var index = 0
    while index + 1 < content.count {
      if content[index].value == key { return index }
      index += 2
    }
    return nil
  }

  /// The value of the first such key of a mapping.
  func field(_ name: String) -> YNode? {
    guard kind == .mapping else { return nil }
    return index(of: name).map { content[$0 + 1] }
  }

  /// As `field`, and an error where there can be no fields.
  func get(_ name: String) throws(KustomizeProblem) -> YNode? {
    if isTaggedNull { return nil }
    try require(.mapping)
    return index(of: name).map { content[$0 + 1] }
  }

  /// The keys in order, repeated ones included.
  var fieldNames: [String] { stride(from: 0, to: content.count - content.count % 2, by: 2).map { content[$0].value } }

  /// `FieldClearer`.
  @discardableResult
  func clear(_ name: String, ifEmpty: Bool = false) throws(KustomizeProblem) -> YNode? {
    try require(.mapping)
    var position = 0
    while position + 1 < content.count {
      if content[position].value == name, !(ifEmpty && !content[position + 1].content.isEmpty) {
        let removed = content[position + 1]
        content.removeSubrange(position...(position + 1))
        return removed
      }
      position += 2
    }
    return nil
  }

  /// `FieldSetter` with a name: sets, adds, or (for null or `nil`) removes a field.
  /// - Parameters:
  ///   - keepingNull: whether null is a value here and no order to remove the field.
  ///   - keyStyle: quotes of a key that is added.
  ///   - keySpan: where an added key was written; the value's place when it was not.
  @discardableResult
  func set(
    _ name: String, _ value: YNode?, keepingNull: Bool = false, keyStyle: Style = [], keySpan: SourceSpan? = nil
  ) throws(KustomizeProblem) -> YNode? {
    if let value { value.quoteIfYAML11WouldMistakeIt() }
    guard let value, !value.isTaggedNull || keepingNull else { return try clear(name) }
    if let field = try get(name) {
      value.style = field.style
      field.assign(value)
      return field
    }
    content.append(YNode(kind: .scalar, value: name, style: keyStyle, span: keySpan ?? value.span))
    content.append(value)
    return value
  }

  /// `FieldSetter` without a name: replaces this scalar, keeping its quotes.
  func setScalar(_ value: YNode) throws(KustomizeProblem) {
    value.quoteIfYAML11WouldMistakeIt()
    try require(.scalar)
    if value.isTaggedNull { return }
    value.style = style
    assign(value)
  }

  private func quoteIfYAML11WouldMistakeIt() {
    guard isStringLike, style.isEmpty, YAML11.isNonString(value) else { return }
    style = .double
  }

  /// `LookupCreate` for plain field names: the node at the end of the path, made when it is missing.
  func lookupCreate(_ kind: Kind, _ path: String..., at span: SourceSpan) throws(KustomizeProblem) -> YNode? {
    var node = self
    for (position, part) in path.enumerated() {
      if let next = try node.get(part) {
        node = next
        continue
      }
      if node.isTaggedNull { return nil }
      let created = YNode(kind: position + 1 < path.count ? .mapping : kind, span: span)
      guard let next = try node.set(part, created) else { return nil }
      node = next
    }
    return node
  }

  /// `Lookup` for plain field names.
  func lookup(_ path: String...) throws(KustomizeProblem) -> YNode? {
    var node = self
    for part in path {
      guard let next = try node.get(part) else { return nil }
      node = next
    }
    return node
  }

  /// `Elements`: the items of a list; null has none.
  func elements() throws(KustomizeProblem) -> [YNode] {
    try require(.sequence)
    return content
  }
}

/// YAML 1.1 as yaml.v2 resolves it, for the question whether a bare text would be taken for something else.
enum YAML11 {
  private static func holdsColonAndBlank(_ text: String) -> Bool {
    var isBehindColon = false
    for byte in text.utf8 {
      if isBehindColon, byte == UInt8(ascii: " ") { return true }
      isBehindColon = byte == UInt8(ascii: ":")
    }
    return false
  }

  static func isNonString(_ text: String) -> Bool {
    if text.isEmpty || text.utf8.contains(UInt8(ascii: "\n")) { return false }
    switch text {
    case "~", "null", "Null", "NULL", "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON", "n", "N",
      "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF", ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF",
      "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF":
      return true
    default: break
    }
    guard let first = text.utf8.first else { return false }
    switch first {
    case UInt8(ascii: "."): return GoNumber.float(text) != nil
    case 0x30...0x39, UInt8(ascii: "+"), UInt8(ascii: "-"):
      if GoNumber.integer(GoNumber.withoutUnderscores(text)) != nil { return true }
      if GoNumber.isYAMLFloat(GoNumber.withoutUnderscores(text)) { return true }
    case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "#"):
      // Read as a document this is a collection, or nothing at all.
      return true
    default: break
    }
    // `a: b` and `- a` would be collections; quotes, anchors and tags are left out, they hardly occur.
    return text.hasPrefix("- ") || text == "-" || text.hasSuffix(":") || holdsColonAndBlank(text)
  }
}
