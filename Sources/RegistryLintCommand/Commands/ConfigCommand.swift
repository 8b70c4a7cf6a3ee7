import ArgumentParser
import GitStore
import RegistryLint

struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Work with .registrylint.yaml.", subcommands: [Show.self, Schema.self, Init.self],
    defaultSubcommand: Show.self)

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Print the settings in force in the current directory.")

    @OptionGroup var judging: JudgingOptions

    func run() throws {
      StandardStreams.output(try ConfigurationInForce(judging.request(.files(.workingTree()))).text)
    }
  }

  struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "schema", abstract: "Print the JSON schema of the configuration.")

    func run() {
      StandardStreams.output(ConfigurationSchema.text)
    }
  }

  struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "init", abstract: "Write a commented .registrylint.yaml into the current directory.")

    func run() throws {
      let environment = GitEnvironment.process()
      if let repository = try? GitRepository.find(environment: environment),
        environment.currentDirectory.relative(to: repository.gitDirectory) != nil
      {
        throw UsageError(
          "this is the Git folder of a repository, nothing of which is committed; write the file where the manifests "
            + "are checked out: git worktree add FOLDER, then registrylint config init in it")
      }
      if (try? FileError.read(Configuration.fileName, limit: .max - 65_536)) != nil {
        throw UsageError("\(Configuration.fileName) exists already; it is left as it is")
      }
      try FileError.write(Configuration.sample, to: Configuration.fileName)
      StandardStreams.error("wrote \(Configuration.fileName)\n")
    }
  }
}

struct CompletionsCommand: ParsableCommand {
  enum Shell: String, ExpressibleByArgument, CaseIterable {
    case bash, zsh, fish
  }

  static let configuration = CommandConfiguration(
    commandName: "completions", abstract: "Print a completion script for a shell.")

  @Argument(help: "bash, zsh or fish.")
  var shell: Shell

  func run() {
    let kind: CompletionShell =
      switch shell {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    StandardStreams.output(RegistryLintRoot.completionScript(for: kind) + "\n")
  }
}
