import SourceText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Which files of a tree.
public enum Scope: Hashable, Sendable {
  /// What the user's paths select; everything without paths.
  case selection
  /// All of them, whatever the paths: what is checked together may lie elsewhere.
  case everything
}

extension FileTree {
  /// The number of cores.
  public static var defaultWorkers: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// The files, folders left out, in path order. An index or revision has been listed already; a working tree is walked
  /// now.
  ///
  /// - Parameter isCandidatePath: paths it refuses are left out, which saves asking Git whether they are ignored. A
  ///   file that the user named is given in any case.
  public func entries(
    scope: Scope = .selection, workers: Int = FileTree.defaultWorkers,
    where isCandidatePath: @escaping @Sendable (RepositoryPath) -> Bool = { _ in true }
  ) async throws(GitError) -> (entries: [FileEntry], skipped: [SkippedFile]) {
    switch store {
    case .objects(let all):
      let entries = all.filter { entry in
        switch scope {
        case .everything: isCandidatePath(entry.path)
        case .selection: isSelected(entry.path) && (isCandidatePath(entry.path) || named.contains(entry.path))
        }
      }
      return (entries, skippedWhileListing)
    case .directory(let root, let selected, let tracked):
      let named = scope == .selection ? selected : []
      let starts = foldersToWalk(named, tracked)
      var found = WorkTreeWalk.Found()
      if let location = repository?.location, location.access == .command {
        found.entries = try listThroughCommand(location, starts, tracked, isCandidatePath)
      } else if !starts.isEmpty {
        let walk = WorkTreeWalk(
          root: root, repository: repository?.location, tracked: tracked, folders: starts,
          isCandidatePath: isCandidatePath)
        found = try await walk.run(workers: workers)
      }
      let files = named.filter { !$0.isFolder }.map { namedFile($0.path) }
      if !files.isEmpty || starts.count > 1 {
        found.entries = (found.entries + files).sortedWithoutRepetition()
      }
      return (found.entries, found.skipped + skippedWhileListing)
    }
  }

  /// Where to begin: the named folders that lie in no other, and ignored ones, which a walk from above would leave out.
  private func foldersToWalk(_ named: [SelectedPath], _ tracked: [FileEntry]) -> [WorkTreeWalk.Folder] {
    let root = RepositoryPath(bytes: [])
    if named.isEmpty { return [.init(path: root, tracked: tracked.indices, obeysIgnoreRules: true)] }
    let folders = Set(named.filter { $0.isFolder && !$0.isIgnored }.map(\.path))
    let ignored = Set(named.filter { $0.isFolder && $0.isIgnored }.map(\.path))
    let outermost = folders.filter { !Self.contains(folders, folderOf: $0) }
    let outermostIgnored = ignored.filter { !Self.contains(ignored, folderOf: $0) }
    return outermost.map {
      .init(path: $0, tracked: tracked.range(below: $0), obeysIgnoreRules: true)
    } + outermostIgnored.map { .init(path: $0, tracked: 0..<0, obeysIgnoreRules: false) }
  }

  /// A file that the user named. A link stands for the file of this tree that it leads to; one that leads elsewhere
  /// stays a link, which is named when it comes to reading.
  private func namedFile(_ path: RepositoryPath) -> FileEntry {
    do throws(UnreadableReason) {
      return FileEntry(path: try contentsPath(of: path), mode: .regular, objectID: nil)
    } catch {
      return FileEntry(path: path, mode: .symbolicLink, objectID: nil)
    }
  }

  /// The files on disk below folders, without a walk: what git tracks there and what it would add.
  private func listThroughCommand(
    _ location: RepositoryLocation, _ folders: [WorkTreeWalk.Folder], _ tracked: [FileEntry],
    _ isCandidatePath: (RepositoryPath) -> Bool
  ) throws(GitError) -> [FileEntry] {
    let starts = Set(folders.filter(\.obeysIgnoreRules).map(\.path))
    var entries: [FileEntry] = []
    for entry in tracked where entry.mode != .submodule && isCandidatePath(entry.path) {
      if Self.contains(starts, folderOf: entry.path) {
        entries.append(FileEntry(path: entry.path, mode: entry.mode, objectID: nil))
      }
    }
    var untracked: [RepositoryPath] = []
    if !starts.isEmpty {
      untracked = try location.untrackedFilesThroughCommand().filter { Self.contains(starts, folderOf: $0) }
    }
    for folder in folders where !folder.obeysIgnoreRules {
      untracked += try location.untrackedFilesThroughCommand(ignoredBelow: folder.path)
    }
    for path in untracked where isCandidatePath(path) {
      entries.append(FileEntry(path: path, mode: .regular, objectID: nil))
    }
    return entries.sortedWithoutRepetition()
  }

  /// Whether a path is among those that the user asked for.
  public func isSelected(_ path: RepositoryPath) -> Bool {
    selectionSet.isEmpty || selectionSet.contains(path) || Self.contains(selectionSet, folderOf: path)
  }

  /// Whether one of `paths` is a folder that holds `path`. Hook frameworks name thousands of paths.
  private static func contains(_ paths: Set<RepositoryPath>, folderOf path: RepositoryPath) -> Bool {
    var folder = path
    while !folder.bytes.isEmpty {
      folder = folder.folder
      if paths.contains(folder) { return true }
    }
    return false
  }
}

extension [FileEntry] {
  /// In path order, each path once.
  fileprivate func sortedWithoutRepetition() -> [FileEntry] {
    var result: [FileEntry] = []
    result.reserveCapacity(count)
    for entry in sorted(by: { comparePaths($0.path.bytes, $1.path.bytes) < 0 }) where entry.path != result.last?.path {
      result.append(entry)
    }
    return result
  }
}
