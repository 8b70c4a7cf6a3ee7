import SourceText

/// What a tree becomes when kustomize writes it: yaml.v3 writes and reads it once more, then encoding/json, then a
/// YAML 1.1 writer. Types may change on the way (a text without a tag is resolved by its looks).
enum Output {
  /// A scalar after writing and reading.
  enum Scalar {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case float(Double)
    case string(String)
  }

  /// - Parameter inFlow: Whether the node stands in a collection written with brackets: an empty null becomes "" there.
  static func scalar(_ node: YNode, inFlow: Bool) throws(KustomizeProblem) -> Scalar {
    if node.kind == .none { return .null }
    let text = node.value
    // Whatever its looks: where they would say something else, the writer quotes it.
    if node.tag == YNode.Tag.string { return .string(text) }
    var tag = node.tag
    var isQuoted = !node.style.isDisjoint(with: .quoted)
    if !tag.isEmpty, !node.style.contains(.tagged) {
      if tag == YNode.Tag.string, isQuoted {
        tag = ""
      } else {
        let natural = ScalarResolution(of: text).tag
        if natural == tag {
          tag = ""
        } else if tag == YNode.Tag.string {
          tag = ""
          isQuoted = true
        }
      }
    }
    if text.utf8.contains(UInt8(ascii: "\n")) { isQuoted = true }
    switch tag {
    case "", "!":
      if isQuoted { return .string(text) }
      if text.isEmpty, inFlow { return .string("") }
      // A text that needs quotes is given them by the writer.
      return try value(ScalarResolution(of: text).value, text, node)
    case YNode.Tag.string: return .string(text)
    case YNode.Tag.null, YNode.Tag.bool, YNode.Tag.int, YNode.Tag.timestamp:
      let found = ScalarResolution(of: text)
      guard found.tag == tag else {
        throw KustomizeProblem(.output, "'\(text)' is no \(tag)", at: node.span)
      }
      return try value(found.value, text, node)
    case YNode.Tag.float:
      switch ScalarResolution(of: text).value {
      case .float(let value): return .float(value)
      case .int(let value): return .float(Double(value))
      default: throw KustomizeProblem(.output, "'\(text)' is no \(tag)", at: node.span)
      }
    case YNode.Tag.binary:
      guard let bytes = Base64.decode(Array(text.utf8)), let decoded = String(validating: bytes, as: UTF8.self) else {
        throw KustomizeProblem.unsupported("a !!binary value", at: node.span)
      }
      return .string(decoded)
    case YNode.Tag.merge: throw KustomizeProblem.unsupported("a merge key as a value", at: node.span)
    default: return .string(text)
    }
  }

  private static func value(
    _ value: ScalarResolution.Value, _ text: String, _ node: YNode
  ) throws(KustomizeProblem) -> Scalar {
    switch value {
    case .null: return .null
    case .bool(let value): return .bool(value)
    case .int(let value): return .int(value)
    case .uint(let value): return .uint(value)
    case .float(let value):
      guard value.isFinite else { throw KustomizeProblem(.output, "'\(text)' is no JSON number", at: node.span) }
      return .float(value)
    case .time(let time): return .string(time)
    case .string: return .string(text)
    }
  }

  /// The text of a key; kustomize fails on keys that are no strings.
  static func key(_ node: YNode) throws(KustomizeProblem) -> String {
    guard node.kind == .scalar else {
      throw KustomizeProblem(.output, "a key is \(YNode.kindName(node.kind))", at: node.span)
    }
    if node.tag == YNode.Tag.merge {
      throw KustomizeProblem.unsupported("a merge key made by a transformer", at: node.span)
    }
    // Keys stand where an empty text is quoted.
    guard case .string(let text) = try scalar(node, inFlow: true) else {
      throw KustomizeProblem(.output, "the key '\(node.value)' is no string", at: node.span)
    }
    return text
  }

  /// The pairs of a mapping, sorted by key. Repeated keys are an error.
  static func members(_ node: YNode) throws(KustomizeProblem) -> [(key: String, keyNode: YNode, value: YNode)] {
    let count = node.content.count / 2
    var result: [(key: String, keyNode: YNode, value: YNode)] = []
    result.reserveCapacity(count)
    var seen: Set<String> = []
    var isSorted = true
    for index in stride(from: 0, to: 2 * count, by: 2) {
      let key = node.content[index]
      // Nearly all mappings are small: comparing costs less than hashing.
      let isNew = count <= 8 ? !result.contains { $0.keyNode.value == key.value } : seen.insert(key.value).inserted
      guard isNew else { throw KustomizeProblem(.output, "the key '\(key.value)' is written twice", at: key.span) }
      let text = try self.key(key)
      if let last = result.last, byteOrder(text, last.key) { isSorted = false }
      result.append((text, key, node.content[index + 1]))
    }
    if !isSorted { result.sort { byteOrder($0.key, $1.key) } }
    return result
  }

  /// What `json.Marshal` makes of a tree, before numbers are written anew.
  static func json(_ node: YNode, inFlow: Bool = false) throws(KustomizeProblem) -> JSONValue {
    let inFlow = inFlow || node.style.contains(.flow)
    switch node.kind {
    case .scalar, .none:
      switch try scalar(node, inFlow: inFlow) {
      case .null: return .null
      case .bool(let value): return .bool(value)
      case .int(let value): return .number(String(value))
      case .uint(let value): return .number(String(value))
      case .float(let value): return .number(GoNumber.json(value))
      case .string(let value): return .string(value)
      }
    case .sequence:
      var items: [JSONValue] = []
      for item in node.content { items.append(try json(item, inFlow: inFlow)) }
      return .array(items)
    case .mapping:
      var members: [JSONValue.Member] = []
      for member in try self.members(node) {
        members.append(JSONValue.Member(key: member.key, value: try json(member.value, inFlow: inFlow)))
      }
      return .object(members)
    }
  }

  /// A JSON number as the YAML writer shows it: integers that fit 64 bits as they are, others as floats.
  static func number(_ text: String) -> String {
    if let integer = GoNumber.integer(text) {
      switch integer {
      case .int(let value): return String(value)
      case .uint(let value): return String(value)
      }
    }
    return Double(text).map(GoNumber.general) ?? text
  }

  /// Characters that the last writer refuses, or writes so that they read as something else.
  static func checkText(_ node: YNode) throws(KustomizeProblem) {
    for child in node.content { try checkText(child) }
    if node.value.utf8.allSatisfy({ $0 < 0x7F }) { return }
    for scalar in node.value.unicodeScalars where scalar.value >= 0x7F {
      switch scalar.value {
      case 0x7F...0x84, 0x86...0x9F, 0xFFFE, 0xFFFF:
        throw KustomizeProblem(.output, "a control character cannot be written", at: node.span)
      case 0x85, 0x2028, 0x2029:
        throw KustomizeProblem.unsupported("a text with a Unicode line break", at: node.span)
      default: break
      }
    }
  }
}
