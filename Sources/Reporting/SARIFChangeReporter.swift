import Diagnostics
import History
import SourceText

/// SARIF of a range. One run: what the range introduces, where it stands at the end, each result with the commit that
/// brought it. Or a run for each commit, with what that commit introduces where it stood then.
public struct SARIFChangeReporter: ChangeReporter {
  /// GitHub refuses more runs in one file.
  static let mostRuns = 20

  private let hasRunsByCommit: Bool
  private let sarif = SARIFReporter()
  private var heading: ChangeHeading?
  private var ids: [String] = []
  private var index: [String: Int] = [:]
  private var hashes = LineHashes()
  /// Results of commits, oldest first.
  private var commits: [(commit: CommitDescription?, results: [JSONText])] = []
  private var left = 0

  /// - Parameter hasRunsByCommit: A run for each commit that introduces something; beyond 20 of them the oldest share
  ///   the first one.
  public init(hasRunsByCommit: Bool = false) {
    self.hasRunsByCommit = hasRunsByCommit
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
    let range = "registrylint/diff/\(heading.range)/"
    guard hasRunsByCommit else {
      let results = results(ending.total.introduced) { ending.origins[$0.fingerprint] }
      return SARIFReporter.document([run(results, range, heading.provenance, ending.notifications)])
    }
    var runs: [JSONText] = []
    var own = commits[...]
    if commits.count > Self.mostRuns {
      let shared = commits.count - Self.mostRuns + 1
      own = commits[shared...]
      runs.append(run(commits[..<shared].flatMap(\.results), range, heading.provenance, ending.notifications))
    }
    for (commit, results) in own {
      let provenance = LintReport.Provenance(
        repositoryURI: heading.provenance.repositoryURI, revision: commit?.id ?? heading.provenance.revision,
        branch: nil)
      let id = commit.map { commit in
        "registrylint/commit/\(commit.id)/" + (commit.parentNumber.map { "\($0)/" } ?? "")
      }
      runs.append(run(results, id ?? range, provenance, runs.isEmpty ? ending.notifications : []))
    }
    if runs.isEmpty { runs.append(run([], range, heading.provenance, ending.notifications)) }
    return SARIFReporter.document(runs)
  }

  private func run(
    _ results: [JSONText], _ id: String, _ provenance: LintReport.Provenance, _ notifications: [Notification]
  ) -> JSONText {
    var notifications = notifications
    let cut = results.count - SARIFReporter.mostResults
    if cut > 0 {
      notifications.append(Notification(.warning, "\(cut) results are left out: no more are taken in one run"))
    }
    return sarif.run(
      version: heading?.version ?? "", ids: ids, results: Array(results.prefix(SARIFReporter.mostResults)),
      notifications: notifications, provenance: provenance, id: id)
  }

  private mutating func results(
    _ findings: [Diagnostic], commit: (Diagnostic) -> CommitDescription?
  ) -> [JSONText] {
    findings.map { finding in
      var properties: [(String, JSONText)] = []
      if let commit = commit(finding) {
        properties = [
          ("commit", .string(commit.id)), ("commitSubject", .string(commit.subject)),
          ("commitAuthor", .string(commit.author)),
          ("commitDate", .string(commit.date)),
        ]
      }
      return sarif.result(finding, index: index, hashes: &hashes, properties: properties)
    }
  }
}
