import Diagnostics
import Foundation
import History
import RegistryConfig
import SourceText
import Testing
import YAMLSyntax

@testable import Reporting
@testable import Rules

@Suite struct MarkdownTests {
  private func finding(
    _ number: Int, _ severity: Severity = .error, message: String? = nil, clusters: [String] = []
  ) -> Diagnostic {
    let file = SourceFile(path: "clusters/c\(number)/image.yaml", text: "a: value\n")
    return Diagnostic(
      rule: "registry-entry-scheme", severity: severity, effect: .pullsFail,
      message: message ?? "'https://registry-\(number).example.com' begins with a scheme",
      span: SourceSpan(file: file, range: 3..<8), clusters: clusters)
  }

  private func report(_ findings: [Diagnostic]) -> LintReport {
    LintReport(
      version: "0", release: .newest, inputKind: .workingTree, diagnostics: findings,
      summary: LintReport.Summary(files: 1, resources: 1, clusters: 1))
  }

  @Test func theVerdictStandsFirstAndTheWorstFindingNext() {
    let text = MarkdownReporter().render(report([finding(1, .note), finding(2, .warning), finding(3)]))
    let lines = text.split(separator: "\n")
    #expect(lines[0] == "### registrylint: 1 error, 1 warning, 1 note")
    #expect(lines[1].hasPrefix("**pulls-fail** × 3: nodes cannot pull images"))
    #expect(lines[2].hasPrefix("- **error** [registry-entry-scheme](http") && lines[4].hasPrefix("- **note**"))
    #expect(!text.contains("|"), "tables do not fit on a phone")
    #expect(MarkdownReporter().render(report([])).hasPrefix("### registrylint: no findings in 1 resource"))
  }

  @Test(arguments: [0, 5, 11, 200, 3000])
  func aReportFitsIntoACommentAndCountsWhatDoesNot(count: Int) throws {
    let text = MarkdownReporter().render(report((0..<count).map { finding($0) }))
    #expect(text.utf8.count <= 60_000)
    let shown = text.components(separatedBy: "- **error**").count - 1
    #expect(shown + (try cut(text)) == count)
    #expect((text.contains("<details>")) == (count > 10))
  }

  private func cut(_ text: String) throws -> Int {
    guard let range = text.range(of: "\\*[0-9]+ more thing", options: .regularExpression) else { return 0 }
    return try #require(Int(text[range].dropFirst().prefix { $0.isNumber }))
  }

  private func cluster(_ name: String, insecure: [String], path: String = "base/image.yaml") -> LintedCluster {
    let text = """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata: {name: cluster}
      spec: {registrySources: {insecureRegistries: [\(insecure.joined(separator: ", "))]}}

      """
    let settings = RuleSettings(now: 0)
    let file = LintedFile(SourceFile(path: path, text: text), settings: settings)
    return LintedCluster(name: name, resources: file.resources, settings: settings)
  }

  private func render(_ change: CommitChange) -> String {
    let heading = ChangeHeading(
      range: "a..b", version: "0", release: .newest,
      provenance: LintReport.Provenance(repositoryURI: nil, revision: nil, branch: nil), rules: [])
    return MarkdownChangeReporter().render(heading, [change], ChangeEnding(total: change, notifications: []))
  }

  @Test func nothingToTellIsSaid() {
    let heading = ChangeHeading(
      range: "a..a", version: "0", release: .newest,
      provenance: LintReport.Provenance(repositoryURI: nil, revision: nil, branch: nil), rules: [])
    let total = CommitChange(commit: nil, clusters: [], introduced: [])
    let text = MarkdownChangeReporter().render(heading, [], ChangeEnding(total: total, notifications: []))
    #expect(text.hasPrefix("### registrylint: there is nothing to tell of in `a..a`\n"))
    #expect(render(total).hasPrefix("### registrylint: no effect on any cluster\n"))
  }

  @Test func aCAThatGoesIsAFileThatChanges() {
    func cluster(_ key: String) -> LintedCluster {
      let settings = RuleSettings(now: 0)
      let text = "\(CAExample.image)\n---\n\(CAExample.map(key, CAExample.ca))\n"
      let file = LintedFile(SourceFile(path: "all.yaml", text: text), settings: settings)
      return LintedCluster(name: "prod", resources: file.resources, settings: settings)
    }
    let change = ClusterChange(from: cluster("a.lab"), to: cluster("b.lab"))
    let words = "only files below /etc/docker/certs.d change, which pulls read at once"
    #expect(change.reason == words && !change.disruption.drain)
    let text = render(CommitChange(commit: nil, clusters: [change], introduced: []))
    #expect(text.contains("- **prod**: \(words)\n") && text.contains("CA of a.lab removed"))
    #expect(!text.contains("no file on a node changes"))
  }

  @Test func aChangeBeginsWithItsVerdictAndFoldsItsDetails() throws {
    let change = ClusterChange(from: cluster("prod", insecure: ["a.lab"]), to: cluster("prod", insecure: ["a.lab", "b.lab"]))
    let text = render(CommitChange(commit: nil, clusters: [change], introduced: [finding(1)]))
    let order = ["### registrylint: ", "- **prod**: ", "#### New findings", "- **error**", "<details>", "```diff\n", "+  location = \"b.lab\"", "</details>"]
    var rest = text[...]
    for part in order {
      let range = try #require(rest.range(of: part), "'\(part)' is not there, or too early:\n\(text)")
      rest = rest[range.upperBound...]
    }
    #expect(!text.contains("|---"))
  }

  @Test func clustersWithTheSameWordsShareALine() {
    let changes = (0..<40).map { number in
      ClusterChange(from: cluster("c\(number)", insecure: ["a.lab"]), to: cluster("c\(number)", insecure: ["b.lab"]))
    }
    let text = render(CommitChange(commit: nil, clusters: changes))
    #expect(text.contains("- **c0, c1, c10 and 37 more**: "))
    // And their details a fold.
    #expect(text.components(separatedBy: "<details>").count == 2)
    #expect(text.contains("<summary>clusters c0, c1, c2 and 37 more</summary>"))
    var reporter = TextChangeReporter(isColoured: false)
    let other = ClusterChange(from: cluster("other", insecure: ["a.lab"]), to: cluster("other", insecure: ["c.lab"]))
    let told = reporter.tell(CommitChange(commit: nil, clusters: changes + [other]))
    #expect(told.hasPrefix("  clusters c0, c1, c2, c3, c4 and 35 more\n    nodes drain: "))
    #expect(told.components(separatedBy: "diff --git").count == 3 && told.contains("\n  cluster other\n"))
  }

  @Test func aLargeChangeFitsIntoAComment() throws {
    let many = (0..<150).map { "registry-\($0).example.com" }
    let changes = (0..<12).map { number in
      // Each a little different: what is the same is told once.
      ClusterChange(
        from: cluster("c\(number)", insecure: ["a.lab"]),
        to: cluster("c\(number)", insecure: many + ["z-\(number).example.com"]))
    }
    let text = render(CommitChange(commit: nil, clusters: changes, introduced: (0..<500).map { finding($0) }))
    #expect(text.utf8.count <= 60_000)
    #expect(text.hasPrefix("### registrylint: "))
    // What is shown and what is counted as cut are all there is: lines of the verdict, findings, folds of clusters.
    let verdict = ChangeVerdict(CommitChange(commit: nil, clusters: changes))
    let lines = Set(verdict.disruptions.map(\.words)).count
      + Set(verdict.pulls.map { "\($0.change.scope) \($0.words) \($0.change.after)" }).count
    #expect(lines > 100)
    let shown = ["- **c", "- **error**", "<summary>cluster c"].map { part in
      text.components(separatedBy: part).count - 1
    }
    #expect(shown.allSatisfy { $0 > 0 } && shown[1] < 500 && shown[2] < 12)
    let left = try cut(text)
    #expect(shown.reduce(left, +) == lines + 500 + 12, "\(shown) \(lines) \(left)")
  }

  @Test func messagesThatAreNotShownAreCounted() {
    let notes = (0..<20).map { Notification(.note, "note \($0)") }
    let warnings = (0..<13).map { Notification(.warning, path: RepositoryPath("p-\($0).yaml"), "cannot be read") }
    let change = CommitChange(commit: nil)
    let heading = ChangeHeading(
      range: "a..b", version: "0", release: .newest,
      provenance: LintReport.Provenance(repositoryURI: nil, revision: nil, branch: nil), rules: [])
    var report = report([])
    report.notifications = notes + warnings
    for text in [
      MarkdownChangeReporter().render(heading, [change], ChangeEnding(total: change, notifications: notes + warnings)),
      MarkdownReporter().render(report),
    ] {
      let parts = text.components(separatedBy: "<summary>3 more messages</summary>")
      #expect(parts.count == 2 && !text.contains("note 1"))
      #expect(parts.map { $0.components(separatedBy: "> warning: `p-").count - 1 } == [10, 3], "\(text)")
    }
  }
}

/// SARIF's fixes give the bytes that `lint --fix` would write.
@Suite struct SARIFFixTests {
  @Test func fixesAreTheSameInSARIF() throws {
    var compared = 0
    for rule in RuleRegistry.all {
      for example in rule.examples where example.fixed != nil {
        let text = "# é😀 \u{301}\n" + example.text.replacing("⟦", with: "").replacing("⟧", with: "")
        let settings = RuleSettings(release: example.release, releaseImage: example.releaseImage, now: example.now)
        let file = LintedFile(SourceFile(path: "e.yaml", text: text), settings: settings)
        let cluster = LintedCluster(
          name: "e", resources: file.resources, settings: settings, workloadImages: file.workloadImages)
        let engine = RuleEngine(rules: [rule])
        let findings = engine.check(file) + engine.check(cluster)
        let report = LintReport(version: "0", release: example.release, inputKind: .workingTree, diagnostics: findings)
        let results = try results(SARIFReporter().render(report))
        #expect(results.count == findings.count)
        for (result, finding) in zip(results, findings) {
          let fixes = result["fixes"] as? [[String: Any]] ?? []
          #expect(fixes.count == finding.fixes.count)
          for (fix, expected) in zip(fixes, finding.fixes) {
            let bytes = try #require(expected.edits.map(\.edit).applied(to: Array(text.utf8)))
            #expect(try applied(fix, to: text) == String(decoding: bytes, as: UTF8.self), "\(rule.documentation.id)")
            compared += 1
          }
        }
      }
    }
    #expect(compared > 100)
  }

  private func results(_ sarif: String) throws -> [[String: Any]] {
    let object = try JSONSerialization.jsonObject(with: Data(sarif.utf8)) as? [String: Any]
    let run = try #require((object?["runs"] as? [[String: Any]])?.first)
    return try #require(run["results"] as? [[String: Any]])
  }

  /// Applies a fix as a program would that knows nothing but SARIF.
  private func applied(_ fix: [String: Any], to text: String) throws -> String {
    let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    func offset(_ line: Int, _ column: Int) -> Int { lines[..<(line - 1)].reduce(0) { $0 + $1.count + 1 } + column - 1 }
    let change = try #require((fix["artifactChanges"] as? [[String: Any]])?.first)
    let replacements = try #require(change["replacements"] as? [[String: Any]])
    var scalars = Array(text.unicodeScalars)
    let edits = try replacements.enumerated().map { index, item -> (Range<Int>, Int, String) in
      let region = try #require(item["deletedRegion"] as? [String: Int])
      let start = offset(try #require(region["startLine"]), try #require(region["startColumn"]))
      let end = offset(try #require(region["endLine"]), try #require(region["endColumn"]))
      return (start..<end, index, (item["insertedContent"] as? [String: String])?["text"] ?? "")
    }
    for (range, _, new) in edits.sorted(by: { ($0.0.lowerBound, $0.1) > ($1.0.lowerBound, $1.1) }) {
      scalars.replaceSubrange(range, with: new.unicodeScalars)
    }
    return String(String.UnicodeScalarView(scalars))
  }
}
