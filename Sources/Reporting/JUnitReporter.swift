import Diagnostics

/// JUnit XML: a suite with a case a finding; a clean run has one passing case, since readers refuse empty suites.
public struct JUnitReporter: Reporter {
  public init() {}

  public func render(_ report: LintReport) -> String {
    let findings = report.open
    let failures = findings.filter { $0.severity != .note }.count
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    text += "<testsuites name=\"registrylint\" tests=\"\(max(1, findings.count))\" failures=\"\(failures)\">\n"
    text += "  <testsuite name=\"registrylint\" tests=\"\(max(1, findings.count))\" failures=\"\(failures)\">\n"
    if findings.isEmpty { text += "    <testcase classname=\"registrylint\" name=\"no findings\"/>\n" }
    for diagnostic in findings {
      let start = diagnostic.span.start
      let path = diagnostic.span.file.path.text
      let name = Self.escaped("\(diagnostic.rule) at line \(start.line)")
      text += "    <testcase classname=\"\(Self.escaped(path))\" name=\"\(name)\" "
      text += "file=\"\(Self.escaped(path))\" line=\"\(start.line)\">\n"
      let message = "\(path):\(start.line):\(start.column): \(diagnostic.message)\(diagnostic.countNote)"
      let words = ([message] + diagnostic.relatedWords).joined(separator: "\n")
      if diagnostic.severity == .note {
        text += "      <system-out>\(Self.escaped(words))</system-out>\n"
      } else {
        text +=
          "      <failure type=\"\(diagnostic.severity.rawValue)\" message=\"\(Self.escaped(diagnostic.message))\">"
        text += "\(Self.escaped(words + (diagnostic.help.map { "\n\($0)" } ?? "")))</failure>\n"
      }
      text += "    </testcase>\n"
    }
    return text + "  </testsuite>\n</testsuites>\n"
  }

  /// XML 1.0 has no way to write most control characters, so they become visible escapes.
  private static func escaped(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { TerminalText.escaped(String($0)) }
      .joined(separator: "\n").replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}
