import SourceText

/// What libgit2 cannot list, from the `git` command.
extension RepositoryLocation {
  /// The place of a repository that only `git` can open. `nil` where git finds none either.
  static func findThroughCommand(
    from directory: HostPath, environment: GitEnvironment, options: OpeningOptions
  ) throws(GitError) -> RepositoryLocation? {
    let git = try GitCommand(environment: environment, directory: directory)
    let found = try git.run(["rev-parse", "--absolute-git-dir"])
    guard found.status == 0 else {
      if found.message.contains("dubious ownership") { throw .ownership(of: directory) }
      if found.message.hasPrefix("not a git repository (or any") { return nil }
      throw GitError(.corrupt, attempted: "open the repository at \(directory)", reason: found.message)
    }
    let gitDirectory = HostPath(bytes: found.line)
    let common = directory.resolving(try git.output(["rev-parse", "--git-common-dir"]).line)
    let isBare = try git.output(["rev-parse", "--is-bare-repository"]).text == "true"
    let top = try git.run(["rev-parse", "--show-toplevel"])
    let promises = try git.run(["config", "--get-regexp", #"^(extensions\.partialclone|remote\..*\.promisor)$"#])
    return RepositoryLocation(
      gitDirectory: gitDirectory, commonDirectory: common,
      workTree: isBare || top.status != 0 ? nil : HostPath(bytes: top.line), isPartialClone: promises.status == 0,
      access: .command, directory: directory, environment: environment, options: options)
  }

  /// The index as git lists it: `MODE ID STAGE TAB PATH NUL`.
  func indexEntriesThroughCommand() throws(GitError) -> [FileEntry] {
    let git = try command()
    var entries: [FileEntry] = []
    var mayBeIntended = false
    try Self.forEachRecord(try git.output(["ls-files", "--stage", "-z", "--full-name"]).bytes) { words, path in
      guard words.count == 3, let mode = UInt32(octal: words[0]), let stage = Int32(octal: words[2]) else {
        return false
      }
      let id = ObjectID(hex: words[1])
      mayBeIntended = mayBeIntended || (id.map(emptyBlobs.contains) ?? false)
      path.withUnsafeBytes { IndexListing.append(path: $0, mode: mode, id: id, stage: stage, to: &entries) }
      return true
    }
    guard mayBeIntended else { return entries }
    // `git add -N` leaves entries of an empty blob, which only a comparison tells from empty files: with the empty
    // tree, for a comparison with the files would run filters.
    let emptyTree = entries.contains { $0.objectID?.byteCount == 32 } ? emptyTreeSHA256 : emptyTreeSHA1
    let present = try git.output(
      ["diff-index", "--cached", "--ita-invisible-in-index", "--diff-filter=A", "--name-only", "-z", emptyTree])
    let names = Set(present.bytes.split(separator: 0).map { RepositoryPath(bytes: $0) })
    return entries.filter { entry in
      names.contains(entry.path) || !(entry.objectID.map(emptyBlobs.contains) ?? false)
    }
  }

  /// Every file below a tree: `MODE TYPE ID TAB PATH NUL`.
  func treeEntriesThroughCommand(of tree: ObjectID) throws(GitError) -> [FileEntry] {
    let git = try command()
    var entries: [FileEntry] = []
    let listed = try git.run(["ls-tree", "-r", "-z", "--full-tree", tree.hex])
    guard listed.status == 0 else {
      throw GitError(.corrupt, attempted: "list the tree \(tree)", reason: listed.message)
    }
    try Self.forEachRecord(listed.bytes) { words, path in
      guard words.count == 3, let mode = UInt32(octal: words[0]), let id = ObjectID(hex: words[2]) else { return false }
      entries.append(FileEntry(path: RepositoryPath(bytes: path), mode: FileMode(gitMode: mode), objectID: id))
      return true
    }
    return entries
  }

  /// The files of the working tree that git does not track and does not ignore; with a folder, all that are untracked
  /// below it, ignored ones too.
  func untrackedFilesThroughCommand(ignoredBelow folder: RepositoryPath? = nil) throws(GitError) -> [RepositoryPath] {
    let git = try command()
    let arguments = folder.map { ["--", $0.text] } ?? ["--exclude-standard"]
    let output = try git.output(["ls-files", "--others", "-z", "--full-name"] + arguments)
    // Other repositories inside of the tree are listed as folders, with a final slash.
    return output.bytes.split(separator: 0).filter { $0.last != slash }.map { RepositoryPath(bytes: $0) }
  }

  func isIgnoredThroughCommand(_ path: [UInt8]) throws(GitError) -> Bool {
    // Standard input instead of an argument: arguments are text, paths are bytes. This command knows no literal paths;
    // `./` keeps a leading colon from being understood.
    try command().run(["check-ignore", "--stdin", "-z"], input: Array("./".utf8) + path + [0]).status == 0
  }

  /// The commit and tree that a revision names.
  func resolveThroughCommand(_ revision: String) throws(GitError) -> Revision {
    let git = try command()
    func id(_ type: String) throws(GitError) -> ObjectID? {
      let output = try git.run(["rev-parse", "--verify", "--quiet", "--end-of-options", "\(revision)^{\(type)}"])
      return output.status == 0 ? ObjectID(hex: output.line) : nil
    }
    guard let tree = try id("tree") else {
      let reason = try id("object") == nil ? "there is no such revision" : "it is neither a commit nor a tree"
      throw .unknownRevision(revision, reason: reason)
    }
    return Revision(name: revision, commit: try id("commit"), tree: tree)
  }

  func headThroughCommand() throws(GitError) -> Head {
    let git = try command()
    let name = try git.run(["symbolic-ref", "--quiet", "HEAD"])
    let commit = try git.run(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"])
    let branch = name.text.hasPrefix("refs/heads/") ? String(name.text.dropFirst("refs/heads/".count)) : name.text
    return Head(
      branch: name.status == 0 ? branch : nil, commit: commit.status == 0 ? ObjectID(hex: commit.line) : nil)
  }

  func remoteURLThroughCommand() throws(GitError) -> String? {
    let git = try command()
    let origin = try git.run(["config", "--get", "remote.origin.url"])
    if origin.status == 0 { return origin.text }
    let names = try git.output(["remote"]).text.split(separator: "\n")
    guard names.count == 1 else { return nil }
    let only = try git.run(["config", "--get", "remote.\(names[0]).url"])
    return only.status == 0 ? only.text : nil
  }

  /// Splits `WORD WORD WORD TAB PATH NUL` records; `body` gives false for one that it does not understand.
  private static func forEachRecord(
    _ bytes: [UInt8], _ body: ([ArraySlice<UInt8>], [UInt8]) -> Bool
  ) throws(GitError) {
    for record in bytes.split(separator: 0) {
      guard let tab = record.firstIndex(of: UInt8(ascii: "\t")),
        body(record[..<tab].split(separator: UInt8(ascii: " ")), Array(record[(tab + 1)...]))
      else {
        throw GitError(
          .gitCommandFailed, attempted: "understand what git lists",
          reason: "unexpected line '\(String(decoding: record, as: UTF8.self))'")
      }
    }
  }
}

private let emptyTreeSHA1 = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
private let emptyTreeSHA256 = "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"

/// The names of the blob without bytes, SHA-1 and SHA-256.
private let emptyBlobs: Set<ObjectID> = Set(
  [
    "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
  ].compactMap { ObjectID(hex: $0.utf8) })

extension FixedWidthInteger {
  fileprivate init?(octal digits: ArraySlice<UInt8>) {
    guard !digits.isEmpty else { return nil }
    var value: Self = 0
    for digit in digits {
      guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "7") else { return nil }
      value = value << 3 | Self(digit & 7)
    }
    self = value
  }
}
