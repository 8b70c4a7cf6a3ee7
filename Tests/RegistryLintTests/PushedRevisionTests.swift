import Foundation
import GitStore
import Testing

@testable import RegistryLint

@Suite struct PushedRevisionTests {
  private static let none = String(repeating: "0", count: 40)

  /// A repository of two commits, and their names.
  private func history() throws -> (scratch: ScratchRepository, environment: GitEnvironment, first: String, second: String) {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    func commit(_ subject: String) throws -> String {
      try scratch.git("commit", "-qm", subject, "--allow-empty")
      return try scratch.git("rev-parse", "HEAD").trimmingCharacters(in: .newlines)
    }
    var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GIT_") }
    variables["HOME"] = scratch.folder.path
    let environment = GitEnvironment(variables: variables, currentDirectory: scratch.folder.path)
    return (scratch, environment, try commit("first"), try commit("second"))
  }

  @Test func preCommitSaysItInVariables() throws {
    let (scratch, environment, first, second) = try history()
    defer { withExtendedLifetime(scratch) {} }
    func told(_ variables: [String: String]) throws -> PushedRevision? {
      try PushedRevision.told(byPreCommit: { variables[$0] }, environment: environment)
    }
    func told(from: String, to: String) throws -> PushedRevision? {
      try told(["PRE_COMMIT": "1", "PRE_COMMIT_FROM_REF": from, "PRE_COMMIT_TO_REF": to])
    }
    #expect(try told([:]) == nil)
    #expect(try told(from: first, to: second) == PushedRevision(tip: second, base: first))
    #expect(try told(from: second, to: first) == PushedRevision(tip: first, base: second, takesBack: true))
    #expect(throws: GitError.self) { try told(from: "nowhere", to: second) }
    // The first push of a root branch.
    #expect(
      try told(["PRE_COMMIT": "1", "PRE_COMMIT_LOCAL_BRANCH": "refs/heads/x"])
        == PushedRevision(tip: "refs/heads/x", base: nil))
    #expect(try told(["PRE_COMMIT": "1"]) == PushedRevision(tip: "HEAD", base: nil))
  }

  @Test func hooksAreInstalledWhereSomebodyCommits() throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q", "--bare")
    var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GIT_") }
    variables["HOME"] = scratch.folder.path
    let environment = GitEnvironment(variables: variables, currentDirectory: scratch.folder.path)
    let before = try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path + "/hooks")
    #expect(throws: UsageError.self) {
      try CommitHook.install([.preCommit], replacing: false, environment: environment)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path + "/hooks") == before)
  }

  @Test func gitSaysItInLines() throws {
    let (scratch, environment, first, second) = try history()
    func told(_ lines: String, remote: String? = "origin") throws -> [PushedRevision] {
      try PushedRevision.told(byGit: lines, remote: remote, environment: environment)
    }
    let update = "refs/heads/main \(second) refs/heads/main \(first)\n"
    #expect(try told(update) == [PushedRevision(tip: second, base: first)])
    #expect(try told(update + update) == [PushedRevision(tip: second, base: first)])
    #expect(try told("(delete) \(Self.none) refs/heads/x \(first)\n").isEmpty)
    #expect(try told("").isEmpty)
    let new = "refs/heads/x \(second) refs/heads/x \(Self.none)\n"
    #expect(try told(new) == [PushedRevision(tip: second, base: nil)])
    // What the remote has is not here: somebody else pushed.
    let ahead = "refs/heads/main \(second) refs/heads/main \(String(repeating: "a", count: 40))\n"
    try scratch.git("update-ref", "refs/remotes/origin/main", first)
    #expect(try told(new) == [PushedRevision(tip: second, base: "refs/remotes/origin/main")])
    #expect(try told(ahead) == [PushedRevision(tip: second, base: "refs/remotes/origin/main")])
    try scratch.git("update-ref", "refs/remotes/origin/x", second)
    #expect(try told(new) == [PushedRevision(tip: second, base: "refs/remotes/origin/x")])
    #expect(try told(new, remote: "https://example.com/x") == [PushedRevision(tip: second, base: nil)])
    #expect(throws: UsageError.self) { try told("what\n") }
    // Everything that a force push takes back would be older than where the two parted.
    let back = "refs/heads/main \(first) refs/heads/main \(second)\n"
    #expect(try told(back) == [PushedRevision(tip: first, base: second, takesBack: true)])
    #expect(try told(back + new).map(\.takesBack) == [true, false])
    // An amended commit: the remote has what both hold.
    try scratch.git("checkout", "-q", first)
    try scratch.git("commit", "-qm", "amended", "--allow-empty")
    let amended = try scratch.git("rev-parse", "HEAD").trimmingCharacters(in: .newlines)
    let forced = "refs/heads/main \(amended) refs/heads/main \(second)\n"
    #expect(try told(forced) == [PushedRevision(tip: amended, base: second, takesBack: true)])
    let blob = try scratch.git("hash-object", "-w", "-t", "blob", "/dev/null").trimmingCharacters(in: .newlines)
    #expect(try told("refs/tags/blob \(blob) refs/tags/blob \(Self.none)\n").isEmpty)
  }
}
