import Diagnostics
import SourceText

/// GitLab's Code Quality report. Fingerprints are ours: they hold no line numbers. GitLab shows nothing but the
/// description and the place of a finding, so related places are words of it.
public struct GitLabReporter: Reporter {
  public init() {}

  public func render(_ report: LintReport) -> String {
    JSONText.array(
      report.open.map { diagnostic in
        .object([
          ("description", .string(words(diagnostic))), ("check_name", .string(diagnostic.rule)),
          ("fingerprint", .string(diagnostic.fingerprint)), ("severity", .string(severity(diagnostic.severity))),
          (
            "location",
            .object([
              ("path", .string(diagnostic.span.file.path.text)),
              (
                "lines",
                .object([
                  ("begin", .int(diagnostic.span.start.line)), ("end", .int(diagnostic.span.end.line)),
                ])
              ),
            ])
          ),
        ])
      }
    ).text(indented: true) + "\n"
  }

  private func words(_ diagnostic: Diagnostic) -> String {
    ([diagnostic.message + diagnostic.countNote] + diagnostic.relatedWords).joined(separator: "; ")
  }

  private func severity(_ severity: Severity) -> String {
    switch severity {
    case .error: "major"
    case .warning: "minor"
    case .note: "info"
    }
  }
}
