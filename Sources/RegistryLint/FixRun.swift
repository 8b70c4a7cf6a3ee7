import Diagnostics
import GitStore
import RegistryConfig
import Rules
import SourceText
import YAMLSyntax

/// Applies the fixes of a lint run in rounds, until nothing changes.
public struct FixRun: Sendable {
  /// What is left to say of the input as it is after the fixes.
  public let outcome: Linter.Outcome
  public let changes: [FileChange]
  /// Findings that were repaired.
  public let fixedCount: Int
  /// After ten rounds fixes still followed each other.
  public let isUnsettled: Bool
  /// Fixes that would have broken their file and were dropped: bugs of their rules.
  public let defects: [String]

  /// How many findings of each rule were repaired.
  public let fixedRules: [String: Int]
  /// Findings that are left and that `--fix`, or only `--unsafe-fixes`, could repair.
  public let leftToFix: (safe: Int, unsafe: Int)
  /// Findings that are left.
  public let leftCount: Int

  private static let mostRounds = 10

  /// - Parameter unsafe: Whether suggestions are applied too.
  public init(_ request: LintRequest, unsafe: Bool) async throws {
    let run = try PreparedRun(request)
    var input = try await ManifestInput(request, run)
    let original = Dictionary(input.files.map { ($0.file.path, $0.file.bytes) }) { first, _ in first }
    var fixed: [String: Int] = [:]
    var round = 0
    var defects: [String] = []
    var barred: Set<String> = []
    var (outcome, around) = try await Linter().judgeConfirmed(request, run, input)
    try outcome.assembly.expectCluster(request.cluster, from: run.folder)
    while round < Self.mostRounds {
      var next = FixRound(outcome.findings, unsafe: unsafe, barred: barred)
      guard !next.fixes.isEmpty else { break }
      let files = next.applied(to: input.files)
      barred.formUnion(next.refused.map(\.key))
      defects += next.refused.map { "\($0.place): \($0.description): \($0.defect)" }
      for fix in next.fixes { fixed[fix.rule, default: 0] += 1 }
      round += 1
      guard !files.isEmpty else { continue }
      input = input.replacing(files, settings: run.settings)
      around = around?.replacing(files, settings: run.settings)
      outcome = try await Linter().judge(request, run, input, around: around)
    }
    isUnsettled =
      round == Self.mostRounds && !FixRound(outcome.findings, unsafe: unsafe, barred: barred).fixes.isEmpty
    self.outcome = outcome
    self.defects = defects
    fixedRules = fixed
    fixedCount = fixed.values.reduce(0, +)
    let left = outcome.findings.filter { $0.suppression == nil }
    leftCount = left.count
    leftToFix = (
      left.count { $0.fixes.contains { $0.safety == .safe } },
      left.count { !$0.fixes.isEmpty && !$0.fixes.contains { $0.safety == .safe } }
    )
    changes = input.files.compactMap { file in
      guard let old = original[file.file.path], old != file.file.bytes else { return nil }
      return FileChange(file.file.path, from: old, to: file.file.bytes, in: run.tree)
    }
  }
}

extension [Diagnostic] {
  /// The same findings with those of their fixes that others at the same places have as well. Where all are gone, the
  /// help of the other finding says why.
  func keepingFixes(confirmedBy others: [Diagnostic]) -> [Diagnostic] {
    let others = Dictionary(others.map { (FindingPlace($0), $0) }) { first, _ in first }
    return map { finding in
      guard !finding.fixes.isEmpty else { return finding }
      let other = others[FindingPlace(finding)]
      var finding = finding
      finding.fixes = finding.fixes.compactMap { fix in
        other?.fixes.first { $0.description == fix.description }.map { other in
          Fix(fix.description, safety: fix.safety == .safe ? other.safety : .unsafe, edits: fix.edits)
        }
      }
      if finding.fixes.isEmpty, let other { finding.help = other.help }
      return finding
    }
  }
}
