import Diagnostics
import SourceText

/// Findings as a list that can be read on a phone: no table, the place on a line of its own.
struct MarkdownFindings {
  private static let open = 10
  private let findings: [Diagnostic]

  /// The worst come first.
  init(_ findings: [Diagnostic]) {
    self.findings = findings.worstFirst(\.severity)
  }

  /// Adds the first ones, and the others folded.
  func add(to page: inout MarkdownPage) {
    page.add(findings, open: Self.open, title: { "\(Array($0).counted) more" }, item: Self.item)
  }

  /// All in one text.
  var items: Markdown { findings.map(Self.item).joined() }

  private static func item(_ finding: Diagnostic) -> Markdown {
    let rule: Markdown = finding.url.map { "[\(finding.rule)](\(Markdown(written: $0)))" } ?? "\(finding.rule)"
    var text: Markdown = "- **\(finding.severity.rawValue)** \(rule)"
    if finding.effect != .none { text += " · \(finding.effect.rawValue)" }
    if finding.clusters.count > 1 { text += " · on \(Markdown.list(finding.clusters))" }
    text += "<br>\(finding.message + finding.countNote)<br>\(place(finding.span))"
    for label in finding.related.prefix(3) { text += "<br>↳ \(place(label.span)) \(label.message)" }
    return text + "\n"
  }

  private static func place(_ span: SourceSpan) -> Markdown { .code("\(span.file.path.text):\(span.start.line)") }
}
