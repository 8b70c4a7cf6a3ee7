#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A repository, by its place. Every call opens it anew, which takes 0.05 ms, and gives plain values.
public struct GitRepository: Sendable {
  let location: RepositoryLocation

  /// The repository that Git would use: that of `GIT_DIR`, else the one at or above the current directory.
  /// - Returns: `nil` where there is none.
  public static func find(
    environment: GitEnvironment = .process(), options: OpeningOptions = OpeningOptions()
  ) throws(GitError) -> GitRepository? {
    try RepositoryLocation.find(
      from: environment.currentDirectory, environment: environment, options: options
    ).map(GitRepository.init)
  }

  /// `nil` for a bare repository.
  public var workTree: HostPath? { location.workTree }

  /// `.git`, or the folder of a linked worktree in it.
  public var gitDirectory: HostPath { location.gitDirectory }

  /// The index that Git means, in a hook the one of `GIT_INDEX_FILE`.
  public var indexFile: HostPath { location.indexFile }

  /// The commit and tree that a revision names.
  public func resolve(_ revision: String) throws(GitError) -> Revision {
    // libgit2 takes it for the first parent.
    if revision.hasSuffix("^@") { throw .severalCommits(revision) }
    do {
      return switch location.access {
      case .libgit2: try location.open().resolve(revision)
      case .command: try location.resolveThroughCommand(revision)
      }
    } catch {
      guard error.code == .unknownRevision else { throw error }
      if Self.namesSeveralCommits(revision) { throw .severalCommits(revision) }
      throw .unknownRevision(revision, reason: error.reason, hint: hint(forMissing: revision))
    }
  }

  /// Whether a text that is no revision is a range or a part of one, as gitrevisions has them.
  private static func namesSeveralCommits(_ text: String) -> Bool {
    text.hasPrefix("^") || text.hasSuffix("^!") || spelledOut(text) != text || (text.contains("..") && !text.contains(":"))
  }

  /// What can be done about a revision that is not here.
  private func hint(forMissing revision: String) -> String? {
    if isShallow {
      return "This is a shallow clone; fetch the revision first: git fetch --unshallow, or fetch-depth: 0 in CI."
    }
    let head = try? head()
    guard let head, head.commit == nil else { return nil }
    return head.branch.map { "There is no commit on '\($0)' yet." } ?? "There is no commit yet."
  }

  /// Whether the history ends before its beginning (`git clone --depth`).
  public var isShallow: Bool {
    // Git removes the file, or leaves an empty one, when the rest was fetched.
    var status = stat()
    let path = location.commonDirectory.appending("shallow".utf8)
    return path.withCString { lstat($0, &status) } == 0 && status.st_size > 0
  }

  public func head() throws(GitError) -> Head {
    switch location.access {
    case .libgit2: try location.open().head()
    case .command: try location.headThroughCommand()
    }
  }

  /// The URL of `origin`, or of the only remote, without credentials.
  public func remoteURL() throws(GitError) -> String? {
    let url =
      switch location.access {
      case .libgit2: try location.open().remoteURL()
      case .command: try location.remoteURLThroughCommand()
      }
    return url.map(urlWithoutCredentials)
  }
}
