import SourceText

/// What suppressions do to the findings of one run.
public struct SuppressionPass {
  /// Findings that stay, and findings with `suppression` set.
  public let diagnostics: [Diagnostic]
  /// Suppressions without a readable reason or rule.
  public let withoutReason: [Suppression]
  /// All that were read, for what only the rules know: whether the ones they name exist.
  public let all: [Suppression]
  public let expired: [Suppression]
  /// Suppressions that hit nothing, with the rules that did not; only rules that ran can be unused.
  public let unused: [(suppression: Suppression, rules: [String])]

  /// - Parameters:
  ///   - diagnostics: All findings.
  ///   - files: All files that were linted.
  ///   - ranRules: The ids of the rules that ran.
  ///   - today: Suppressions end after their day.
  public init(_ diagnostics: [Diagnostic], files: [SourceFile], ranRules: Set<String>, today: Day) {
    var byFile: [ObjectIdentifier: [Suppression]] = [:]
    for file in files {
      let suppressions = Suppression.all(in: file)
      if !suppressions.isEmpty { byFile[ObjectIdentifier(file)] = suppressions }
    }
    var hits: [Suppression: Set<String>] = [:]
    self.diagnostics = diagnostics.map { diagnostic in
      guard let suppressions = byFile[ObjectIdentifier(diagnostic.span.file)] else { return diagnostic }
      for suppression in suppressions where suppression.covers(diagnostic) {
        hits[suppression, default: []].insert(diagnostic.rule)
        guard suppression.isActive(on: today) else { continue }
        var hidden = diagnostic
        hidden.suppression = suppression
        return hidden
      }
      return diagnostic
    }
    let all = files.flatMap { byFile[ObjectIdentifier($0)] ?? [] }
    self.all = all
    withoutReason = all.filter { $0.reason == nil || $0.defect != nil }
    expired = all.filter { suppression in suppression.until.map { $0 < today } ?? false }
    unused = all.compactMap { suppression in
      guard suppression.isActive(on: today) else { return nil }
      let idle = suppression.rules.filter { ranRules.contains($0) && !hits[suppression, default: []].contains($0) }
      return idle.isEmpty ? nil : (suppression, idle)
    }
  }
}
