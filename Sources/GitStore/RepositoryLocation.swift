/// Where a repository keeps what, and how it can be read: all that a worker needs to open it again.
struct RepositoryLocation: Sendable {
  /// `.git`, or `.git/worktrees/NAME` for a linked worktree.
  let gitDirectory: HostPath
  /// Where objects and references are: differs from `gitDirectory` in a linked worktree.
  let commonDirectory: HostPath
  /// `nil` for a bare repository.
  let workTree: HostPath?
  /// The index that Git means, from `GIT_INDEX_FILE` in a hook.
  let indexFile: HostPath
  /// Whether `GIT_INDEX_FILE` named it.
  let indexIsFromEnvironment: Bool
  let objects: HostPath
  /// What `GIT_ALTERNATE_OBJECT_DIRECTORIES` adds, as in the quarantine of a receive hook.
  let alternates: [HostPath]
  let isPartialClone: Bool
  let checksOwner: Bool
  /// For commands on this repository: stripped when it is not the hook's.
  let environment: GitEnvironment

  func open() throws(GitError) -> RepositoryHandle {
    do {
      var handle = try RepositoryHandle(opening: gitDirectory, searches: false, checksOwner: checksOwner)
      if let workTree, handle.workTree != workTree { try handle.setWorkTree(workTree) }
      return handle
    } catch {
      throw Self.error(for: error, at: gitDirectory)
    }
  }

  func openObjects() throws(GitError) -> ObjectDatabase {
    try ObjectDatabase(objects: objects, alternates: alternates)
  }

  static func error(for failure: Libgit2.Failure, at path: HostPath) -> GitError {
    if failure.isOwnership { return .ownership(of: path) }
    if failure.isNotFound { return .notARepository(at: path) }
    return GitError(.corrupt, attempted: "open the repository \(path)", reason: failure.message)
  }
}

extension RepositoryLocation {
  /// The repository that Git would use in `directory`, or `nil` when there is none.
  ///
  /// `GIT_DIR`, `GIT_WORK_TREE`, `GIT_INDEX_FILE` and the object directories of the environment are obeyed, relative
  /// ones as Git takes them: the first two from the current directory, the index from the root of the working tree.
  /// libgit2 would take `.git/index` from the current directory too, and see an empty index in a subfolder.
  ///
  /// Unlike Git, `GIT_DIR` alone does not make a subfolder of its own working tree the root: hooks in linked worktrees
  /// and submodules have it set, and may change the directory.
  static func find(
    from directory: HostPath, environment: GitEnvironment, checksOwner: Bool
  ) throws(GitError) -> RepositoryLocation? {
    let variable = environment.value("GIT_DIR")
    let start = variable.map(directory.resolving) ?? directory
    do {
      var handle = try RepositoryHandle(
        opening: start, searches: variable == nil,
        acrossFileSystems: environment.value("GIT_DISCOVERY_ACROSS_FILESYSTEM") != nil,
        ceilings: environment.value("GIT_CEILING_DIRECTORIES"), checksOwner: checksOwner)
      if let workTree = environment.value("GIT_WORK_TREE").map(directory.resolving) {
        try handle.setWorkTree(workTree.real() ?? workTree)
      } else if variable != nil, !handle.isBare, handle.configuration("core.worktree") == nil,
        directory.relative(to: handle.workTree ?? directory) == nil
      {
        try handle.setWorkTree(directory)
      }
      return RepositoryLocation(handle, directory: directory, environment: environment, checksOwner: checksOwner)
    } catch {
      if error.isNotFound && variable == nil { return nil }
      throw self.error(for: error, at: start)
    }
  }

  private init(
    _ handle: borrowing RepositoryHandle, directory: HostPath, environment: GitEnvironment, checksOwner: Bool
  ) {
    gitDirectory = handle.gitDirectory
    commonDirectory = handle.commonDirectory
    workTree = handle.workTree
    if let index = environment.value("GIT_INDEX_FILE") {
      indexFile = (workTree ?? directory).resolving(index)
      indexIsFromEnvironment = true
    } else {
      indexFile = gitDirectory.appending("index".utf8)
      indexIsFromEnvironment = false
    }
    let ownObjects = commonDirectory.appending("objects".utf8)
    var alternates: [HostPath] = []
    if let named = environment.value("GIT_OBJECT_DIRECTORY").map(directory.resolving) {
      objects = named
      alternates.append(ownObjects)
    } else {
      objects = ownObjects
    }
    if let list = environment.value("GIT_ALTERNATE_OBJECT_DIRECTORIES") {
      alternates += list.utf8.split(separator: UInt8(ascii: ":")).map { directory.resolving(Array($0)) }
    }
    self.alternates = alternates
    isPartialClone = handle.isPartialClone
    self.checksOwner = checksOwner
    self.environment = environment
  }
}
