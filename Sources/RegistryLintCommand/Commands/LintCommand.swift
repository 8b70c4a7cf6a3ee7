import ArgumentParser
import Diagnostics
import RegistryLint
import Reporting
import SourceText

/// A report format and where it goes.
struct ReportTarget: ExpressibleByArgument {
  enum Format: String, CaseIterable {
    case text, concise, json, sarif, github, gitlab, junit, markdown
  }

  let format: Format
  /// `nil` is standard output.
  let file: String?

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let format = Format(rawValue: String(parts[0])) else { return nil }
    if parts.count == 2, parts[1].isEmpty { return nil }
    self.format = format
    file = parts.count == 2 ? String(parts[1]) : nil
  }

  static var allValueStrings: [String] { Format.allCases.map(\.rawValue) }
}

struct LintCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint", abstract: "Check registry configuration (the default command).")

  @OptionGroup var input: InputOptions
  @OptionGroup var judging: JudgingOptions
  @OptionGroup var printing: PrintingOptions

  @Option(
    name: .customLong("format"),
    help: ArgumentHelp(
      "text, concise, json, sarif, github, gitlab, junit or markdown, optionally into a file; repeatable.",
      valueName: "format[=file]"))
  var formats: [ReportTarget] = []

  @Option(help: ArgumentHelp("Only findings of this cluster.", valueName: "name"))
  var cluster: String?

  @Flag(help: "Say on standard error which clusters were found, and why.")
  var explainClusters = false

  @Option(help: ArgumentHelp("Run only these rules.", valueName: "rule,…"))
  var select: [String] = []

  @Option(help: ArgumentHelp("Do not run these rules.", valueName: "rule,…"))
  var ignore: [String] = []

  @Option(help: ArgumentHelp("Another severity for a rule: error, warning, note, off.", valueName: "rule=level"))
  var severity: [String] = []

  @Option(help: "Fail from this severity on: error, warning, note, never.")
  var failOn: FailOn?

  @Flag(help: "Repair what can be repaired safely.")
  var fix = false

  @Flag(help: "Apply suggestions too; look at them with --diff first.")
  var unsafeFixes = false

  @Flag(help: "Print what --fix or --unsafe-fixes would change, and change nothing.")
  var diff = false

  @Option(help: ArgumentHelp("Report only what is new since the merge base with a revision.", valueName: "rev"))
  var since: String?

  @Option(help: ArgumentHelp("Report only what this file, written by --write-baseline, has not.", valueName: "file"))
  var baseline: String?

  @Option(help: ArgumentHelp("Write the findings of now into a file for --baseline.", valueName: "file"))
  var writeBaseline: String?

  @Flag(help: "With --since or --baseline: also findings that are gone, in SARIF.")
  var showAbsent = false

  @Flag(help: "Show suppressed findings too.")
  var showSuppressed = false

  @Flag(help: "Count findings by rule.")
  var statistics = false

  mutating func validate() throws {
    if formats.filter({ $0.file == nil }).count > 1 {
      throw ValidationError(
        "only one --format can go to standard output; write the others to files: --format sarif=FILE")
    }
    let comparesFindings = since != nil || baseline != nil || writeBaseline != nil
    if comparesFindings, fix || unsafeFixes || diff {
      throw ValidationError("--since, --baseline and --write-baseline do not go with --fix, --unsafe-fixes and --diff")
    }
    if writeBaseline != nil, since != nil || baseline != nil {
      throw ValidationError("--write-baseline takes all findings; it does not go with --since and --baseline")
    }
    if since != nil, input.paths == ["-"] { throw ValidationError("--since needs files of a Git repository") }
    if showAbsent, since == nil, baseline == nil {
      throw ValidationError("--show-absent goes with --since or --baseline")
    }
    if fix || unsafeFixes, !diff, input.staged || input.rev != nil || input.paths == ["-"] {
      throw ValidationError("only files of the working tree are repaired; --diff prints the changes for every input")
    }
  }

  mutating func run() async throws {
    try await lint { RegistryLintMain.end($0) }
  }

  /// - Parameter finish: Takes the status while all that was read is there: taking that apart takes longer than printing
  ///   the report.
  func lint(_ finish: (ExitStatus) -> Void) async throws {
    var request = try judging.request(input.source())
    request.select = try rules(select)
    request.ignore = try rules(ignore)
    request.severity = try severities()
    request.failOn = failOn
    request.cluster = cluster
    request.since = since
    if let baseline {
      let file = SourceFile(path: RepositoryPath(baseline), bytes: try FileError.read(baseline, limit: 64 << 20))
      request.baseline = try Baseline(reading: file)
    }
    if diff { return try await printFixes(request) }
    if let writeBaseline {
      let baseline = Baseline(try await Linter().run(request))
      try FileError.write(baseline.text, to: writeBaseline)
      if !printing.quiet {
        StandardStreams.error("Wrote \(baseline.count) finding\(baseline.count == 1 ? "" : "s") to \(writeBaseline).\n")
      }
      request.baseline = baseline
    }
    let outcome = fix || unsafeFixes ? try await repair(request) : try await Linter().run(request)
    if explainClusters {
      StandardStreams.error(
        ClusterReport(outcome.assembly, outcome.input).text(isColoured: false, isWhole: printing.verbose) {
          outcome.input.tree?.displayPath(of: $0) ?? $0.text
        })
    }
    for target in formats.isEmpty ? [ReportTarget(argument: "text")].compactMap({ $0 }) : formats {
      let text = reporter(target).render(outcome.report)
      if let file = target.file {
        try FileError.write(text, to: file)
      } else {
        StandardStreams.output(text)
      }
    }
    sayWhenClean(outcome.report)
    try NotificationPrinter(printing).finish(outcome.report.notifications)
    withExtendedLifetime(outcome) { finish(outcome.isFailed ? .findings : .clean) }
  }

  /// To a person at a terminal nothing read and nothing found must not look the same. Hooks and pipelines stay silent.
  private func sayWhenClean(_ report: LintReport) {
    guard !printing.quiet, printing.verbose || StandardStreams.isErrorATerminal, report.open.isEmpty,
      report.known == nil, !report.notifications.contains(where: { $0.level == .error })
    else { return }
    func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }
    StandardStreams.error(
      report.summary.resources == 0
        ? "No registry configuration found in \(input.place).\n"
        : "No findings in \(count(report.summary.resources, "resource")).\n")
  }

  /// Applies fixes to the files, and gives what is left.
  private func repair(_ request: LintRequest) async throws -> Linter.Outcome {
    let run = try await FixRun(request, unsafe: unsafeFixes)
    let failures = run.changes.write()
    for failure in failures { StandardStreams.error("error: \(failure)\n") }
    summarize(run, written: run.changes.count - failures.count)
    try report(defectsOf: run)
    if !failures.isEmpty { throw StatusError(status: .input) }
    return run.outcome
  }

  private func printFixes(_ request: LintRequest) async throws {
    let run = try await FixRun(request, unsafe: unsafeFixes)
    for change in run.changes { StandardStreams.output(bytes: change.diff) }
    summarize(run, written: nil)
    try report(defectsOf: run)
    try NotificationPrinter(printing).finish(run.outcome.report.notifications)
    // As with ruff a difference fails, and as everywhere what is left at or over --fail-on does.
    if !run.changes.isEmpty || run.outcome.isFailed { throw StatusError(status: .findings) }
  }

  /// Counts as ruff does: what was fixed, what is left, what suggestions would fix.
  /// - Parameter written: The number of files that were written, `nil` when the changes are only printed.
  private func summarize(_ run: FixRun, written: Int?) {
    guard !printing.quiet else { return }
    let text = FixSummary(run, unsafe: unsafeFixes).text(written: written)
    if !text.isEmpty { StandardStreams.error(text) }
  }

  private func report(defectsOf run: FixRun) throws {
    if run.isUnsettled {
      StandardStreams.error("warning: the fixes did not settle after ten rounds; the last state is kept\n")
    }
    guard !run.defects.isEmpty else { return }
    for defect in run.defects {
      StandardStreams.error(
        "internal error: a fix would have broken \(TerminalText.escaped(defect)); it was not applied\n")
    }
    throw StatusError(status: .defect)
  }

  private func reporter(_ target: ReportTarget) -> any Reporter {
    switch target.format {
    case .text:
      TextReporter(
        isColoured: target.file == nil && StandardStreams.isColoured(printing.color), showSuppressed: showSuppressed,
        showStatistics: statistics, isQuiet: printing.quiet)
    case .concise: ConciseReporter(showSuppressed: showSuppressed)
    case .json: JSONReporter(showSuppressed: showSuppressed)
    case .sarif: SARIFReporter(showSuppressed: showSuppressed, showAbsent: showAbsent)
    case .github: GitHubReporter()
    case .gitlab: GitLabReporter()
    case .junit: JUnitReporter()
    case .markdown: MarkdownReporter()
    }
  }

  private func rules(_ lists: [String]) throws -> [String] {
    try lists.flatMap { try $0.split(separator: ",").map { try RuleSelection.known(String($0)) } }
  }

  private func severities() throws -> [String: Configuration.Level] {
    var result: [String: Configuration.Level] = [:]
    for text in severity.flatMap({ $0.split(separator: ",") }) {
      let parts = text.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, let level = Configuration.Level(rawValue: String(parts[1])) else {
        throw UsageError("--severity takes RULE=error, warning, note or off, not '\(text)'")
      }
      result[try RuleSelection.known(String(parts[0]))] = level
    }
    return result
  }
}

/// What could not be read, on standard error: notes only when asked for.
struct NotificationPrinter {
  private let options: PrintingOptions

  init(_ options: PrintingOptions) {
    self.options = options
  }

  /// Prints them; a part of the input that should be there and could not be read ends the program with its status.
  func finish(_ notifications: [Notification]) throws {
    for notification in notifications.gathered() {
      if notification.level == .note, !options.verbose { continue }
      if notification.level == .warning, options.quiet { continue }
      let path = notification.path.map { TerminalText.escaped($0.text) + ": " } ?? ""
      StandardStreams.error("\(notification.level.rawValue): \(path)\(TerminalText.escaped(notification.message))\n")
    }
    if notifications.contains(where: { $0.level == .error }) { throw StatusError(status: .input) }
  }
}
