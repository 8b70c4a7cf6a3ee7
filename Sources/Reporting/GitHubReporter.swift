import Diagnostics

/// Workflow commands of GitHub Actions: annotations on the lines of a pull request.
public struct GitHubReporter: Reporter {
  public init() {}

  public func render(_ report: LintReport) -> String {
    report.open.map { diagnostic in
      let (start, end) = (diagnostic.span.start, diagnostic.span.end)
      let command =
        switch diagnostic.severity {
        case .error: "error"
        case .warning: "warning"
        case .note: "notice"
        }
      // Columns are meant for one line only.
      let columns = start.line == end.line ? ",col=\(start.column),endColumn=\(end.column)" : ""
      var message = diagnostic.message + diagnostic.countNote
      if diagnostic.effect != .none { message += " [\(diagnostic.effect.rawValue)]" }
      for line in diagnostic.relatedWords + [diagnostic.help].compactMap({ $0 }) { message += "\n\(line)" }
      let file = Self.property(diagnostic.span.file.path.text)
      return "::\(command) file=\(file),line=\(start.line),endLine=\(end.line)\(columns),"
        + "title=\(Self.property(diagnostic.rule))::\(Self.data(message))\n"
    }.joined()
  }

  /// Text that cannot end the command or begin another one.
  private static func data(_ text: String) -> String {
    TerminalText.escaped(text.replacing("\n", with: "\u{0}")).replacing("%", with: "%25")
      .replacing("\\u{0}", with: "%0A")
  }

  private static func property(_ text: String) -> String {
    TerminalText.escaped(text).replacing("%", with: "%25").replacing(":", with: "%3A").replacing(",", with: "%2C")
  }
}
