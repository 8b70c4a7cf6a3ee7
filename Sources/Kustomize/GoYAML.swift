import SourceText
import YAMLSyntax

/// Files read as Go's YAML readers read them. These are ports of libyaml and nearly always agree with it; where they
/// do not, the file is refused.
enum GoYAML {
  /// Smaller than for linting: aliases are expanded, and each value is copied several times in a build.
  static let limits = ParseLimits(documents: 20_000, nodes: 500_000, expandedNodes: 500_000)

  static func documents(_ file: SourceFile) -> [Document] { YAMLStream(file, limits: limits, masking: false).documents }

  /// The first document, which is all that a configuration file counts; `nil` when it is empty.
  static func root(of file: SourceFile) throws(KustomizeProblem) -> Node? {
    try root(of: documents(file).first)
  }

  static func root(of document: Document?) throws(KustomizeProblem) -> Node? {
    guard let document else { return nil }
    if let problem = document.problem {
      throw problem.kind == .limit
        ? .unsupported("a document this large", problem.message, at: problem.span)
        : KustomizeProblem(.syntax, problem.message, at: problem.span)
    }
    guard let root = document.root else { return nil }
    try check(root, inFlow: false)
    return root
  }

  /// Inside of brackets go-yaml ends a plain text at a question mark, libyaml does not.
  private static func check(_ node: Node, inFlow: Bool) throws(KustomizeProblem) {
    let inFlow = (inFlow || node.collectionStyle == .flow) && !node.isAlias
    switch node.content {
    case .scalar(let scalar):
      if inFlow, scalar.style == .plain, scalar.text.utf8.contains(UInt8(ascii: "?")) {
        throw KustomizeProblem.unsupported("an unquoted question mark inside of brackets", at: node.span)
      }
    case .sequence(let items):
      for item in items { try check(item, inFlow: inFlow) }
    case .mapping(let entries):
      for entry in entries {
        try check(entry.key, inFlow: inFlow)
        try check(entry.value, inFlow: inFlow)
      }
    }
  }

  /// A comment that kyaml would read as a schema (`# {"$ref": …}`) and that stands where it could change how lists are
  /// merged: alone, or behind a key or dash without a value.
  static func schemaComment(in file: SourceFile) -> SourceSpan? {
    let bytes = file.bytes
    guard mayHoldSchemaComment(bytes) else { return nil }
    for comment in YAMLStream.comments(in: file) {
      let text = bytes[comment.range].drop { $0 == UInt8(ascii: "#") }.drop { $0 == 0x20 || $0 == 0x09 }
      guard text.first == UInt8(ascii: "{"),
        text.dropFirst().first(where: { $0 != 0x20 && $0 != 0x09 }) == UInt8(ascii: "\"")
      else { continue }
      var before = comment.range.lowerBound
      while before > 0, bytes[before - 1] == 0x20 || bytes[before - 1] == 0x09 { before -= 1 }
      guard before == 0 || [0x0A, UInt8(ascii: ":"), UInt8(ascii: "-")].contains(bytes[before - 1]) else { continue }
      return SourceSpan(file: file, range: comment.range)
    }
    return nil
  }

  /// A `#` with a brace behind it: a search of the bytes, since nearly no file has one.
  private static func mayHoldSchemaComment(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBufferPointer { bytes in
      var index = 0
      while index < bytes.count {
        if bytes[index] == UInt8(ascii: "#") {
          var next = index + 1
          while next < bytes.count, [0x20, 0x09, UInt8(ascii: "#")].contains(bytes[next]) { next += 1 }
          if next < bytes.count, bytes[next] == UInt8(ascii: "{") { return true }
          index = next
        } else {
          index += 1
        }
      }
      return false
    }
  }
}

/// What a pull request may make a build do. A copy doubles a value, and a list of copies is short.
enum BuildLimits {
  static let depth = 512
  /// Nodes that one JSON patch or one list of replacements may copy.
  static let copiedNodes = 500_000
  static let resources = 10_000
  /// Folders below each other.
  static let folders = 100
  static let pathParts = 256
}
