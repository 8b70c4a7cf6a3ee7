import Foundation
import GitStore
import SourceText
import Testing

@Suite struct SkippingTests {
  @Test func whatCannotBeReadIsNamed() async throws {
    let box = try Sandbox()
    let pointer = """
      version https://git-lfs.github.com/spec/v1
      oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
      size 12345

      """
    try box.makeRepository(files: [
      "big.yaml": String(repeating: "x", count: 2000), "lfs.yaml": pointer, "binary.yaml": "a\0b", "ok.yaml": "ok",
    ])
    let expected = [
      "big.yaml: \(UnreadableReason.tooLarge(size: 2000, limit: 1000))", "binary.yaml: \(UnreadableReason.binary)",
      "lfs.yaml: \(UnreadableReason.lfsPointer)",
    ]
    for selection in [InputSelection.workingTree(), .index(), .revision("HEAD")] {
      let tree = try box.open(selection)
      let (files, skipped) = try await tree.read(limit: 1000)
      #expect(files == ["ok.yaml": "ok"])
      #expect(skipped == expected)
      #expect(throws: UnreadableReason.tooLarge(size: 2000, limit: 1000)) {
        try tree.contents(of: RepositoryPath("big.yaml"), limit: 1000)
      }
      #expect(throws: UnreadableReason.lfsPointer) { try tree.contents(of: RepositoryPath("lfs.yaml"), limit: 1000) }
      #expect(throws: UnreadableReason.absent) { try tree.contents(of: RepositoryPath("no.yaml"), limit: 1000) }
      #expect(throws: UnreadableReason.outside) { try tree.contents(of: RepositoryPath("../x.yaml"), limit: 1000) }
    }
  }

  @Test func unmergedPathsAreNamedOnce() async throws {
    let box = try Sandbox()
    try box.makeRepository(files: ["a.yaml": "base\n", "b.yaml": "b"])
    try box.git("checkout", "-qb", "side")
    try box.write("repo/a.yaml", "side\n")
    try box.git("commit", "-qam", "side")
    try box.git("checkout", "-q", "main")
    try box.write("repo/a.yaml", "main\n")
    try box.git("commit", "-qam", "main")
    #expect(throws: Sandbox.CommandFailure.self) { try box.git("merge", "-q", "side") }
    let tree = try box.open(.index())
    let (files, skipped) = try await tree.read()
    #expect(files == ["b.yaml": "b"])
    #expect(skipped == ["a.yaml: \(UnreadableReason.unmerged)"])
    #expect(try tree.stagedPaths() == [StagedPath(path: RepositoryPath("a.yaml"), change: .unmerged)])
    #expect(throws: UnreadableReason.unmerged) { try tree.contents(of: RepositoryPath("a.yaml"), limit: 100) }
  }

  @Test func aMissingObjectIsAnErrorThatNamesIt() async throws {
    let box = try Sandbox()
    try box.makeRepository(files: ["a.yaml": "gone", "b.yaml": "b"])
    let id = try box.git("rev-parse", "HEAD:a.yaml")
    try FileManager.default.removeItem(atPath: box.path("repo/.git/objects/\(id.prefix(2))/\(id.dropFirst(2))"))
    for selection in [InputSelection.index(), .revision("HEAD")] {
      let result = try await box.open(selection).scan(
        limit: 100, isCandidatePath: { _ in true }, isInteresting: { _ in true })
      #expect(result.files.map(\.path.text) == ["b.yaml"])
      let reason = UnreadableReason.missingObject(try #require(ObjectID(hex: id.utf8)))
      #expect(result.skipped == [SkippedFile(path: RepositoryPath("a.yaml"), reason: reason)])
      #expect(result.skipped.first?.level == .error)
    }
  }

  @Test func aHugeFileIsRefusedWithoutBeingRead() async throws {
    let box = try Sandbox()
    try box.makeRepository(files: ["a.yaml": "a"])
    // A file of holes: it takes no room, and reading it would take all memory.
    try box.run("truncate", ["-s", "256G", "huge.yaml"], "repo")
    let (files, skipped) = try await box.open(.workingTree()).read()
    #expect(files == ["a.yaml": "a"])
    #expect(skipped == ["huge.yaml: \(UnreadableReason.tooLarge(size: 256 << 30, limit: 1 << 20))"])
  }

  @Test func aPipeDoesNotHang() async throws {
    let box = try Sandbox()
    try box.makeRepository(files: ["a.yaml": "a"])
    try box.run("mkfifo", ["pipe.yaml"], "repo")
    let (files, skipped) = try await box.open(.workingTree()).read()
    #expect(files == ["a.yaml": "a"])
    #expect(skipped == ["pipe.yaml: \(UnreadableReason.notAFile)"])
    #expect(throws: UnreadableReason.notAFile) {
      try box.open(.workingTree()).contents(of: RepositoryPath("pipe.yaml"), limit: 10)
    }
  }
}

/// Trees that a stranger made to hurt.
@Suite struct HostileTreeTests {
  @Test func aTreeOfBillionsOfPathsIsRefused() throws {
    let box = try Sandbox()
    try box.makeRepository(files: ["a.yaml": "a"])
    var line = "100644 blob \(try box.git("rev-parse", "HEAD:a.yaml"))\tf"
    for level in 0..<12 {
      let lines = (0..<10).map { "\(line)\($0)" }.joined(separator: "\n") + "\n"
      try box.write("repo/.git/level", lines)
      let tree = try box.run("sh", ["-c", "git mktree < .git/level"], "repo")
      line = "040000 tree \(tree)\td"
      if level == 11 {
        let options = OpeningOptions(maximumEntries: 20_000)
        let error = #expect(throws: GitError.self) {
          try FileTree.open(.revision(tree), environment: box.environment(), options: options)
        }
        #expect(error?.code == .tooManyEntries)
      }
    }
  }

  @Test func aTreeOfManyLevelsIsCutOffAndNamed() async throws {
    let box = try Sandbox()
    try box.makeRepository(files: ["a.yaml": "a"])
    let blob = try box.git("rev-parse", "HEAD:a.yaml")
    let script = """
      entry=$(printf '100644 blob \(blob)\tdeep.yaml'); level=0
      while [ $level -lt 300 ]; do
        tree=$(printf '%s\\n100644 blob \(blob)\tz.yaml\\n' "$entry" | git mktree)
        entry=$(printf '040000 tree %s\td' $tree); level=$((level + 1))
      done
      printf %s $tree
      """
    let tree = try box.run("sh", ["-c", script], "repo")
    let (files, skipped) = try await box.open(.revision(tree)).read()
    #expect(files.count > 200 && files.count < 300)
    #expect(skipped.count == 1 && skipped.first?.hasSuffix("nested too deeply") == true)
  }

  @Test func aTreeThatNamesItsParentDoesNotLeaveTheTree() async throws {
    let box = try Sandbox()
    try box.makeRepository(files: ["a.yaml": "a"])
    // `git mktree` takes what `git checkout` refuses.
    let link = try box.run("sh", ["-c", "printf '../../../../../etc/hostname' | git hash-object -w --stdin"], "repo")
    try box.write("repo/.git/entries", "120000 blob \(link)\tx.yaml\n120000 blob \(link)\ty\n")
    let tree = try box.run("sh", ["-c", "git mktree < .git/entries"], "repo")
    let opened = try box.open(.revision(tree))
    let reason = UnreadableReason.symbolicLink(target: Array("../../../../../etc/hostname".utf8))
    #expect(throws: reason) { try opened.contents(of: RepositoryPath("x.yaml"), limit: 100) }
    #expect(throws: reason) { try opened.contents(of: RepositoryPath("y/z.yaml"), limit: 100) }
    #expect(try await opened.read().0.isEmpty)
  }
}
