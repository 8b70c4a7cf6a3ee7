import SourceText

/// A path at which the index differs from HEAD.
public struct StagedPath: Hashable, Sendable {
  public enum Change: Hashable, Sendable {
    case added
    /// Another content, mode or kind.
    case modified
    case deleted
    case unmerged
  }

  public let path: RepositoryPath
  public let change: Change

  public init(path: RepositoryPath, change: Change) {
    self.path = path
    self.change = change
  }
}

extension FileTree {
  /// Where an index differs from HEAD, in path order: what the commit would change. Before the first commit everything
  /// is added.
  /// - Returns: an empty list for trees that are no index.
  public func stagedPaths() throws(GitError) -> [StagedPath] {
    guard source == .index, case .objects(let index) = store, let location = repository?.location else { return [] }
    var head: [FileEntry] = []
    if let commit = try GitRepository(location: location).head().commit {
      let revision = try GitRepository(location: location).resolve(commit.hex)
      head = try location.treeEntries(of: revision.tree).entries
    }
    return Self.difference(from: head, to: index)
  }

  /// Merges two lists in path order.
  static func difference(from old: [FileEntry], to new: [FileEntry]) -> [StagedPath] {
    var changes: [StagedPath] = []
    var before = 0
    var after = 0
    while before < old.count || after < new.count {
      let order: Int
      if before == old.count {
        order = 1
      } else if after == new.count {
        order = -1
      } else {
        order = comparePaths(old[before].path.bytes, new[after].path.bytes)
      }
      if order < 0 {
        changes.append(StagedPath(path: old[before].path, change: .deleted))
        before += 1
        continue
      }
      let entry = new[after]
      after += 1
      if order == 0 { before += 1 }
      if entry.isUnmerged {
        changes.append(StagedPath(path: entry.path, change: .unmerged))
      } else if order > 0 {
        changes.append(StagedPath(path: entry.path, change: .added))
      } else if entry.objectID != old[before - 1].objectID || entry.mode != old[before - 1].mode {
        changes.append(StagedPath(path: entry.path, change: .modified))
      }
    }
    return changes
  }
}
