extension GitRepository {
  /// The folder that Git runs hooks from: `core.hooksPath`, relative to the root of the working tree, else `hooks` of
  /// the repository that linked worktrees share.
  public func hooksFolder() throws(GitError) -> HostPath {
    guard let path = try location.open().configuration("core.hookspath") else {
      return location.commonDirectory.appending("hooks".utf8)
    }
    return (workTree ?? gitDirectory).resolving(path)
  }
}
