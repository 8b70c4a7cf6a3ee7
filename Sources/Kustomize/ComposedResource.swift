import SourceText
import YAMLSyntax

/// One object that a kustomization yields.
public struct ComposedResource: Sendable {
  /// The object as nodes: keys sorted as in kustomize's output. Every value points to where it was written: in the
  /// resource's file, in a patch (also an inline one), or in the kustomization that set it.
  public let node: Node
  /// The object as kustomize's output says it.
  public let json: JSONValue
  /// The entry that brought the object in: in `resources:` or of a generator.
  public let source: SourceSpan
  /// Made by a ConfigMap or Secret generator.
  public let isGenerated: Bool

  init(_ resource: ComposingResource) throws(KustomizeProblem) {
    json = try Output.final(resource.root)
    node = try Self.node(resource.root, inFlow: false)
    source = resource.source
    isGenerated = resource.isGenerated
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
      var weight = 1
      for item in node.content {
        items.append(try self.node(item, inFlow: inFlow))
        weight += items[items.count - 1].weight
      }
      return Node(content: .sequence(items), span: node.span, weight: weight)
    case .mapping:
      var entries: [Node.Entry] = []
      var weight = 1
      for member in try Output.members(node) {
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
