import Diagnostics

/// A commit as reports name it.
public struct CommitDescription: Hashable, Sendable {
  /// 40 or 64 hexadecimal digits.
  public let id: String
  /// The commit it is compared with; `nil` for a root commit.
  public let parent: String?
  /// Which of how many parents that is, from 1; `nil` unless each parent of a merge has a report of its own.
  public let parentNumber: Int?
  public let author: String
  /// RFC 3339.
  public let date: String
  public let subject: String

  public init(
    id: String, parent: String?, parentNumber: Int? = nil, author: String, date: String, subject: String
  ) {
    self.id = id
    self.parent = parent
    self.parentNumber = parentNumber
    self.author = author
    self.date = date
    self.subject = subject
  }

  /// The first digits, enough for people.
  public var short: String { String(id.prefix(10)) }
}

/// What a commit, or a whole range, changes.
public struct CommitChange: Sendable {
  /// `nil` for a range as one change, the index, and paths.
  public let commit: CommitDescription?
  /// Clusters on which somebody could notice something.
  public let clusters: [ClusterChange]
  public let introduced: [Diagnostic]
  public let fixed: [Diagnostic]

  public init(
    commit: CommitDescription?, clusters: [ClusterChange] = [], introduced: [Diagnostic] = [], fixed: [Diagnostic] = []
  ) {
    self.commit = commit
    self.clusters = clusters
    self.introduced = introduced
    self.fixed = fixed
  }

  public var isEffective: Bool { !clusters.isEmpty || !introduced.isEmpty || !fixed.isEmpty }
}
