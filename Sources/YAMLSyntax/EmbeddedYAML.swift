import SourceText

/// YAML (or JSON) inside of a scalar: an inline patch, a ConfigMap key that holds a manifest, a raw extension.
///
/// The text of the scalar is read by itself; the ranges of all nodes are then moved to where their bytes stand in the
/// file that holds the scalar. Anchors of the outer document are not visible inside.
public struct EmbeddedYAML: Sendable {
  /// Documents whose nodes and problems point into the file of the scalar.
  public let documents: [Document]

  /// `nil` when `node` is no scalar, or when template text hides what it holds.
  /// - Parameters:
  ///   - range: The part of the scalar's text to read, in bytes of the decoded text; all of it by default.
  ///   - limits: Aliases are expanded while ranges are moved, so `expandedNodes` bounds memory.
  ///   - masking: As in `YAMLStream`.
  public init?(_ node: Node, range: ByteRange? = nil, limits: ParseLimits = .embedded, masking: Bool = true) {
    guard let scalar = ScalarText(node) else { return nil }
    let file = node.span.file
    let (bytes, origin) = (scalar.bytes, scalar.origin)
    let range = range.map { $0.clamped(to: 0..<bytes.count) } ?? 0..<bytes.count
    let text = SourceFile(path: file.path, bytes: Array(bytes[range]))
    let move = Relocation(file: file, origin: origin, shift: range.lowerBound)
    documents = YAMLStream(text, limits: limits, masking: masking).documents.map { document in
      Document(
        file: file, index: document.index, range: move.range(document.range),
        root: document.root.map(move.node), isTemplated: document.isTemplated,
        hasTemplateControl: document.hasTemplateControl, problem: document.problem.map(move.problem))
    }
  }

  private struct Relocation {
    let file: SourceFile
    let origin: ScalarOrigin
    /// Where the text that was read begins in the decoded text.
    let shift: Int

    func range(_ range: ByteRange) -> ByteRange {
      origin.range(ofDecoded: (range.lowerBound + shift)..<(range.upperBound + shift))
    }

    func span(_ span: SourceSpan) -> SourceSpan { SourceSpan(file: file, range: range(span.range)) }

    func problem(_ problem: SyntaxProblem) -> SyntaxProblem {
      SyntaxProblem(
        kind: problem.kind, message: problem.message, hint: problem.hint, span: span(problem.span),
        context: problem.context.map(span))
    }

    func node(_ node: Node) -> Node {
      var moved = node
      moved.span = span(node.span)
      moved.outerRange = range(node.outerRange)
      switch node.content {
      case .scalar: break
      case .sequence(let items): moved.content = .sequence(items.map(self.node))
      case .mapping(let entries):
        moved.content = .mapping(
          entries.map { Node.Entry(key: self.node($0.key), value: self.node($0.value)) })
      }
      return moved
    }
  }
}

extension ParseLimits {
  /// For text inside of a scalar: smaller, because each node is copied once.
  public static let embedded = ParseLimits(nodes: 500_000, expandedNodes: 500_000)
}
