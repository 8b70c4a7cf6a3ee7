import Foundation
import GitStore
import SourceText
import Testing

/// A real `git commit` stops in its hook, and the input is opened with the environment and the directory of that hook.
@Suite struct HookTests {
  /// Runs git with a `pre-commit` hook that waits until `body` has looked at the index it was given.
  private func inHook(
    _ box: Sandbox, of arguments: [String], in folder: String = "repo", _ body: (GitEnvironment) async throws -> Void
  ) async throws {
    let hooks = box.path("hooks")
    let probe = box.path("probe")
    try? FileManager.default.removeItem(atPath: probe)
    try FileManager.default.createDirectory(atPath: probe, withIntermediateDirectories: true)
    try box.write(
      "hooks/pre-commit",
      """
      #!/bin/sh
      pwd -P > "$PROBE/directory"
      env -0 > "$PROBE/unfinished"
      mv "$PROBE/unfinished" "$PROBE/environment"
      rounds=0
      while [ ! -e "$PROBE/release" ] && [ $rounds -lt 9000 ]; do sleep 0.05; rounds=$((rounds + 1)); done
      """)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: hooks + "/pre-commit")

    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["git", "-c", "core.hooksPath=\(hooks)"] + arguments
    process.currentDirectoryURL = URL(filePath: box.path(folder))
    process.environment = box.variables.merging(["PROBE": probe]) { $1 }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    defer {
      #expect(FileManager.default.createFile(atPath: probe + "/release", contents: nil))
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
    while !FileManager.default.fileExists(atPath: probe + "/environment") {
      try #require(process.isRunning)
      // Blocks on purpose: a suspended test waits for the whole suite while the hook holds its commit open.
      usleep(5_000)
    }
    var variables: [String: String] = [:]
    for entry in try Data(contentsOf: URL(filePath: probe + "/environment")).split(separator: 0) {
      let text = String(decoding: entry, as: UTF8.self)
      guard let equals = text.firstIndex(of: "=") else { continue }
      variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
    }
    let directory = try String(contentsOfFile: probe + "/directory", encoding: .utf8).trimmingCharacters(in: .newlines)
    try await body(GitEnvironment(variables: variables, currentDirectory: directory))
  }

  private func staged(_ environment: GitEnvironment) throws -> [String] {
    try FileTree.open(.index(), environment: environment).stagedPaths().map(\.path.text)
  }

  private func read(_ environment: GitEnvironment) async throws -> [String: String] {
    try await FileTree.open(.index(), environment: environment).read().0
  }

  private func makeRepository() throws -> Sandbox {
    let box = try Sandbox()
    try box.makeRepository(files: ["a.yaml": "a", "b.yaml": "b", "sub/c.yaml": "c"])
    try box.write("repo/a.yaml", "a staged")
    try box.git("add", "a.yaml")
    try box.write("repo/b.yaml", "b on disk")
    return box
  }

  @Test func commitGivesARelativeIndex() async throws {
    let box = try makeRepository()
    try await inHook(box, of: ["commit", "-qm", "x"]) { (environment) async throws in
      #expect(environment.variables["GIT_INDEX_FILE"] == ".git/index")
      #expect(try staged(environment) == ["a.yaml"])
      #expect(try await read(environment) == ["a.yaml": "a staged", "b.yaml": "b", "sub/c.yaml": "c"])
    }
  }

  @Test func aHookThatChangedTheDirectorySeesTheSameIndex() async throws {
    let box = try makeRepository()
    try await inHook(box, of: ["commit", "-qm", "x"]) { (environment) async throws in
      let below = GitEnvironment(
        variables: environment.variables, currentDirectory: environment.currentDirectory.text + "/sub")
      #expect(try staged(below) == ["a.yaml"])
      #expect(try await read(below)["a.yaml"] == "a staged")
    }
  }

  @Test func commitFromASubfolder() async throws {
    let box = try makeRepository()
    try await inHook(box, of: ["commit", "-qm", "x"], in: "repo/sub") { (environment) async throws in
      #expect(environment.variables["GIT_PREFIX"] == "sub/")
      #expect(environment.currentDirectory.text == box.path("repo"))
      #expect(try staged(environment) == ["a.yaml"])
    }
  }

  @Test func commitAllGivesALockedIndex() async throws {
    let box = try makeRepository()
    try await inHook(box, of: ["commit", "-aqm", "x"]) { (environment) async throws in
      #expect(environment.variables["GIT_INDEX_FILE"] == box.path("repo/.git/index.lock"))
      #expect(try staged(environment) == ["a.yaml", "b.yaml"])
      #expect(try await read(environment)["b.yaml"] == "b on disk")
      // The index that Git does not mean: the trap this test is about.
      var plain = environment
      plain.variables["GIT_INDEX_FILE"] = nil
      #expect(try staged(plain) == ["a.yaml"])
    }
  }

  @Test(arguments: ["repo", "repo/sub"])
  func commitOfAPathGivesATemporaryIndex(_ folder: String) async throws {
    let box = try makeRepository()
    let path = folder == "repo" ? "b.yaml" : "../b.yaml"
    try await inHook(box, of: ["commit", "-qm", "x", path], in: folder) { (environment) async throws in
      #expect(environment.variables["GIT_INDEX_FILE"]?.contains("next-index-") == true)
      // HEAD and the path; the other staged file is not part of this commit.
      #expect(try staged(environment) == ["b.yaml"])
      #expect(try await read(environment) == ["a.yaml": "a", "b.yaml": "b on disk", "sub/c.yaml": "c"])
    }
  }

  @Test(arguments: [["-qm", "x"], ["-aqm", "x"], ["-qm", "x", "b.yaml"]])
  func aLinkedWorktreeGivesItsDirectoryToo(_ options: [String]) async throws {
    let box = try Sandbox()
    try box.makeRepository(files: ["a.yaml": "a", "b.yaml": "b", "sub/c.yaml": "c"])
    try box.git("worktree", "add", "-q", "-b", "side", "../linked")
    try box.write("linked/a.yaml", "a staged")
    try box.git("add", "a.yaml", in: "linked")
    try box.write("linked/b.yaml", "b on disk")
    // What the main working tree has staged must not be seen.
    try box.write("repo/sub/c.yaml", "c of main")
    try box.git("add", "-A")
    try box.makeRepository("other", files: ["o.yaml": "o"])
    try await inHook(box, of: ["commit"] + options, in: "linked") { (environment) async throws in
      #expect(environment.variables["GIT_DIR"]?.hasSuffix("/.git/worktrees/linked") == true)
      let expected =
        switch options.count {
        case 3: ["b.yaml"]
        default: options[0] == "-aqm" ? ["a.yaml", "b.yaml"] : ["a.yaml"]
        }
      #expect(try staged(environment) == expected)
      #expect(try FileTree.open(.index(), environment: environment).rootPath == box.path("linked"))
      let below = GitEnvironment(variables: environment.variables, currentDirectory: box.path("linked/sub"))
      #expect(try staged(below) == expected)
      #expect(try FileTree.open(.workingTree(), environment: below).rootPath == box.path("linked"))
      // Another repository than the hook's: its variables do not reach there.
      let other = try FileTree.open(.index(paths: [box.path("other")]), environment: environment)
      #expect(try await other.read().0 == ["o.yaml": "o"])
      #expect(try other.stagedPaths().isEmpty)
    }
  }

  @Test func aSubmoduleGivesItsDirectoryToo() async throws {
    let box = try Sandbox()
    try box.makeRepository("library", files: ["m.yaml": "m"])
    try box.makeRepository(files: ["a.yaml": "a"])
    try box.git("submodule", "--quiet", "add", "../library", "module")
    try box.write("repo/module/m.yaml", "m staged")
    try await inHook(box, of: ["commit", "-aqm", "x"], in: "repo/module") { (environment) async throws in
      #expect(environment.variables["GIT_DIR"] != nil)
      #expect(try staged(environment) == ["m.yaml"])
      #expect(try await read(environment) == ["m.yaml": "m staged"])
    }
  }

  @Test func theFirstCommitAndTheAmendedOne() async throws {
    let box = try Sandbox()
    try box.makeRepository(files: ["a.yaml": "a"])
    try FileManager.default.createDirectory(atPath: box.path("fresh"), withIntermediateDirectories: true)
    try box.git("init", "-q", in: "fresh")
    try box.write("fresh/n.yaml", "n")
    try box.git("add", "n.yaml", in: "fresh")
    try await inHook(box, of: ["commit", "-qm", "x"], in: "fresh") { (environment) async throws in
      #expect(try staged(environment) == ["n.yaml"])
    }
    try box.write("repo/z.yaml", "z")
    try box.git("add", "-A")
    try await inHook(box, of: ["commit", "--amend", "-qm", "x"]) { (environment) async throws in
      #expect(try staged(environment) == ["z.yaml"])
      #expect(try await read(environment) == ["a.yaml": "a", "z.yaml": "z"])
    }
  }

  @Test func announcedFilesAreNotStaged() async throws {
    let box = try Sandbox()
    try box.makeRepository(files: ["a.yaml": "a", "empty.yaml": ""])
    try box.write("repo/later.yaml", "later")
    try box.git("add", "-N", "later.yaml")
    #expect(try await box.open(.index()).read().0 == ["a.yaml": "a", "empty.yaml": ""])
    #expect(try box.open(.index()).stagedPaths().isEmpty)
    #expect(try await box.open(.workingTree()).read().0["later.yaml"] == "later")
  }

  @Test func aNamedIndexThatDoesNotExistIsAnError() throws {
    let box = try Sandbox()
    try box.makeRepository(files: ["a.yaml": "a"])
    let error = #expect(throws: GitError.self) { try box.open(.index(), ["GIT_INDEX_FILE": "nowhere"]) }
    #expect(error?.code == .unreadable)
  }
}
