import Foundation
import GitStore
import SourceText
import Testing

/// Repositories that libgit2 1.5 cannot open, or only in part: they give what an ordinary clone of the same files
/// gives.
@Suite struct FallbackTests {
  private static let files = [
    "a.yaml": "a", "sub/b.yaml": "b", "sub/deep/c.yaml": "c", "empty.yaml": "", ".gitignore": "ignored.yaml\n",
    "other/d.yaml": "d",
  ]

  /// Reads everything from HEAD, the index and disk and checks it against what was committed, staged and written.
  private func check(
    _ box: Sandbox, _ folder: String = "repo", _ extra: [String: String] = [:],
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let yaml = Self.files.filter { $0.key.hasSuffix(".yaml") }
    let head = try box.open(.revision("HEAD"), in: folder, extra)
    var (files, skipped) = try await head.read()
    #expect(files == yaml, sourceLocation: sourceLocation)
    #expect(skipped == [], sourceLocation: sourceLocation)
    #expect(
      try head.contents(of: RepositoryPath("sub/deep/c.yaml"), limit: 9).bytes == Array("c".utf8),
      sourceLocation: sourceLocation)
    #expect(throws: UnreadableReason.tooLarge(size: 1, limit: 0), sourceLocation: sourceLocation) {
      try head.contents(of: RepositoryPath("sub/b.yaml"), limit: 0)
    }
    let revision = try #require(try head.repository?.resolve("HEAD"))
    #expect(try revision.tree.hex == box.git("rev-parse", "HEAD^{tree}", in: folder, variables: extra))
    #expect(try head.repository?.head().commit == revision.commit)

    let index = try box.open(.index(), in: folder, extra)
    (files, skipped) = try await index.read()
    #expect(files == yaml.merging(["a.yaml": "staged", "new.yaml": "new"]) { $1 }, sourceLocation: sourceLocation)
    #expect(skipped == [], sourceLocation: sourceLocation)
    #expect(try index.stagedPaths().map(\.path.text) == ["a.yaml", "new.yaml"], sourceLocation: sourceLocation)

    let disk = try box.open(.workingTree(), in: folder, extra)
    (files, skipped) = try await disk.read()
    var expected = yaml.merging(["a.yaml": "disk", "new.yaml": "new", "free.yaml": "free"]) { $1 }
    // A sparse checkout has only some of the folders.
    expected = expected.filter { FileManager.default.fileExists(atPath: "\(disk.rootPath ?? "")/\($0.key)") }
    #expect(expected.count > 5, sourceLocation: sourceLocation)
    #expect(files == expected, sourceLocation: sourceLocation)
    #expect(skipped == [], sourceLocation: sourceLocation)
    #expect(
      try await box.open(.workingTree(paths: ["ignored.yaml"]), in: folder, extra).read().0 == ["ignored.yaml": "i"],
      sourceLocation: sourceLocation)
  }

  /// Stages and writes what `check` expects.
  private func change(_ box: Sandbox, _ folder: String = "repo", _ extra: [String: String] = [:]) throws {
    try box.write("\(folder)/a.yaml", "staged")
    try box.write("\(folder)/new.yaml", "new")
    try box.git("add", "a.yaml", "new.yaml", in: folder, variables: extra)
    try box.write("\(folder)/a.yaml", "disk")
    try box.write("\(folder)/free.yaml", "free")
    try box.write("\(folder)/ignored.yaml", "i")
  }

  @Test func anOrdinaryRepository() async throws {
    let box = try Sandbox()
    try box.makeRepository(files: Self.files)
    try change(box)
    try await check(box)
  }

  @Test func sha256() async throws {
    let box = try Sandbox()
    try FileManager.default.createDirectory(atPath: box.path("repo"), withIntermediateDirectories: true)
    try box.git("init", "-q", "--object-format=sha256")
    try box.makeRepository(files: Self.files)
    try change(box)
    try await check(box)
    let tree = try box.open(.revision("HEAD"))
    guard case .revision(let revision) = tree.source else { return #expect(Bool(false)) }
    #expect(revision.tree.byteCount == 32)

    try box.git("remote", "add", "origin", "https://u:p@example.com/r")
    #expect(try tree.repository?.remoteURL() == "https://example.com/r")
    #expect(try tree.repository?.head().branch == "main")
    for bad in ["nothing", "HEAD:a.yaml", "A..B", "-x"] {
      let error = #expect(throws: GitError.self) { try box.open(.revision(bad)) }
      #expect(error?.code == .unknownRevision, "\(bad): \(error?.description ?? "")")
    }
    try box.write("repo/later.yaml", "later")
    try box.git("add", "-N", "later.yaml")
    #expect(try await box.open(.index()).read().0["later.yaml"] == nil)
  }

  @Test func sha256WithoutTheGitCommand() throws {
    let box = try Sandbox()
    try FileManager.default.createDirectory(atPath: box.path("repo"), withIntermediateDirectories: true)
    try box.git("init", "-q", "--object-format=sha256")
    let error = #expect(throws: GitError.self) { try box.open(.index(), ["PATH": box.path("home")]) }
    #expect(error?.code == .gitCommandMissing)
  }

  @Test func sha256SkipsAndFollowsAlike() async throws {
    let box = try Sandbox()
    try FileManager.default.createDirectory(atPath: box.path("repo"), withIntermediateDirectories: true)
    try box.git("init", "-q", "--object-format=sha256")
    try box.write("repo/big.yaml", String(repeating: "x", count: 5000))
    try box.write("repo/build/out.yaml", "out")
    try box.write("outside.yaml", "secret")
    try box.link("repo/link.yaml", to: "a.yaml")
    try box.link("repo/escape.yaml", to: "../outside.yaml")
    try box.makeRepository(files: ["a.yaml": "a", ".gitignore": "build/\n", "gone.yaml": "gone"])
    try box.link("repo/untracked.yaml", to: "../outside.yaml")
    let id = try box.git("rev-parse", "HEAD:gone.yaml")
    try FileManager.default.removeItem(atPath: box.path("repo/.git/objects/\(id.prefix(2))/\(id.dropFirst(2))"))
    let link = UnreadableReason.symbolicLink(target: [])
    let missing = UnreadableReason.missingObject(try #require(ObjectID(hex: id.utf8)))
    let (files, skipped) = try await box.open(.index()).read(limit: 1000)
    #expect(files == ["a.yaml": "a"])
    #expect(
      skipped == [
        "big.yaml: \(UnreadableReason.tooLarge(size: 5000, limit: 1000))", "escape.yaml: \(link)",
        "gone.yaml: \(missing)",
      ])
    let disk = try await box.open(.workingTree()).read(limit: 1000)
    #expect(disk.0 == ["a.yaml": "a", "gone.yaml": "gone"])
    #expect(disk.1.map { $0.prefix(5) } == ["big.y", "escap", "untra"])
    #expect(try await box.open(.workingTree(paths: ["build"])).read().0 == ["build/out.yaml": "out"])
  }

  @Test func aSplitIndex() async throws {
    let box = try Sandbox()
    try box.makeRepository(files: Self.files)
    try box.git("update-index", "--split-index")
    try change(box)
    let names = try FileManager.default.contentsOfDirectory(atPath: box.path("repo/.git"))
    #expect(names.contains { $0.hasPrefix("sharedindex") })
    try await check(box)
  }

  @Test func aSparseIndex() async throws {
    let box = try Sandbox()
    try box.makeRepository(files: Self.files)
    try box.git("sparse-checkout", "set", "--cone", "--sparse-index", "sub")
    #expect(try box.git("ls-files", "--sparse").contains("other/\n"))
    try change(box)
    try await check(box)
  }

  @Test(arguments: ["blob:none", "tree:0"])
  func promisedObjectsOfAPartialClone(_ filter: String) async throws {
    let box = try Sandbox()
    try box.makeRepository(files: Self.files)
    try box.git("config", "uploadpack.allowFilter", "true")
    try box.git("config", "uploadpack.allowAnySHA1InWant", "true")
    try box.git("clone", "-q", "--no-checkout", "--filter=\(filter)", "file://\(box.path("repo"))", "clone", in: ".")
    let before = try box.git("rev-list", "--objects", "--all", "--missing=print", in: "clone")
    #expect(before.contains("?"))

    // Nothing is fetched against the user's will.
    let offline = OpeningOptions(fetchesPromisedObjects: false)
    if filter == "blob:none" {
      let tree = try FileTree.open(.revision("HEAD"), environment: box.environment(in: "clone"), options: offline)
      let (files, skipped) = try await tree.read()
      #expect(files.isEmpty && skipped.count == 5)
      #expect(try box.git("rev-list", "--objects", "--all", "--missing=print", in: "clone") == before)
    }
    let tree = try box.open(.revision("HEAD"), in: "clone")
    #expect(try tree.contents(of: RepositoryPath("a.yaml"), limit: 9).bytes == Array("a".utf8))
    #expect(try await tree.read().0 == Self.files.filter { $0.key.hasSuffix(".yaml") })
    try box.git("checkout", "-q", "main", in: "clone")
    try change(box, "clone")
    try await check(box, "clone")
  }

  @Test func aPromiseThatIsNotKeptIsAnErrorForEachFile() async throws {
    let box = try Sandbox()
    try box.makeRepository(files: ["a.yaml": "a", "b.yaml": "b"])
    try box.git("config", "uploadpack.allowFilter", "true")
    try box.git("clone", "-q", "--no-checkout", "--filter=blob:none", "file://\(box.path("repo"))", "clone", in: ".")
    try FileManager.default.removeItem(atPath: box.path("repo"))
    let result = try await box.open(.revision("HEAD"), in: "clone").scan(
      limit: 100, isCandidatePath: { _ in true }, isInteresting: { _ in true })
    #expect(result.files.isEmpty && result.filesSeen == 0)
    #expect(result.skipped.map(\.path.text) == ["a.yaml", "b.yaml"])
    #expect(result.skipped.allSatisfy { $0.level == .error && $0.message.contains("partial clone") })
  }

  @Test func aWorkingTreeElsewhere() async throws {
    let box = try Sandbox()
    try box.makeRepository(files: Self.files)
    try FileManager.default.createDirectory(atPath: box.path("tree"), withIntermediateDirectories: true)
    try box.git("clone", "-q", "--bare", "repo", "bare.git", in: ".")
    try box.git("config", "core.bare", "false", in: "bare.git")
    let variables = ["GIT_DIR": box.path("bare.git"), "GIT_WORK_TREE": box.path("tree")]
    try box.git("checkout", "-q", "-f", "main", in: "tree", variables: variables)
    try change(box, "tree", variables)
    try await check(box, "tree", variables)
    // From anywhere, and with relative paths.
    let relative = ["GIT_DIR": "../bare.git", "GIT_WORK_TREE": "."]
    try await check(box, "tree", relative)
    #expect(try box.open(.workingTree(), in: "tree/sub", variables).rootPath == box.path("tree"))
    let outside = try box.open(.workingTree(), in: "home", variables)
    #expect(outside.rootPath == box.path("tree"))
    #expect(try await outside.read().0["a.yaml"] == "disk")
  }

  @Test func aCommonDirectoryElsewhere() async throws {
    let box = try Sandbox()
    try box.makeRepository(files: Self.files)
    try box.git("worktree", "add", "-q", "-b", "side", "../linked")
    let variables = ["GIT_DIR": box.path("repo/.git/worktrees/linked"), "GIT_COMMON_DIR": box.path("repo/.git")]
    try change(box, "linked", variables)
    try await check(box, "linked", variables)
  }

  @Test func objectsInQuarantine() async throws {
    let box = try Sandbox()
    try box.makeRepository(files: Self.files)
    let incoming = box.path("incoming")
    try FileManager.default.createDirectory(atPath: incoming, withIntermediateDirectories: true)
    let variables = [
      "GIT_OBJECT_DIRECTORY": incoming, "GIT_ALTERNATE_OBJECT_DIRECTORIES": box.path("repo/.git/objects"),
    ]
    try change(box, "repo", variables)
    let tree = try box.git("write-tree", variables: variables)
    #expect(try await box.open(.revision(tree), variables).read().0["a.yaml"] == "staged")
    #expect(throws: GitError.self) { try box.open(.revision(tree)) }
    try await check(box, "repo", variables)
  }

  @Test func aBrokenLinkIsNotTakenForAPlainDirectory() throws {
    let box = try Sandbox()
    try box.write("lonely/.git", "gitdir: /nowhere/.git/worktrees/x\n")
    try box.write("lonely/sub/a.yaml", "a")
    let error = #expect(throws: GitError.self) { try box.open(.workingTree(), in: "lonely/sub") }
    #expect(error?.code == .notARepository)
  }

  @Test(.enabled(if: geteuid() == 0, "needs to give a directory to another user"))
  func repositoriesOfOthersNeedTrust() async throws {
    let box = try Sandbox()
    try box.makeRepository(files: Self.files)
    try change(box)
    try box.run("chown", ["-R", "12345", "repo"], ".")
    for configuration in ["", "[user]\nname = x\n"] {
      // With and without a configuration file libgit2 gives different codes.
      try box.write("home/.gitconfig", configuration)
      if configuration.isEmpty { try FileManager.default.removeItem(atPath: box.path("home/.gitconfig")) }
      let error = #expect(throws: GitError.self) { try box.open(.index()) }
      #expect(error?.code == .ownership)
      #expect(error?.hint == "If you trust it, run: git config --global --add safe.directory \(box.path("repo"))")
    }
    let trusting = try FileTree.open(
      .index(), environment: box.environment(), options: OpeningOptions(trustsOwners: true))
    #expect(try await trusting.read().0["a.yaml"] == "staged")
    // What git trusts and libgit2 1.5 does not.
    try box.write("home/.gitconfig", "[safe]\ndirectory = *\n")
    #expect(try await box.open(.index()).read().0["a.yaml"] == "staged")
    #expect(try await box.open(.workingTree(), in: "repo/sub").read().0["a.yaml"] == "disk")
  }

  @Test func nothingOfTheRepositoryIsExecuted() async throws {
    let box = try Sandbox()
    try FileManager.default.createDirectory(atPath: box.path("repo"), withIntermediateDirectories: true)
    try box.git("init", "-q", "--object-format=sha256")
    try box.makeRepository(files: Self.files.merging([".gitattributes": "*.yaml filter=evil diff=evil\n"]) { $1 })
    let trap = "touch \(box.path("trapped"))"
    for key in [
      "core.fsmonitor", "filter.evil.clean", "filter.evil.smudge", "diff.evil.textconv", "diff.external", "core.pager",
      "core.editor", "core.sshCommand", "credential.helper",
    ] { try box.git("config", key, trap) }
    try box.write("repo/.git/hooks/post-index-change", "#!/bin/sh\n\(trap)\n")
    try box.run("chmod", ["+x", "repo/.git/hooks/post-index-change"], ".")
    for selection in [InputSelection.workingTree(), .index(), .revision("HEAD")] {
      #expect(try await box.open(selection).read().0.count == 5)
    }
    #expect(!FileManager.default.fileExists(atPath: box.path("trapped")))
  }
}
