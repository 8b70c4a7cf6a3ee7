import SourceText
import YAMLSyntax

/// An entry of `replacements:`: values copied from one object into fields of others, or a file with such entries.
struct ReplacementField {
  struct Options {
    var delimiter = ""
    var index = 0
    var creates = false
  }

  struct Source {
    var kind = GroupVersionKind()
    var name = ""
    var namespace = ""
    var fieldPath = ""
    var options = Options()
    var span: SourceSpan
  }

  struct Target {
    var select: Selector?
    var reject: [Selector] = []
    var fieldPaths: [String] = []
    var options = Options()
    var span: SourceSpan
  }

  var source: Source?
  var sourceValue: Located<String>?
  var targets: [Target]?
  var path: Located<String>?
  var span: SourceSpan

  init(_ node: Node, _ name: String) throws(KustomizeProblem) {
    let reader = try ConfigurationReader(node, name: name, known: ["source", "sourceValue", "targets", "path"])
    span = node.span
    path = try reader.text("path")
    if path?.value.isEmpty ?? false { path = nil }
    sourceValue = try reader.text("sourceValue")
    source = try reader.structure("source") { node, name throws(KustomizeProblem) in
      let reader = try ConfigurationReader(
        node, name: name, known: KustomizationFile.selectorFields + ["fieldPath", "options"])
      return Source(
        kind: try KustomizationFile.groupVersionKind(reader), name: try reader.string("name"),
        namespace: try reader.string("namespace"), fieldPath: try reader.string("fieldPath"),
        options: try reader.structure("options", Self.options) ?? Options(), span: node.span)
    }
    targets = try reader.structs("targets") { node, name throws(KustomizeProblem) in
      let reader = try ConfigurationReader(node, name: name, known: ["select", "reject", "fieldPaths", "options"])
      return Target(
        select: try reader.structure("select", KustomizationFile.selector),
        reject: try reader.structs("reject", KustomizationFile.selector) ?? [],
        fieldPaths: try reader.texts("fieldPaths")?.map(\.value) ?? [],
        options: try reader.structure("options", Self.options) ?? Options(), span: node.span)
    }
  }

  private static func options(_ node: Node, _ name: String) throws(KustomizeProblem) -> Options {
    let reader = try ConfigurationReader(node, name: name, known: ["delimiter", "index", "encoding", "create"])
    if try !reader.string("encoding").isEmpty {
      throw KustomizeProblem.unsupported("the encoding option of a replacement", at: node.span)
    }
    return Options(
      delimiter: try reader.string("delimiter"), index: try reader.integer("index") ?? 0,
      creates: try reader.bool("create"))
  }

  /// The entries of a file: a list, or one.
  static func entries(of file: SourceFile) throws(KustomizeProblem) -> [ReplacementField] {
    guard let root = try GoYAML.root(of: file), !root.isNull else {
      throw KustomizeProblem(
        .transformer, "the replacements file '\(file.path)' is empty", at: SourceSpan(file: file, range: 0..<0))
    }
    let items = root.isSequence ? root.items : [root]
    var result: [ReplacementField] = []
    for (index, item) in items.enumerated() {
      let entry = try ReplacementField(item, "[\(index)]")
      if let path = entry.path {
        throw KustomizeProblem.unsupported("a path inside of a replacements file", at: path.span)
      }
      result.append(entry)
    }
    return result
  }
}

/// Copies the values (kustomize api/filters/replacement).
struct ReplacementTransformer {
  let replacements: [ReplacementField]
  /// Nodes copied so far.
  private var copied = 0

  init(replacements: [ReplacementField]) {
    self.replacements = replacements
  }

  mutating func apply(to set: ResourceSet) throws(KustomizeProblem) {
    for replacement in replacements {
      do {
        let value = try self.value(of: replacement, in: set)
        for target in replacement.targets ?? [] { try copy(value, to: target, in: set) }
      } catch {
        throw error.located(at: replacement.span)
      }
    }
  }

  /// The present id and all earlier ones; kustomize does not look up which are cluster-scoped.
  private func ids(of resource: ComposingResource) throws(KustomizeProblem) -> [ResourceID] {
    var current = resource.id
    current.isClusterScoped = false
    return [current] + (try resource.previousIDs())
  }

  // MARK: Source

  private func value(of replacement: ReplacementField, in set: ResourceSet) throws(KustomizeProblem) -> YNode {
    guard replacement.source != nil || replacement.sourceValue != nil, !(replacement.targets ?? []).isEmpty else {
      throw KustomizeProblem(.transformer, "a replacement needs a source and targets", at: replacement.span)
    }
    if let text = replacement.sourceValue {
      guard replacement.source == nil else {
        throw KustomizeProblem(.transformer, "a replacement has source and sourceValue", at: text.span)
      }
      return .scalar(text.value, at: text.span)
    }
    guard let source = replacement.source else {
      throw KustomizeProblem(.transformer, "a replacement needs a source", at: replacement.span)
    }
    let namespace = source.namespace.isEmpty ? "default" : source.namespace
    var matches: [ComposingResource] = []
    for resource in set.resources {
      let isSelected = try ids(of: resource).contains { id in
        (source.name.isEmpty || source.name == id.name)
          && (source.namespace.isEmpty || namespace == id.effectiveNamespace) && id.kind.isSelected(by: source.kind)
      }
      if isSelected { matches.append(resource) }
    }
    guard let found = matches.first else {
      throw KustomizeProblem(.transformer, "the source of a replacement selects nothing", at: source.span)
    }
    guard matches.count == 1 else {
      throw KustomizeProblem(
        .transformer, "the source of a replacement selects \(matches.count) objects", at: source.span)
    }
    let path = source.fieldPath.isEmpty ? "metadata.name" : source.fieldPath
    let parts = FieldPath.splitSmart(path)
    guard let node = try FieldPath.lookup(parts, in: found.root, creating: nil, at: source.span), !node.isEmpty else {
      throw KustomizeProblem(
        .transformer, "the field '\(path)' is missing in the source of a replacement", at: source.span)
    }
    guard !source.options.delimiter.isEmpty else { return node }
    guard node.kind == .scalar else {
      throw KustomizeProblem(.transformer, "a delimiter needs a single value", at: source.span)
    }
    let pieces = split(node.isTaggedNull ? "" : node.value, source.options.delimiter)
    guard pieces.indices.contains(source.options.index) else {
      throw KustomizeProblem(
        .transformer, "the index \(source.options.index) of a replacement source is out of range", at: source.span)
    }
    let copy = node.copy()
    copy.value = pieces[source.options.index]
    return copy
  }

  /// `strings.Split`
  private func split(_ text: String, _ delimiter: String) -> [String] {
    let bytes = Array(text.utf8)
    let mark = Array(delimiter.utf8)
    var pieces: [String] = []
    var start = 0
    var index = 0
    while index + mark.count <= bytes.count {
      if bytes[index..<(index + mark.count)].elementsEqual(mark) {
        pieces.append(String(decoding: bytes[start..<index], as: UTF8.self))
        index += mark.count
        start = index
      } else {
        index += 1
      }
    }
    return pieces + [String(decoding: bytes[start...], as: UTF8.self)]
  }

  // MARK: Targets

  private mutating func copy(
    _ value: YNode, to target: ReplacementField.Target, in set: ResourceSet
  ) throws(KustomizeProblem) {
    guard let select = target.select else {
      throw KustomizeProblem(.transformer, "a target of a replacement needs select", at: target.span)
    }
    let selector = try Selector.Compiled(select)
    var rejects: [Selector.Compiled] = []
    for reject in target.reject { rejects.append(try Selector.Compiled(reject)) }
    let paths = target.fieldPaths.isEmpty ? ["metadata.name"] : target.fieldPaths
    for resource in set.resources {
      guard selector.matchesLabelsAndAnnotations(resource),
        !rejects.contains(where: { $0.hasLabelOrAnnotationSelector && $0.matchesLabelsAndAnnotations(resource) })
      else { continue }
      let ids = try ids(of: resource)
      func fits(_ selector: Selector.Compiled) -> Bool {
        ids.contains {
          selector.matches($0.kind) && selector.matchesName($0.name) && selector.matchesNamespace($0.namespace)
        }
      }
      guard !rejects.contains(where: { $0.namesObjects && fits($0) }), fits(selector) else { continue }
      for path in paths { try copy(value, to: path, target, in: resource) }
    }
  }

  private mutating func copy(
    _ value: YNode, to path: String, _ target: ReplacementField.Target, in resource: ComposingResource
  ) throws(KustomizeProblem) {
    let parts = FieldPath.splitSmart(path)
    guard parts.count <= BuildLimits.pathParts else {
      throw KustomizeProblem.unsupported("a path this long", at: target.span)
    }
    for count in 1..<max(1, parts.count) {
      if let node = try? FieldPath.lookup(Array(parts[..<count]), in: resource.root, creating: nil, at: target.span),
        node.kind == .scalar
      {
        throw KustomizeProblem.unsupported("a replacement inside of structured text", "'\(path)'", at: target.span)
      }
    }
    let matcher = PathMatcher(creating: target.options.creates ? value.kind : nil, span: target.span)
    let fields = try matcher.fields(of: resource.root, parts[...]) ?? []
    guard !fields.isEmpty else {
      throw KustomizeProblem(.transformer, "a replacement finds no field '\(path)'", at: target.span)
    }
    for field in fields { try set(field, to: value, target) }
  }

  private mutating func set(
    _ field: YNode, to value: YNode, _ target: ReplacementField.Target
  ) throws(KustomizeProblem) {
    guard let count = value.count(depth: BuildLimits.depth) else {
      throw KustomizeProblem.unsupported("values nested this deep", at: target.span)
    }
    copied += count
    guard copied <= BuildLimits.copiedNodes else {
      throw KustomizeProblem.unsupported("replacements that copy this much", at: target.span)
    }
    let value = value.copy()
    let delimiter = target.options.delimiter
    if !delimiter.isEmpty {
      guard field.kind == .scalar else {
        throw KustomizeProblem(.transformer, "a delimiter needs a single value", at: target.span)
      }
      var pieces = split(field.value, delimiter)
      let text = value.isTaggedNull ? "" : value.value
      let index = target.options.index
      if index < 0 {
        pieces.insert(text, at: 0)
      } else if index >= pieces.count {
        pieces.append(text)
      } else {
        pieces[index] = text
      }
      value.value = pieces.joined(separator: delimiter)
    }
    if field.kind == .scalar {
      // Type and quotes of the field stay.
      field.value = value.value
      field.span = value.span
    } else {
      field.assign(value)
    }
  }
}

/// kyaml's `PathMatcher`: all fields that a path names, with `*` and `[name=expression]`.
private struct PathMatcher {
  let creating: YNode.Kind?
  let span: SourceSpan

  /// `nil` when there are none.
  func fields(of node: YNode, _ path: ArraySlice<String>) throws(KustomizeProblem) -> [YNode]? {
    guard let part = path.first else { return [node] }
    let rest = path.dropFirst()
    guard !part.isEmpty else { throw KustomizeProblem(.transformer, "a path has an empty part", at: span) }
    if let index = FieldPath.integer(part), index >= 0 { return try item(index, of: node, rest) }
    if FieldPath.isListIndex(part) { return try items(part, of: node, rest) }
    if part == "*" {
      var result: [YNode] = []
      for element in try node.elements() { result += try fields(of: element, rest) ?? [] }
      return result.isEmpty ? nil : result
    }
    return try field(part, of: node, rest)
  }

  private func field(_ name: String, of node: YNode, _ rest: ArraySlice<String>) throws(KustomizeProblem) -> [YNode]? {
    var field = try node.get(name)
    if field == nil {
      guard let creating else { return nil }
      if node.isTaggedNull { throw KustomizeProblem.unsupported("a replacement below a null", at: span) }
      let created = YNode(kind: FieldPath.partKind(rest.first ?? "", creating), span: span)
      try node.set(name, created)
      field = created
    }
    guard let field else { return nil }
    if field.kind == .scalar, !rest.isEmpty {
      throw KustomizeProblem.unsupported("a replacement inside of structured text", at: span)
    }
    return try fields(of: field, rest)
  }

  private func item(_ index: Int, of node: YNode, _ rest: ArraySlice<String>) throws(KustomizeProblem) -> [YNode]? {
    var elements = try node.elements()
    if elements.count == index, let creating {
      let created = YNode(kind: FieldPath.partKind(rest.first ?? "", creating), span: span)
      node.content.append(created)
      elements.append(created)
    }
    guard index < elements.count else {
      throw KustomizeProblem(
        .transformer, "a path names item \(index) of a list with \(elements.count) items", at: span)
    }
    return try fields(of: elements[index], rest)
  }

  private func items(_ part: String, of node: YNode, _ rest: ArraySlice<String>) throws(KustomizeProblem) -> [YNode]? {
    let (name, pattern) = try FieldPath.nameAndValue(part, at: span)
    if pattern.contains("$") {
      // kustomize matches the text with its comment.
      throw KustomizeProblem.unsupported("an anchored expression in the path of a replacement", at: span)
    }
    let expression = try RegularExpression(pattern, at: span)
    var result: [YNode] = []
    for element in try node.elements() {
      if name.isEmpty {
        if expression.matches(try written(element)) { result.append(element) }
        continue
      }
      guard let value = element.field(name), expression.matches(try written(value)) else { continue }
      result += try fields(of: element, rest) ?? []
    }
    if !result.isEmpty { return result }
    guard creating != nil else { return nil }
    let value = YNode.scalar(pattern, at: span)
    let element =
      name.isEmpty ? value : YNode(kind: .mapping, content: [.scalar(name, at: span), value], span: span)
    try node.require(.sequence)
    node.content.append(element)
    guard expression.matches(try written(value)) else {
      throw KustomizeProblem.unsupported("an expression in the path of a replacement that creates", at: span)
    }
    if name.isEmpty { return [element] }
    return try fields(of: element, rest)
  }

  /// A value as it is written in YAML, quotes included.
  private func written(_ node: YNode) throws(KustomizeProblem) -> String {
    guard node.kind == .scalar, node.style.isDisjoint(with: [.literal, .folded, .tagged]) else {
      throw KustomizeProblem.unsupported("an expression for something else than a plain value", at: span)
    }
    let isForced =
      node.tag == YNode.Tag.string && node.style.isEmpty && ScalarResolution(of: node.value).tag != YNode.Tag.string
    if node.style.contains(.double) || isForced {
      var out: [UInt8] = []
      JSONValue.quote(node.value, to: &out, escapingHTML: false)
      return String(decoding: out, as: UTF8.self)
    }
    if node.style.contains(.single) || !PlainText.isAllowedInBlock(node.value) {
      return "'" + node.value.replacing("'", with: "''") + "'"
    }
    return node.value
  }
}
