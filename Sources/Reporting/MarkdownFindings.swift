import Diagnostics

/// Findings as a list that can be read on a phone: no table, the place on a line of its own.
struct MarkdownFindings {
  private static let open = 10
  private let findings: [Diagnostic]

  /// The worst come first.
  init(_ findings: [Diagnostic]) {
    self.findings = findings.enumerated().sorted {
      ($1.element.severity, $0.offset) < ($0.element.severity, $1.offset)
    }.map(\.element)
  }

  /// Adds the first ones, and the others folded.
  func add(to page: inout MarkdownPage) {
    for finding in findings.prefix(Self.open) { page.add(Self.item(finding)) }
    let rest = findings.dropFirst(Self.open)
    guard !rest.isEmpty else { return }
    // One fold a hundred: what does not fit any more is cut by the fold.
    for start in stride(from: rest.startIndex, to: rest.endIndex, by: 100) {
      let part = rest[start..<min(start + 100, rest.endIndex)]
      page.add(
        "\n" + MarkdownText.folded("\(part.count) more", part.map(Self.item).joined()), count: part.count)
    }
  }

  /// All in one text.
  var items: String { findings.map(Self.item).joined() }

  private static func item(_ finding: Diagnostic) -> String {
    let rule = finding.url.map { "[\(finding.rule)](\($0))" } ?? finding.rule
    var text = "- **\(finding.severity.rawValue)** \(rule)"
    if finding.effect != .none { text += " · \(finding.effect.rawValue)" }
    if finding.clusters.count > 1 { text += " · on \(MarkdownText.list(finding.clusters))" }
    text += "<br>" + MarkdownText.escaped(finding.message + finding.countNote)
    text += "<br>" + place(finding.span.file.path.text, finding.span.start.line)
    for label in finding.related.prefix(3) {
      text += "<br>↳ \(place(label.span.file.path.text, label.span.start.line)) \(MarkdownText.escaped(label.message))"
    }
    return text + "\n"
  }

  private static func place(_ path: String, _ line: Int) -> String { MarkdownText.code("\(path):\(line)") }
}
