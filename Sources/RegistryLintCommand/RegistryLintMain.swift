import ArgumentParser
import CShims
import Diagnostics
import GitStore
import RegistryLint

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// `registrylint`: parses arguments, calls the library, prints.
struct RegistryLintRoot: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "registrylint",
    abstract: "Tells, before merge, what container-registry configuration will do to OpenShift nodes.",
    discussion: """
      Exit status: 0 clean, 1 findings at or over --fail-on, 2 usage or configuration, 3 an input or Git error, \
      4 an internal error.
      """,
    version: "registrylint \(RegistryLintVersion.current) (OpenShift \(Linter.knownReleases))",
    subcommands: [
      LintCommand.self, FormatCommand.self, MigrateCommand.self, RenderCommand.self, PullCommand.self,
      ComposeCommand.self, CertsCommand.self, ClustersCommand.self, DiffCommand.self, RulesCommand.self,
      ExplainCommand.self, ConfigCommand.self, HookCommand.self,
      CompletionsCommand.self,
    ],
    defaultSubcommand: LintCommand.self)
}

/// Exit statuses of the command-line contract.
enum ExitStatus: Int32, Comparable {
  static func < (left: ExitStatus, right: ExitStatus) -> Bool { left.rawValue < right.rawValue }

  case clean = 0
  case findings = 1
  case usage = 2
  case input = 3
  case defect = 4
}

@main
enum RegistryLintMain {
  static func main() async {
    // A reader that hangs up (`| head`) is no failure: write(2) says EPIPE and the rest is not printed.
    signal(SIGPIPE, SIG_IGN)
    registrylint_prepare_memory()
    registrylint_allow_open_files()
    do {
      var command = try RegistryLintRoot.parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      end(.clean)
    } catch {
      finish(error)
    }
  }

  static func end(_ status: ExitStatus) -> Never { exit(status.rawValue) }

  /// The first word is a path when it names no command: perhaps it was meant to.
  private static func mistypedCommand(_ error: GitError) -> String? {
    guard error.code == .noSuchPath, let word = CommandLine.arguments.dropFirst().first,
      word.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) })
    else { return nil }
    let names = RegistryLintRoot.configuration.subcommands.map { $0._commandName } + ["help"]
    // It is a command, and what follows it is not there.
    guard !names.contains(word) else { return nil }
    return UsageError.suggestion(for: word.lowercased(), among: names).map { "Did you mean 'registrylint \($0)'?" }
  }

  private static func finish(_ error: any Error) -> Never {
    switch error {
    case let status as StatusError:
      end(status.status)
    case let usage as UsageError:
      StandardStreams.error("error: \(usage)\n")
      end(.usage)
    case let git as GitError:
      StandardStreams.error("error: \(git)\n" + ((git.hint ?? mistypedCommand(git)).map { "hint: \($0)\n" } ?? ""))
      end(.input)
    case let file as FileError:
      StandardStreams.error("error: \(file.description)\n")
      end(.input)
    default:
      let message = RegistryLintRoot.fullMessage(for: error)
      if RegistryLintRoot.exitCode(for: error) == .success {
        StandardStreams.output(message + "\n")
        end(.clean)
      }
      guard RegistryLintRoot.exitCode(for: error) == .validationFailure else {
        StandardStreams.error("internal error: \(error)\nThis is a bug of registrylint; please report it.\n")
        end(.defect)
      }
      let unknown = UnknownOption(in: Array(CommandLine.arguments.dropFirst()))
      StandardStreams.error((unknown?.message(insteadOf: message) ?? message) + "\n")
      end(.usage)
    }
  }
}

/// Ends the program with a status after everything was printed.
struct StatusError: Error {
  let status: ExitStatus
}
