import SourceText
import YAMLSyntax

/// A mapping of a configuration file read as Go reads it: YAML 1.1, then JSON into a struct, where keys match in any
/// case, unknown keys and wrong types are errors and null is nothing.
struct ConfigurationReader {
  /// What is not null, by the field's own spelling: few, so that comparing costs less than hashing.
  private let fields: [String]
  private let nodes: [Node]
  let span: SourceSpan
  /// What the mapping is, for messages: `patches[0].target`.
  let name: String

  /// - Parameter known: All field names.
  init(_ node: Node, name: String, known: [String]) throws(KustomizeProblem) {
    self.name = name
    span = node.span
    guard node.isMapping else {
      throw KustomizeProblem(
        .kustomization, "\(name.isEmpty ? "a kustomization" : name) must be a mapping", at: node.span)
    }
    var found: [(field: String, key: String, node: Node)] = []
    for entry in node.entries {
      let key = try Self.keyText(entry.key)
      guard let field = known.first(where: { $0 == key }) ?? Self.field(key.lowercased(), of: known) else {
        throw KustomizeProblem(
          .kustomization, "unknown field '\(key)'" + (name.isEmpty ? "" : " in \(name)"), at: entry.key.span)
      }
      guard let index = found.firstIndex(where: { $0.field == field }) else {
        found.append((field, key, entry.value))
        continue
      }
      guard found[index].key == key else {
        throw KustomizeProblem.unsupported(
          "a field in two spellings", "'\(found[index].key)' and '\(key)'", at: entry.key.span)
      }
      // The last of repeated keys wins.
      found[index].node = entry.value
    }
    found.removeAll { $0.node.isNull }
    fields = found.map(\.field)
    nodes = found.map(\.node)
  }

  private static func field(_ lowered: String, of known: [String]) -> String? {
    known.first { $0.lowercased() == lowered }
  }

  static func keyText(_ node: Node) throws(KustomizeProblem) -> String {
    guard node.scalar != nil else { throw KustomizeProblem(.kustomization, "a key is no text", at: node.span) }
    switch node.resolved {
    case .string(let text): return text
    case .bool(let value): return value ? "true" : "false"
    case .int(let value): return String(value)
    case .null: throw KustomizeProblem(.kustomization, "a key is null", at: node.span)
    case .number: throw KustomizeProblem.unsupported("a fractional number as a key", at: node.span)
    }
  }

  /// The value of a field, which is given as in `known`.
  func node(_ field: String) -> Node? { fields.firstIndex(of: field).map { nodes[$0] } }
  func has(_ field: String) -> Bool { node(field) != nil }

  private func path(_ field: String) -> String { name.isEmpty ? field : name + "." + field }

  private func wrongType(_ field: String, _ node: Node, _ type: String) -> KustomizeProblem {
    let isBoolean = node.scalar?.style == .plain && node.bool != nil
    let hint = isBoolean ? ": '\(node.scalar?.text ?? "")' is a boolean in YAML 1.1, quote it" : ""
    return KustomizeProblem(.kustomization, "\(path(field)) must be \(type)" + hint, at: node.span)
  }

  func text(_ field: String) throws(KustomizeProblem) -> Located<String>? {
    guard let node = node(field) else { return nil }
    return try text(of: node, field)
  }

  private func text(of node: Node, _ field: String) throws(KustomizeProblem) -> Located<String> {
    try Self.checkTag(node)
    guard node.scalar != nil, let text = node.string else { throw wrongType(field, node, "a string") }
    return Located(text, at: node.span)
  }

  func string(_ field: String) throws(KustomizeProblem) -> String { try text(field)?.value ?? "" }

  func bool(_ field: String) throws(KustomizeProblem) -> Bool {
    guard let node = node(field) else { return false }
    guard let value = node.bool else { throw wrongType(field, node, "a boolean") }
    return value
  }

  func integer(_ field: String) throws(KustomizeProblem) -> Int? {
    guard let node = node(field) else { return nil }
    guard node.scalar != nil else { throw wrongType(field, node, "an integer") }
    switch node.resolved {
    case .int(let value): return value
    case .number(let text):
      if let value = Double(text), value == value.rounded(), value.magnitude < 1e15 { return Int(value) }
      throw wrongType(field, node, "an integer")
    default: throw wrongType(field, node, "an integer")
    }
  }

  /// The items of a list; `nil` when the field is missing.
  func list(_ field: String) throws(KustomizeProblem) -> [Node]? {
    guard let node = node(field) else { return nil }
    guard node.isSequence else { throw wrongType(field, node, "a list") }
    return node.items
  }

  func texts(_ field: String) throws(KustomizeProblem) -> [Located<String>]? {
    guard let items = try list(field) else { return nil }
    var result: [Located<String>] = []
    for item in items {
      // A null item is an empty string to Go.
      result.append(item.isNull ? Located("", at: item.span) : try text(of: item, field + "[]"))
    }
    return result
  }

  func textMap(_ field: String) throws(KustomizeProblem) -> [String: MapText]? {
    guard let node = node(field) else { return nil }
    guard node.isMapping else { throw wrongType(field, node, "a mapping") }
    var result: [String: MapText] = [:]
    for entry in node.entries {
      let key = try Self.keyText(entry.key)
      let value = entry.value.isNull ? Located("", at: entry.value.span) : try text(of: entry.value, field + "." + key)
      result[key] = MapText(value: value.value, span: value.span, keySpan: entry.key.span)
    }
    return result
  }

  /// The items of a list of mappings. A null item is refused: kustomize would take an empty one, or crash.
  func structs<Value>(
    _ field: String, _ read: (Node, String) throws(KustomizeProblem) -> Value
  ) throws(KustomizeProblem) -> [Value]? {
    guard let items = try list(field) else { return nil }
    var result: [Value] = []
    for (index, item) in items.enumerated() {
      guard !item.isNull else { throw KustomizeProblem.unsupported("a null item in \(field)", at: item.span) }
      result.append(try read(item, "\(path(field))[\(index)]"))
    }
    return result
  }

  func structure<Value>(
    _ field: String, _ read: (Node, String) throws(KustomizeProblem) -> Value
  ) throws(KustomizeProblem) -> Value? {
    guard let node = node(field) else { return nil }
    return try read(node, path(field))
  }

  /// Explicit tags other than of plain data are left out.
  private static func checkTag(_ node: Node) throws(KustomizeProblem) {
    switch node.tag {
    case nil, "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:null", "tag:yaml.org,2002:int", "tag:yaml.org,2002:bool":
      break
    default: throw KustomizeProblem.unsupported("the YAML tag '\(node.tag ?? "")' in a kustomization", at: node.span)
    }
  }
}
