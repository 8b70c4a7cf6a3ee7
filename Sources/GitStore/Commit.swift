/// A commit, as far as a report speaks of it.
public struct Commit: Hashable, Sendable {
  public let id: ObjectID
  public let tree: ObjectID
  /// Empty for a root commit; more than one for a merge.
  public let parents: [ObjectID]
  public let authorName: String
  public let authorEmail: String
  public let authored: CommitDate
  /// The first paragraph of the message on one line.
  public let subject: String
}

/// A moment and the time zone it was written in.
public struct CommitDate: Hashable, Sendable {
  public let secondsSince1970: Int64
  /// Of the zone, east is positive.
  public let offsetMinutes: Int

  public init(secondsSince1970: Int64, offsetMinutes: Int) {
    self.secondsSince1970 = secondsSince1970
    self.offsetMinutes = offsetMinutes
  }

  /// `2026-11-23T03:07:00+01:00`, in the zone of the commit (RFC 3339).
  public var rfc3339: String {
    // Beyond these years RFC 3339 has no spelling; Git takes any number.
    let bounds = Int64(-62_135_596_800)...253_402_300_799
    let offset = max(-1439, min(1439, offsetMinutes))
    let local = max(bounds.lowerBound, min(bounds.upperBound, secondsSince1970)) + Int64(offset) * 60
    let clamped = max(bounds.lowerBound, min(bounds.upperBound, local))
    let (days, seconds) = Self.floorDivide(clamped, 86400)
    let (year, month, day) = Self.civil(fromDays: days)
    // In bytes: every commit of a history has one.
    var text: [UInt8] = []
    text.reserveCapacity(25)
    func add(_ number: Int64, digits: Int) {
      var scale: Int64 = digits == 4 ? 1000 : 10
      while scale > 0 {
        text.append(0x30 + UInt8(truncatingIfNeeded: number / scale % 10))
        scale /= 10
      }
    }
    add(year, digits: 4)
    for (separator, number) in [
      ("-", month), ("-", day), ("T", seconds / 3600), (":", seconds / 60 % 60), (":", seconds % 60),
    ] as [(Unicode.Scalar, Int64)] {
      text.append(UInt8(ascii: separator))
      add(number, digits: 2)
    }
    if offset == 0 {
      text.append(UInt8(ascii: "Z"))
    } else {
      text.append(UInt8(ascii: offset < 0 ? "-" : "+"))
      add(Int64(abs(offset) / 60), digits: 2)
      text.append(UInt8(ascii: ":"))
      add(Int64(abs(offset) % 60), digits: 2)
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func floorDivide(_ number: Int64, _ divisor: Int64) -> (Int64, Int64) {
    let remainder = (number % divisor + divisor) % divisor
    return ((number - remainder) / divisor, remainder)
  }

  /// Days since 1970-01-01 in the Gregorian calendar: eras of 400 years that begin in March, so that the leap day is
  /// the last of its year (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
  private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }
}

/// What `A..B`, `A...B` or a single revision stands for.
public struct RevisionRange: Hashable, Sendable {
  /// What stands before the dots: the commits that it reaches are not in the range. `nil` for a single revision.
  public let left: Revision?
  /// The state that the range begins with: that of `left`, or, where the two sides parted, that of the commit they
  /// parted at. `nil` when the tip is a root commit or shares no history.
  public let base: Revision?
  public let tip: Revision

  public init(base: Revision?, tip: Revision) {
    self.init(left: nil, base: base, tip: tip)
  }

  init(left: Revision?, base: Revision?, tip: Revision) {
    self.left = left
    self.base = base
    self.tip = tip
  }

  /// Both sides have commits of their own.
  public var hasParted: Bool { left.map { $0.commit != base?.commit } ?? false }
}

extension GitRepository {
  /// Reads a range: `A..B` and `A...B` what B has and A has not, since B left A (their merge base), `REV` what REV
  /// changes against its first parent, `REV^!` the same, `REV^-N` what REV has and its parent N has not. A side that is
  /// left out is HEAD. Names of trees have no commits between them: `A..B` is then from one to the other.
  public func range(_ text: String) throws(GitError) -> RevisionRange {
    let text = Self.spelledOut(text)
    guard let (left, right, isSymmetric) = Self.split(text) else {
      let tip = try resolve(text)
      guard let id = tip.commit, let commit = try commit(id) else {
        throw .unknownRevision(text, reason: "it is not a commit")
      }
      guard let parent = commit.parents.first else {
        if shallowBoundary().contains(id) {
          throw .shallow("tell what \(text) changes", reason: "its parent is not in this clone")
        }
        return RevisionRange(base: nil, tip: tip)
      }
      return RevisionRange(base: try resolve(parent.hex), tip: tip)
    }
    let tip = try side(right)
    let base = try side(left)
    guard let first = base.commit, let second = tip.commit else {
      if isSymmetric { throw .unknownRevision(text, reason: "both sides have to be commits") }
      return RevisionRange(left: base, base: base, tip: tip)
    }
    guard let common = try mergeBase(first, second) else {
      guard shallowBoundary().isEmpty else {
        throw .shallow(
          "find where \(base.name) and \(tip.name) parted", reason: "they share no commit as far as this clone goes")
      }
      return RevisionRange(left: base, base: nil, tip: tip)
    }
    return RevisionRange(left: base, base: common == first ? base : try resolve(common.hex), tip: tip)
  }

  /// A range without the short forms of gitrevisions: `REV` for `REV^!`, `REV^N..REV` for `REV^-N`.
  public static func spelledOut(_ text: String) -> String {
    if text.count > 2, text.hasSuffix("^!") { return String(text.dropLast(2)) }
    let number = text.utf8.reversed().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
    let revision = text.dropLast(number)
    guard revision.count > 2, revision.hasSuffix("^-") else { return text }
    return "\(revision.dropLast(2))^\(text.suffix(number))..\(revision.dropLast(2))"
  }

  /// One side of a range; empty is HEAD. Where a shallow clone ends before it, that is said with the remedy.
  public func side(_ name: String) throws(GitError) -> Revision {
    do throws(GitError) {
      return try resolve(name.isEmpty ? "HEAD" : name)
    } catch {
      guard error.code == .unknownRevision, !shallowBoundary().isEmpty else { throw error }
      throw .shallow("read the revision '\(name)'", reason: error.reason)
    }
  }

  /// The two sides of a range, and whether three dots stand between them. Two dots never occur in a revision itself
  /// but in a path behind a colon.
  private static func split(_ text: String) -> (String, String, Bool)? {
    let bytes = Array(text.utf8)
    var position = 0
    while position + 1 < bytes.count, bytes[position] != UInt8(ascii: ":") {
      if bytes[position] == dot, bytes[position + 1] == dot {
        let isSymmetric = position + 2 < bytes.count && bytes[position + 2] == dot
        let right = bytes[(position + (isSymmetric ? 3 : 2))...]
        return (
          String(decoding: bytes[..<position], as: UTF8.self), String(decoding: right, as: UTF8.self), isSymmetric
        )
      }
      position += 1
    }
    return nil
  }

  /// The best common ancestor, or `nil` when there is none.
  public func mergeBase(_ first: ObjectID, _ second: ObjectID) throws(GitError) -> ObjectID? {
    if let handle = try handleForHistory() { return try handle.mergeBase(first, second) }
    return try location.mergeBaseThroughCommand(first, second)
  }

  /// The commits of a range, parents before children. Without a base all that the tip reaches.
  /// - Parameter workers: With more than one, another thread helps.
  public func commits(in range: RevisionRange, workers: Int = 1) throws(GitError) -> [Commit] {
    guard let tip = range.tip.commit else {
      throw .unknownRevision(range.tip.name, reason: "it is not a commit")
    }
    let before = range.left ?? range.base
    if let before, before.commit == nil {
      throw .unknownRevision(before.name, reason: "it is not a commit")
    }
    return try commits(from: before?.commit, to: tip, onlyTip: false, workers: workers)
  }

  /// One commit by its name, or `nil` when it is not here (as behind the end of a shallow clone).
  public func commit(_ id: ObjectID) throws(GitError) -> Commit? {
    try commits(from: nil, to: id, onlyTip: true, workers: 1).first
  }

  private func commits(
    from base: ObjectID?, to tip: ObjectID, onlyTip: Bool, workers: Int
  ) throws(GitError) -> [Commit] {
    guard let handle = try handleForHistory() else {
      return try location.commitsThroughCommand(from: base, to: tip, onlyTip: onlyTip)
    }
    var walk = try CommitWalk(location)
    if onlyTip { return try walk.commit(tip).map { [$0] } ?? [] }
    guard let base else { return try walk.commits(to: tip, workers: workers) }
    var commits: [Commit] = []
    for id in try handle.commits(from: base, to: tip) { commits.append(try walk.commit(id, onWayTo: tip)) }
    return commits
  }

  /// libgit2 1.5 walks past the end of a shallow clone and fails: `nil` there, for the git command.
  private func handleForHistory() throws(GitError) -> RepositoryHandle? {
    guard location.access == .libgit2 else { return nil }
    let handle = try location.open()
    if handle.isShallow { return nil }
    return consume handle
  }

  /// All files of a revision.
  public func files(of revision: Revision) throws(GitError) -> FileTree {
    let (entries, skipped) = try location.treeEntries(of: revision.tree)
    return FileTree(
      source: .revision(revision), root: location.workTree, repository: self, selection: [],
      currentDirectory: location.environment.currentDirectory, store: .objects(entries), skipped: skipped)
  }
}
