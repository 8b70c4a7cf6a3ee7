import SourceText
import Synchronization

/// The files of one input: a working tree, an index, a revision or a plain directory.
///
/// Opening lists an index or a revision (milliseconds) and reads no file. `scan` reads many files in parallel,
/// `contents(of:limit:)` one of them.
public final class FileTree: Sendable {
  /// What the files are read from.
  public enum Source: Hashable, Sendable {
    case workingTree
    case index
    case revision(Revision)
    /// No repository: ignore rules do not apply.
    case plainDirectory
  }

  public let source: Source
  /// The directory that paths are relative to: the root of the working tree, or of the plain directory. `nil` in a bare
  /// repository.
  public let root: HostPath?
  /// `nil` for a plain directory.
  public let repository: GitRepository?
  /// The files and folders that the user asked for, from the root; empty when everything is meant.
  public let selection: [RepositoryPath]
  /// Those of them that were named, and not matched by a pattern.
  public let named: Set<RepositoryPath>
  /// Where the user stands, for `displayPath`.
  let currentDirectory: HostPath

  let selectionSet: Set<RepositoryPath>
  let store: Store
  /// What was left out while listing.
  let skippedWhileListing: [SkippedFile]
  /// For single files: opened with the first of them, used by one caller at a time.
  let reader: Mutex<SingleReader>

  enum Store: Sendable {
    /// All entries of an index or a revision, in path order.
    case objects([FileEntry])
    /// Files on disk. The selected paths, each with whether it is a folder; and what the index tracks, in path order.
    case directory(root: HostPath, selected: [SelectedPath], tracked: [FileEntry])
  }

  /// A path that the user named.
  struct SelectedPath: Sendable {
    let path: RepositoryPath
    let isFolder: Bool
    let isIgnored: Bool
  }

  /// - Parameter matched: What patterns match, as a part of the selection.
  init(
    source: Source, root: HostPath?, repository: GitRepository?, selection: [RepositoryPath],
    matched: [RepositoryPath] = [], currentDirectory: HostPath, store: Store, skipped: [SkippedFile] = []
  ) {
    self.source = source
    self.root = root
    self.repository = repository
    named = Set(selection)
    self.selection = selection + matched.filter { [named] in !named.contains($0) }
    selectionSet = named.union(matched)
    self.currentDirectory = currentDirectory
    self.store = store
    self.skippedWhileListing = skipped
    reader = Mutex(SingleReader())
  }

  /// The root as text, for reports; `nil` in a bare repository.
  public var rootPath: String? { root?.text }

  /// Whether the user stands where Git keeps its objects and asks for what is in them: no path leads there from here. So
  /// it is in a bare repository that does not say that it is one.
  private var isInsideOfGit: Bool {
    guard source != .workingTree, let repository else { return false }
    return currentDirectory.relative(to: repository.gitDirectory) != nil
  }

  /// A path as the user would type it: from the current directory when the tree is around or below it, else whole.
  public func displayPath(of path: RepositoryPath) -> String {
    guard let root, !isInsideOfGit else { return path.text }
    let whole = root.appending(path.bytes)
    if let below = whole.relative(to: currentDirectory) { return String(decoding: below, as: UTF8.self) }
    guard let down = currentDirectory.relative(to: root) else { return whole.text }
    // The current directory is a folder of the tree: up to what both share, and down again.
    let here = down.split(separator: slash)
    let there = path.bytes.split(separator: slash)
    var shared = 0
    while shared < min(here.count, there.count), here[shared] == there[shared] { shared += 1 }
    // From the root of the file system it is shorter.
    if shared == 0, root == HostPath("/") { return whole.text }
    let parts = Array(repeating: [dot, dot][...], count: here.count - shared) + there[shared...]
    return String(decoding: Array(parts.joined(separator: [slash])), as: UTF8.self)
  }
}
