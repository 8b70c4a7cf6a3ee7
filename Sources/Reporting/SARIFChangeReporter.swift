import Diagnostics
import History
import SourceText

/// SARIF of a range. One run: what the range introduces, where it stands at the end, each result with the commit that
/// brought it. Or a run for each commit, with what that commit introduces where it stood then.
public struct SARIFChangeReporter: ChangeReporter {
  /// GitHub refuses more runs in one file.
  static let mostRuns = 20
  /// GitHub's category is what stands before the last slash: alerts of a category that the next upload has not are
  /// closed. So the range is not in it, which is another one with each push.
  private static let category = "registrylint/diff/"
  /// Of the commits that share a run, so that an upload of a whole range is not taken for one of them.
  private static let sharedCategory = "registrylint/commit/earlier/"

  private typealias Result = (severity: Severity, text: JSONText)

  private let hasRunsByCommit: Bool
  private let sarif: SARIFReporter
  private var heading: ChangeHeading?
  private var ids: [String] = []
  private var index: [String: Int] = [:]
  /// Results of commits, oldest first.
  private var commits: [(commit: CommitDescription?, results: [Result])] = []

  /// - Parameter hasRunsByCommit: A run for each commit that introduces something; beyond 20 of them the oldest share
  ///   the first one.
  public init(hasRunsByCommit: Bool = false) {
    self.init(hasRunsByCommit: hasRunsByCommit, mostResults: SARIFReporter.mostResultsOfGitHub)
  }

  init(hasRunsByCommit: Bool = false, mostResults: Int) {
    self.hasRunsByCommit = hasRunsByCommit
    sarif = SARIFReporter(mostResults: mostResults)
  }

  public mutating func begin(_ heading: ChangeHeading) -> String {
    self.heading = heading
    ids = heading.rules.map { $0.documentation.id }.sorted()
    index = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, $0) })
    return ""
  }

  public mutating func tell(_ change: CommitChange) -> String {
    guard hasRunsByCommit, !change.introduced.isEmpty else { return "" }
    commits.append((change.commit, results(change.introduced) { _ in change.commit }))
    return ""
  }

  public mutating func end(_ ending: ChangeEnding) -> String {
    guard let heading else { return "" }
    guard hasRunsByCommit else {
      let results = results(ending.total.introduced) { ending.origins[$0.fingerprint] }
      return SARIFReporter.document([run(results, Self.category, heading.provenance, ending.notifications)])
    }
    var runs: [JSONText] = []
    var own = commits[...]
    if commits.count > Self.mostRuns {
      let shared = commits.count - Self.mostRuns + 1
      own = commits[shared...]
      let results = commits[..<shared].flatMap(\.results)
      runs.append(run(results, Self.sharedCategory, heading.provenance, ending.notifications))
    }
    for (commit, results) in own {
      let provenance = LintReport.Provenance(
        repositoryURI: heading.provenance.repositoryURI, revision: commit?.id ?? heading.provenance.revision,
        branch: nil)
      let id = commit.map { commit in
        "registrylint/commit/\(commit.id)/" + (commit.parentNumber.map { "\($0)/" } ?? "")
      }
      runs.append(run(results, id ?? Self.category, provenance, runs.isEmpty ? ending.notifications : []))
    }
    if runs.isEmpty { runs.append(run([], Self.category, heading.provenance, ending.notifications)) }
    return SARIFReporter.document(runs)
  }

  private func run(
    _ results: [Result], _ id: String, _ provenance: LintReport.Provenance, _ notifications: [Notification]
  ) -> JSONText {
    let (kept, cut) = sarif.cut(results.worstFirst(\.severity))
    return sarif.run(
      version: heading?.version ?? "", ids: ids, results: kept.map(\.text), notifications: notifications + cut,
      provenance: provenance, id: id,
      description: heading.map { "Changes of \(SARIFReporter.shortened($0.range))." })
  }

  private func results(_ findings: [Diagnostic], commit: (Diagnostic) -> CommitDescription?) -> [Result] {
    // For these only: they know files by identity, and those of a commit that was told make room for others.
    var hashes = LineHashes()
    return findings.map { finding in
      var properties: [(String, JSONText)] = []
      if let commit = commit(finding) {
        properties = [
          ("commit", .string(commit.id)), ("commitSubject", .string(SARIFReporter.shortened(commit.subject))),
          ("commitAuthor", .string(SARIFReporter.shortened(commit.author))),
          ("commitDate", .string(commit.date)),
        ]
      }
      return (finding.severity, sarif.result(finding, index: index, hashes: &hashes, properties: properties))
    }
  }
}
