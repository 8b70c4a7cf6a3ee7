extension RepositoryLocation {
  /// The repository that Git would use in `directory`, or `nil` when there is none.
  ///
  /// `GIT_DIR`, `GIT_WORK_TREE`, `GIT_INDEX_FILE` and the object directories of the environment are obeyed, relative
  /// ones as Git takes them: the first two from the current directory, the index from the root of the working tree.
  /// libgit2 would take `.git/index` from the current directory too, and see an empty index in a subfolder.
  ///
  /// Unlike Git, `GIT_DIR` alone does not make a subfolder of its own working tree the root: hooks in linked worktrees
  /// and submodules have it set, and may change the directory.
  ///
  /// What libgit2 cannot open is asked of `git`, which also knows owners that libgit2 1.5 does not trust
  /// (`safe.directory = *`).
  static func find(
    from directory: HostPath, environment: GitEnvironment, options: OpeningOptions
  ) throws(GitError) -> RepositoryLocation? {
    if environment.value("GIT_COMMON_DIR") != nil {
      return try findThroughCommand(from: directory, environment: environment, options: options)
    }
    let failure: Libgit2.Failure
    do throws(Libgit2.Failure) {
      return try findThroughLibgit2(from: directory, environment: environment, options: options)
    } catch {
      failure = error
    }
    if failure.isNotFound, environment.value("GIT_DIR") == nil {
      try refuseBrokenLink(above: directory)
      return nil
    }
    let start = environment.value("GIT_DIR").map(directory.resolving) ?? directory
    let found: RepositoryLocation?
    do throws(GitError) {
      found = try findThroughCommand(from: directory, environment: environment, options: options)
    } catch {
      guard error.code == .gitCommandMissing else { throw error }
      if failure.isOwnership || failure.isNotFound { throw Self.error(for: failure, at: start) }
      throw GitError(
        .gitCommandMissing, attempted: "open the repository \(start)",
        reason: "it needs the git command, which is not in PATH (libgit2: \(failure.message))", hint: "Install git.")
    }
    if failure.isOwnership, found != nil, !options.trustsOwners {
      var trusting = options
      trusting.trustsOwners = true
      return try find(from: directory, environment: environment, options: trusting)
    }
    return found
  }

  private static func findThroughLibgit2(
    from directory: HostPath, environment: GitEnvironment, options: OpeningOptions
  ) throws(Libgit2.Failure) -> RepositoryLocation {
    let variable = environment.value("GIT_DIR")
    var handle = try RepositoryHandle(
      opening: variable.map(directory.resolving) ?? directory, searches: variable == nil,
      acrossFileSystems: environment.value("GIT_DISCOVERY_ACROSS_FILESYSTEM") != nil,
      ceilings: environment.value("GIT_CEILING_DIRECTORIES"), checksOwner: !options.trustsOwners)
    if let workTree = environment.value("GIT_WORK_TREE").map(directory.resolving) {
      try handle.setWorkTree(workTree.real() ?? workTree)
    } else if variable != nil, !handle.isBare, handle.configuration("core.worktree") == nil,
      directory.relative(to: handle.workTree ?? directory) == nil
    {
      try handle.setWorkTree(directory)
    }
    let isGuess = variable == nil && environment.value("GIT_WORK_TREE") == nil && handle.workTreeIsGuessed
    return RepositoryLocation(
      gitDirectory: handle.gitDirectory, commonDirectory: handle.commonDirectory,
      workTree: isGuess ? nil : handle.workTree, isPartialClone: handle.isPartialClone, access: .libgit2,
      directory: directory, environment: environment, options: options)
  }

  /// A `.git` file whose target is not here is not "no repository": files would be read without their ignore rules.
  /// It happens where only a linked worktree or a submodule is mounted into a container.
  private static func refuseBrokenLink(above directory: HostPath) throws(GitError) {
    var folder = directory
    while true {
      let link = folder.appending(gitFolder)
      if link.itemKind == .file {
        throw GitError(
          .notARepository, attempted: "open the repository at \(folder)",
          reason: "its .git file names a directory that is not here",
          hint: "In a container, mount the main repository as well.")
      }
      if folder.bytes == [slash] { return }
      folder = folder.folder
    }
  }

  static func error(for failure: Libgit2.Failure, at path: HostPath) -> GitError {
    if failure.isOwnership { return .ownership(of: path) }
    if failure.isNotFound { return .notARepository(at: path) }
    return GitError(.corrupt, attempted: "open the repository \(path)", reason: failure.message)
  }
}
