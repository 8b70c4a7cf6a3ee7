import SourceText
import YAMLSyntax

/// A JSON value with places: what JSON patches are applied to. Shared and changed in place, as the patches expect.
final class JSONDocument {
  struct Member {
    var value: JSONDocument
    var keySpan: SourceSpan
  }

  enum Content {
    case null
    case bool(Bool)
    /// As written.
    case number(String)
    /// The text, and how it is written in JSON: a `test` compares what is written.
    case string(String, raw: String)
    case array([JSONDocument])
    case object([String: Member])
  }

  var content: Content
  var span: SourceSpan

  init(_ content: Content, at span: SourceSpan) {
    self.content = content
    self.span = span
  }

  /// The values below and including this one; `nil` when they are nested deeper than `depth`.
  func count(depth: Int) -> Int? {
    guard depth > 0 else { return nil }
    var result = 1
    let children: [JSONDocument] =
      switch content {
      case .array(let items): items
      case .object(let members): members.values.map(\.value)
      default: []
      }
    for child in children {
      guard let count = child.count(depth: depth - 1) else { return nil }
      result += count
    }
    return result
  }

  func copy() -> JSONDocument {
    switch content {
    case .array(let items): JSONDocument(.array(items.map { $0.copy() }), at: span)
    case .object(let members):
      JSONDocument(.object(members.mapValues { Member(value: $0.value.copy(), keySpan: $0.keySpan) }), at: span)
    default: JSONDocument(content, at: span)
    }
  }

  static func string(_ text: String, at span: SourceSpan) -> JSONDocument {
    JSONDocument(.string(text, raw: JSONValue.string(text).goText), at: span)
  }

  /// An object as kustomize marshals it before a patch.
  convenience init(_ node: YNode, inFlow: Bool = false) throws(KustomizeProblem) {
    let inFlow = inFlow || node.style.contains(.flow)
    switch node.kind {
    case .scalar, .none:
      switch try Output.scalar(node, inFlow: inFlow) {
      case .null: self.init(.null, at: node.span)
      case .bool(let value): self.init(.bool(value), at: node.span)
      case .int(let value): self.init(.number(String(value)), at: node.span)
      case .uint(let value): self.init(.number(String(value)), at: node.span)
      case .float(let value): self.init(.number(GoNumber.json(value)), at: node.span)
      case .string(let text): self.init(.string(text, raw: JSONValue.string(text).goText), at: node.span)
      }
    case .sequence:
      var items: [JSONDocument] = []
      for item in node.content { items.append(try JSONDocument(item, inFlow: inFlow)) }
      self.init(.array(items), at: node.span)
    case .mapping:
      var members: [String: Member] = [:]
      for member in try Output.members(node) {
        members[member.key] = Member(
          value: try JSONDocument(member.value, inFlow: inFlow), keySpan: member.keyNode.span)
      }
      self.init(.object(members), at: node.span)
    }
  }

  /// YAML as `sigs.k8s.io/yaml` turns it into JSON: YAML 1.1, so `yes` is a boolean.
  convenience init(yaml node: Node) throws(KustomizeProblem) {
    switch node.content {
    case .scalar(let scalar):
      switch node.tag {
      case nil, "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:null": break
      default: throw KustomizeProblem.unsupported("the YAML tag '\(node.tag ?? "")' in a JSON patch", at: node.span)
      }
      switch node.resolved {
      case .null: self.init(.null, at: node.span)
      case .bool(let value): self.init(.bool(value), at: node.span)
      case .int(let value): self.init(.number(String(value)), at: node.span)
      case .string(let text): self.init(.string(text, raw: JSONValue.string(text).goText), at: node.span)
      case .number:
        let plain = scalar.text.replacing("_", with: "")
        if case .uint(let value)? = GoNumber.integer(plain) {
          self.init(.number(String(value)), at: node.span)
        } else if let value = Double(plain), value.isFinite {
          self.init(.number(GoNumber.json(value)), at: node.span)
        } else {
          throw KustomizeProblem(.patch, "'\(scalar.text)' is no JSON number", at: node.span)
        }
      }
    case .sequence(let items):
      var result: [JSONDocument] = []
      for item in items { result.append(try JSONDocument(yaml: item)) }
      self.init(.array(result), at: node.span)
    case .mapping:
      var members: [String: Member] = [:]
      for entry in node.entries {
        let key = try ConfigurationReader.keyText(entry.key)
        members[key] = Member(value: try JSONDocument(yaml: entry.value), keySpan: entry.key.span)
      }
      self.init(.object(members), at: node.span)
    }
  }
}
