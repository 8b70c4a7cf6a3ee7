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
  /// What can read it.
  let access: Access
  let options: OpeningOptions
  /// For commands on this repository: stripped when it is not the hook's.
  let environment: GitEnvironment

  enum Access: Hashable, Sendable {
    case libgit2
    /// The `git` command: object formats, reference formats and settings that libgit2 does not know.
    case command
  }

  func open() throws(GitError) -> RepositoryHandle {
    do {
      var handle = try RepositoryHandle(opening: gitDirectory, searches: false, checksOwner: !options.trustsOwners)
      if let workTree, handle.workTree != workTree { try handle.setWorkTree(workTree) }
      if !alternates.isEmpty { try handle.addObjects(in: [objects] + alternates) }
      return handle
    } catch {
      throw Self.error(for: error, at: gitDirectory)
    }
  }

  func openObjects() throws(GitError) -> ObjectDatabase {
    try ObjectDatabase(objects: objects, alternates: alternates)
  }

  init(
    gitDirectory: HostPath, commonDirectory: HostPath, workTree: HostPath?, isPartialClone: Bool, access: Access,
    directory: HostPath, environment: GitEnvironment, options: OpeningOptions
  ) {
    self.gitDirectory = gitDirectory
    self.commonDirectory = commonDirectory
    self.workTree = workTree
    self.isPartialClone = isPartialClone
    self.access = access
    self.environment = environment
    self.options = options
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
  }
}
