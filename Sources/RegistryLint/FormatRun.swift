import Diagnostics
import Formatting
import GitStore
import SourceText
import YAMLSyntax

/// Puts the resources of an input in canonical order.
public struct FormatRun: Sendable {
  /// In path order.
  public let changes: [FileChange]
  /// Files that hold resources of ours.
  public let filesSeen: Int
  /// What stayed out of order and why, files that were skipped, and bugs of the formatter.
  public let notifications: [Notification]
  /// A result that says something else than its file was found and thrown away: a bug of this program.
  public let hasDefect: Bool

  public init(_ request: LintRequest) async throws {
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
      files = found.files.map { SourceFile(path: $0.path, bytes: $0.bytes) }.filter { Formatter.mayHoldResources($0.bytes) }
      notifications = found.skipped.map(Notification.init)
    }
    filesSeen = files.count
    var changes: [FileChange] = []
    var hasDefect = false
    for result in await Self.format(files, workers: request.workers) {
      switch result {
      case .success(let formatted):
        notifications += formatted.notes.map {
          Notification(.note, path: formatted.file.path, "line \($0.collection.start.line) is not sorted: \($0.why)")
        }
        if formatted.changed {
          changes.append(FileChange(formatted.file.path, from: formatted.file.bytes, to: formatted.bytes, in: run.tree))
        }
      case .failure(let defect):
        hasDefect = true
        notifications.append(
          Notification(.error, path: defect.file.path, "not formatted because of a bug of registrylint: \(defect.why)"))
      }
    }
    self.changes = changes
    self.notifications = notifications
    self.hasDefect = hasDefect
  }

  private static func format(
    _ files: [SourceFile], workers: Int
  ) async -> [Result<FormattedFile, FormattingDefect>] {
    let workers = max(1, min(workers, files.count / 4))
    if workers == 1 { return files.map(format) }
    return await withTaskGroup(of: [(Int, Result<FormattedFile, FormattingDefect>)].self) { group in
      for worker in 0..<workers {
        group.addTask {
          stride(from: worker, to: files.count, by: workers).map { ($0, format(files[$0])) }
        }
      }
      var parts: [(Int, Result<FormattedFile, FormattingDefect>)] = []
      for await part in group { parts += part }
      return parts.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  private static func format(_ file: SourceFile) -> Result<FormattedFile, FormattingDefect> {
    do throws(FormattingDefect) {
      return .success(try Formatter.format(file: file))
    } catch {
      return .failure(error)
    }
  }
}
