import CLibgit2

extension RepositoryHandle {
  func mergeBase(_ first: ObjectID, _ second: ObjectID) throws(GitError) -> ObjectID? {
    guard var one = first.oid, var two = second.oid else { return nil }
    var base = git_oid()
    let code = withPointer { git_merge_base(&base, $0, &one, &two) }
    if code == GIT_ENOTFOUND.rawValue { return nil }
    guard code == 0 else {
      throw GitError(
        .corrupt, attempted: "find where \(first) and \(second) parted", reason: Libgit2.Failure(code: code).message)
    }
    return ObjectID(&base)
  }

  /// The names of the commits that `tip` reaches and `base` does not, parents before children.
  func commits(from base: ObjectID, to tip: ObjectID) throws(GitError) -> [ObjectID] {
    func fail(_ code: Int32) -> GitError {
      GitError(.corrupt, attempted: "walk the history of \(tip)", reason: Libgit2.Failure(code: code).message)
    }
    var opened: OpaquePointer?
    var code = withPointer { git_revwalk_new(&opened, $0) }
    guard code == 0, let walk = opened else { throw fail(code) }
    defer { git_revwalk_free(walk) }
    code = git_revwalk_sorting(walk, GIT_SORT_TOPOLOGICAL.rawValue | GIT_SORT_REVERSE.rawValue)
    guard code == 0, var start = tip.oid, var end = base.oid else { throw fail(code) }
    code = git_revwalk_push(walk, &start)
    guard code == 0 else { throw fail(code) }
    code = git_revwalk_hide(walk, &end)
    guard code == 0 else { throw fail(code) }
    var commits: [ObjectID] = []
    var next = git_oid()
    while true {
      code = git_revwalk_next(&next, walk)
      if code == GIT_ITEROVER.rawValue { return commits }
      guard code == 0, let id = ObjectID(&next) else { throw fail(code) }
      commits.append(id)
    }
  }
}
