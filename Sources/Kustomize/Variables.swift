import SourceText

/// `vars:`: `$(NAME)` in known fields becomes the value of a field of some object (kustomize api/filters/refvar).
struct Variables {
  private enum Value {
    case string(String)
    case int(String)
    case bool(Bool)

    var text: String {
      switch self {
      case .string(let text), .int(let text): text
      case .bool(let value): value ? "true" : "false"
      }
    }
  }

  private var values: [String: Value] = [:]
  private let fields: [FieldSpec]

  /// Finds the values. A variable whose object or field is not there is an error.
  init(
    _ variables: [KustomizationFile.Variable], fields: [FieldSpec], in set: ResourceSet
  ) throws(KustomizeProblem) {
    self.fields = fields
    for variable in variables {
      guard let resource = set.resources.first(where: { $0.variables.contains(variable.name) }) else {
        throw KustomizeProblem(
          .transformer, "no object holds the value of variable '\(variable.name)'", at: variable.span)
      }
      let parts = FieldPath.splitSmart(variable.fieldPath).flatMap(Self.withIndex)
      guard let node = try FieldPath.lookup(parts, in: resource.root, creating: nil, at: variable.span) else {
        throw KustomizeProblem(
          .transformer, "the field '\(variable.fieldPath)' of variable '\(variable.name)' is missing", at: variable.span
        )
      }
      guard node.kind == .scalar else {
        throw KustomizeProblem.unsupported(
          "a variable that is no single value", "'\(variable.name)'", at: variable.span)
      }
      switch node.tag {
      case YNode.Tag.int:
        guard let value = FieldPath.integer(node.value) else {
          throw KustomizeProblem(.transformer, "variable '\(variable.name)' is no decimal integer", at: variable.span)
        }
        values[variable.name] = .int(String(value))
      case YNode.Tag.bool: values[variable.name] = .bool(node.value.lowercased() == "true")
      case YNode.Tag.float:
        throw KustomizeProblem.unsupported(
          "a variable with a fractional number", "'\(variable.name)'", at: variable.span)
      default: values[variable.name] = .string(node.value)
      }
    }
  }

  /// `ports[0]` is `ports` and `0`.
  private static func withIndex(_ part: String) -> [String] {
    guard part.hasSuffix("]"), let open = part.lastIndex(of: "["),
      let index = Int(part[part.index(after: open)...].dropLast()), index >= 0
    else { return [part] }
    return open == part.startIndex ? [String(index)] : [String(part[..<open]), String(index)]
  }

  func replace(in set: ResourceSet) throws(KustomizeProblem) {
    guard !values.isEmpty else { return }
    for resource in set.resources {
      for spec in fields {
        let filter = FieldSpecFilter(spec: spec, creating: nil, span: resource.source)
        try filter.apply(to: resource) { node throws(KustomizeProblem) in try replace(node) }
      }
    }
  }

  private func replace(_ node: YNode) throws(KustomizeProblem) {
    if node.isTaggedNull { return }
    switch node.kind {
    case .scalar: if node.isStringLike { update(node) }
    case .mapping:
      for index in stride(from: 0, to: node.content.count - node.content.count % 2, by: 2) {
        guard node.content[index].isStringLike else {
          throw KustomizeProblem(.transformer, "a key is no string", at: node.content[index].span)
        }
        if node.content[index + 1].isStringLike { update(node.content[index + 1]) }
      }
    case .sequence:
      for item in node.content {
        guard item.isStringLike else { throw KustomizeProblem(.transformer, "a value must be a string", at: item.span) }
        update(item)
      }
    case .none: throw KustomizeProblem(.transformer, "a field is nothing", at: node.span)
    }
  }

  private func update(_ node: YNode) {
    switch expanded(node.value) {
    case .string(let text):
      node.value = text
      node.tag = YNode.Tag.string
    case .int(let text):
      node.value = text
      node.tag = YNode.Tag.int
    case .bool(let value):
      node.value = value ? "true" : "false"
      node.tag = YNode.Tag.bool
    }
    node.style = []
  }

  /// A text that is one variable takes its type; `$$` is a dollar.
  private func expanded(_ text: String) -> Value {
    let bytes = Array(text.utf8)
    var out: [UInt8] = []
    var checkpoint = 0
    var cursor = 0
    while cursor < bytes.count {
      guard bytes[cursor] == UInt8(ascii: "$"), cursor + 1 < bytes.count else {
        cursor += 1
        continue
      }
      out += bytes[checkpoint..<cursor]
      var advance = 1
      switch bytes[cursor + 1] {
      case UInt8(ascii: "$"): out.append(UInt8(ascii: "$"))
      case UInt8(ascii: "("):
        if let close = bytes[(cursor + 2)...].firstIndex(of: UInt8(ascii: ")")) {
          let name = String(decoding: bytes[(cursor + 2)..<close], as: UTF8.self)
          if let value = values[name] {
            if cursor == 0, close + 1 == bytes.count { return value }
            out += Array(value.text.utf8)
          } else {
            out += Array("$(\(name))".utf8)
          }
          advance = close - cursor
        } else {
          out += Array("$(".utf8)
        }
      default: out += [UInt8(ascii: "$"), bytes[cursor + 1]]
      }
      cursor += advance + 1
      checkpoint = cursor
    }
    return .string(String(decoding: out + bytes[min(checkpoint, bytes.count)...], as: UTF8.self))
  }
}
