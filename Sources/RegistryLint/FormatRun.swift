import Diagnostics
import Formatting
import GitStore
import SourceText
import YAMLSyntax

/// Puts the resources of an input in canonical order.
public struct FormatRun: Sendable {
  /// What a run is for.
  public enum Purpose: Sendable {
    /// Makes the new texts.
    case rewrite
    /// Only tells which files would change: nothing is rewritten, parsed again or compared.
    case check
  }

  /// In path order; empty in a run that only checks.
  public let changes: [FileChange]
  /// The files that are out of order, in path order, as people type them.
  public let pathsOutOfOrder: [String]
  /// Files that hold resources of ours.
  public let filesSeen: Int
  /// What stayed out of order and why, files that were skipped, and bugs of the formatter.
  public let notifications: [Notification]
  /// A result that says something else than its file was found and thrown away: a bug of this program.
  public let hasDefect: Bool

  public init(_ request: LintRequest, for purpose: Purpose = .rewrite) async throws {
    let run = try PreparedRun(request)
    var files: [SourceFile] = []
    var notifications: [Notification] = []
    switch request.source {
    case .standardInput(let bytes, let name):
      files = [SourceFile(path: RepositoryPath(name), bytes: bytes)]
    case .files:
      guard let tree = run.tree else { throw UsageError("there is no input") }
      let exclude = run.configuration.exclude
      let image = ByteSearch(["Image", "ConfigMap"])
      let found = try await tree.scan(
        workers: request.workers, limit: ManifestInput.byteLimit,
        isCandidatePath: { path in ManifestPaths.isCandidate(path) && !exclude.contains { $0.matches(path) } },
        isInteresting: { image.matchesAny($0) })
      files = found.files.map { SourceFile(path: $0.path, bytes: $0.bytes) }
        .filter { Formatter.mayHoldResources($0.bytes) }
      notifications = found.skipped.map(Notification.init)
    }
    filesSeen = files.count
    var changes: [FileChange] = []
    var outOfOrder: [String] = []
    var hasDefect = false
    for result in await files.concurrentMap(request.workers, { Result($0, purpose) }) {
      notifications += result.notes.map {
        Notification(.note, path: result.file.path, "line \($0.collection.start.line) is not sorted: \($0.why)")
      }
      if let defect = result.defect {
        hasDefect = true
        notifications.append(
          Notification(.error, path: result.file.path, "not formatted because of a bug of registrylint: \(defect)"))
      }
      if result.isOutOfOrder {
        outOfOrder.append(run.tree?.displayPath(of: result.file.path) ?? result.file.path.text)
      }
      if let bytes = result.bytes {
        changes.append(FileChange(result.file.path, from: result.file.bytes, to: bytes, in: run.tree))
      }
    }
    self.changes = changes
    pathsOutOfOrder = outOfOrder
    self.notifications = notifications
    self.hasDefect = hasDefect
  }

  /// What came of one file.
  private struct Result: Sendable {
    let file: SourceFile
    var isOutOfOrder = false
    /// The file in order, when it was not and was rewritten.
    var bytes: [UInt8]?
    var notes: [FormattingNote] = []
    var defect: String?

    init(_ file: SourceFile, _ purpose: Purpose) {
      self.file = file
      switch purpose {
      case .check:
        let check = Formatter.check(file: file)
        isOutOfOrder = check.wouldChange
        notes = check.notes
      case .rewrite:
        do throws(FormattingDefect) {
          let formatted = try Formatter.format(file: file)
          isOutOfOrder = formatted.changed
          bytes = formatted.changed ? formatted.bytes : nil
          notes = formatted.notes
        } catch {
          defect = error.why
        }
      }
    }
  }
}
