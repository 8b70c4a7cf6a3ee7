import ArgumentParser
import RegistryLint
import Reporting

/// An option that a command does not have. The parser looks for it last, behind missing arguments and what does not go
/// together, which is often only what the mistyped option leaves behind.
struct UnknownOption {
  /// As it was written, without a value: `--bogus`.
  let name: String
  /// The option that was perhaps meant.
  let meant: String?

  /// The first one in the arguments of the program; `nil` when there is none.
  init?(in arguments: [String]) {
    var words = arguments[...]
    guard words.first != "help" else { return nil }
    var command: any ParsableCommand.Type = RegistryLintRoot.self
    while let named = command.configuration.subcommands.first(where: { $0._commandName == words.first }) {
      command = named
      words.removeFirst()
    }
    while let usual = command.configuration.defaultSubcommand { command = usual }
    let known = Self.names(of: command)
    let options = words.prefix { $0 != "--" }.filter { $0.hasPrefix("-") && $0 != "-" }
    guard let unknown = options.first(where: { !Self.isKnown($0, known) }) else { return nil }
    name = Self.name(unknown)
    // One letter is as near as any other.
    meant = name.utf8.count > 3 ? UsageError.suggestion(for: name, among: known) : nil
  }

  /// What is told in place of another mistake, with the usage of the command that it ends with.
  func message(insteadOf other: String) -> String {
    let hint = meant.map { ". Did you mean '\($0)'?" } ?? ""
    let lines = other.split(separator: "\n", omittingEmptySubsequences: false).drop { !$0.hasPrefix("Usage:") }
    return (["Error: Unknown option '\(TerminalText.escaped(name))'\(hint)"] + lines).joined(separator: "\n")
  }

  /// What the parser understands and no help text lists.
  private static let unlisted = ["--experimental-dump-help", "--generate-completion-script"]

  /// The parser tells the options of a command in its help text alone: `  -q, --quiet   …`, `  --rev <rev>   …`.
  private static func names(of command: any ParsableCommand.Type) -> [String] {
    let help = RegistryLintRoot.helpMessage(for: command, includeHidden: true, columns: 10_000)
    let options = help.split(separator: "\n").drop { $0 != "OPTIONS:" }.filter { $0.hasPrefix("  -") }
    return unlisted
      + options.flatMap { line in
        line.split(separator: " ").prefix { $0.hasPrefix("-") || $0.hasPrefix("<") }
          .filter { $0.hasPrefix("-") }.map { $0.hasSuffix(",") ? String($0.dropLast()) : String($0) }
      }
  }

  private static func name(_ word: String) -> String { String(word.prefix { $0 != "=" }) }

  private static func isKnown(_ word: String, _ known: [String]) -> Bool {
    let name = name(word)
    if known.contains(name) { return true }
    guard !name.hasPrefix("--") else { return false }
    // Letters may stand together, and a number below zero is a value.
    let letters = name.dropFirst()
    return Int(letters) != nil || letters.allSatisfy { known.contains("-\($0)") }
  }
}
