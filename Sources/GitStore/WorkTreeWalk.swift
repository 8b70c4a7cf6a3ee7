import SourceText
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Finds the files of a working tree or a plain directory: those that Git tracks and those that it would add. Ignored
/// files, `.git`, submodules and other repositories inside of it are left out; symbolic links are listed, not followed.
///
/// Folders wait in a queue that several workers empty, each with a repository of its own for the ignore rules.
final class WorkTreeWalk: Sendable {
  struct Folder: Sendable {
    let path: RepositoryPath
    /// The tracked entries below the folder. Where there are some, Git does not ask whether the folder is ignored.
    let tracked: Range<Int>
    /// Off below a folder that the user named although it is ignored.
    let obeysIgnoreRules: Bool
  }

  struct Found: Sendable {
    var entries: [FileEntry] = []
    var skipped: [SkippedFile] = []
  }

  private struct Queue {
    var waiting: [Folder]
    /// Folders that wait or are being read.
    var open: Int
  }

  private let root: HostPath
  /// `nil` for a plain directory, which has no ignore rules.
  private let repository: RepositoryLocation?
  /// What the index lists, in path order.
  private let tracked: [FileEntry]
  private let isCandidatePath: @Sendable (RepositoryPath) -> Bool
  private let queue: Mutex<Queue>

  /// - Parameter folders: where to begin; folders must not lie in one another.
  init(
    root: HostPath, repository: RepositoryLocation?, tracked: [FileEntry], folders: [Folder],
    isCandidatePath: @escaping @Sendable (RepositoryPath) -> Bool
  ) {
    self.root = root
    self.repository = repository
    self.tracked = tracked
    self.isCandidatePath = isCandidatePath
    queue = Mutex(Queue(waiting: folders, open: folders.count))
  }

  /// The candidates found, in path order.
  func run(workers: Int) async throws(GitError) -> Found {
    let results = await withTaskGroup(of: Result<Found, GitError>.self) { group in
      for _ in 0..<max(1, workers) { group.addTask { await self.work() } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    var all = Found()
    for result in results {
      let found = try result.get()
      all.entries += found.entries
      all.skipped += found.skipped
    }
    all.entries.sortByPath()
    all.skipped.sort { $0.path < $1.path }
    return all
  }

  private func work() async -> Result<Found, GitError> {
    do throws(GitError) {
      let descriptor = root.withCString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
      guard descriptor >= 0 else {
        throw GitError(.unreadable, attempted: "open the directory \(root)", reason: systemMessage(errno))
      }
      defer { _ = close(descriptor) }
      var rules: RepositoryHandle?
      if let repository { rules = try repository.open() }
      var found = Found()
      while true {
        let (next, isDone) = queue.withLock { ($0.waiting.popLast(), $0.open == 0) }
        guard let next else {
          if isDone { return .success(found) }
          await Task.yield()
          continue
        }
        let below = visit(next, descriptor, rules, &found)
        queue.withLock {
          $0.waiting += below
          $0.open += below.count - 1
        }
      }
    } catch {
      return .failure(error)
    }
  }

  /// Lists one folder; gives the folders in it that are to be visited.
  private func visit(
    _ folder: Folder, _ root: Int32, _ rules: borrowing RepositoryHandle?, _ found: inout Found
  ) -> [Folder] {
    let path = folder.path.bytes.isEmpty ? [dot] : folder.path.bytes
    let opened = path.withCString { openat(root, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
    guard opened >= 0 else {
      // A folder that vanished or became a link meanwhile is no longer part of the tree.
      if errno != ENOENT, errno != ENOTDIR, errno != ELOOP {
        found.skipped.append(SkippedFile(path: folder.path, reason: SystemError(number: errno).reason))
      }
      return []
    }
    let items: [FolderItem]
    switch listFolder(opened) {
    case .success(let list): items = list
    case .failure(let error):
      found.skipped.append(SkippedFile(path: folder.path, reason: error.reason))
      return []
    }
    if !folder.path.bytes.isEmpty, folder.tracked.isEmpty, repository != nil, isRepository(items, folder.path, root) {
      return []
    }

    var below: [Folder] = []
    for item in items where item.name != gitFolder {
      let path = folder.path.appending(item.name)
      switch item.kind {
      case .file, .symbolicLink:
        guard isCandidatePath(path) else { continue }
        let isTracked = !folder.tracked.isEmpty && tracked.entry(at: path, in: folder.tracked) != nil
        if !isTracked, folder.obeysIgnoreRules, Self.isIgnored(path.bytes, rules) { continue }
        found.entries.append(
          FileEntry(path: path, mode: item.kind == .file ? .regular : .symbolicLink, objectID: nil))
      case .folder:
        let inside = folder.tracked.isEmpty ? folder.tracked : tracked.range(below: path, in: folder.tracked)
        if inside.isEmpty {
          if !folder.tracked.isEmpty, tracked.entry(at: path, in: folder.tracked)?.mode == .submodule { continue }
          if folder.obeysIgnoreRules, Self.isIgnored(path.bytes + [slash], rules) { continue }
        }
        guard path.bytes.count < TreeListing.maximumPathLength else {
          found.skipped.append(SkippedFile(path: path, reason: .failed("its folders are nested too deeply")))
          continue
        }
        below.append(Folder(path: path, tracked: inside, obeysIgnoreRules: folder.obeysIgnoreRules))
      case .other:
        if isCandidatePath(path) { found.skipped.append(SkippedFile(path: path, reason: .notAFile)) }
      }
    }
    return below
  }

  private static func isIgnored(_ path: [UInt8], _ rules: borrowing RepositoryHandle?) -> Bool {
    switch rules {
    case .none: false
    case .some(let rules): rules.isIgnored(path)
    }
  }

  /// Whether a folder is the working tree of another repository: Git does not look into it.
  private func isRepository(_ items: [FolderItem], _ folder: RepositoryPath, _ root: Int32) -> Bool {
    guard let git = items.first(where: { $0.name == gitFolder }) else { return false }
    if git.kind == .file { return true }
    var status = stat()
    return (folder.bytes + Array("/.git/HEAD".utf8)).withCString {
      fstatat(root, $0, &status, AT_SYMLINK_NOFOLLOW) == 0
    }
  }
}

let gitFolder = Array(".git".utf8)
