import SourceText

/// Visits the fields that a specification names, through lists by themselves, and makes missing ones when it may
/// (kustomize api/filters/fieldspec).
struct FieldSpecFilter {
  let spec: FieldSpec
  /// What to make at the end of the path; `nil` when nothing may be made.
  var creating: (kind: YNode.Kind, tag: String)?
  /// Where made fields point.
  let span: SourceSpan

  typealias Change = (YNode) throws(KustomizeProblem) -> Void

  func apply(to resource: ComposingResource, _ change: Change) throws(KustomizeProblem) {
    let kind = resource.groupVersionKind
    guard spec.kind.kind.isEmpty || spec.kind.kind == kind.kind,
      spec.kind.group.isEmpty || spec.kind.group == kind.group,
      spec.kind.version.isEmpty || spec.kind.version == kind.version
    else { return }
    let path = FieldPath.split(spec.path, "/")
    guard path.count <= BuildLimits.pathParts else { throw KustomizeProblem.unsupported("a path this long", at: span) }
    try visit(resource.root, path[...], change)
  }

  private func visit(_ node: YNode, _ path: ArraySlice<String>, _ change: Change) throws(KustomizeProblem) {
    guard let part = path.first else {
      try change(node)
      return
    }
    if node.isTaggedNull { return }
    switch node.kind {
    case .sequence:
      for item in node.content { try visit(item, path, change) }
    case .mapping:
      try visitField(of: node, part, path.dropFirst(), change)
    case .scalar, .none:
      throw KustomizeProblem(
        .transformer, "the field '\(spec.path)' leads through \(YNode.kindName(node.kind))", at: node.span)
    }
  }

  private func visitField(
    of node: YNode, _ part: String, _ rest: ArraySlice<String>, _ change: Change
  ) throws(KustomizeProblem) {
    let isSequence = part.hasSuffix("[]")
    let name = isSequence ? String(part.dropLast(2)) : part
    guard !name.isEmpty else {
      throw KustomizeProblem(.transformer, "the path '\(spec.path)' has an empty part", at: span)
    }
    var made: (kind: YNode.Kind, tag: String)?
    let field: YNode?
    if let creating, spec.creates, !isSequence {
      let kind = rest.isEmpty ? creating : (kind: .mapping, tag: YNode.Tag.mapping)
      made = kind
      field = try FieldPath.lookup([name], in: node, creating: kind.kind, at: span)
    } else {
      if isSequence { made = (.sequence, "") }
      field = try FieldPath.lookup([name], in: node, creating: nil, at: span)
    }
    guard let field else { return }
    if field.isTaggedNull, let made {
      field.kind = made.kind
      field.tag = made.tag
    }
    try visit(field, rest, change)
  }
}

/// Paths of fields as kustomize writes them.
enum FieldPath {
  /// Splits at the delimiter; a backslash before it makes it part of the key.
  static func split(_ path: String, _ delimiter: Character) -> [String] {
    if let byte = delimiter.asciiValue, path.utf8.allSatisfy({ $0 < 0x80 && $0 != UInt8(ascii: "\\") }) {
      let parts = path.utf8.split(separator: byte, omittingEmptySubsequences: false).map { String(Substring($0)) }
      return parts.count > 1 && parts[0].isEmpty ? Array(parts.dropFirst()) : parts
    }
    var parts = path.split(separator: delimiter, omittingEmptySubsequences: false).map(String.init)
    if parts.count > 1, parts[0].isEmpty { parts.removeFirst() }
    var result = [parts[0]]
    for part in parts.dropFirst() {
      if let last = result.last, last.hasSuffix("\\") {
        result[result.count - 1] = last.dropLast() + String(delimiter) + part
      } else {
        result.append(part)
      }
    }
    return result
  }

  /// As `split` with `.`, and `[a.b]` for a key with dots, `[name=x.y]` for a list item.
  static func splitSmart(_ path: String) -> [String] {
    let parts = split(path, ".")
    var result: [String] = []
    var index = 0
    while index < parts.count {
      let part = parts[index]
      index += 1
      guard part.hasPrefix("["), !part.hasSuffix("]") else {
        result.append(part)
        continue
      }
      var bracketed = [part]
      while index < parts.count {
        bracketed.append(parts[index])
        index += 1
        if bracketed[bracketed.count - 1].hasSuffix("]") { break }
      }
      let joined = bracketed.joined(separator: ".")
      if joined.contains("=") {
        result.append(joined)
      } else {
        var trimmed = Substring(joined)
        while let first = trimmed.first, first == "[" || first == "]" { trimmed.removeFirst() }
        while let last = trimmed.last, last == "[" || last == "]" { trimmed.removeLast() }
        result.append(String(trimmed))
      }
    }
    return result
  }

  static func isListIndex(_ part: String) -> Bool { part.hasPrefix("[") && part.hasSuffix("]") }

  /// Go's `strconv.Atoi`.
  static func integer(_ part: String) -> Int? {
    var rest = Substring(part)
    if rest.hasPrefix("+") || rest.hasPrefix("-") { rest = rest.dropFirst() }
    guard !rest.isEmpty, rest.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(part)
  }

  /// `[name=value]`
  static func nameAndValue(_ part: String, at span: SourceSpan) throws(KustomizeProblem) -> (
    name: String, value: String
  ) {
    let inner = part.dropFirst().dropLast()
    guard let equal = inner.firstIndex(of: "=") else {
      throw KustomizeProblem(.transformer, "the list item '\(part)' of a path needs the form [field=value]", at: span)
    }
    return (String(inner[..<equal]), String(inner[inner.index(after: equal)...]))
  }

  /// kyaml's `PathGetter`: fields, indices, `-` for the last item, `[name=value]`.
  /// - Parameter creating: The kind of the node to make at the end; `nil` makes nothing.
  static func lookup(
    _ path: [String], in root: YNode, creating: YNode.Kind?, at span: SourceSpan
  ) throws(KustomizeProblem) -> YNode? {
    var node = root
    let parts = path.map(trimmed).filter { !$0.isEmpty }
    for (position, part) in parts.enumerated() {
      let following = position + 1 < parts.count ? parts[position + 1] : ""
      let next: YNode?
      if let index = integer(part) {
        guard index >= 0 else {
          throw KustomizeProblem(.transformer, "the index \(index) of a path is negative", at: span)
        }
        let items = try node.elements()
        next = index < items.count ? items[index] : nil
      } else if part == "-" {
        guard let last = try node.elements().last else {
          throw KustomizeProblem(.transformer, "a path asks for the last item of an empty list", at: span)
        }
        next = last
      } else if part == "*" {
        throw KustomizeProblem(.transformer, "a wildcard is not possible here", at: span)
      } else if isListIndex(part) {
        next = try item(part, of: node, creating: creating != nil, at: span)
      } else if let found = try node.get(part) {
        next = found
      } else if let creating {
        if node.isTaggedNull { return nil }
        next = try node.set(part, YNode(kind: partKind(following, creating), span: span), keepingNull: true)
      } else {
        next = nil
      }
      guard let next else { return nil }
      node = next
    }
    return node
  }

  private static func item(
    _ part: String, of node: YNode, creating: Bool, at span: SourceSpan
  ) throws(KustomizeProblem) -> YNode? {
    let (name, value) = try nameAndValue(part, at: span)
    try node.require(.sequence)
    if let found = node.element([name], [value]) { return found }
    guard creating else { return nil }
    let element =
      name.isEmpty
      ? YNode.scalar(value, at: span)
      : YNode(kind: .mapping, content: [.scalar(name, at: span), .scalar(value, at: span)], span: span)
    node.content.append(element)
    return element
  }

  /// What stands before the next part of a path: a list before an index.
  static func partKind(_ following: String, _ last: YNode.Kind) -> YNode.Kind {
    if isListIndex(following) { return .sequence }
    if let index = integer(following), index >= 0 { return .sequence }
    return following.isEmpty ? last : .mapping
  }

  private static func trimmed(_ text: String) -> String {
    // Nearly all are words of letters.
    let isPlain = { (byte: UInt8?) in byte.map { (0x21...0x7E).contains($0) } ?? false }
    if isPlain(text.utf8.first), isPlain(text.utf8.last) { return text }
    var rest = Substring(text)
    while let first = rest.unicodeScalars.first, first.properties.isWhitespace { rest.unicodeScalars.removeFirst() }
    while let last = rest.unicodeScalars.last, last.properties.isWhitespace { rest.unicodeScalars.removeLast() }
    return String(rest)
  }
}
