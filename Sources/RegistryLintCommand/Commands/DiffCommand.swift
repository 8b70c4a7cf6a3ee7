import ArgumentParser
import GitStore
import RegistryLint
import Reporting

struct DiffCommand: AsyncParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, markdown, sarif
  }

  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Tell what each commit does to nodes: resources, node files, disruption, pulls, certificates, findings.",
    discussion: """
      registrylint diff main..feature     every commit of feature that main has not, since they parted, oldest first
      registrylint diff HEAD              what the last commit changes
      registrylint diff --staged          what the next commit will change
      registrylint diff --root HEAD       the whole history
      registrylint diff main.. -- prod    only what lies below prod; also patterns as Git has them: 'prod/*.yaml'
      registrylint diff OLD NEW           two files or directories, also outside of Git

      Merges are compared with their first parent. The exit status is 1 when the range as a whole introduces findings \
      at or over --fail-on: what a commit brings and a later one repairs does not count.
      """)

  @Argument(help: ArgumentHelp("A range, a revision, or the first of two paths.", valueName: "range"))
  var subject: String?

  @Argument(help: ArgumentHelp("The second of two paths, or a path of the range.", valueName: "new"))
  var second: String?

  @Argument(parsing: .postTerminator, help: ArgumentHelp("After --: only these paths.", valueName: "path"))
  var paths: [String] = []

  @Flag(help: "HEAD against the index, as Git gives it to a hook.")
  var staged = false

  @Flag(help: "The whole history that the revision reaches (HEAD by default).")
  var root = false

  @Flag(help: "The whole range as one change.")
  var summary = false

  @Flag(help: "A report for each parent of a merge.")
  var allParents = false

  @Flag(help: "Follow only first parents.")
  var firstParent = false

  @Flag(help: "Leave out merges.")
  var noMerges = false

  @Flag(help: "Fail when there is no commit to tell of, or nothing staged.")
  var failEmpty = false

  @Option(help: ArgumentHelp("Only this cluster.", valueName: "name"))
  var cluster: String?

  @OptionGroup var format: FormatOption<Format>

  @Flag(help: "SARIF with a run for each commit that introduces something, in place of one for the range.")
  var perCommitRuns = false

  @Option(help: "Fail from this severity on: error, warning, note, never.")
  var failOn: FailOn?

  @OptionGroup var judging: JudgingOptions
  @OptionGroup var printing: PrintingOptions

  mutating func validate() throws {
    if staged, root { throw ValidationError("--staged and --root exclude each other") }
    if root, let subject, subject.contains("..") {
      throw ValidationError(
        "--root takes one revision and tells all that it reaches; without --root '\(TerminalText.escaped(subject))' is "
          + "a range")
    }
    if staged, subject != nil { throw ValidationError("--staged compares HEAD with the index; put paths after --") }
    if perCommitRuns, format.wanted != .sarif { throw ValidationError("--per-commit-runs goes with --format sarif") }
    if perCommitRuns, summary { throw ValidationError("--per-commit-runs and --summary exclude each other") }
    if summary, allParents { throw ValidationError("--summary and --all-parents exclude each other") }
    if !staged, !root, subject == nil {
      throw ValidationError("name a range (main..feature), a revision, or two paths; see registrylint help diff")
    }
  }

  mutating func run() async throws {
    var request = ChangeRequest(try comparison(), judging: try judging.request(.files(.workingTree())))
    request.judging.failOn = failOn
    request.paths = paths
    request.cluster = cluster
    request.isSummary = summary
    // The verdict at the head of a page is of the range; others tell of pulls by commits.
    request.tellsWhole = format.wanted == .markdown
    request.comparesAllParents = allParents
    request.followsFirstParent = firstParent
    request.leavesOutMerges = noMerges
    let run = try ChangeRun(request)
    var reporter = reporter()
    var output = GatheredOutput()
    defer { output.flush() }
    // A run that fails before its first change prints nothing.
    var isBegun = false
    func begin() {
      if !isBegun { output.print(reporter.begin(run.heading)) }
      isBegun = true
    }
    var progress = ProgressLine(total: run.commitCount, isQuiet: printing.quiet)
    let outcome: ChangeRun.Outcome
    do {
      outcome = try await run.changes(progress: { progress.show($0) }) { change in
        begin()
        let text = reporter.tell(change)
        if !text.isEmpty {
          progress.clear()
          output.print(text)
        }
        if StandardStreams.isReaderGone { throw ReaderIsGone() }
      }
    } catch is ReaderIsGone {
      progress.clear()
      throw StatusError(status: try await Self.statusOfEnds(request))
    }
    progress.clear()
    begin()
    output.print(reporter.end(outcome.ending))
    output.flush()
    try NotificationPrinter(printing).finish(outcome.ending.notifications)
    if outcome.changes == 0 {
      if !printing.quiet {
        let missing = request.paths.filter { !HostFiles.exists($0) && !Pathspec.holdsWildcard($0) }
        let hint = missing.isEmpty ? "" : "; there is no \(Self.list(missing)) here"
        let place = paths.isEmpty ? "" : " in \(Self.list(paths))"
        let nothing = staged ? "nothing is staged\(place)" : "there is nothing to tell of in \(run.heading.range)"
        StandardStreams.error("note: \(nothing)\(hint)\n")
      }
      if failEmpty { throw StatusError(status: .findings) }
    }
    // Freeing a history commit by commit takes time and helps nobody.
    withExtendedLifetime(run) { RegistryLintMain.end(outcome.isFailed ? .findings : .clean) }
  }

  private static func list(_ paths: [String]) -> String {
    paths.map { "'\(TerminalText.escaped($0))'" }.joined(separator: ", ")
  }

  private struct ReaderIsGone: Error {}

  /// The status of a range that nobody wants to hear more of: its two ends decide on it, and no commit between them is
  /// looked at.
  private static func statusOfEnds(_ request: ChangeRequest) async throws -> ExitStatus {
    var request = request
    request.isSummary = true
    let outcome = try await ChangeRun(request).changes { _ in }
    if outcome.ending.notifications.contains(where: { $0.level == .error }) { return .input }
    return outcome.isFailed ? .findings : .clean
  }

  /// Two words are two paths when both exist or look like paths, else a range or revision and paths, as Git reads them.
  private mutating func comparison() throws -> ChangeRequest.Subject {
    guard !staged, let subject else { return staged ? .staged : .history(of: "HEAD") }
    if let form = [subject, second].compactMap({ $0 }).first(where: Self.isOtherRange) {
      throw UsageError(
        "'\(form)' is a form of range that diff does not read; it reads A..B, A...B, REV, REV^! and REV^-N, and with "
          + "--root all that REV reaches")
    }
    if let second {
      if !root, paths.isEmpty, Self.isPath(subject), Self.isPath(second) {
        let folders = [subject, second].map(HostFiles.isFolder)
        if HostFiles.exists(subject), HostFiles.exists(second), folders[0] != folders[1] {
          let (folder, file) = folders[0] ? (subject, second) : (second, subject)
          throw UsageError("'\(folder)' is a folder and '\(file)' is a file; name two files, or two folders")
        }
        return .paths(old: subject, new: second)
      }
      guard HostFiles.exists(second) else {
        throw UsageError("'\(second)' is no path here; compare two revisions as A..B, and put paths after --")
      }
      paths.insert(second, at: 0)
    } else if !root, Self.looksLikeAPath(subject) {
      throw UsageError(
        "'\(subject)' is no revision; name two paths to compare them, or a range and paths after --")
    }
    return root ? .history(of: subject) : .range(subject)
  }

  /// `^A` and `REV^@`, as gitrevisions has them.
  private static func isOtherRange(_ text: String) -> Bool {
    (text.hasPrefix("^") || text.hasSuffix("^@")) && !HostFiles.exists(text)
  }

  private static func isPath(_ text: String) -> Bool { HostFiles.exists(text) || looksLikeAPath(text) }

  /// What no revision is called, whether or not anything is there.
  private static func looksLikeAPath(_ text: String) -> Bool {
    text.hasSuffix("/") || ["/", "./", "../"].contains(where: text.hasPrefix) || text == "." || text == ".."
  }

  private func reporter() -> any ChangeReporter {
    switch format.wanted {
    case .text: TextChangeReporter(isColoured: StandardStreams.isColoured(printing.color))
    case .json: JSONChangeReporter()
    case .markdown: MarkdownChangeReporter()
    case .sarif: SARIFChangeReporter(hasRunsByCommit: perCommitRuns)
    }
  }
}
