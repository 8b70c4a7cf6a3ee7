import CLibgit2
import CShims

/// An open repository of libgit2. Belongs to the task that opened it: libgit2's objects are not safe to share.
struct RepositoryHandle: ~Copyable {
  private let handle: OpaquePointer

  /// - Parameters:
  ///   - path: the `.git` directory, or where to look for one with `searches`.
  ///   - ceilings: directories at which the search ends, separated by colons.
  ///   - checksOwner: off only when Git itself trusts the repository, or the user said so.
  init(
    opening path: HostPath, searches: Bool, acrossFileSystems: Bool = false, ceilings: String? = nil, checksOwner: Bool
  ) throws(Libgit2.Failure) {
    _ = Libgit2.initialized
    var flags: UInt32 = 0
    if !searches { flags |= GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue }
    if acrossFileSystems { flags |= GIT_REPOSITORY_OPEN_CROSS_FS.rawValue }
    handle = try Libgit2.opening.withLock { _ throws(Libgit2.Failure) -> OpaquePointer in
      if !checksOwner { _ = registrylint_git_set_owner_validation(0) }
      defer { if !checksOwner { _ = registrylint_git_set_owner_validation(1) } }
      var handle: OpaquePointer?
      let code = path.withCString { path in
        if let ceilings { return ceilings.withCString { git_repository_open_ext(&handle, path, flags, $0) } }
        return git_repository_open_ext(&handle, path, flags, nil)
      }
      guard code == 0, let handle else { throw Libgit2.Failure(code: code) }
      return handle
    }
  }

  deinit { git_repository_free(handle) }

  /// For the other files of this type; the pointer must not be kept.
  func withPointer<Value>(_ body: (OpaquePointer) -> Value) -> Value { body(handle) }

  var gitDirectory: HostPath { HostPath(cString: git_repository_path(handle)).withoutTrailingSlash }
  var commonDirectory: HostPath { HostPath(cString: git_repository_commondir(handle)).withoutTrailingSlash }
  var isBare: Bool { git_repository_is_bare(handle) != 0 }
  var isShallow: Bool { git_repository_is_shallow(handle) != 0 }

  var workTree: HostPath? {
    git_repository_workdir(handle).map { HostPath(cString: $0).withoutTrailingSlash }
  }

  /// Whether nothing but libgit2 says that there is a working tree: without `core.bare`, as in a bare repository that
  /// lost its `config`, it takes the folder around the repository. Git takes a repository that it finds and that is not
  /// called `.git` for a bare one (setup.c, `setup_bare_git_dir`).
  var workTreeIsGuessed: Bool {
    guard let workTree, gitDirectory == commonDirectory, gitDirectory.folder == workTree else { return false }
    return !gitDirectory.name.elementsEqual(gitFolder) && configuration("core.bare") == nil
      && configuration("core.worktree") == nil
  }

  mutating func setWorkTree(_ path: HostPath) throws(Libgit2.Failure) {
    let code = path.withCString { git_repository_set_workdir(handle, $0, 0) }
    guard code == 0 else { throw Libgit2.Failure(code: code) }
  }

  /// Reads objects from these directories too.
  mutating func addObjects(in directories: [HostPath]) throws(Libgit2.Failure) {
    var objects: OpaquePointer?
    var code = git_repository_odb(&objects, handle)
    guard code == 0, let objects else { throw Libgit2.Failure(code: code) }
    defer { git_odb_free(objects) }
    for directory in directories {
      code = directory.withCString { git_odb_add_disk_alternate(objects, $0) }
      guard code == 0 else { throw Libgit2.Failure(code: code) }
    }
  }

  /// Whether the rules of `.gitignore`, `info/exclude` and `core.excludesFile` leave the path out.
  /// - Parameter path: relative to the working tree; a folder ends with a slash.
  func isIgnored(_ path: [UInt8]) -> Bool {
    var ignored: Int32 = 0
    let code = path.withCString { git_ignore_path_is_ignored(&ignored, handle, $0) }
    return code == 0 && ignored != 0
  }

  /// The commit and tree that a revision names. The commit is `nil` for the name of a tree.
  func resolve(_ revision: String) throws(GitError) -> Revision {
    var object: OpaquePointer?
    let code = revision.withCString { git_revparse_single(&object, handle, $0) }
    guard code == 0, let object else {
      let failure = Libgit2.Failure(code: code)
      // Digits of a name, fewer than tell one.
      let isTooShort = code == GIT_EAMBIGUOUS.rawValue && revision.utf8.count < Int(GIT_OID_MINPREFIXLEN)
      throw .unknownRevision(
        revision, reason: code == GIT_ENOTFOUND.rawValue || isTooShort ? "there is no such revision" : failure.message)
    }
    defer { git_object_free(object) }
    // A commit tells its tree, which need not be here: a partial clone may have to fetch it.
    if let (commit, tree) = commitAndTree(object) { return Revision(name: revision, commit: commit, tree: tree) }
    guard let tree = peel(object, to: GIT_OBJECT_TREE) else {
      throw .unknownRevision(revision, reason: "it is neither a commit nor a tree")
    }
    return Revision(name: revision, commit: nil, tree: tree)
  }

  private func commitAndTree(_ object: OpaquePointer) -> (ObjectID, ObjectID)? {
    var peeled: OpaquePointer?
    guard git_object_peel(&peeled, object, GIT_OBJECT_COMMIT) == 0, let peeled else { return nil }
    defer { git_object_free(peeled) }
    guard let commit = ObjectID(git_object_id(peeled)), let tree = ObjectID(git_commit_tree_id(peeled)) else {
      return nil
    }
    return (commit, tree)
  }

  private func peel(_ object: OpaquePointer, to type: git_object_t) -> ObjectID? {
    var peeled: OpaquePointer?
    guard git_object_peel(&peeled, object, type) == 0, let peeled else { return nil }
    defer { git_object_free(peeled) }
    return ObjectID(git_object_id(peeled))
  }

  /// The branch that HEAD names, without `refs/heads/`, and its commit; both `nil` where there is none.
  func head() -> Head {
    var commit: ObjectID?
    var oid = git_oid()
    if git_reference_name_to_id(&oid, handle, "HEAD") == 0 { commit = ObjectID(&oid) }
    var reference: OpaquePointer?
    guard git_reference_lookup(&reference, handle, "HEAD") == 0, let reference else {
      return Head(branch: nil, commit: commit)
    }
    defer { git_reference_free(reference) }
    var branch: String?
    if let target = git_reference_symbolic_target(reference) {
      let name = String(cString: target)
      branch = name.hasPrefix("refs/heads/") ? String(name.dropFirst("refs/heads/".count)) : name
    }
    return Head(branch: branch, commit: commit)
  }

  /// A value of the configuration as Git merges it, or `nil`.
  func configuration(_ name: String) -> String? {
    var config: OpaquePointer?
    guard git_repository_config_snapshot(&config, handle) == 0, let config else { return nil }
    defer { git_config_free(config) }
    var value: UnsafePointer<CChar>?
    guard git_config_get_string(&value, config, name) == 0, let value else { return nil }
    return String(cString: value)
  }

  /// The URL of `origin`, or of the only remote when it has another name.
  func remoteURL() -> String? {
    if let url = configuration("remote.origin.url") { return url }
    var names = git_strarray()
    guard git_remote_list(&names, handle) == 0 else { return nil }
    defer { git_strarray_dispose(&names) }
    guard names.count == 1, let name = names.strings.pointee else { return nil }
    return configuration("remote.\(String(cString: name)).url")
  }

  /// Whether a remote promises objects that are not here (`git clone --filter`).
  var isPartialClone: Bool {
    var config: OpaquePointer?
    guard git_repository_config_snapshot(&config, handle) == 0, let config else { return false }
    defer { git_config_free(config) }
    let pattern = #"^(extensions\.partialclone|remote\..*\.promisor)$"#
    return git_config_foreach_match(config, pattern, { _, _ in 1 }, nil) != 0
  }
}
