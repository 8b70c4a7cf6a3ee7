import Diagnostics
import History
import NodeConfig
import Rules
import SourceText

/// What the rules of changes say, where a run knows two states of a cluster.
struct ChangeFindings: Sendable {
  private let engine: RuleEngine
  private let selection: RuleSelection
  private let today: Day

  /// - Parameter besides: Rules whose matter the report shows in its own words: they run only when the user named them.
  init(_ selection: RuleSelection, today: Day, unlessNamed besides: Set<String> = []) {
    self.selection = selection
    self.today = today
    engine = RuleEngine(
      rules: selection.rules.filter { rule in
        let documentation = rule.documentation
        return documentation.needsBase && (!besides.contains(documentation.id) || selection.isNamed(documentation.id))
      })
  }

  /// The findings in a cluster that is in both states, as the user wants them to be; those that are suppressed where
  /// they stand say so.
  func of(_ change: LintedChange) -> [Diagnostic] {
    guard !engine.rules.isEmpty else { return [] }
    let found = engine.check(change)
    guard !found.isEmpty else { return [] }
    var files: [SourceFile] = []
    for diagnostic in found where !files.contains(where: { $0 === diagnostic.span.file }) {
      files.append(diagnostic.span.file)
    }
    let pass = SuppressionPass(found, files: files, ranRules: [], today: today)
    return pass.diagnostics.map { selection.adjusted($0).redacted() }
  }
}
