/// Why an input could not be opened or listed: one sentence says what was tried and what came of it, another what to
/// do.
public struct GitError: Error, Hashable, Sendable {
  /// What went wrong, for programs.
  public enum Code: String, Hashable, Sendable {
    /// No repository at or above the directory.
    case notARepository
    /// A revision that does not exist, is ambiguous, or is neither a commit nor a tree.
    case unknownRevision
    /// The history that was asked for goes on behind the end of a shallow clone.
    case shallow
    /// The repository belongs to another user and `safe.directory` does not name it.
    case ownership
    /// Objects, references or the index cannot be read.
    case corrupt
    /// `git` is needed for this repository and is not installed.
    case gitCommandMissing
    /// `git` ran and failed.
    case gitCommandFailed
    /// A path argument that matches nothing.
    case noSuchPath
    /// Path arguments of one run that belong to different repositories.
    case severalRepositories
    /// A working tree was asked for in a bare repository.
    case noWorkingTree
    /// A tree with more entries than can be held.
    case tooManyEntries
    /// A directory or file of this computer that cannot be read.
    case unreadable
  }

  public let code: Code
  /// What was tried, as an infinitive: `open the repository /src/gitops`.
  public let attempted: String
  /// What came of it, without a final full stop.
  public let reason: String
  /// What the user can do, a full sentence.
  public let hint: String?

  public init(_ code: Code, attempted: String, reason: String, hint: String? = nil) {
    self.code = code
    self.attempted = attempted
    self.reason = reason
    self.hint = hint
  }
}

extension GitError: CustomStringConvertible {
  /// One sentence, without the hint.
  public var description: String { "cannot \(attempted): \(reason)" }
}

extension GitError {
  static func ownership(of path: HostPath) -> GitError {
    GitError(
      .ownership, attempted: "open the repository \(path)",
      reason: "it belongs to another user",
      hint: "If you trust it, run: git config --global --add safe.directory \(path)")
  }

  static func notARepository(at path: HostPath) -> GitError {
    GitError(
      .notARepository, attempted: "find a Git repository at \(path)",
      reason: "neither it nor a directory above it is one",
      hint: "The index and revisions need a repository; plain directories are read without these options.")
  }

  static func severalCommits(_ revision: String) -> GitError {
    GitError(
      .unknownRevision, attempted: "read the revision '\(revision)'", reason: "it means several commits, or none at all",
      hint: "Name one commit; ranges are for diff: A..B, or one revision for what it changes.")
  }

  static func unknownRevision(_ revision: String, reason: String, hint: String? = nil) -> GitError {
    GitError(.unknownRevision, attempted: "read the revision '\(revision)'", reason: reason, hint: hint)
  }
}
