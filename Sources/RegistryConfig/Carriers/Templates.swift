import SourceText
import YAMLSyntax

extension CarrierWalk {
  /// The objects of an OpenShift Template, with the declared defaults of its parameters. Templates beside each other are
  /// processed one by one, for clusters that nobody names here.
  mutating func readTemplate(_ root: Node, _ context: CarrierContext) {
    guard let objects = root["objects"], objects.isSequence else { return }
    let parameters = TemplateParameters(root)
    let destination = Resource.Destination.elsewhere("template \(Self.qualifiedName(of: root) ?? "without name")")
    let context = context.inside(.object("Template"), destination: destination)
    for item in objects.items { read(parameters.substituted(item), context) }
  }
}

/// The parameters of an OpenShift Template that have a value of their own.
///
/// `${NAME}` gives a string, `${{NAME}}` as a whole value the JSON that the parameter's value is. A parameter without
/// a value, with a generated one or with an empty one is unknown: who processes the template supplies it.
/// Source: openshift/library-go pkg/template/templateprocessing/template.go
struct TemplateParameters {
  private var values: [String: Node] = [:]

  init(_ template: Node) {
    for parameter in template["parameters"]?.items ?? [] {
      guard let name = parameter.located("name")?.value, parameter["generate"] == nil,
        let value = parameter["value"], !value.isUnknown, let text = value.scalar?.text, !text.isEmpty, !value.isNull
      else { continue }
      values[name] = value
    }
  }

  /// The node with parameters replaced; what was replaced as a whole points to the parameter's value.
  func substituted(_ node: Node) -> Node {
    guard !values.isEmpty else { return node }
    switch node.content {
    case .scalar(let scalar): return node.isUnknown ? substituted(node, scalar) : node
    case .sequence(let items):
      var result = node
      result.content = .sequence(items.map(substituted))
      return result
    case .mapping(let entries):
      var result = node
      result.content = .mapping(entries.map { Node.Entry(key: substituted($0.key), value: substituted($0.value)) })
      return result
    }
  }

  private func substituted(_ node: Node, _ scalar: Scalar) -> Node {
    guard let source = Self.source(of: node, scalar) else { return node }
    let parts = Self.parts(of: source)
    if parts.count == 1, case .parameter(let name, let isStructure) = parts[0], let value = values[name] {
      if isStructure {
        guard let root = EmbeddedYAML(value)?.documents.first?.root else { return node }
        return root
      }
      return string(value.scalar?.text ?? "", like: value)
    }
    var text = ""
    for part in parts {
      switch part {
      case .text(let part): text += part
      case .parameter(let name, _):
        guard let value = values[name]?.scalar?.text else { return node }
        text += value
      }
    }
    // Placeholders of another kind stay what they are.
    guard !text.utf8.contains(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "{") })
    else { return node }
    return string(text, like: node)
  }

  private func string(_ text: String, like node: Node) -> Node {
    Node(content: .scalar(Scalar(text: text, style: .doubleQuoted)), span: node.span, outerRange: node.outerRange)
  }

  /// The text of a scalar as written; `nil` for blocks and for text with escapes.
  private static func source(of node: Node, _ scalar: Scalar) -> String? {
    var range = node.span.range
    switch scalar.style {
    case .plain: break
    case .singleQuoted, .doubleQuoted: range = range.lowerBound + 1..<max(range.lowerBound + 1, range.upperBound - 1)
    case .literal, .folded: return nil
    }
    let text = node.span.file.text(range)
    return text.utf8.contains { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\n") } ? nil : text
  }

  private enum Part {
    case text(String)
    case parameter(String, isStructure: Bool)
  }

  /// Cuts a text at `${NAME}` and `${{NAME}}`.
  private static func parts(of text: String) -> [Part] {
    var parts: [Part] = []
    var rest = Substring(text)
    while let start = rest.firstRange(of: "${") {
      let isStructure = rest[start.upperBound...].hasPrefix("{")
      let close = isStructure ? "}}" : "}"
      let nameStart = isStructure ? rest.index(after: start.upperBound) : start.upperBound
      guard let end = rest[nameStart...].firstRange(of: close) else { break }
      if start.lowerBound > rest.startIndex { parts.append(.text(String(rest[..<start.lowerBound]))) }
      parts.append(.parameter(String(rest[nameStart..<end.lowerBound]), isStructure: isStructure))
      rest = rest[end.upperBound...]
    }
    if !rest.isEmpty { parts.append(.text(String(rest))) }
    return parts
  }
}
