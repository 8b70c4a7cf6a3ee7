import SourceText
import YAMLSyntax

/// Says what the API server of a release refuses and prunes, in one walk over the object.
///
/// Placeholders satisfy everything, collections with template control lines miss nothing, and neither does a patch.
/// Like the API server it checks CEL rules only on an object without structural errors
/// (k8s.io/apiextensions-apiserver pkg/registry/customresource/strategy.go).
public enum SchemaValidator {
  /// The violations in the order of the walk: whether the kind is served, then structure from top to bottom, then CEL
  /// rules. An object that is not served is checked all the same, by the schema of the nearest release that serves
  /// the kind.
  public static func validate(resource: Resource, release: Release) -> [SchemaViolation] {
    let schema = KindSchema.of(resource.kind)
    var walk = SchemaWalk(resource: resource, schema: schema, release: release)
    walk.checkServed()
    walk.check(resource.root, schema.root, key: nil, parent: resource.kindName.span)
    if schema.isBuiltIn { walk.checkKeysOfBothMaps() }
    return walk.violations + (walk.blocksRules ? [] : walk.ruleViolations)
  }
}

/// The state of one walk.
struct SchemaWalk {
  let resource: Resource
  let schema: KindSchema
  /// What the cluster runs.
  let release: Release
  /// By what the body is judged: not older than the kind.
  let bodyRelease: Release
  var path = SchemaPath()
  var violations: [SchemaViolation] = []
  /// Of CEL rules.
  var ruleViolations: [SchemaViolation] = []
  /// A structural error was found: the API server does not come to the CEL rules.
  var blocksRules = false

  init(resource: Resource, schema: KindSchema, release: Release) {
    self.resource = resource
    self.schema = schema
    self.release = release
    self.bodyRelease = max(release, schema.firstRelease ?? release)
  }

  mutating func checkServed() {
    guard let apiVersion = resource.apiVersion else { return }
    let served = schema.apiVersions(in: release)
    if served.contains(apiVersion.value) { return }
    let expected = schema.preferredAPIVersion
    let reason: SchemaViolation.NotServed.Reason
    if let known = schema.served.first(where: { $0.apiVersion == apiVersion.value }) {
      if let since = known.releases.since, release < since {
        reason = .release(since: since)
      } else if known.isTechPreview, known.releases.contains(release) {
        reason = .techPreview
      } else {
        reason = .removed
      }
    } else {
      reason = .apiVersion
    }
    violations.append(
      SchemaViolation(
        problem: .notServed(.init(reason: reason, expected: expected)), field: "apiVersion", span: apiVersion.span,
        key: resource.root.entry("apiVersion")?.key, value: resource.root["apiVersion"],
        serverMessage: "no matches for kind \"\(resource.kind.rawValue)\" in version \"\(apiVersion.value)\""))
  }

  /// - Parameter parent: where to point for a key that is missing in `node`.
  mutating func check(_ node: Node, _ schema: ValueSchema, key: Node?, parent: SourceSpan) {
    if node.isUnknown { return }
    if case .free = schema.shape { return }
    if node.isNull {
      // In a patch null removes the key.
      if !schema.acceptsNull, !resource.isPatch { wrongType(node, schema, found: .null, key: key) }
      return
    }
    let found = node.jsonType
    guard found == schema.type else { return wrongType(node, schema, found: found, key: key) }
    switch schema.shape {
    case .object(let fields): checkObject(node, fields, parent: key?.span ?? parent)
    case .map(let values): checkMap(node, values, rules: schema.rules)
    case .list(let items): checkList(node, items)
    case .string, .boolean, .integer, .free: break
    }
    for rule in schema.rules where rule.releases.contains(bodyRelease) {
      check(node, rule.constraint, key: key)
    }
  }

  private mutating func wrongType(_ node: Node, _ schema: ValueSchema, found: JSONType, key: Node?) {
    blocksRules = true
    let message =
      isDecoded
      ? "json: cannot unmarshal \(found == .boolean ? "bool" : found.rawValue) into Go struct field \(path.text) "
        + "of type \(schema.type.rawValue)"
      : "Invalid value: \"\(found.rawValue)\": \(path.text) in body must be of type \(schema.type.rawValue): "
        + "\"\(found.rawValue)\""
    report(.wrongType(expected: schema.type, found: found), node, key: key, message)
  }

  /// Metadata and built-in kinds are Go types: what does not fit them is refused before validation.
  private var isDecoded: Bool {
    if schema.isBuiltIn { return true }
    if case .key("metadata")? = path.steps.first { return true }
    return false
  }

  private mutating func checkObject(_ node: Node, _ fields: [ValueSchema.Field], parent: SourceSpan) {
    let entries = node.entries
    let keys = WrittenKeys(entries)
    for (index, entry) in entries.enumerated() {
      guard !entry.key.isUnknown, let key = keys.texts[index] else { continue }
      // Of keys written twice the last one counts, but where a template decides, each of them may.
      guard keys.last(key) == index || node.isIncomplete else { continue }
      if resource.isPatch, key.hasPrefix("$") { continue }
      guard let place = fields.firstIndex(where: { $0.key == key }), fields[place].releases.contains(bodyRelease) else {
        unknownField(entry, key, among: fields, siblings: keys)
        continue
      }
      path.steps.append(.key(key))
      check(entry.value, fields[place].schema, key: entry.key, parent: entry.key.span)
      path.steps.removeLast()
    }
    if node.isIncomplete || resource.isPatch || entries.contains(where: { $0.key.isUnknown }) { return }
    for field in fields where field.isRequired && field.releases.contains(bodyRelease) && keys.last(field.key) == nil {
      missing(field.key, in: node, keys, parent: parent)
    }
  }

  private mutating func missing(_ key: String, in node: Node, _ keys: WrittenKeys, parent: SourceSpan) {
    // `oc create` takes a prefix in place of a name, and an object without metadata misses its name as well.
    if key == "name", case .key("metadata")? = path.steps.first, path.steps.count == 1, keys.last("generateName") != nil
    {
      return
    }
    var span = parent
    if case .index? = path.steps.last { span = node.entries.first?.key.span ?? node.span }
    blocksRules = true
    violations.append(
      SchemaViolation(
        problem: .requiredMissing(key: key), field: path.appending(key), span: span, key: nil, value: nil,
        serverMessage: "\(path.appending(key)): Required value"))
  }

  private mutating func unknownField(
    _ entry: Node.Entry, _ key: String, among fields: [ValueSchema.Field], siblings: WrittenKeys
  ) {
    let field = path.appending(key)
    let suggestions = FieldSuggestions(kind: schema, release: bodyRelease).suggestions(
      for: key, value: entry.value, among: fields, isPresent: { siblings.last($0) != nil })
    violations.append(
      SchemaViolation(
        problem: .unknownField(suggestions), field: field, span: entry.key.span, key: entry.key, value: entry.value,
        serverMessage: "unknown field \"\(field)\""))
  }

  private mutating func checkMap(_ node: Node, _ values: ValueSchema, rules: [ValueSchema.Rule]) {
    var keyGrammar: ValueGrammar?
    for rule in rules { if case .keys(let grammar) = rule.constraint { keyGrammar = grammar } }
    let entries = node.entries
    let keys = WrittenKeys(entries)
    for (index, entry) in entries.enumerated() {
      guard let key = keys.texts[index], keys.last(key) == index || node.isIncomplete else { continue }
      path.steps.append(.mapKey(key))
      if let keyGrammar, !entry.key.isUnknown, !keyGrammar.matches(key) {
        violations.append(
          SchemaViolation(
            problem: .key(keyGrammar), field: path.text, span: entry.key.span, key: entry.key, value: entry.value,
            serverMessage: "\(path.text): Invalid value: \(key.quotedLikeGo): a valid config key must consist of "
              + "alphanumeric characters, '-', '_' or '.'"))
      }
      check(entry.value, values, key: entry.key, parent: entry.key.span)
      path.steps.removeLast()
    }
  }

  private mutating func checkList(_ node: Node, _ items: ValueSchema) {
    for (index, item) in node.items.enumerated() {
      path.steps.append(.index(index))
      check(item, items, key: nil, parent: item.span)
      path.steps.removeLast()
    }
  }

  /// The same key in `data` and `binaryData` is refused.
  mutating func checkKeysOfBothMaps() {
    guard let data = resource.root["data"], let binary = resource.root["binaryData"] else { return }
    let keys = Dictionary(data.entries.compactMap { entry in entry.key.keyText.map { ($0, entry.key) } }) { $1 }
    for entry in binary.entries where !entry.key.isUnknown {
      guard let key = entry.key.keyText, let first = keys[key], !first.isUnknown else { continue }
      violations.append(
        SchemaViolation(
          problem: .keyInBothMaps(first: first.span), field: "binaryData[\(key)]", span: entry.key.span,
          key: entry.key, value: entry.value,
          serverMessage: "data[\(key)]: Invalid value: \(key.quotedLikeGo): duplicate of key present in binaryData"))
    }
  }

  mutating func report(
    _ problem: SchemaViolation.Problem, _ node: Node, key: Node?, _ message: String, isRule: Bool = false
  ) {
    let violation = SchemaViolation(
      problem: problem, field: path.text, span: node.span, key: key, value: node,
      serverMessage: "\(path.text): \(message)")
    if isRule { ruleViolations.append(violation) } else { violations.append(violation) }
  }
}

/// The keys of a mapping, to find the last entry of each.
private struct WrittenKeys {
  /// `nil` for a key that is no scalar.
  let texts: [String?]
  /// Of mappings that are large enough for a hash table.
  private var places: [String: Int] = [:]

  init(_ entries: [Node.Entry]) {
    texts = entries.map(\.key.keyText)
    guard texts.count > 16 else { return }
    for (index, text) in texts.enumerated() { if let text { places[text] = index } }
  }

  func last(_ key: String) -> Int? { texts.count > 16 ? places[key] : texts.lastIndex(of: key) }
}

extension Node {
  /// The type of this value once it is JSON.
  public var jsonType: JSONType {
    switch content {
    case .mapping: .object
    case .sequence: .array
    case .scalar:
      switch resolved {
      case .null: .null
      case .bool: .boolean
      case .int: .integer
      case .number: .number
      case .string: .string
      }
    }
  }
}
