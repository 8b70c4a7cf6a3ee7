import History
import Reporting

@testable import RegistryLint

extension ScratchRepository {
  /// Writes files and commits everything that changed; a file of no text is removed.
  func commit(_ message: String, _ files: [String: String?]) throws {
    for (path, text) in files {
      if let text { try write(text, to: path) } else { try git("rm", "-q", path) }
    }
    try git("add", "-A")
    try git("commit", "-q", "--allow-empty", "-m", message)
  }

  /// What a range changes, as `diff` tells it, with the page that Markdown makes of it.
  func changes(
    _ range: String, _ adjust: (inout ChangeRequest) -> Void = { _ in }
  ) async throws -> (commits: [CommitChange], ending: ChangeEnding, text: String, markdown: String, json: String) {
    var request = ChangeRequest(.range(range), judging: request())
    adjust(&request)
    let run = try ChangeRun(request)
    var commits: [CommitChange] = []
    let outcome = try await run.changes { commits.append($0) }
    func rendered(_ reporter: any ChangeReporter) -> String { reporter.render(run.heading, commits, outcome.ending) }
    return (
      commits, outcome.ending, rendered(TextChangeReporter(isColoured: false)), rendered(MarkdownChangeReporter()),
      rendered(JSONChangeReporter())
    )
  }
}
