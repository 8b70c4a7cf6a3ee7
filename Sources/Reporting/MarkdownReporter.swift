import Diagnostics

/// A summary for job pages and pull requests, made to be read on a phone: the verdict first, the findings in a list,
/// the worst first.
public struct MarkdownReporter: Reporter {
  private let limit: Int

  /// - Parameter limit: Bytes that the report may have: GitHub refuses comments of more than 65,536 characters.
  public init(limit: Int = 60_000) {
    self.limit = limit
  }

  public func render(_ report: LintReport) -> String {
    let findings = report.open
    var page = MarkdownPage(limit: limit)
    page.add("### registrylint: \(headline(report))\n\n")
    if !findings.isEmpty { page.add(effects(findings)) }
    MarkdownFindings(findings).add(to: &page)
    page.add(report.notifications)
    return page.finished()
  }

  private func headline(_ report: LintReport) -> String {
    let counts = [Severity.error, .warning, .note].map { ($0, report.count($0)) }.filter { $0.1 > 0 }
    let words = counts.map { "\($0.1) \($0.0.rawValue)\($0.1 == 1 ? "" : "s")" }.joined(separator: ", ")
    let resources = report.summary.resources == 1 ? "1 resource" : "\(report.summary.resources) resources"
    // Only what is new was asked for.
    let isComparison = report.known != nil
    if counts.isEmpty { return "no \(isComparison ? "new " : "")findings in \(resources)" }
    return (isComparison ? "new: " : "") + words
  }

  /// What the findings do to clusters, the worst first.
  private func effects(_ findings: [Diagnostic]) -> Markdown {
    let order: [Effect] = [.frozen, .pullsFail, .refused, .disruptive, .exposed, .notApplied]
    let lines = order.compactMap { effect -> Markdown? in
      let count = findings.reduce(0) { $0 + ($1.effect == effect ? $1.count : 0) }
      guard count > 0 else { return nil }
      let consequence: Markdown = effect.consequence.map { ": \($0)" } ?? ""
      return "**\(effect.rawValue)** × \(count)\(consequence)  \n"
    }
    return lines.isEmpty ? "" : lines.joined() + "\n"
  }
}
