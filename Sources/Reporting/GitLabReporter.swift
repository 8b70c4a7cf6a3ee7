import Diagnostics
import SourceText

/// GitLab's Code Quality report. Fingerprints are ours: they hold no line numbers.
public struct GitLabReporter: Reporter {
  public init() {}

  public func render(_ report: LintReport) -> String {
    JSONText.array(
      report.open.map { diagnostic in
        .object([
          ("description", .string(diagnostic.message + diagnostic.countNote)), ("check_name", .string(diagnostic.rule)),
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

  private func severity(_ severity: Severity) -> String {
    switch severity {
    case .error: "major"
    case .warning: "minor"
    case .note: "info"
    }
  }
}
