import Diagnostics
import Foundation
import RegistryConfig
import Reporting
import SourceText
import Testing

@Suite struct ReporterTests {
  /// A finding on hostile text.
  private func report(message: String = "'a,b:c%' | [x](y) <b> @team\n::error::x", path: String = "a,b:c.yaml") -> LintReport {
    let file = SourceFile(path: path, text: "x: é😀 value\ny: 1\n")
    let start = Array("x: é😀 ".utf8).count
    let diagnostic = Diagnostic(
      rule: "allowed-and-blocked", severity: .error, effect: .refused, message: message,
      span: SourceSpan(file: file, range: start..<(start + 5)), related: [Label("also", at: SourceSpan(file: file, range: 0..<1))],
      help: "write less",
      fixes: [Fix("Drop it", safety: .safe, in: file, [.delete(start..<(start + 5))])])
    return LintReport(
      version: "0", release: .newest, inputKind: .workingTree, diagnostics: [diagnostic].withFingerprints(),
      summary: LintReport.Summary(files: 1, resources: 1, clusters: 1))
  }

  @Test func conciseIsOneLineAFinding() {
    let text = ConciseReporter().render(report(message: "two\nlines"))
    #expect(text == "a,b:c.yaml:1:7: error[allowed-and-blocked]: two\\u{a}lines\n")
  }

  @Test func textUnderlinesTheValueBehindWideCharacters() {
    let text = TextReporter(isColoured: false).render(report(message: "m"))
    #expect(text == """
      error[allowed-and-blocked]: m
       --> a,b:c.yaml:1:7
        |
      1 | x: é😀 value
        |        ^^^^^
        | - also
        |
        = effect: refused: the cluster refuses this object
        = help: write less
        = fix (--fix): Drop it
        | - x: é😀 value
        | + x: é😀\(" ")

      Found 1 error in 1 resource.
      1 fixable with `--fix`.

      """)
  }

  @Test func aFixBesideAPasswordDoesNotShowIt() {
    let file = SourceFile(path: "a.yaml", text: "mirrors: ['user:hunter2@a.lab', ' b.lab']\n")
    let start = Array("mirrors: ['user:hunter2@a.lab', '".utf8).count
    let diagnostic = Diagnostic(
      rule: "whitespace-in-entry", severity: .error, effect: .refused, message: "m",
      span: SourceSpan(file: file, range: start..<(start + 6)),
      fixes: [Fix("Remove the blank", safety: .safe, in: file, [.delete(start..<(start + 1))])])
    let report = LintReport(version: "0", release: .newest, inputKind: .workingTree, diagnostics: [diagnostic])
    let text = TextReporter(isColoured: false).render(report)
    #expect(text.contains("***@a.lab', 'b.lab'") && !text.contains("hunter2"))
    for text in [JSONReporter().render(report), SARIFReporter().render(report), MarkdownReporter().render(report)] {
      #expect(!text.contains("hunter2"))
    }
  }

  @Test func workflowCommandsCannotBeInjected() {
    let text = GitHubReporter().render(report())
    #expect(text.split(separator: "\n").count == 1)
    #expect(text.hasPrefix("::error file=a%2Cb%3Ac.yaml,line=1,endLine=1,col=7,endColumn=12,title=allowed-and-blocked::'a,b:c%25'"))
  }

  /// Of formats without related places, as forks and other pipelines see them.
  @Test func relatedPlacesAreWordsWhereThereAreNoOthers() throws {
    var report = report(message: "m", path: "a.yaml")
    let cause = SourceFile(path: "b.yaml", text: "x\ny: 1\n")
    report.diagnostics[0].related = [Label("since main: 'y'\n::error::x added", at: SourceSpan(file: cause, range: 2..<3))]
    let github = GitHubReporter().render(report)
    #expect(github.hasSuffix("::m [refused]%0Asee b.yaml:2: since main: 'y'%0A::error::x added%0Awrite less\n"))
    let object = try JSONSerialization.jsonObject(with: Data(GitLabReporter().render(report).utf8))
    let finding = try #require((object as? [[String: Any]])?.first)
    #expect(finding["description"] as? String == "m; see b.yaml:2: since main: 'y'\n::error::x added")
    #expect(JUnitReporter().render(report).contains("a.yaml:1:7: m\nsee b.yaml:2: since main: 'y'\n"))
    report.diagnostics[0].related = Array(repeating: Label("", at: SourceSpan(file: cause, range: 2..<3)), count: 11)
    #expect(GitHubReporter().render(report).contains("see b.yaml:2%0Aand 1 more place%0Awrite less"))
    report.diagnostics[0].severity = .note
    #expect(JUnitReporter().render(report).contains("see b.yaml:2\nand 1 more place</system-out>"))
  }

  @Test func machineFormatsAreWellFormed() throws {
    let report = report()
    for text in [JSONReporter().render(report), SARIFReporter().render(report), GitLabReporter().render(report)] {
      _ = try JSONSerialization.jsonObject(with: Data(text.utf8))
    }
    let xml = JUnitReporter().render(report)
    #expect(xml.contains("failures=\"1\"") && xml.contains("&lt;b&gt;") && !xml.contains("<b>"))
    let empty = LintReport(version: "0", release: .newest, inputKind: .stdin, diagnostics: [])
    #expect(JUnitReporter().render(empty).contains("tests=\"1\" failures=\"0\""))
  }

  @Test func markdownDoesNotObeyTheRepository() {
    let text = MarkdownReporter().render(report())
    #expect(text.contains("\\[x\\]\\(y\\)") && text.contains("\\<b\\>") && !text.contains("@team"))
  }

  @Test func jsonFollowsTheContract() throws {
    let object = try JSONSerialization.jsonObject(with: Data(JSONReporter().render(report()).utf8))
    let root = try #require(object as? [String: Any])
    #expect(root["version"] as? Int == 1 && root["release"] as? String == "5.0")
    let diagnostic = try #require((root["diagnostics"] as? [[String: Any]])?.first)
    let keys: Set = [
      "rule", "severity", "effect", "message", "path", "start", "end", "resource", "field", "clusters", "related", "help", "url",
      "fingerprint", "suppressed", "fixes", "count",
    ]
    #expect(Set(diagnostic.keys) == keys)
    #expect(diagnostic["start"] as? [String: Int] == ["line": 1, "column": 7, "offset": 10])
    let edits = try #require(((diagnostic["fixes"] as? [[String: Any]])?.first)?["edits"] as? [[String: Any]])
    #expect(edits.first?["start"] as? Int == 10 && edits.first?["replacement"] as? String == "")
  }
}
