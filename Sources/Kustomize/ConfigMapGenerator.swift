import SourceText
import YAMLSyntax

/// `configMapGenerator:` and `secretGenerator:`.
struct ConfigMapGenerator {
  let generator: KustomizationFile.Generator
  let isSecret: Bool
  let folder: RepositoryPath
  let files: FileAccess

  private struct Pair {
    let key: String
    let bytes: [UInt8]
    let span: SourceSpan
    let keySpan: SourceSpan
  }

  func generate() throws(KustomizeProblem) -> ComposingResource {
    let span = generator.span
    let root = YNode(kind: .mapping, tag: YNode.Tag.mapping, span: span)
    try root.set("apiVersion", .string("v1", at: span))
    try root.set("kind", .string(isSecret ? "Secret" : "ConfigMap", at: span))
    guard !generator.name.isEmpty else { throw KustomizeProblem(.generator, "a generator needs a name", at: span) }
    let metadata = YNode(kind: .mapping, span: span)
    try root.set("metadata", metadata)
    try metadata.set("name", .string(generator.name, at: generator.nameSpan))
    if !generator.namespace.isEmpty { try metadata.set("namespace", .string(generator.namespace, at: span)) }
    if isSecret { try root.set("type", .string(generator.type.isEmpty ? "Opaque" : generator.type, at: span)) }
    try addData(to: root)
    if let options = generator.options {
      for (field, map) in [("labels", options.labels), ("annotations", options.annotations)] {
        for (key, text) in (map ?? [:]).sorted(by: { byteOrder($0.key, $1.key) }) {
          let value = YNode(kind: .scalar, tag: YNode.Tag.string, value: text.value, style: .single, span: text.span)
          try root.lookupCreate(.mapping, "metadata", field, at: span)?.set(key, value, keySpan: text.keySpan)
        }
      }
      if options.isImmutable {
        try root.set("immutable", YNode(kind: .scalar, tag: YNode.Tag.bool, value: "true", span: span))
      }
    }
    let resource = ComposingResource(root: root, source: span, isGenerated: true)
    if !(generator.options?.disablesNameSuffixHash ?? false) {
      try resource.setAnnotation(BuildAnnotation.needsHashSuffix, BuildAnnotation.enabled)
    }
    let behavior = ["replace", "merge", "create"].contains(generator.behavior) ? generator.behavior : "unspecified"
    try resource.setAnnotation(BuildAnnotation.generatorBehavior, behavior)
    return resource
  }

  private func addData(to root: YNode) throws(KustomizeProblem) {
    var pairs: [Pair] = []
    for file in generator.environmentFiles { pairs += try environment(file) }
    for literal in generator.literals { pairs.append(try self.literal(literal)) }
    for file in generator.files { pairs.append(try self.file(file)) }
    var seen: Set<String> = []
    for pair in pairs where !seen.insert(pair.key).inserted {
      throw KustomizeProblem(.generator, "the key '\(pair.key)' is given twice", at: pair.keySpan)
    }
    if isSecret { _ = try root.lookupCreate(.mapping, "data", at: generator.span) }
    for pair in pairs.sorted(by: { byteOrder($0.key, $1.key) }) {
      let field: String
      let value: String
      if isSecret {
        (field, value) = ("data", Base64.encodeInLines(pair.bytes))
      } else if let text = String(validating: pair.bytes, as: UTF8.self) {
        (field, value) = ("data", text)
      } else {
        (field, value) = ("binaryData", Base64.encodeInLines(pair.bytes))
      }
      try root.lookupCreate(.mapping, field, at: generator.span)?
        .set(pair.key, .string(value, at: pair.span), keySpan: pair.keySpan)
    }
  }

  private func literal(_ literal: Located<String>) throws(KustomizeProblem) -> Pair {
    let bytes = Array(literal.value.utf8)
    guard let equal = bytes.firstIndex(of: UInt8(ascii: "=")), equal > 0 else {
      throw KustomizeProblem(.generator, "a literal needs the form key=value", at: literal.span)
    }
    var value = bytes[(equal + 1)...]
    if value.count >= 2, value.first == value.last,
      value.first == UInt8(ascii: "\"") || value.first == UInt8(ascii: "'")
    {
      value = value.dropFirst().dropLast()
    }
    return Pair(
      key: String(decoding: bytes[..<equal], as: UTF8.self), bytes: Array(value), span: literal.span,
      keySpan: literal.span)
  }

  private func file(_ source: Located<String>) throws(KustomizeProblem) -> Pair {
    let parts = source.value.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
    let key: String
    let path: String
    switch parts.count {
    case 1:
      path = parts[0]
      key = path.split(separator: "/").last.map(String.init) ?? path
    case 2:
      (key, path) = (parts[0], parts[1])
      guard !key.isEmpty, !path.isEmpty else {
        throw KustomizeProblem(.generator, "a file needs the form key=path or path", at: source.span)
      }
    default: throw KustomizeProblem(.generator, "a key or path of a file holds '='", at: source.span)
    }
    let file = try files.load(Located(path, at: source.span), in: folder)
    return Pair(
      key: key, bytes: file.bytes, span: SourceSpan(file: file, range: 0..<file.bytes.count), keySpan: source.span)
  }

  private func environment(_ source: Located<String>) throws(KustomizeProblem) -> [Pair] {
    let file = try files.load(source, in: folder)
    var pairs: [Pair] = []
    for line in file.lines.starts.indices {
      let range = file.lineRange(line)
      let span = SourceSpan(file: file, range: range)
      guard range.count < 65_536 else {
        throw KustomizeProblem.unsupported("a line this long in an env file", at: span)
      }
      var bytes = file.bytes[range]
      if line == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw KustomizeProblem(.generator, "a line of an env file is no UTF-8", at: span)
      }
      let trimmed = text.unicodeScalars.drop { $0.properties.isWhitespace }
      guard let first = trimmed.first, first != "#" else { continue }
      let content = Substring(trimmed)
      let key: Substring
      let value: Substring
      if let equal = content.utf8.firstIndex(of: UInt8(ascii: "=")) {
        key = content[..<equal]
        value = content[content.utf8.index(after: equal)...]
      } else {
        (key, value) = (content, "")
      }
      if key.isEmpty { continue }
      pairs.append(Pair(key: String(key), bytes: Array(value.utf8), span: span, keySpan: span))
    }
    return pairs
  }
}

extension ComposingResource {
  /// Data of the other below this one's: for `behavior: merge`.
  func mergeData(from other: ComposingResource) throws(KustomizeProblem) {
    for field in ["data", "binaryData"] {
      let merged = other.data(field).merging(data(field)) { $1 }
      try root.clear(field)
      for (key, text) in merged.sorted(by: { byteOrder($0.key, $1.key) }) {
        try root.lookupCreate(.mapping, field, at: source)?
          .set(key, .string(text.value, at: text.span), keySpan: text.keySpan)
      }
    }
  }

  private func data(_ field: String) -> [String: MapText] {
    guard let node = root.field(field), node.kind == .mapping else { return [:] }
    var result: [String: MapText] = [:]
    for name in node.fieldNames {
      guard let key = node.key(name), let value = node.field(name) else { continue }
      let text = key.isTaggedNull ? "" : name
      result[text] = MapText(
        value: value.isTaggedNull ? "" : value.value, span: value.span, keySpan: key.span)
    }
    return result
  }
}
