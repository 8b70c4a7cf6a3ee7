import SourceText
import YAMLSyntax

/// Objects that a cluster makes of the fields of something else: nodes of the fields, put together under the names
/// that they get. What nobody wrote points to the key of the field.
enum DerivedNode {
  static func text(_ text: String, at span: SourceSpan) -> Node {
    Node(content: .scalar(Scalar(text: text, style: .plain)), span: SourceSpan(file: span.file, range: span.range))
  }

  static func mapping(_ entries: [(key: String, value: Node)], at span: SourceSpan) -> Node {
    Node(
      content: .mapping(entries.map { Node.Entry(key: text($0.key, at: span), value: $0.value) }), span: span,
      weight: entries.reduce(1) { $0 + 1 + $1.value.weight })
  }

  static func sequence(_ items: [Node], at span: SourceSpan) -> Node {
    Node(content: .sequence(items), span: span, weight: items.reduce(1) { $0 + $1.weight })
  }

  /// `apiVersion`, `kind`, `metadata.name` and `spec`.
  static func object(
    _ kind: ResourceKind, apiVersion: String = "config.openshift.io/v1", name: String, spec: Node, at span: SourceSpan
  ) -> Node {
    mapping(
      [
        ("apiVersion", text(apiVersion, at: span)), ("kind", text(kind.rawValue, at: span)),
        ("metadata", mapping([("name", text(name, at: span))], at: span)), ("spec", spec),
      ], at: span)
  }

  /// The node with a key of its items under another name. What is written under that name already means nothing there.
  static func renaming(_ key: String, to name: String, inItemsOf list: Node) -> Node {
    guard case .sequence(let items) = list.content else { return list }
    var result = list
    result.content = .sequence(
      items.map { item in
        guard case .mapping(let entries) = item.content else { return item }
        var item = item
        item.content = .mapping(
          entries.filter { $0.key.keyText != name }.map { entry in
            guard entry.key.keyText == key, var scalar = entry.key.scalar else { return entry }
            var entry = entry
            scalar.text = name
            entry.key.content = .scalar(scalar)
            return entry
          })
        return item
      })
    return result
  }
}

extension CarrierWalk {
  /// Adds what a cluster makes of a list of sources and mirrors.
  /// - Parameter field: The path of the list in the object `root`.
  mutating func addMirrors(
    _ entry: Node.Entry, of root: Node, at field: String, kind: ResourceKind, name: String, carrier: String,
    _ destination: Resource.Destination
  ) {
    let span = entry.key.span
    let spec = DerivedNode.mapping([(MirrorSet.listName(of: kind), entry.value)], at: span)
    let apiVersion = kind == .imageContentSourcePolicy ? "operator.openshift.io/v1alpha1" : "config.openshift.io/v1"
    addDerived(
      kind, DerivedNode.object(kind, apiVersion: apiVersion, name: name, spec: spec, at: span), carrier, destination,
      writtenAs: Self.writtenAs(carrier, root, "spec.\(MirrorSet.listName(of: kind))", field))
  }

  static func writtenAs(_ kind: String, _ root: Node, _ field: String, _ writtenField: String) -> Resource.WrittenAs {
    Resource.WrittenAs(
      apiVersion: root.located("apiVersion")?.value, kindName: kind,
      namespace: root["metadata"]?.located("namespace")?.value,
      name: root["metadata"]?.located("name")?.value, field: field, writtenField: writtenField)
  }

  mutating func addDerived(
    _ kind: ResourceKind, _ root: Node, _ carrier: String, _ destination: Resource.Destination, isPatch: Bool = false,
    writtenAs: Resource.WrittenAs? = nil
  ) {
    var resource = Resource(
      kind: kind, root: root, kindName: Located(kind.rawValue, at: root["kind"]?.span ?? root.span),
      apiVersion: root.located("apiVersion"), name: root["metadata"]?.located("name"), namespace: nil,
      carrier: .derived(carrier), document: document)
    resource.destination = destination
    resource.isPatch = isPatch
    resource.isEditable = false
    resource.writtenAs = writtenAs
    reading.resources.append(resource)
  }
}
