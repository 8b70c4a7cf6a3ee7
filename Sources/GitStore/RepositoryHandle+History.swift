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

  /// The commits that `tip` reaches and `base` does not, parents before children.
  func commits(from base: ObjectID?, to tip: ObjectID, onlyTip: Bool) throws(GitError) -> [Commit] {
    if onlyTip { return try commit(tip).map { [$0] } ?? [] }
    func fail(_ code: Int32) -> GitError {
      GitError(.corrupt, attempted: "walk the history of \(tip)", reason: Libgit2.Failure(code: code).message)
    }
    var opened: OpaquePointer?
    var code = withPointer { git_revwalk_new(&opened, $0) }
    guard code == 0, let walk = opened else { throw fail(code) }
    defer { git_revwalk_free(walk) }
    code = git_revwalk_sorting(walk, GIT_SORT_TOPOLOGICAL.rawValue | GIT_SORT_REVERSE.rawValue)
    guard code == 0, var start = tip.oid else { throw fail(code) }
    code = git_revwalk_push(walk, &start)
    guard code == 0 else { throw fail(code) }
    if var end = base?.oid {
      code = git_revwalk_hide(walk, &end)
      guard code == 0 else { throw fail(code) }
    }
    var commits: [Commit] = []
    var next = git_oid()
    while true {
      code = git_revwalk_next(&next, walk)
      if code == GIT_ITEROVER.rawValue { return commits }
      guard code == 0, let id = ObjectID(&next), let commit = try commit(id) else { throw fail(code) }
      commits.append(commit)
    }
  }

  private func commit(_ id: ObjectID) throws(GitError) -> Commit? {
    guard var oid = id.oid else { return nil }
    var opened: OpaquePointer?
    let code = withPointer { git_commit_lookup(&opened, $0, &oid) }
    if code == GIT_ENOTFOUND.rawValue { return nil }
    guard code == 0, let commit = opened, let tree = ObjectID(git_commit_tree_id(commit)),
      let author = git_commit_author(commit), let committer = git_commit_committer(commit)
    else {
      throw GitError(.corrupt, attempted: "read the commit \(id)", reason: Libgit2.Failure(code: code).message)
    }
    defer { git_commit_free(commit) }
    let parents = (0..<git_commit_parentcount(commit)).compactMap { ObjectID(git_commit_parent_id(commit, $0)) }
    return Commit(
      id: id, tree: tree, parents: parents, authorName: String(cString: author.pointee.name),
      authorEmail: String(cString: author.pointee.email), authored: CommitDate(author.pointee.when),
      committed: CommitDate(committer.pointee.when),
      subject: git_commit_summary(commit).map { String(cString: $0) } ?? "")
  }
}

extension CommitDate {
  init(_ time: git_time) {
    self.init(secondsSince1970: Int64(time.time), offsetMinutes: Int(time.offset))
  }
}
