import Diagnostics

/// One line a diagnostic: `path:line:column: severity[rule-id]: message`. For editors and `grep`.
public struct ConciseReporter: Reporter {
  public let showSuppressed: Bool

  public init(showSuppressed: Bool = false) {
    self.showSuppressed = showSuppressed
  }

  public func render(_ report: LintReport) -> String {
    var text = ""
    for diagnostic in showSuppressed ? report.diagnostics : report.open {
      let start = diagnostic.span.start
      let path = report.displayPath(diagnostic.span.file.path)
      text += "\(path):\(start.line):\(start.column): \(diagnostic.severity.rawValue)[\(diagnostic.rule)]: "
      text += TerminalText.escaped(diagnostic.message) + diagnostic.countNote
      if diagnostic.suppression != nil { text += " (suppressed)" }
      text += "\n"
    }
    return text
  }
}

extension Diagnostic {
  /// " (and 484 more in this file)" for a diagnostic that stands for many.
  var countNote: String { count > 1 ? " (and \(count - 1) more in this file)" : "" }
}
