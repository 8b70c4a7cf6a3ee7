import SourceText
import YAMLSyntax

extension SchemaWalk {
  /// Checks a value, which has the right type, against one constraint.
  mutating func check(_ node: Node, _ constraint: Constraint, key: Node?) {
    switch constraint {
    case .oneOf(let allowed):
      guard let text = node.string, !allowed.contains(text) else { return }
      blocksRules = true
      let values = allowed.map { "\"\($0)\"" }.joined(separator: ", ")
      report(
        .unsupportedValue(text, allowed: allowed), node, key: key,
        "Unsupported value: \(text.quotedLikeGo): supported values: \(values)")
    case .pattern(let grammar):
      guard let text = node.string, !grammar.matches(text) else { return }
      report(.pattern(grammar), node, key: key, patternMessage(grammar, text))
    case .text(let grammar, let message):
      guard let text = node.string, !grammar.matches(text) else { return }
      report(.text(grammar), node, key: key, "Invalid value: \"string\": \(message)", isRule: true)
    case .object(let rule):
      guard violates(node, rule) else { return }
      report(.object(rule), node, key: key, "Invalid value: \"object\": \(rule.message)", isRule: true)
    case .minLength(let limit):
      guard let text = node.string, text.unicodeScalars.count < limit else { return }
      blocksRules = true
      report(
        .tooShort(limit: limit), node, key: key,
        "Invalid value: \(text.quotedLikeGo): \(path.text) in body should be at least \(limit) chars long")
    case .maxLength(let limit):
      guard let text = node.string, text.unicodeScalars.count > limit else { return }
      blocksRules = true
      report(.tooLong(limit: limit), node, key: key, "Too long: may not be more than \(limit) bytes")
    case .minItems(let limit):
      let count = node.items.count
      guard count < limit, !node.isIncomplete, !resource.isPatch else { return }
      report(
        .tooFewItems(limit: limit, count: count), node, key: key,
        "Invalid value: \(count): \(path.text) in body should have at least \(limit) items")
    case .maxItems(let limit):
      let count = node.items.count
      guard count > limit else { return }
      blocksRules = true
      report(
        .tooManyItems(limit: limit, count: count), node, key: key,
        "Too many: \(count): must have at most \(limit) items")
    case .set: checkSet(node) { $0.string }
    case .mapKey(let name): checkSet(node) { $0[name]?.string }
    case .keys: break
    case .maxTotalBytes(let limit):
      checkTotal(node, limit: limit, key: key)
    }
  }

  private func patternMessage(_ grammar: ValueGrammar, _ text: String) -> String {
    switch grammar {
    case .objectName:
      return "Invalid value: \(text.quotedLikeGo): a lowercase RFC 1123 subdomain must consist of lower case "
        + "alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character"
    // What is in a ConfigMap may be secret.
    case .base64WithLineEnds: return "illegal base64 data"
    case .base64: return "Invalid value: \(path.text) in body must be of type byte"
    default:
      let expression = grammar.expression.map { " '\($0)'" } ?? ""
      return "Invalid value: \(text.quotedLikeGo): \(path.text) in body should match\(expression)"
    }
  }

  /// Items that are equal after type resolution; placeholders are equal to nothing, and in a list with template
  /// control lines the two may never meet.
  private mutating func checkSet(_ node: Node, identity: (Node) -> String?) {
    if node.isIncomplete { return }
    var first: [String: Node] = [:]
    for (index, item) in node.items.enumerated() where !item.isUnknown {
      guard let text = identity(item) else { continue }
      guard let earlier = first[text] else {
        first[text] = item
        continue
      }
      path.steps.append(.index(index))
      report(.duplicate(first: earlier.span), item, key: nil, "Duplicate value: \(text.quotedLikeGo)")
      path.steps.removeLast()
    }
  }

  private mutating func checkTotal(_ node: Node, limit: Int, key: Node?) {
    var total = 0
    for section in ["data", "binaryData"] {
      for entry in resource.root[section]?.entries ?? [] where !entry.value.isUnknown {
        let length = entry.value.string?.utf8.count ?? 0
        total += section == "data" ? length : length / 4 * 3
      }
    }
    guard total > limit else { return }
    report(.tooLong(limit: limit), node, key: key, "Too long: may not be more than \(limit) bytes")
  }

  private func violates(_ node: Node, _ rule: ObjectRule) -> Bool {
    switch rule {
    case .atMostOne(let first, let second, _):
      // Template control lines may decide between the two.
      return node[first] != nil && node[second] != nil && !node.isIncomplete
    case .presentExactlyWhen(let key, let discriminator, let value):
      guard !node.isIncomplete, !resource.isPatch, node[discriminator]?.isUnknown != true else { return false }
      return (node[discriminator]?.string == value) != (node[key] != nil)
    case .atLeastOne(let keys, _):
      return !node.isIncomplete && !resource.isPatch && !keys.contains { node[$0] != nil }
    }
  }
}

extension ValueGrammar {
  /// The regular expression of the CRD, for messages; it is never run.
  var expression: String? {
    switch self {
    case .registrySource: Self.wildcardExpression + "|" + Self.mirrorExpression
    case .registryMirror: Self.mirrorExpression
    default: nil
    }
  }

  private static let label = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
  private static let wildcardExpression = "^\\*(?:\\.\(label))+$"
  private static let mirrorExpression =
    "^(\(label)(?:(?:\\.\(label))+)?(?::[0-9]+)?)(?:(?:/[a-z0-9]+(?:(?:(?:[._]|__|[-]*)[a-z0-9]+)+)?)+)?$"
}
