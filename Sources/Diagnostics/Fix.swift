import SourceText

/// A repair made of text edits, which may be in several files.
public struct Fix: Sendable {
  public enum Safety: String, Hashable, Sendable {
    /// The cluster reads the same, or what was evidently meant.
    case safe
    /// A suggestion: applied only when asked for.
    case unsafe
  }

  /// An edit of one file.
  public struct FileEdit: Sendable {
    public let file: SourceFile
    public let edit: TextEdit

    public init(file: SourceFile, edit: TextEdit) {
      self.file = file
      self.edit = edit
    }
  }

  /// What the fix does, in the imperative: "Quote the wildcard".
  public let description: String
  public let safety: Safety
  public let edits: [FileEdit]

  public init(_ description: String, safety: Safety, edits: [FileEdit]) {
    self.description = description
    self.safety = safety
    self.edits = edits
  }

  /// A fix in one file.
  public init(_ description: String, safety: Safety, in file: SourceFile, _ edits: [TextEdit]) {
    self.init(description, safety: safety, edits: edits.map { FileEdit(file: file, edit: $0) })
  }
}
