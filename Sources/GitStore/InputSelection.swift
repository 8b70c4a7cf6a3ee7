/// What to read. Paths restrict it, relative to the current directory; none means everything, `.` the current folder.
public enum InputSelection: Hashable, Sendable {
  /// The files on disk: what Git tracks and what it would add. Also plain directories without Git.
  case workingTree(paths: [String] = [])
  /// What `git commit` would record, in a hook the index that Git gives to it.
  case index(paths: [String] = [])
  /// A commit, a tag, a tree, also of a bare repository.
  case revision(String, paths: [String] = [])

  public var paths: [String] {
    switch self {
    case .workingTree(let paths), .index(let paths), .revision(_, let paths): paths
    }
  }
}

/// How to open an input.
public struct OpeningOptions: Hashable, Sendable {
  /// Opens repositories of other users as if `safe.directory` named them.
  public var trustsOwners: Bool

  /// Brings the objects that a partial clone lacks from its remote, as Git does. Otherwise they are reported missing.
  public var fetchesPromisedObjects: Bool

  /// A revision of more files is refused: trees can name one another so that a few kilobytes stand for billions of
  /// paths.
  public var maximumEntries: Int

  /// Counts the paths of a plain directory from the root of the file system, so that what lies beside it can be asked
  /// for. Nothing is read but what is asked for.
  public var widensPlainDirectories: Bool

  public init(
    trustsOwners: Bool = false, fetchesPromisedObjects: Bool = true, maximumEntries: Int = 2_000_000,
    widensPlainDirectories: Bool = false
  ) {
    self.widensPlainDirectories = widensPlainDirectories
    self.trustsOwners = trustsOwners
    self.fetchesPromisedObjects = fetchesPromisedObjects
    self.maximumEntries = maximumEntries
  }
}
