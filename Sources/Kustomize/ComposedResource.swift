import SourceText
import YAMLSyntax

/// One object that a kustomization yields. What several kustomizations take from a base without a change is one and the
/// same.
public final class ComposedResource: Sendable {
  /// The object as nodes: keys sorted as in kustomize's output. Every value points to where it was written: in the
  /// resource's file, in a patch (also an inline one), or in the kustomization that set it.
  public let node: Node
  /// The entry that brought the object in: in `resources:` or of a generator.
  public let source: SourceSpan
  /// Made by a ConfigMap or Secret generator.
  public let isGenerated: Bool
  /// What patches took out of the object, in the order in which they were applied.
  public let removals: [RemovedField]

  init(
    _ root: YNode, source: SourceSpan, isGenerated: Bool, removals: [RemovedField] = []
  ) throws(KustomizeProblem) {
    self.removals = removals
    try Output.checkText(root)
    node = try Self.node(root, inFlow: false)
    self.source = source
    self.isGenerated = isGenerated
  }

  /// The object as kustomize's output says it.
  public var json: JSONValue { Self.json(node) }

  /// What is no string is written plain, and a string that would read as something else is quoted.
  private static func json(_ node: Node) -> JSONValue {
    switch node.content {
    case .sequence(let items): return .array(items.map(json))
    case .mapping(let entries):
      return .object(entries.map { JSONValue.Member(key: $0.key.scalar?.text ?? "", value: json($0.value)) })
    case .scalar(let scalar):
      guard scalar.style == .plain else { return .string(scalar.text) }
      switch ScalarValue(plain: scalar.text) {
      case .null: return .null
      case .bool(let value): return .bool(value)
      case .int, .number: return .number(scalar.text)
      case .string: return .string(scalar.text)
      }
    }
  }

  private static func node(_ node: YNode, inFlow: Bool) throws(KustomizeProblem) -> Node {
    let inFlow = inFlow || node.style.contains(.flow)
    switch node.kind {
    case .scalar, .none:
      let scalar: Scalar
      switch try Output.scalar(node, inFlow: inFlow) {
      case .null: scalar = Scalar(text: "null", style: .plain)
      case .bool(let value): scalar = Scalar(text: value ? "true" : "false", style: .plain)
      case .int(let value): scalar = Scalar(text: String(value), style: .plain)
      case .uint(let value): scalar = Scalar(text: String(value), style: .plain)
      case .float(let value): scalar = Scalar(text: Output.number(GoNumber.json(value)), style: .plain)
      case .string(let text): scalar = Scalar(text: text, style: stringStyle(text))
      }
      return Node(content: .scalar(scalar), span: node.span)
    case .sequence:
      var items: [Node] = []
      items.reserveCapacity(node.content.count)
      var weight = 1
      for item in node.content {
        items.append(try self.node(item, inFlow: inFlow))
        weight += items[items.count - 1].weight
      }
      return Node(content: .sequence(items), span: node.span, weight: weight)
    case .mapping:
      let members = try Output.members(node)
      var entries: [Node.Entry] = []
      entries.reserveCapacity(members.count)
      var weight = 1
      for member in members {
        let key = Node(
          content: .scalar(Scalar(text: member.key, style: stringStyle(member.key))), span: member.keyNode.span)
        entries.append(Node.Entry(key: key, value: try self.node(member.value, inFlow: inFlow)))
        weight += entries[entries.count - 1].value.weight + 1
      }
      return Node(content: .mapping(entries), span: node.span, weight: weight)
    }
  }

  /// Plain unless that would read as something else.
  private static func stringStyle(_ text: String) -> Scalar.Style {
    if case .string = ScalarValue(plain: text), text != "<<" { .plain } else { .doubleQuoted }
  }
}
