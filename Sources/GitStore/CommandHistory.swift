/// Histories that libgit2 cannot walk, from the `git` command.
extension RepositoryLocation {
  func mergeBaseThroughCommand(_ first: ObjectID, _ second: ObjectID) throws(GitError) -> ObjectID? {
    let output = try command().run(["merge-base", first.hex, second.hex])
    guard output.status <= 1 else {
      throw GitError(.corrupt, attempted: "find where \(first) and \(second) parted", reason: output.message)
    }
    return output.status == 0 ? ObjectID(hex: output.line) : nil
  }

  func commitsThroughCommand(from base: ObjectID?, to tip: ObjectID, onlyTip: Bool) throws(GitError) -> [Commit] {
    // A signature would be checked by a program of the configuration's choice.
    var arguments = [
      "log", "--no-show-signature", "--no-color", "--no-patch", "--no-notes", "--encoding=UTF-8", "--date=raw",
      "--topo-order", "--reverse", "-z", "--format=%H%x00%T%x00%P%x00%an%x00%ae%x00%ad%x00%s",
    ]
    if onlyTip { arguments.append("--max-count=1") }
    arguments.append(tip.hex)
    if let base { arguments.append("^" + base.hex) }
    let output = try command().run(arguments)
    guard output.status == 0 else {
      if onlyTip { return [] }
      throw GitError(.corrupt, attempted: "walk the history of \(tip)", reason: output.message)
    }
    var fields = output.bytes.split(separator: 0, omittingEmptySubsequences: false)
    if fields.last?.isEmpty == true, fields.count % 7 == 1 { fields.removeLast() }
    var commits: [Commit] = []
    for start in stride(from: 0, to: fields.count, by: 7) {
      guard start + 7 <= fields.count, let id = ObjectID(hex: fields[start]),
        let tree = ObjectID(hex: fields[start + 1])
      else {
        throw GitError(
          .gitCommandFailed, attempted: "understand git log", reason: "unexpected answer of \(fields.count) fields")
      }
      func text(_ field: Int) -> String { String(decoding: fields[start + field], as: UTF8.self) }
      commits.append(
        Commit(
          id: id, tree: tree,
          parents: fields[start + 2].split(separator: UInt8(ascii: " ")).compactMap { ObjectID(hex: $0) },
          authorName: text(3), authorEmail: text(4),
          authored: fields[start + 5].withUnsafeBytes { CommitDate(raw: $0) }, subject: text(6)))
    }
    return commits
  }
}
