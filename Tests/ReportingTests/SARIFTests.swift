import Foundation
import History
import RegistryConfig
import SourceText
import Testing

@testable import Diagnostics
@testable import Reporting

/// What GitHub takes of a run, and how it tells runs apart.
@Suite struct SARIFTests {
  private static let nowhere = LintReport.Provenance(repositoryURI: nil, revision: nil, branch: nil)
  private static let file = SourceFile(path: "image.yaml", text: "a: value\n")

  private func finding(
    _ severity: Severity, _ message: String = "m", in file: SourceFile = file, suppression: Suppression? = nil
  ) -> Diagnostic {
    Diagnostic(
      rule: "registry-entry-scheme", severity: severity, effect: .none, message: message,
      span: SourceSpan(file: file, range: 3..<8), suppression: suppression)
  }

  private func runs(_ sarif: String) throws -> [[String: Any]] {
    let object = try JSONSerialization.jsonObject(with: Data(sarif.utf8)) as? [String: Any]
    return try #require(object?["runs"] as? [[String: Any]])
  }

  private func results(_ run: [String: Any]) throws -> [[String: Any]] {
    try #require(run["results"] as? [[String: Any]])
  }

  private func levels(_ run: [String: Any]) throws -> [String] {
    try results(run).compactMap { $0["level"] as? String }
  }

  private func texts(_ run: [String: Any]) throws -> [String] {
    try results(run).compactMap { ($0["message"] as? [String: String])?["text"] }
  }

  private func notifications(_ run: [String: Any]) throws -> [String] {
    let invocation = try #require((run["invocations"] as? [[String: Any]])?.first)
    let all = try #require(invocation["toolExecutionNotifications"] as? [[String: Any]])
    return all.compactMap { ($0["message"] as? [String: String])?["text"] }
  }

  private func ids(_ runs: [[String: Any]]) -> [String] {
    runs.compactMap { ($0["automationDetails"] as? [String: Any])?["id"] as? String }
  }

  private func render(_ report: LintReport, _ reporter: SARIFReporter = SARIFReporter()) throws -> [String: Any] {
    try #require(try runs(reporter.render(report)).first)
  }

  private func report(_ findings: [Diagnostic]) -> LintReport {
    LintReport(version: "0", release: .newest, inputKind: .workingTree, diagnostics: findings, rules: [])
  }

  @Test func theWeightiestComeFirstAndEqualOnesInTheirOrder() throws {
    var report = report([finding(.note, "a"), finding(.error, "b"), finding(.warning, "c"), finding(.error, "d")])
    #expect(try texts(try render(report)) == ["b.", "d.", "c.", "a."])
    let absent = AbsentFinding(finding(.error, "absent"), fingerprint: "")
    report.known = LintReport.Known(unchanged: [finding(.error, "e"), finding(.note, "f")], absent: [absent])
    #expect(try texts(try render(report)) == ["b.", "d.", "e.", "c.", "a.", "f."])
    let suppression = Suppression(
      scope: .file, rules: [], reason: "r", until: nil, span: SourceSpan(file: Self.file, range: 0..<1))
    report.diagnostics.append(finding(.error, "hidden", suppression: suppression))
    let all = try render(report, SARIFReporter(showSuppressed: true, showAbsent: true))
    #expect(try texts(all) == ["b.", "d.", "e.", "c.", "a.", "f.", "hidden.", "absent."])
  }

  @Test func gitHubTakes25000Results() throws {
    let (kept, words) = SARIFReporter().cut(Array(0..<25_003))
    #expect(kept == Array(0..<25_000)[...])
    #expect(
      words.map(\.message) == ["3 results of the least weight are left out: GitHub takes 25000 in one run"])
    #expect(SARIFReporter().cut(Array(0..<25_000)).notifications.isEmpty)
    let change = CommitChange(commit: nil, introduced: Array(repeating: finding(.note), count: 25_001))
    let ending = ChangeEnding(total: change, notifications: [])
    let run = try #require(try runs(SARIFChangeReporter().render(heading("a..b"), [change], ending)).first)
    #expect(try results(run).count == 25_000 && (try notifications(run)).count == 1)
  }

  @Test func lintCutsTheLightestAndCountsThem() throws {
    // In the order of paths the errors are the last ones.
    let notes = Array(repeating: finding(.note), count: 20)
    var report = report(notes + [finding(.error), finding(.warning)])
    report.known = LintReport.Known(unchanged: [finding(.error)], absent: [])
    let run = try render(report, SARIFReporter(mostResults: 20))
    let levels = try levels(run)
    #expect(levels.count == 20 && Array(levels.prefix(4)) == ["error", "error", "warning", "note"])
    #expect(try notifications(run) == ["3 results of the least weight are left out: GitHub takes 20 in one run"])
    #expect(try notifications(try render(self.report([finding(.note)]))).isEmpty)
  }

  private func heading(_ range: String) -> ChangeHeading {
    ChangeHeading(range: range, version: "0", release: .newest, provenance: Self.nowhere, rules: [])
  }

  private func commit(_ number: Int) -> CommitDescription {
    let digits = String(number)
    return CommitDescription(
      id: String(repeating: "0", count: 40 - digits.count) + digits, parent: nil, author: "a",
      date: "2026-06-01T12:00:00Z", subject: "s")
  }

  @Test(arguments: [false, true])
  func changesCutTheLightestAndCountThem(hasRunsByCommit: Bool) throws {
    let notes = Array(repeating: finding(.note), count: 20)
    let change = CommitChange(commit: commit(1), introduced: notes + [finding(.error)])
    let ending = ChangeEnding(total: change, notifications: [Notification(.warning, "another")])
    let reporter = SARIFChangeReporter(hasRunsByCommit: hasRunsByCommit, mostResults: 20)
    let text = reporter.render(heading("a..b"), [change], ending)
    let run = try #require(try runs(text).first)
    let levels = try levels(run)
    #expect(levels.count == 20 && levels.first == "error")
    #expect(
      try notifications(run) == ["another", "1 result of the least weight is left out: GitHub takes 20 in one run"])
  }

  /// GitHub's category is what stands before the last slash; it closes what an upload of the same category has not.
  @Test func aRangeHasTheSameCategoryWithEveryPush() throws {
    let change = CommitChange(commit: nil, introduced: [finding(.error)])
    let all = try ["1111111..HEAD", "origin/main..HEAD", "2222222..HEAD"].flatMap { range in
      try runs(SARIFChangeReporter().render(heading(range), [], ChangeEnding(total: change, notifications: [])))
    }
    #expect(ids(all) == Array(repeating: "registrylint/diff/", count: 3))
    let words = all.compactMap { ($0["automationDetails"] as? [String: Any])?["description"] as? [String: String] }
    #expect(words.first == ["text": "Changes of 1111111..HEAD."])
  }

  @Test func runsOfCommitsAreToldApart() throws {
    let changes = (1...25).map { CommitChange(commit: commit($0), introduced: [finding(.error)]) }
    let ending = ChangeEnding(total: CommitChange(commit: nil), notifications: [])
    let all = ids(try runs(SARIFChangeReporter(hasRunsByCommit: true).render(heading("a..b"), changes, ending)))
    #expect(all.count == 20 && Set(all).count == 20)
    #expect(all.first == "registrylint/commit/earlier/" && all.last == "registrylint/commit/\(commit(25).id)/")
    // Nothing new closes what the range had before.
    #expect(ids(try runs(SARIFChangeReporter(hasRunsByCommit: true).render(heading("a..b"), [], ending))) == [
      "registrylint/diff/"
    ])
  }

  /// A file takes the place in memory of another one that was told.
  @Test func linesAreThoseOfTheirOwnFile() throws {
    var reporter = SARIFChangeReporter(hasRunsByCommit: true)
    _ = reporter.begin(heading("a..b"))
    var expected: [String] = []
    for number in 1...60 {
      let file = SourceFile(path: "image.yaml", text: "a: value \(number)\n")
      expected.append(LineHash.hashes(of: file)[0])
      _ = reporter.tell(CommitChange(commit: commit(number), introduced: [finding(.error, in: file)]))
    }
    let ending = ChangeEnding(total: CommitChange(commit: nil), notifications: [])
    let hashes = try runs(reporter.end(ending)).flatMap(results).compactMap { result in
      (result["partialFingerprints"] as? [String: String])?["primaryLocationLineHash"]
    }
    #expect(hashes == expected)
  }

  /// GitHub refuses more than 10 MB after gzip: what one finding may cost is bounded.
  @Test func aResultIsNotAsLongAsWhatItSpeaksOf() throws {
    let long = String(repeating: "é", count: 100_000)
    let file = SourceFile(path: "image.yaml", text: "a: \(long)\n")
    let span = SourceSpan(file: file, range: 3..<(file.bytes.count - 1))
    var diagnostic = finding(.error, long, in: file)
    diagnostic.span = span
    diagnostic.help = long
    diagnostic.related = (0..<300).map { _ in Label(long, at: span) }
    let short = Fix("Shorten it", safety: .safe, in: file, [TextEdit(range: span.range, replacement: "short")])
    let wordy = Fix("Lengthen it", safety: .safe, in: file, [TextEdit(range: span.range, replacement: long)])
    diagnostic.fixes = [wordy] + Array(repeating: short, count: 300)
    let text = SARIFReporter().render(report([diagnostic]))
    #expect(text.utf8.count < 400_000)
    let run = try #require(try runs(text).first)
    let result = try #require(try results(run).first)
    let message = try #require((result["message"] as? [String: String])?["text"])
    #expect(message.hasPrefix(String(repeating: "é", count: 500) + "…. Help: é") && !message.contains("\u{FFFD}"))
    let fixes = try #require(result["fixes"] as? [[String: Any]])
    #expect(fixes.count == 99 && !fixes.contains { ($0["description"] as? [String: String])?["text"] == "Lengthen it" })
    #expect((result["relatedLocations"] as? [Any])?.count == 100 && !text.contains("\"snippet\""))
  }
}
