import ArgumentParser
import RegistryLint
import Reporting

struct FormatCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "format", abstract: "Put resources in canonical order; comments and bytes are kept.",
    discussion: """
      The order and its reasons are in docs/canonical-order.md. '-' formats standard input to standard output.

      Nodes get the same entries. Where registries.conf lists them in another order, CRI-O reloads it; nothing drains.
      """)

  @OptionGroup var input: InputOptions
  @OptionGroup var judging: JudgingOptions
  @OptionGroup var printing: PrintingOptions

  @Flag(help: "Change nothing; list the files that would change and exit with 1 when there are any.")
  var check = false

  @Flag(help: "Change nothing; print what would change as a diff for `git apply`.")
  var diff = false

  func validate() throws {
    if input.staged || input.rev != nil, !check, !diff {
      throw ValidationError(
        "only files of the working tree are rewritten; give --check or --diff with --staged and --rev")
    }
  }

  mutating func run() async throws {
    let source = try input.source()
    let run = try await FormatRun(judging.request(source), for: check && !diff ? .check : .rewrite)
    if diff {
      for change in run.changes { StandardStreams.output(bytes: change.diff) }
    } else if check {
      for path in run.pathsOutOfOrder { StandardStreams.output("\(TerminalText.escaped(path))\n") }
    } else if case .standardInput(let bytes, _) = source {
      StandardStreams.output(bytes: run.changes.first?.new ?? bytes)
    } else {
      try write(run)
    }
    if !printing.quiet, check || diff, !run.pathsOutOfOrder.isEmpty {
      let files = run.pathsOutOfOrder.count == 1 ? "1 file" : "\(run.pathsOutOfOrder.count) files"
      StandardStreams.error("\(files) of \(run.filesSeen) would be reordered\n")
    }
    if run.hasDefect {
      try? NotificationPrinter(printing).finish(run.notifications)
      throw StatusError(status: .defect)
    }
    try NotificationPrinter(printing).finish(run.notifications)
    if check || diff, !run.pathsOutOfOrder.isEmpty { throw StatusError(status: .findings) }
  }

  private func write(_ run: FormatRun) throws {
    let failures = run.changes.write()
    for failure in failures { StandardStreams.error("error: \(failure)\n") }
    let written = run.changes.count - failures.count
    if !printing.quiet {
      StandardStreams.error(
        written == 0
          ? "nothing to reorder\n"
          : "reordered \(written) of \(run.filesSeen) files; "
            + "where registries.conf lists entries in a new order, CRI-O reloads it, without a drain\n")
    }
    if !failures.isEmpty { throw StatusError(status: .input) }
  }
}
