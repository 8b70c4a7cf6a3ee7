import Diagnostics
import Foundation
import History
import RegistryConfig
import SourceText
import Testing
import YAMLSyntax

@testable import Reporting
@testable import Rules

/// A pull request is written by a stranger: what it names must be nothing but text in the comment on it.
@Suite struct MarkdownEscapingTests {
  static let hostile = [
    "@team", "#12", "owner/repo#12", "GH-12", "gh-3", "https://evil.example", "www.evil.example", "WWW.evil.example",
    "mailto:a@evil.example", "<img src=x>", "[a](b)", "[x](evil) **b", "`code`", "a `` b", "</details>", "</summary>",
    "**bold**", "![a](b)", "&lt;b&gt;", "$x$", "a | b", "two\nlines", "<!-- registrylint -->", "- item", "+ item",
    "1. item", "1) item", "    code", "# heading", "> quote", "===", "---", "~~~", "```", "!5", "~label", "%1", "\\",
    "<https://evil.example>", "[^1]", "javascript://x",
  ]

  @Test(arguments: hostile)
  func textOfARepositoryIsNothingButText(_ hostile: String) {
    let escaped = MarkdownText.escaped(hostile)
    for text in [escaped, MarkdownText.html(hostile)] {
      for part in ["@team", "#12", "GH-12", "gh-3", "://", "www.", "WWW.", "a@e", "\n", "!5", "~l", "%1"] {
        #expect(!text.contains(part), "\(text)")
      }
    }
    #expect(!MarkdownText.html(hostile).contains("<"))
    for (index, character) in escaped.enumerated() where "[]()`*_<>|$!~%^".contains(character) {
      #expect(Array(escaped)[index - 1] == "\\", "\(escaped)")
    }
    #expect(escaped.range(of: "^([-+=#> ]|[0-9]+[.)])", options: .regularExpression) == nil, "\(escaped)")
  }

  /// As CommonMark reads it: the code ends at the first run of as many ticks, and a blank on both sides goes.
  @Test(arguments: hostile + ["`", "``a", "a`", " ` ", " x ", "  ", "a``` b `` c ` d"])
  func codeIsReadAsItWasWritten(_ hostile: String) {
    let code = MarkdownText.code(hostile)
    let ticks = code.prefix { $0 == "`" }.count
    let runs = code.split(omittingEmptySubsequences: true) { $0 != "`" }.map(\.count)
    #expect(runs.count(where: { $0 == ticks }) == 2 && code.hasSuffix(String(repeating: "`", count: ticks)), "\(code)")
    var inner = String(code.dropFirst(ticks).dropLast(ticks))
    if inner.hasPrefix(" "), inner.hasSuffix(" "), inner.contains(where: { $0 != " " }) {
      inner = String(inner.dropFirst().dropLast())
    }
    #expect(inner == TerminalText.escaped(hostile))
  }

  @Test func linesCannotEndTheirBlock() {
    let block = MarkdownText.block(["+ ```", "+ `````x", "a\n``````\nb"], language: "diff")
    #expect(block.hasPrefix("```````diff\n") && block.hasSuffix("\n```````\n"))
    #expect(block.split(separator: "\n").count == 5)
  }

  /// Every place of a report that names something of a repository.
  @Test(arguments: hostile)
  func aReportDoesNotObeyNames(_ hostile: String) throws {
    let folder = hostile.replacing("\n", with: " ")
    func cluster(_ name: String, _ entries: [String]) -> LintedCluster {
      let list = entries.map { "\"\($0.replacing("\\", with: "\\\\").replacing("\n", with: " "))\"" }
      let text = """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata: {name: cluster}
        spec: {registrySources: {insecureRegistries: [\(list.joined(separator: ", "))]}}

        """
      let settings = RuleSettings(now: 0)
      let file = LintedFile(SourceFile(path: "\(folder)/image.yaml", text: text), settings: settings)
      return LintedCluster(name: name, resources: file.resources, settings: settings)
    }
    let names = [hostile, "\(hostile) b"]
    let clusters = names.map { name in
      ClusterChange(from: cluster(name, ["a.lab"]), to: cluster(name, ["a.lab", "b.lab/\(hostile)"]))
    }
    let span = SourceSpan(file: SourceFile(path: folder, text: "a: value\n"), range: 3..<8)
    let findings = (0..<12).map { _ in
      Diagnostic(
        rule: "registry-entry-scheme", severity: .error, effect: .pullsFail, message: hostile, span: span,
        clusters: names, related: [Label(hostile, at: span)])
    }
    let commit = CommitDescription(
      id: String(repeating: "1", count: 40), parent: nil, author: hostile, date: "2026-06-01T12:00:00Z", subject: hostile)
    let notifications = [Notification(.warning, path: RepositoryPath(folder), hostile)]
    let heading = ChangeHeading(
      range: hostile, version: "0", release: .newest,
      provenance: LintReport.Provenance(repositoryURI: nil, revision: nil, branch: nil), rules: [])
    for commit in [commit, nil] {
      let change = CommitChange(commit: commit, clusters: clusters, introduced: findings, fixed: findings)
      let changes = commit == nil ? [change] : [change, change]
      let text = MarkdownChangeReporter().render(
        heading, changes, ChangeEnding(total: change, notifications: notifications))
      expectHarmless(text, hostile)
    }
    var report = LintReport(version: "0", release: .newest, inputKind: .workingTree, diagnostics: findings)
    report.notifications = notifications
    expectHarmless(MarkdownReporter().render(report), hostile)
  }

  /// Nothing of it stands anywhere but in code, in which nothing acts, or escaped.
  private func expectHarmless(_ text: String, _ hostile: String) {
    var plain = text.replacing(/\[registry-entry-scheme\]\(https:[^)]*\)/, with: "")
    // Blocks and spans of code, from the longest ticks to the shortest, since those of names are escaped.
    for pattern in ["(?ms)^(`{3,})diff$.*?^\\1$", "(?<![`\\\\])(`+)(?!`).*?(?<!`)\\1(?!`)"] {
      plain = plain.replacingOccurrences(of: pattern, with: "", options: .regularExpression)
    }
    let parts = ["@team", "#12", "GH-12", "gh-3", "://", "www.", "WWW.", "a@e", "!5"]
    for part in parts { #expect(!plain.contains(part), "'\(part)' of '\(hostile)' in \(plain)") }
    for line in plain.split(separator: "\n") where !line.contains("<summary>") {
      let line = line.replacing(/\\./, with: "")
      // What is bold is the name of a cluster or a level, once in a line.
      #expect([1, 3].contains(line.components(separatedBy: "**").count), "\(hostile) in \(line)")
      for part in ["](", "`", "$x", "[^", "&lt;", "<img", "<!--"] {
        #expect(!line.contains(part), "'\(part)' of '\(hostile)' in \(line)")
      }
    }
    let tags = plain.components(separatedBy: "<details><summary>").count
    #expect(plain.components(separatedBy: "</summary>").count == tags)
    #expect(plain.components(separatedBy: "</details>").count == tags)
    for line in plain.split(separator: "\n") where line.contains("<summary>") {
      #expect(line.hasPrefix("<details><summary>") && line.hasSuffix("</summary>"), "\(line)")
    }
  }

  @Test func theNameOfAClusterIsNoMarkdown() {
    func cluster(_ name: String, _ entry: String) -> LintedCluster {
      let text = """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata: {name: cluster}
        spec: {registrySources: {insecureRegistries: [\(entry)]}}

        """
      let settings = RuleSettings(now: 0)
      let file = LintedFile(SourceFile(path: "image.yaml", text: text), settings: settings)
      return LintedCluster(name: name, resources: file.resources, settings: settings)
    }
    let names = ["clusters/[x](evil) **b", "prod"]
    let clusters = zip(names, ["b.lab", "c.lab"]).map { ClusterChange(from: cluster($0, "a.lab"), to: cluster($0, $1)) }
    let commit = CommitDescription(
      id: String(repeating: "1", count: 40), parent: nil, author: "a", date: "2026-06-01T12:00:00Z", subject: "s")
    let heading = ChangeHeading(
      range: "a..b", version: "0", release: .newest,
      provenance: LintReport.Provenance(repositoryURI: nil, revision: nil, branch: nil), rules: [])
    func render(_ commit: CommitDescription?) -> String {
      let change = CommitChange(commit: commit, clusters: clusters)
      return MarkdownChangeReporter().render(heading, [change], ChangeEnding(total: change, notifications: []))
    }
    #expect(render(commit).contains("\n**cluster clusters/\\[x\\]\\(evil\\) \\*\\*b**\n"))
    #expect(render(nil).contains("<summary>cluster clusters/[x](evil) **b</summary>"))
  }
}
