import GitStore

/// What a push brings: a commit, and what the remote has of it already.
public struct PushedRevision: Hashable, Sendable {
  public let tip: String
  /// `nil` when the remote has nothing that could be compared: all of the commit is new.
  public let base: String?
  /// Whether the push takes commits of the base back, some or all: what is new is what the base has not, not what came
  /// since the two parted.
  public let takesBack: Bool

  init(tip: String, base: String?, takesBack: Bool = false) {
    self.tip = tip
    self.base = base
    self.takesBack = takesBack
  }

  private init(tip: String, base: String?, in repository: GitRepository?) throws {
    guard let base, let repository, let old = try repository.resolve(base).commit,
      let new = try repository.resolve(tip).commit, old != new
    else {
      self.init(tip: tip, base: base)
      return
    }
    self.init(tip: tip, base: base, takesBack: try repository.mergeBase(old, new) != old)
  }

  /// What pre-commit says of a push; `nil` when it does not run this program.
  ///
  /// On the first push of a branch that shares nothing with the remote, pre-commit gives neither
  /// `PRE_COMMIT_FROM_REF` nor `PRE_COMMIT_TO_REF`, only the local branch. It has read Git's lines itself: standard
  /// input is closed.
  public static func told(
    byPreCommit variable: (String) -> String?, environment: GitEnvironment = .process()
  ) throws -> PushedRevision? {
    guard let isRunning = variable("PRE_COMMIT"), !isRunning.isEmpty else { return nil }
    if let tip = variable("PRE_COMMIT_TO_REF"), !tip.isEmpty {
      let base = variable("PRE_COMMIT_FROM_REF").flatMap { $0.isEmpty ? nil : $0 }
      return try PushedRevision(tip: tip, base: base, in: try GitRepository.find(environment: environment))
    }
    let branch = variable("PRE_COMMIT_LOCAL_BRANCH").flatMap { $0.isEmpty ? nil : $0 }
    return PushedRevision(tip: branch ?? "HEAD", base: nil)
  }

  /// What Git tells its pre-push hook: `LOCAL-REF LOCAL-ID REMOTE-REF REMOTE-ID` a line.
  /// - Parameter remote: The name of the remote, or its address when it has no name.
  /// - Returns: Each once, in the order of the lines; deleted references bring nothing.
  public static func told(
    byGit lines: String, remote: String?, environment: GitEnvironment = .process()
  ) throws -> [PushedRevision] {
    let repository = try GitRepository.find(environment: environment)
    var result: [PushedRevision] = []
    for line in lines.split(separator: "\n") {
      let parts = line.split(separator: " ").map(String.init)
      guard parts.count == 4 else { throw UsageError("'\(line)' is no line of Git's pre-push hook") }
      let (tip, known) = (parts[1], parts[3])
      // Nothing, or a tag of what is neither a commit nor a tree.
      guard !isZero(tip), try exists(tip, repository) else { continue }
      let isKnown = try !isZero(known) && exists(known, repository)
      let base = try isKnown ? known : origin(of: parts[0], on: remote, repository)
      let pushed = try PushedRevision(tip: tip, base: base, in: repository)
      if !result.contains(pushed) { result.append(pushed) }
    }
    return result
  }

  /// Where a new branch most likely comes from: what the remote has under its name, else the remote's main branch.
  private static func origin(of local: String, on remote: String?, _ repository: GitRepository?) throws -> String? {
    guard let remote, !remote.isEmpty else { return nil }
    var names = ["HEAD", "main", "master"]
    if local.hasPrefix("refs/heads/") { names.insert(String(local.dropFirst("refs/heads/".count)), at: 0) }
    return try names.map { "refs/remotes/\(remote)/\($0)" }.first { try exists($0, repository) }
  }

  private static func exists(_ revision: String, _ repository: GitRepository?) throws -> Bool {
    do throws(GitError) {
      return try repository?.resolve(revision) != nil
    } catch {
      guard error.code == .unknownRevision else { throw error }
      return false
    }
  }

  private static func isZero(_ id: String) -> Bool { id.utf8.allSatisfy { $0 == UInt8(ascii: "0") } }
}
