import Diagnostics
import History
import Reporting
import SourceText

extension Linter.Outcome {
  /// The outcome without the findings of a baseline.
  /// - Parameters:
  ///   - request: What was asked for, in `run`: of what was not, nobody knows whether it is gone.
  func new(besides baseline: Baseline, _ request: LintRequest, _ run: PreparedRun) -> Linter.Outcome {
    let paths = StatePaths(input)
    func isAsked(_ entry: Baseline.Entry) -> Bool { run.tree?.isSelected(entry.path) ?? true }
    // What is no news for another reason takes its entries, too.
    let older = Set(unchanged.map(\.fingerprint))
    let candidates = unchanged + findings.filter { $0.suppression == nil }
    let match = FindingMatch(
      from: baseline.entries.flatMap { Array(repeating: $0, count: $0.count) }, to: candidates.map(KeyedFinding.init)
    ) { entry, _ in
      // Of a file that was not asked for only that is known, that it is there.
      isAsked(entry) ? !paths.holds(entry.object, at: entry.path) : run.tree?.kind(of: entry.path) == nil
    }
    let isOlder = { (finding: KeyedFinding) in older.contains(finding.diagnostic.fingerprint) }
    let rules = Set(report.rules.map { $0.documentation.id })
    let absent = match.left.filter { entry in
      request.cluster == nil && isAsked(entry) && rules.contains(entry.rule)
        && paths.files[entry.path]?.holdsUnread != true
    }.map { entry in
      AbsentFinding(rule: entry.rule, path: entry.path, fingerprint: FindingKey.text(entry.key.fingerprint))
    }
    // Equal findings of a file are numbered behind their fingerprints.
    let gone = Set((report.known?.absent ?? []).map { $0.fingerprint.prefix(16) })
    return replacing(
      new: match.introduced.filter { !isOlder($0) }.map(\.diagnostic) + findings.filter { $0.suppression != nil },
      unchanged: match.unchanged.map(\.new).filter { !isOlder($0) }.map(\.diagnostic),
      absent: absent.filter { !gone.contains($0.fingerprint[...]) })
  }
}
