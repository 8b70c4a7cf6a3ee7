import SourceText
import YAMLSyntax

extension CarrierWalk {
  static let templateKind = "Template"

  static func isTemplate(group: String?) -> Bool { group == "template.openshift.io" || group == "" }

  /// The objects of an OpenShift Template, with the declared defaults of its parameters. Templates beside each other
  /// are processed one by one, for clusters that nobody names here.
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
  func substituted(_ node: Node) -> Node { values.isEmpty ? node : replacement(of: node) ?? node }

  /// `nil` for what stays as it is: most of a Template, which then shares its memory.
  private func replacement(of node: Node) -> Node? {
    switch node.content {
    case .scalar(let scalar): return node.isUnknown ? replacement(of: node, scalar) : nil
    case .sequence(var items):
      guard replace(in: &items, { replacement(of: $0) }) else { return nil }
      var result = node
      result.content = .sequence(items)
      return result
    case .mapping(var entries):
      let isChanged = replace(in: &entries) { entry in
        let (key, value) = (replacement(of: entry.key), replacement(of: entry.value))
        return key == nil && value == nil ? nil : Node.Entry(key: key ?? entry.key, value: value ?? entry.value)
      }
      guard isChanged else { return nil }
      var result = node
      result.content = .mapping(entries)
      return result
    }
  }

  private func replace<Element>(in elements: inout [Element], _ replacement: (Element) -> Element?) -> Bool {
    var isChanged = false
    for index in elements.indices {
      guard let new = replacement(elements[index]) else { continue }
      elements[index] = new
      isChanged = true
    }
    return isChanged
  }

  private func replacement(of node: Node, _ scalar: Scalar) -> Node? {
    guard let source = Self.source(of: node, scalar) else { return nil }
    let parts = Self.parts(of: source)
    if parts.count == 1, case .parameter(let name, let isStructure) = parts[0], let value = values[name] {
      guard isStructure else { return string(value.scalar?.text ?? "", like: value) }
      return EmbeddedYAML(value)?.documents.first?.root
    }
    var text = ""
    for part in parts {
      switch part {
      case .text(let part): text += part
      case .parameter(let name, _):
        guard let value = values[name]?.scalar?.text else { return nil }
        text += value
      }
    }
    // Placeholders of another kind stay what they are.
    guard !text.utf8.contains(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "{") })
    else { return nil }
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
