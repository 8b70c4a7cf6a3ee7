import ArgumentParser
import RegistryLint

struct HookCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hook", abstract: "Run registrylint before each commit, without pre-commit.",
    subcommands: [Install.self])

  struct Install: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "install", abstract: "Write a pre-commit hook that lints what is staged.")

    @Flag(help: "Replace a hook of another program.")
    var force = false

    func run() throws {
      let path = try CommitHook.install(replacing: force)
      StandardStreams.error("wrote \(path)\n")
    }
  }
}
