import Diagnostics

/// A summary for pull requests and job pages: the verdict first, the findings in a table.
public struct MarkdownReporter: Reporter {
  /// GitHub cuts a comment at 65,536 characters.
  private static let mostRows = 200

  public init() {}

  public func render(_ report: LintReport) -> String {
    let findings = report.open
    guard !findings.isEmpty else { return "**registrylint**: no findings in \(report.summary.resources) resources\n" }
    let counts = [Severity.error, .warning, .note].map { ($0, report.count($0)) }.filter { $0.1 > 0 }
    var text = "**registrylint**: " + counts.map { "\($0.1) \($0.0.rawValue)\($0.1 == 1 ? "" : "s")" }.joined(separator: ", ")
    text += "\n\n| where | finding | effect |\n|---|---|---|\n"
    for diagnostic in findings.prefix(Self.mostRows) {
      let place = "\(diagnostic.span.file.path.text):\(diagnostic.span.start.line)"
      let rule = diagnostic.url.map { "[\(diagnostic.rule)](\($0))" } ?? diagnostic.rule
      text += "| \(Self.code(place)) | **\(diagnostic.severity.rawValue)** \(rule): "
      text += "\(Self.escaped(diagnostic.message + diagnostic.countNote)) | \(diagnostic.effect.rawValue) |\n"
    }
    if findings.count > Self.mostRows { text += "\n\(findings.count - Self.mostRows) more are not shown.\n" }
    return text
  }

  /// Text of a repository that cannot become a link, an image, HTML or a mention.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in TerminalText.escaped(text).unicodeScalars {
      if "\\`*_{}[]()<>#|!~".unicodeScalars.contains(scalar) {
        result += "\\\(scalar)"
      } else if scalar == "@" {
        result += "@\u{200B}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  static func code(_ text: String) -> String {
    "`" + TerminalText.escaped(text).replacing("`", with: "'").replacing("|", with: "\\|") + "`"
  }
}
