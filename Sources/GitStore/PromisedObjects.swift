/// Objects that a partial clone (`git clone --filter`) leaves at its remote until they are needed.
extension RepositoryLocation {
  /// Brings objects from the remote that promised them, all in one request, as Git itself does when it meets one.
  /// libgit2 never does.
  /// - Throws: when no remote gives them, or the user wants nothing to be fetched.
  func fetchPromised(_ ids: [ObjectID]) throws(GitError) {
    let attempted = "fetch \(ids.count) objects that this partial clone has not got"
    guard options.fetchesPromisedObjects else {
      throw GitError(.gitCommandFailed, attempted: attempted, reason: "fetching is switched off")
    }
    let git = try command()
    var problem = "no remote promises them"
    for remote in try promisingRemotes(git) {
      // What Git's promisor-remote.c runs.
      let output = try git.run(
        [
          "-c", "fetch.negotiationAlgorithm=noop", "fetch", remote, "--no-tags", "--no-write-fetch-head",
          "--recurse-submodules=no", "--no-auto-maintenance", "--filter=blob:none", "--stdin",
        ],
        input: ids.flatMap { $0.hexBytes + [UInt8(ascii: "\n")] }, fetches: true)
      if output.status == 0 { return }
      problem = output.message
    }
    throw GitError(.gitCommandFailed, attempted: attempted, reason: problem)
  }

  private func promisingRemotes(_ git: GitCommand) throws(GitError) -> [String] {
    let pattern = #"^(extensions\.partialclone|remote\..*\.promisor)$"#
    let listed = try git.run(["config", "--null", "--get-regexp", pattern])
    var names: [String] = []
    for record in listed.bytes.split(separator: 0) {
      let parts = record.split(separator: UInt8(ascii: "\n"), maxSplits: 1)
        .map { String(decoding: $0, as: UTF8.self) }
      guard let key = parts.first else { continue }
      let name =
        key.hasPrefix("remote.")
        ? String(key.dropFirst("remote.".count).dropLast(".promisor".count)) : parts.count > 1 ? parts[1] : ""
      // A name that begins with a dash would be an option.
      if !name.isEmpty, !name.hasPrefix("-"), !names.contains(name) { names.append(name) }
    }
    return names
  }
}
