import SourceText

/// One document of a stream.
public struct Document: Sendable {
  public let file: SourceFile
  /// From 0, in the order of the file.
  public let index: Int
  /// From the end of the previous document to the end of this one: comments before the first key are inside.
  public let range: ByteRange
  /// `nil` when the document is empty or could not be read.
  public let root: Node?
  /// The document holds template text that was masked before reading (Helm, Jinja, envsubst, `<placeholder>`).
  public let isTemplated: Bool
  /// The document holds template control lines, so keys may repeat and entries may be conditional.
  public let hasTemplateControl: Bool
  /// Why the document could not be read, in place of `root`.
  public let problem: SyntaxProblem?

  public init(
    file: SourceFile, index: Int, range: ByteRange, root: Node?, isTemplated: Bool = false,
    hasTemplateControl: Bool = false, problem: SyntaxProblem? = nil
  ) {
    self.file = file
    self.index = index
    self.range = range
    self.root = root
    self.isTemplated = isTemplated
    self.hasTemplateControl = hasTemplateControl
    self.problem = problem
  }
}

/// Why a document could not be read, in words for people.
public struct SyntaxProblem: Sendable {
  public enum Kind: Sendable { case syntax, encoding, limit }

  public let kind: Kind
  /// One sentence without a full stop.
  public let message: String
  /// What to write instead, when the text shows what was meant.
  public let hint: String?
  public let span: SourceSpan
  /// Where the construct began that could not be finished.
  public let context: SourceSpan?

  public init(kind: Kind, message: String, hint: String?, span: SourceSpan, context: SourceSpan? = nil) {
    self.kind = kind
    self.message = message
    self.hint = hint
    self.span = span
    self.context = context
  }
}

/// A comment: from `#` to the end of its line, without the line end.
public struct Comment: Hashable, Sendable {
  public let range: ByteRange

  public init(range: ByteRange) {
    self.range = range
  }
}
