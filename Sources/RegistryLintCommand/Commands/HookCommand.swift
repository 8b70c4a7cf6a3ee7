import ArgumentParser
import RegistryLint
import Reporting

extension CommitHook: ExpressibleByArgument {}

struct HookCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hook", abstract: "Run registrylint before each commit or push, without pre-commit.",
    subcommands: [Install.self, Run.self])

  struct Install: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "install", abstract: "Write hooks that lint what is staged, or what is pushed.",
      discussion: "Without a name: pre-commit and pre-merge-commit, so that merges are linted too.")

    @Argument(help: "pre-commit, pre-merge-commit or pre-push.")
    var hooks: [CommitHook] = [.preCommit, .preMergeCommit]

    @Flag(help: "Replace hooks of another program.")
    var force = false

    func run() throws {
      for path in try CommitHook.install(hooks, replacing: force) { StandardStreams.error("wrote \(path)\n") }
    }
  }

  /// Chooses by what Git or pre-commit tells the hook; the linting is that of `lint`.
  struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "run", abstract: "What the hooks call: lint what is staged, or what a push brings.")

    @Argument(help: "pre-commit, pre-merge-commit or pre-push.")
    var hook: CommitHook

    @Argument(help: "What Git gives to the hook.")
    var remote: [String] = []

    mutating func run() async throws {
      switch hook {
      case .preCommit, .preMergeCommit: throw StatusError(status: try await lint(["--staged"]))
      case .prePush: try await lintPush()
      }
    }

    private func lintPush() async throws {
      let pushed: [PushedRevision]
      if let told = try PushedRevision.told(byPreCommit: StandardStreams.variable) {
        pushed = [told]
      } else {
        let lines = String(decoding: try StandardStreams.input(limit: 1 << 20), as: UTF8.self)
        pushed = try PushedRevision.told(byGit: lines, remote: remote.first)
      }
      var worst = ExitStatus.clean
      for revision in pushed {
        let against = revision.takesBack ? "which takes back commits of" : "new against"
        let what = Self.short(revision.tip) + (revision.base.map { ", \(against) \(Self.short($0))" } ?? "")
        StandardStreams.error("registrylint: checking \(what)\n")
        // The name of a tree is compared with as it is, a commit from where the two parted.
        let base = revision.base.map { ["--since", revision.takesBack ? "\($0)^{tree}" : $0] }
        let status: ExitStatus
        do {
          status = try await lint(["--rev", revision.tip] + (base ?? []))
        } catch let error as StatusError {
          status = error.status
        }
        worst = max(worst, status)
      }
      throw StatusError(status: worst)
    }

    private func lint(_ arguments: [String]) async throws -> ExitStatus {
      var status = ExitStatus.clean
      try await LintCommand.parse(arguments).lint { status = $0 }
      return status
    }

    /// An object's name in short, any other name whole.
    private static func short(_ revision: String) -> String {
      let isID =
        revision.utf8.count >= 40
        && revision.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
      return TerminalText.escaped(isID ? String(revision.prefix(10)) : revision)
    }
  }
}
