import SourceText
import YAMLSyntax

/// A JSON patch (RFC 6902) as evanphx/json-patch v4 applies it, with its liberties: a negative index counts from the
/// end, `replace` of a missing key adds it, a path's text before its first slash is ignored.
struct JSONPatch {
  struct Operation {
    let fields: [String: JSONDocument.Member]
    let span: SourceSpan

    /// A string field; `nil` when it is missing, null or something else.
    func text(_ name: String) -> String? {
      guard case .string(let text, _)? = fields[name]?.value.content else { return nil }
      return text
    }

    /// The value; absent and null are both null to `add`.
    var value: JSONDocument? { fields["value"]?.value }
  }

  let operations: [Operation]

  /// - Parameter document: What was read from JSON or YAML; anything but a list of objects is an error.
  init(_ document: JSONDocument) throws(KustomizeProblem) {
    guard case .array(let items) = document.content else {
      throw KustomizeProblem(.patch, "a JSON patch must be a list of operations", at: document.span)
    }
    var operations: [Operation] = []
    for item in items {
      guard case .object(let fields) = item.content else {
        throw KustomizeProblem(.patch, "an operation of a JSON patch must be an object", at: item.span)
      }
      operations.append(Operation(fields: fields, span: item.span))
    }
    self.operations = operations
  }

  /// What it takes out of an object.
  var removals: [RemovedField] {
    operations.compactMap { operation in
      let pointer: String?
      switch operation.text("op") {
      case "remove": pointer = operation.text("path")
      case "move": pointer = operation.text("from")
      default: pointer = nil
      }
      guard let pointer else { return nil }
      let parts = pointer.split(separator: "/").map { Self.decode(String($0)) }.prefix {
        FieldPath.integer($0) == nil && $0 != "-"
      }
      return RemovedField(parts.joined(separator: "."), at: operation.span)
    }
  }

  /// The object after all operations; numbers everywhere in it have passed through float64.
  func apply(to root: YNode) throws(KustomizeProblem) -> YNode {
    var document = try JSONDocument(root)
    var copied = 0
    for operation in operations { try apply(operation, to: &document, &copied) }
    if document.count(depth: BuildLimits.depth) == nil {
      throw KustomizeProblem.unsupported("values nested this deep", at: document.span)
    }
    guard case .object = document.content else {
      throw KustomizeProblem(.patch, "a JSON patch leaves something else than an object", at: document.span)
    }
    return try JSONRoundTrip.patched(document)
  }

  private func apply(
    _ operation: Operation, to document: inout JSONDocument, _ copied: inout Int
  ) throws(KustomizeProblem) {
    let kind = operation.text("op") ?? "unknown"
    func fail(_ reason: String) -> KustomizeProblem {
      KustomizeProblem(.patch, "the operation '\(kind)' fails: \(reason)", at: operation.span)
    }
    func path(_ field: String) throws(KustomizeProblem) -> String {
      guard let path = operation.text(field) else { throw fail("it has no \(field)") }
      return path
    }
    func container(_ path: String) throws(KustomizeProblem) -> (JSONDocument, String) {
      guard let found = Self.find(path, in: document) else { throw fail("there is nothing at '\(path)'") }
      return found
    }
    switch kind {
    case "add":
      let target = try path("path")
      let (parent, key) = try container(target)
      let span = operation.fields["value"]?.keySpan ?? operation.span
      try parent.add(key, operation.value?.copy() ?? JSONDocument(.null, at: operation.span), keySpan: span, fail)
    case "remove":
      let (parent, key) = try container(try path("path"))
      _ = try parent.remove(key, fail)
    case "replace":
      let target = try path("path")
      if target.isEmpty {
        guard let value = operation.value, value.isContainer else {
          throw fail("the value must be an object or a list")
        }
        document = value.copy()
        return
      }
      let (parent, key) = try container(target)
      let span = operation.fields["value"]?.keySpan ?? operation.span
      try parent.replace(key, operation.value?.copy() ?? JSONDocument(.null, at: operation.span), keySpan: span, fail)
    case "move":
      let (source, key) = try container(try path("from"))
      let span = source.keySpan(key) ?? operation.span
      // An absent key gives nothing to move, but removing it fails.
      let value = try source.get(key, fail) ?? JSONDocument(.null, at: operation.span)
      _ = try source.remove(key, fail)
      let (target, newKey) = try container(try path("path"))
      try target.add(newKey, value, keySpan: span, fail)
    case "copy":
      let (source, key) = try container(try path("from"))
      let value = try source.get(key, fail)
      guard let count = value?.count(depth: BuildLimits.depth) ?? (value == nil ? 0 : nil) else {
        throw KustomizeProblem.unsupported("values nested this deep", at: operation.span)
      }
      copied += count
      guard copied <= BuildLimits.copiedNodes else {
        throw KustomizeProblem.unsupported("a JSON patch that copies this much", at: operation.span)
      }
      let (target, newKey) = try container(try path("path"))
      try target.add(
        newKey, value?.copy() ?? JSONDocument(.null, at: operation.span), keySpan: operation.span, fail)
    case "test":
      let target = try path("path")
      let wanted = operation.value
      if target.isEmpty {
        guard let wanted, document.equals(wanted) else { throw fail("the value differs") }
        return
      }
      let (parent, key) = try container(target)
      let value = try parent.get(key, fail)
      let isNull = value.map { if case .null = $0.content { true } else { false } } ?? true
      if isNull {
        let wantsNull = wanted.map { if case .null = $0.content { true } else { false } } ?? true
        guard wantsNull else { throw fail("the value at '\(target)' differs") }
        return
      }
      guard let value, let wanted, value.equals(wanted) else { throw fail("the value at '\(target)' differs") }
    default: throw fail("there is no such operation")
    }
  }

  /// The container that holds the last part of a path, and that part.
  private static func find(_ path: String, in root: JSONDocument) -> (JSONDocument, String)? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 2, root.isContainer else { return nil }
    var node = root
    for part in parts[1..<(parts.count - 1)] {
      guard let next = try? node.get(decode(part), { _ in KustomizeProblem(.patch, "") }), next.isContainer else {
        return nil
      }
      node = next
    }
    return (node, decode(parts[parts.count - 1]))
  }

  /// `~1` is a slash, `~0` a tilde.
  private static func decode(_ part: String) -> String {
    var out: [UInt8] = []
    var bytes = Substring(part).utf8
    while let byte = bytes.first {
      bytes.removeFirst()
      if byte == UInt8(ascii: "~"), let next = bytes.first, next == UInt8(ascii: "0") || next == UInt8(ascii: "1") {
        bytes.removeFirst()
        out.append(next == UInt8(ascii: "1") ? UInt8(ascii: "/") : UInt8(ascii: "~"))
      } else {
        out.append(byte)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}

extension JSONDocument {
  typealias Failure = (String) -> KustomizeProblem

  var isContainer: Bool {
    switch content {
    case .array, .object: true
    default: false
    }
  }

  func keySpan(_ key: String) -> SourceSpan? {
    if case .object(let members) = content { members[key]?.keySpan } else { nil }
  }

  /// `nil` for an absent key of an object.
  func get(_ key: String, _ fail: Failure) throws(KustomizeProblem) -> JSONDocument? {
    switch content {
    case .object(let members): return members[key]?.value
    case .array(let items): return items[try index(key, count: items.count, fail)]
    default: throw fail("there is no container")
    }
  }

  func add(_ key: String, _ value: JSONDocument, keySpan: SourceSpan, _ fail: Failure) throws(KustomizeProblem) {
    switch content {
    case .object(var members):
      members[key] = Member(value: value, keySpan: keySpan)
      content = .object(members)
    case .array(var items):
      if key == "-" {
        items.append(value)
      } else {
        items.insert(value, at: try index(key, count: items.count + 1, fail))
      }
      content = .array(items)
    default: throw fail("there is no container")
    }
  }

  func remove(_ key: String, _ fail: Failure) throws(KustomizeProblem) {
    switch content {
    case .object(var members):
      guard members.removeValue(forKey: key) != nil else { throw fail("there is no key '\(key)'") }
      content = .object(members)
    case .array(var items):
      items.remove(at: try index(key, count: items.count, fail))
      content = .array(items)
    default: throw fail("there is no container")
    }
  }

  func replace(_ key: String, _ value: JSONDocument, keySpan: SourceSpan, _ fail: Failure) throws(KustomizeProblem) {
    switch content {
    case .object(var members):
      members[key] = Member(value: value, keySpan: members[key]?.keySpan ?? keySpan)
      content = .object(members)
    case .array(var items):
      items[try index(key, count: items.count, fail)] = value
      content = .array(items)
    default: throw fail("there is no container")
    }
  }

  /// An index below `count`; negative ones count from the end.
  private func index(_ key: String, count: Int, _ fail: Failure) throws(KustomizeProblem) -> Int {
    guard let index = FieldPath.integer(key) else { throw fail("'\(key)' is no index") }
    guard index < count, index >= -count else { throw fail("the index \(index) is out of range") }
    return index < 0 ? index + count : index
  }

  /// Objects and lists by their parts, the rest by what is written.
  func equals(_ other: JSONDocument) -> Bool {
    switch (content, other.content) {
    case (.null, .null): true
    case (.bool(let one), .bool(let two)): one == two
    case (.number(let one), .number(let two)): one == two
    case (.string(_, let one), .string(_, let two)): one == two
    case (.array(let one), .array(let two)): one.count == two.count && zip(one, two).allSatisfy { $0.equals($1) }
    case (.object(let one), .object(let two)):
      one.count == two.count
        && one.allSatisfy { key, member in two[key].map { member.value.equals($0.value) } ?? false }
    default: false
    }
  }
}
