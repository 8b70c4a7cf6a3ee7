import ArgumentParser
import RegistryLint
import Reporting

struct MigrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Turn ImageContentSourcePolicy into ImageDigestMirrorSet in place; comments are kept.")

  @OptionGroup var input: InputOptions
  @OptionGroup var judging: JudgingOptions
  @OptionGroup var printing: PrintingOptions

  @Flag(help: "Change nothing; list the files that would change and exit with 1 when there are any.")
  var check = false

  @Flag(help: "Change nothing; print what would change as a diff for `git apply`.")
  var diff = false

  func validate() throws {
    if input.staged || input.rev != nil || input.paths == ["-"], !check, !diff {
      throw ValidationError("only files of the working tree are rewritten; give --check or --diff for other inputs")
    }
  }

  mutating func run() async throws {
    let migration = try await Migration(judging.request(input.source()))
    for (reason, places) in migration.skipped {
      let places = places.map(TerminalText.escaped)
      let reason = TerminalText.escaped(reason)
      if places.count == 1 {
        StandardStreams.error("note: \(places[0]): left as it is: \(reason)\n")
      } else {
        let list = places.map { "  \($0)\n" }.joined()
        StandardStreams.error("note: \(places.count) policies are left as they are: \(reason)\n" + list)
      }
    }
    guard migration.isFaithful else {
      StandardStreams.error("internal error: nodes would not get the same files; nothing was changed\n")
      throw StatusError(status: .defect)
    }
    if diff {
      for change in migration.changes { StandardStreams.output(bytes: change.diff) }
    } else if check {
      for change in migration.changes { StandardStreams.output("\(TerminalText.escaped(change.displayPath))\n") }
    } else {
      let failures = migration.changes.write()
      for failure in failures { StandardStreams.error("error: \(failure)\n") }
      if !failures.isEmpty { throw StatusError(status: .input) }
    }
    try NotificationPrinter(printing).finish(migration.notifications)
    if !printing.quiet { StandardStreams.error(migration.summary) }
    if check || diff, !migration.changes.isEmpty { throw StatusError(status: .findings) }
  }
}
