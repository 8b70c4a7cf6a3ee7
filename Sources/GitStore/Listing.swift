import CLibgit2
import SourceText

/// What a repository holds, by libgit2 or by the `git` command: the same either way.
extension RepositoryLocation {
  /// The index that Git means, in path order.
  func indexEntries() throws(GitError) -> [FileEntry] {
    if indexIsFromEnvironment, indexFile.itemKind == nil, gitDirectory.appending("index".utf8).itemKind != nil {
      throw GitError(
        .unreadable, attempted: "read the index \(indexFile)",
        reason: "GIT_INDEX_FILE names it and it does not exist")
    }
    var entries: [FileEntry]
    // Split and sparse indexes are known to git alone.
    if access == .libgit2, let known = try IndexListing.entries(of: indexFile) {
      entries = known
    } else {
      entries = try indexEntriesThroughCommand()
    }
    if !entries.isSortedByPath { entries.sortByPath() }
    return entries
  }

  /// Every file below a tree, in path order.
  func treeEntries(of tree: ObjectID) throws(GitError) -> (entries: [FileEntry], skipped: [SkippedFile]) {
    if access == .command { return (try treeEntriesThroughCommand(of: tree), []) }
    var fetched: Set<ObjectID> = []
    while true {
      let missing: ObjectID
      do throws(TreeListing.Failure) {
        var objects = try openObjectsForListing()
        return try TreeListing(
          of: tree, in: &objects, mayBeAbsent: isPartialClone, maximumEntries: options.maximumEntries
        ).finish()
      } catch {
        switch error {
        case .failed(let failure): throw failure
        case .missingTree(let id): missing = id
        }
      }
      // A clone without trees: one request brings a tree and what is below it.
      guard isPartialClone, fetched.insert(missing).inserted else {
        throw GitError(
          .corrupt, attempted: "list the tree \(tree)", reason: "its part \(missing) is missing from the repository")
      }
      try fetchPromised([missing])
    }
  }

  private func openObjectsForListing() throws(TreeListing.Failure) -> ObjectDatabase {
    do throws(GitError) {
      return try openObjects()
    } catch {
      throw .failed(error)
    }
  }

  /// Whether the ignore rules leave a path of the working tree out; a folder ends with a slash.
  func isIgnored(_ path: [UInt8]) throws(GitError) -> Bool {
    switch access {
    case .libgit2: try open().isIgnored(path)
    case .command: try isIgnoredThroughCommand(path)
    }
  }
}
