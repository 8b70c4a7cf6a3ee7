import Foundation
import GitStore
import SourceText
import Testing

@Suite struct ReadingTests {
  @Test func readsHeadTheIndexAndTheWorkingTreeEachAsItIs() async throws {
    let box = try Sandbox()
    try box.makeRepository(files: ["a.yaml": "head", "sub/b.yaml": "b", "c.txt": "text"])
    try box.write("repo/a.yaml", "index")
    try box.git("add", "a.yaml")
    try box.write("repo/a.yaml", "disk")
    try box.write("repo/new.yaml", "new")

    let head = try await box.open(.revision("HEAD")).read().0
    #expect(head == ["a.yaml": "head", "sub/b.yaml": "b"])
    let index = try box.open(.index())
    #expect(try await index.read().0 == ["a.yaml": "index", "sub/b.yaml": "b"])
    #expect(try index.stagedPaths() == [StagedPath(path: RepositoryPath("a.yaml"), change: .modified)])
    let disk = try box.open(.workingTree())
    #expect(try await disk.read().0 == ["a.yaml": "disk", "sub/b.yaml": "b", "new.yaml": "new"])
    #expect(disk.rootPath == box.path("repo"))
  }

  @Test func leavesOutWhatGitLeavesOut() async throws {
    let box = try Sandbox()
    try box.makeRepository(files: [
      ".gitignore": "build/\n*.gen.yaml\n!keep.gen.yaml\n", "a.yaml": "a", "deep/.gitignore": "local.yaml\n",
      "deep/x/tracked.yaml": "t",
    ])
    try box.makeRepository("other", files: ["m.yaml": "m"])
    for path in [
      "build/out.yaml", "x.gen.yaml", "keep.gen.yaml", "deep/local.yaml", "deep/x/local.yaml", "deep/x/free.yaml",
      "build/tracked.yaml",
    ] { try box.write("repo/\(path)", "1") }
    try box.git("add", "-f", "build/tracked.yaml")
    try box.git("submodule", "--quiet", "add", "../other", "module")
    try box.makeRepository("repo/nested", files: ["n.yaml": "n"])
    try box.write("outside.yaml", "secret")
    try box.link("repo/escape.yaml", to: "../outside.yaml")
    try box.link("repo/escape", to: "..")
    try box.link("repo/inside.yaml", to: "deep/x/tracked.yaml")

    let (files, skipped) = try await box.open(.workingTree()).read()
    #expect(
      files.keys.sorted() == [
        "a.yaml", "build/tracked.yaml", "deep/x/free.yaml", "deep/x/tracked.yaml", "keep.gen.yaml",
      ])
    #expect(skipped == ["escape.yaml: \(UnreadableReason.symbolicLink(target: []))"])
    // Git's own list of the same: with links, without the folders' own repositories.
    let listed = try box.git("ls-files", "--cached", "--others", "--exclude-standard", "*.yaml")
    #expect(
      Set(listed.split(separator: "\n").map(String.init)) == Set(files.keys).union(["escape.yaml", "inside.yaml"]))
  }

  @Test func anIgnoredFileOrFolderIsReadWhenItIsNamed() async throws {
    let box = try Sandbox()
    try box.makeRepository(files: [".gitignore": "build/\n", "a.yaml": "a"])
    try box.write("repo/build/out.yaml", "out")
    try box.write("repo/build/deep/more.yaml", "more")
    #expect(try await box.open(.workingTree(paths: ["build/out.yaml"])).read().0 == ["build/out.yaml": "out"])
    #expect(
      try await box.open(.workingTree(paths: ["build"])).read().0
        == ["build/out.yaml": "out", "build/deep/more.yaml": "more"])
    #expect(
      try await box.open(.workingTree(paths: [".", "build/out.yaml"])).read().0
        == ["a.yaml": "a", "build/out.yaml": "out"])
    #expect(
      try await box.open(.workingTree(paths: ["build/deep", ".", "build", "a.yaml", "a.yaml"])).read().0.keys.sorted()
        == ["a.yaml", "build/deep/more.yaml", "build/out.yaml"])
    // A named link stands for what it leads to, in this tree.
    try box.link("repo/link", to: "build/deep")
    try box.link("repo/out.yaml", to: "../home/x.yaml")
    try box.write("home/x.yaml", "secret")
    #expect(
      try await box.open(.workingTree(paths: ["link"])).read().0 == ["build/deep/more.yaml": "more"])
    let outside = try await box.open(.workingTree(paths: ["out.yaml"])).read()
    #expect(outside.0.isEmpty && outside.1.map { $0.prefix(8) } == ["out.yaml"])
  }

  @Test func pathsRestrictFromTheCurrentDirectory() async throws {
    let box = try Sandbox()
    try box.makeRepository(files: ["a.yaml": "a", "sub/b.yaml": "b", "sub/c/d.yaml": "d", "sub-x/e.yaml": "e"])
    for selection in [
      InputSelection.workingTree(paths: ["."]), .index(paths: ["."]), .revision("HEAD", paths: ["."]),
    ] {
      let tree = try box.open(selection, in: "repo/sub")
      #expect(try await tree.read().0.keys.sorted() == ["sub/b.yaml", "sub/c/d.yaml"])
      #expect(try await tree.read(scope: .everything).0.count == 4)
      #expect(tree.displayPath(of: RepositoryPath("sub/c/d.yaml")) == "c/d.yaml")
      #expect(tree.displayPath(of: RepositoryPath("a.yaml")) == "../a.yaml")
    }
    #expect(
      try await box.open(.revision("HEAD", paths: ["../a.yaml", "c"]), in: "repo/sub").read().0.keys.sorted()
        == ["a.yaml", "sub/c/d.yaml"])
  }

  /// A bare repository that does not say that it is one has no place for its files.
  @Test func pathsAreWholeWhereGitKeepsItsObjects() async throws {
    let box = try Sandbox()
    try box.makeRepository(files: ["a.yaml": "a", "sub/b.yaml": "b"])
    for folder in ["repo/.git", "repo/.git/objects"] {
      for selection in [InputSelection.index(), .revision("HEAD")] {
        #expect(try box.open(selection, in: folder).displayPath(of: RepositoryPath("sub/b.yaml")) == "sub/b.yaml")
      }
    }
  }

  @Test(arguments: [
    InputSelection.workingTree(paths: ["a.yaml", "no.yaml", "nor"]), .index(paths: ["a.yaml", "no.yaml", "nor"]),
    .revision("HEAD", paths: ["a.yaml", "no.yaml", "nor"]),
  ])
  func aPathThatMatchesNothingIsAnError(_ selection: InputSelection) throws {
    let box = try Sandbox()
    try box.makeRepository(files: ["a.yaml": "a"])
    let error = #expect(throws: GitError.self) { try box.open(selection) }
    #expect(error?.code == .noSuchPath)
    #expect(error?.attempted == "read 'no.yaml', 'nor'")
  }

  @Test func plainDirectoriesWorkWithoutGit() async throws {
    let box = try Sandbox()
    try box.write("plain/a.yaml", "a")
    try box.write("plain/sub/b.yaml", "b")
    try box.write("elsewhere/x.yaml", "x")
    let whole = try box.open(.workingTree(), in: "plain")
    #expect(whole.source == .plainDirectory && whole.repository == nil)
    #expect(try await whole.read().0 == ["a.yaml": "a", "sub/b.yaml": "b"])
    let other = try box.open(.workingTree(paths: ["../plain"]), in: "elsewhere")
    #expect(try await other.read().0.keys.sorted() == ["a.yaml", "sub/b.yaml"])
    #expect(other.displayPath(of: RepositoryPath("a.yaml")) == box.path("plain/a.yaml"))
    let both = try box.open(.workingTree(paths: ["../plain/sub", "x.yaml"]), in: "elsewhere")
    #expect(try await both.read().0.keys.sorted() == ["elsewhere/x.yaml", "plain/sub/b.yaml"])
    #expect(throws: GitError.self) { try box.open(.index(), in: "plain") }
  }

  @Test func aPathInAnotherRepositoryIsReadFromThere() async throws {
    let box = try Sandbox()
    try box.makeRepository(files: ["a.yaml": "a"])
    try box.makeRepository("other", files: ["o.yaml": "o", ".gitignore": "i.yaml\n"])
    try box.write("other/i.yaml", "i")
    let tree = try box.open(.workingTree(paths: ["../other"]), ["GIT_DIR": box.path("repo/.git")])
    #expect(try await tree.read().0 == ["o.yaml": "o"])
    #expect(
      try await box.open(.index(paths: ["../other"]), ["GIT_INDEX_FILE": ".git/index"]).read().0 == ["o.yaml": "o"])
    let error = #expect(throws: GitError.self) { try box.open(.workingTree(paths: [".", "../other"])) }
    #expect(error?.code == .severalRepositories)
  }

  @Test func revisionsCanBeTagsTreesAndInBareRepositories() async throws {
    let box = try Sandbox()
    try box.makeRepository(files: ["a.yaml": "1", "sub/b.yaml": "b"])
    try box.git("tag", "-am", "one", "v1")
    try box.write("repo/a.yaml", "2")
    try box.git("commit", "-qam", "second")
    try box.git("clone", "-q", "--bare", "repo", "bare.git", in: ".")
    for folder in ["repo", "bare.git"] {
      #expect(try await box.open(.revision("v1"), in: folder).read().0["a.yaml"] == "1")
      #expect(try await box.open(.revision("HEAD"), in: folder).read().0["a.yaml"] == "2")
      #expect(try await box.open(.revision("HEAD^{tree}"), in: folder).read().0.count == 2)
      #expect(try await box.open(.revision("HEAD:sub"), in: folder).read().0 == ["b.yaml": "b"])
      #expect(try await box.open(.revision("HEAD", paths: ["sub"]), in: folder).read().0 == ["sub/b.yaml": "b"])
      for bad in ["nothing", "HEAD:a.yaml", "A..B", "-x"] {
        let error = #expect(throws: GitError.self) { try box.open(.revision(bad), in: folder) }
        #expect(error?.code == .unknownRevision, "\(bad): \(error?.description ?? "")")
      }
    }
    let error = #expect(throws: GitError.self) { try box.open(.workingTree(), in: "bare.git") }
    #expect(error?.code == .noWorkingTree)
  }

  /// libgit2 takes the folder around it for a working tree; Git does not.
  @Test func aBareRepositoryWithoutItsConfigIsBare() async throws {
    let box = try Sandbox()
    try box.makeRepository(files: ["a.yaml": "1", "sub/b.yaml": "b"])
    try box.git("clone", "-q", "--bare", "repo", "bare.git", in: ".")
    for config in [nil, "[core]\n\trepositoryformatversion = 0\n"] {
      try FileManager.default.removeItem(atPath: box.path("bare.git/config"))
      if let config { try box.write("bare.git/config", config) } else { try box.write("bare.git/other", "") }
      #expect(try box.git("rev-parse", "--is-bare-repository", in: "bare.git") == "true")
      #expect(try await box.open(.revision("HEAD", paths: ["sub"]), in: "bare.git").read().0 == ["sub/b.yaml": "b"])
      let error = #expect(throws: GitError.self) { try box.open(.workingTree(), in: "bare.git") }
      #expect(error?.code == .noWorkingTree)
      #expect(throws: GitError.self) { try box.open(.workingTree(paths: ["bare.git"]), in: ".") }
      if config == nil { try box.write("bare.git/config", "") }
    }
    // A repository whose Git folder has another name than `.git` and that knows its working tree.
    try box.git("init", "-q", "--separate-git-dir", "../apart", in: "repo")
    #expect(try await box.open(.workingTree(), in: "repo").read().0.count == 2)
    #expect(try box.git("config", "core.bare", in: "repo") == "false")
  }

  @Test func aLinkedWorktreeHasItsOwnIndexAndRoot() async throws {
    let box = try Sandbox()
    try box.makeRepository(files: ["a.yaml": "main"])
    try box.git("worktree", "add", "-q", "-b", "side", "../linked")
    try box.write("linked/a.yaml", "side")
    try box.git("add", "-A", in: "linked")
    #expect(try await box.open(.index(), in: "linked").read().0 == ["a.yaml": "side"])
    #expect(try await box.open(.index()).read().0 == ["a.yaml": "main"])
    let tree = try box.open(.workingTree(), in: "linked")
    #expect(tree.rootPath == box.path("linked"))
    #expect(try tree.repository?.head().branch == "side")
  }

  @Test func pathsAreBytes() async throws {
    let box = try Sandbox()
    try box.makeRepository(files: ["a.yaml": "a"])
    let name = Array("caf\u{e9}".unicodeScalars.map { UInt8($0.value) }) + Array(".yaml".utf8)
    try box.run("sh", ["-c", "printf x > \"$(printf 'caf\\351.yaml')\" && git add -A && git commit -qm x"], "repo")
    for selection in [InputSelection.workingTree(), .index(), .revision("HEAD")] {
      let tree = try box.open(selection)
      let found = try await tree.entries().entries.map(\.path.bytes)
      #expect(found.contains(name))
      #expect(try tree.contents(of: RepositoryPath(bytes: name), limit: 10).bytes == Array("x".utf8))
    }
  }
}
