import GitStore

/// What two states, or which commits, are to be compared.
public struct ChangeRequest: Sendable {
  public enum Subject: Sendable {
    /// `A..B`, `A...B`, or one revision: what it changes against its parent.
    case range(String)
    /// Every commit that a revision reaches.
    case history(of: String)
    /// HEAD against the index.
    case staged
    /// Two files or directories.
    case paths(old: String, new: String)
  }

  public var subject: Subject
  /// How it is judged; its source is not looked at.
  public var judging: LintRequest
  /// Only what lies at or below these paths.
  public var paths: [String] = []
  /// Only the cluster of this name.
  public var cluster: String?
  /// The whole range as one change.
  public var isSummary = false
  /// Whether somebody reads what the whole range does to pulls, beside what each commit does.
  public var tellsWhole = true
  /// A report for each parent of a merge in place of one against the first.
  public var comparesAllParents = false
  /// Only the commits of the line of first parents.
  public var followsFirstParent = false
  public var leavesOutMerges = false

  public init(_ subject: Subject, judging: LintRequest) {
    self.subject = subject
    self.judging = judging
  }
}
