import RegistryConfig
import SourceText
import YAMLSyntax

/// Puts the resources of a file in canonical order: docs/canonical-order.md.
///
/// It moves lines, it never writes YAML: what is moved is copied byte for byte, comments travel with what they speak
/// of, and what is no resource of ours is not touched. The result was parsed again and holds the same data and the
/// same comments, and formatting it once more changes nothing.
public enum Formatter {
  /// Formats a file. A file in order, without resources of ours or with broken YAML comes back as it was.
  /// - Throws: `FormattingDefect` when the result would say something else than the file: a bug of this program.
  public static func format(
    file: SourceFile, limits: ParseLimits = .standard
  ) throws(FormattingDefect) -> FormattedFile {
    guard mayHoldResources(file.bytes) else {
      return FormattedFile(file: file, edits: [], bytes: file.bytes, notes: [])
    }
    return try format(YAMLStream(file, limits: limits), limits: limits)
  }

  /// Formats a file that was parsed already.
  public static func format(
    _ stream: YAMLStream, limits: ParseLimits = .standard
  ) throws(FormattingDefect) -> FormattedFile {
    let file = stream.file
    var current = State(stream)
    let notes = current.plan.notes
    guard !current.plan.rearrangements.isEmpty else {
      return FormattedFile(file: file, edits: [], bytes: file.bytes, notes: notes)
    }
    var edits: [TextEdit] = []
    var rounds = 0
    // Where a duplicate goes, two groups may become one: then there is a second round.
    while !current.plan.rearrangements.isEmpty {
      rounds += 1
      guard rounds <= mostRounds else {
        throw FormattingDefect(
          file: file, span: SourceSpan(file: file, range: 0..<0), why: "a second run would change the file again")
      }
      let next = try current.applied(limits: limits, edits: &edits)
      current = next
    }
    let bytes = current.stream.file.bytes
    if rounds > 1 {
      edits = [RearrangementWriter.trimmed(TextEdit(range: 0..<file.bytes.count, replacement: bytes), file)]
    }
    return FormattedFile(file: file, edits: edits, bytes: bytes, notes: notes)
  }

  private static let mostRounds = 4

  /// What `format` would say of a file, without making the new text: a third of the time, for `--check`.
  public static func check(file: SourceFile, limits: ParseLimits = .standard) -> FormattingCheck {
    guard mayHoldResources(file.bytes) else { return FormattingCheck(wouldChange: false, notes: []) }
    return check(YAMLStream(file, limits: limits))
  }

  /// What `format` would say of a file that was parsed already.
  public static func check(_ stream: YAMLStream) -> FormattingCheck {
    let plan = State(stream).plan
    return FormattingCheck(wouldChange: !plan.rearrangements.isEmpty, notes: plan.notes)
  }

  /// Whether the bytes can hold a resource with an order: a search, no parse.
  public static func mayHoldResources(_ bytes: [UInt8]) -> Bool {
    func holds(_ word: String) -> Bool { bytes.contains(subsequence: Array(word.utf8)) }
    guard holds("kind") else { return false }
    // A ConfigMap counts when it holds certificates; the last is the second in base64.
    return holds("Image") || (holds("ConfigMap") && (holds("-----BEGIN ") || holds("LS0tLS1CRUdJTi")))
  }

  /// A stream with what was found in it.
  private struct State {
    let stream: YAMLStream
    let shapes: [Int: CanonicalShape]
    let plan: CanonicalPlan
    var comments: [Comment] { plan.comments ?? YAMLStream.comments(in: stream.file) }

    init(_ stream: YAMLStream) {
      self.stream = stream
      shapes = CanonicalShape.shapes(in: stream)
      plan = CanonicalPlan(stream, shapes: shapes)
    }

    func applied(limits: ParseLimits, edits: inout [TextEdit]) throws(FormattingDefect) -> State {
      let file = stream.file
      edits = try RearrangementWriter(plan.rearrangements, file: file).edits()
      guard let bytes = edits.applied(to: file.bytes) else {
        throw FormattingDefect(file: file, span: SourceSpan(file: file, range: 0..<0), why: "two changes overlap")
      }
      let next = State(YAMLStream(SourceFile(path: file.path, bytes: bytes), limits: limits))
      try Verification.check(
        old: stream, oldShapes: shapes, oldComments: comments, new: next.stream, newShapes: next.shapes,
        newComments: next.comments)
      return next
    }
  }
}

/// A file in canonical order.
public struct FormattedFile: Sendable {
  /// The file as it was.
  public let file: SourceFile
  /// What changes, in order and without overlap; ranges of the file as it was.
  public let edits: [TextEdit]
  /// The file as it should be.
  public let bytes: [UInt8]
  /// What stayed out of order, and why.
  public let notes: [FormattingNote]

  public var changed: Bool { !edits.isEmpty }
}

/// Whether a file is in canonical order.
public struct FormattingCheck: Sendable {
  public let wouldChange: Bool
  /// What is out of order and stays so, and why.
  public let notes: [FormattingNote]
}

/// Something that stays as it is although it is not in canonical order.
public struct FormattingNote: Hashable, Sendable {
  /// What keeps it: a comment, a template value, an anchor.
  public let span: SourceSpan
  /// The list or mapping that stays.
  public let collection: SourceSpan
  /// Half a sentence, for `… is not sorted: \(why)`.
  public let why: String

  public init(span: SourceSpan, collection: SourceSpan, why: String) {
    self.span = span
    self.collection = collection
    self.why = why
  }
}

/// The formatter has a bug: its result would not say what the file says. The file must stay as it is.
public struct FormattingDefect: Error, Sendable {
  public let file: SourceFile
  /// Where it was noticed, in the file as it was; may be empty.
  public let span: SourceSpan
  public let why: String

  public init(file: SourceFile, span: SourceSpan, why: String) {
    self.file = file
    self.span = span
    self.why = why
  }
}
