import Diagnostics
import RegistryConfig
import SourceText
import Testing
import YAMLSyntax

@testable import Rules

/// An example of a rule, as an argument of a test.
struct ExampleCase: Sendable, CustomTestStringConvertible {
  let rule: any Rule.Type
  let example: RuleExample
  var testDescription: String { "\(rule.documentation.id): \(example.title)" }

  static let all = RuleRegistry.all.flatMap { rule in rule.examples.map { ExampleCase(rule: rule, example: $0) } }

  var settings: RuleSettings {
    RuleSettings(release: example.release, releaseImage: example.releaseImage, now: example.now)
  }

  /// The findings of the rule alone in a text, taken as one cluster, in the order of the text.
  func findings(in text: [UInt8]) -> [Diagnostic] {
    let file = LintedFile(SourceFile(path: RepositoryPath("example.yaml"), bytes: text), settings: settings)
    let engine = RuleEngine(rules: [rule])
    let cluster = LintedCluster(
      name: "example", resources: file.resources, settings: settings, workloadImages: file.workloadImages,
      carriers: file.carriers)
    var all = engine.check(file) + engine.check(cluster)
    if let before = example.before {
      let old = LintedFile(SourceFile(path: "example.yaml", text: before), settings: settings)
      all += engine.check(
        LintedChange(
          from: LintedCluster(
            name: "example", resources: old.resources, settings: settings, workloadImages: old.workloadImages,
            carriers: old.carriers), to: cluster))
    }
    let pass = SuppressionPass(
      all, files: [file.file], ranRules: [rule.documentation.id], today: settings.today)
    return pass.diagnostics.filter { $0.suppression == nil }.sorted {
      ($0.span.range.lowerBound, $0.span.range.upperBound) < ($1.span.range.lowerBound, $1.span.range.upperBound)
    }
  }
}

/// A text with its `⟦…⟧` marks taken out.
struct MarkedText {
  var bytes: [UInt8] = []
  var ranges: [ByteRange] = []

  init(_ text: String) {
    var starts: [Int] = []
    for scalar in text.unicodeScalars {
      switch scalar {
      case "⟦": starts.append(bytes.count)
      case "⟧": ranges.append(starts.removeLast()..<bytes.count)
      default: bytes += Array(String(scalar).utf8)
      }
    }
    ranges.sort { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
  }
}

@Suite struct RuleExampleTests {
  @Test(arguments: ExampleCase.all)
  func exampleIsReportedExactly(_ item: ExampleCase) {
    let marked = MarkedText(item.example.text)
    let findings = item.findings(in: marked.bytes)
    #expect(findings.map { $0.span.range } == marked.ranges, "\(findings.map { "\($0.span.text): \($0.message)" })")
    if let message = item.example.message {
      #expect(findings.first?.message.contains(message) == true, "\(findings.first?.message ?? "nothing reported")")
    }
    for finding in findings {
      #expect(!finding.message.hasSuffix("."), "a message ends without a full stop: \(finding.message)")
      #expect(finding.fixes.isEmpty || item.rule.documentation.fixing != .none)
    }
  }

  @Test(arguments: ExampleCase.all)
  func exampleIsReportedInEveryDisguise(_ item: ExampleCase) {
    let marked = MarkedText(item.example.text)
    let text = String(decoding: marked.bytes, as: UTF8.self)
    let expected = marked.ranges.map { String(decoding: marked.bytes[$0], as: UTF8.self) }
    // Positions in a file with a byte order mark, multi-byte text and another document before the example.
    for prefix in ["\u{FEFF}", "# é😀 \u{301}\n", "other: {a: 1}\n---\n"] where !(prefix.first == "o" && text.hasPrefix("---")) {
      let found = item.findings(in: Array((prefix + text).utf8)).map { $0.span.text }
      #expect(found == expected, "behind \(prefix.debugDescription)")
    }
    let crlf = item.findings(in: Array(text.replacing("\n", with: "\r\n").utf8)).map { $0.span.text.replacing("\r\n", with: "\n") }
    #expect(crlf == expected, "with CRLF")
  }

  @Test(arguments: ExampleCase.all)
  func exampleIsReportedInsideAList(_ item: ExampleCase) {
    let marked = MarkedText(item.example.text)
    let text = String(decoding: marked.bytes, as: UTF8.self)
    let file = LintedFile(SourceFile(path: "e", text: text), settings: item.settings)
    // Only one plain document can be put into a list by indenting it.
    guard file.stream.documents.count == 1, file.resources.count == 1, file.resources[0].resource.carrier == .document,
      !text.hasPrefix("---"), !text.hasPrefix("#"), !text.contains("\n#")
    else { return }
    let indented = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "  " + $0 }
    let list = "apiVersion: v1\nkind: List\nitems:\n- " + indented.joined(separator: "\n").dropFirst(2)
    let found = item.findings(in: Array(list.utf8)).map { $0.span.text.split(separator: "\n").map { $0.drop { $0 == " " } } }
    let expected = marked.ranges.map {
      String(decoding: marked.bytes[$0], as: UTF8.self).split(separator: "\n").map { $0.drop { $0 == " " } }
    }
    #expect(found == expected)
  }

  @Test(arguments: ExampleCase.all)
  func exampleCanBeSuppressed(_ item: ExampleCase) {
    let marked = MarkedText(item.example.text)
    let comment = "# registrylint:ignore-file \(item.rule.documentation.id) -- test\n"
    #expect(item.findings(in: Array(comment.utf8) + marked.bytes).isEmpty)
  }

  @Test(arguments: ExampleCase.all)
  func valuesBehindPlaceholdersAreNotJudged(_ item: ExampleCase) {
    let marked = MarkedText(item.example.text)
    for range in marked.ranges {
      // A value in a template: whatever it will be, the rule cannot know it.
      var bytes = marked.bytes
      bytes.replaceSubrange(range, with: Array("{{ .Values.x }}".utf8))
      let end = range.lowerBound + "{{ .Values.x }}".utf8.count
      #expect(!item.findings(in: bytes).contains { $0.span.range == range.lowerBound..<end })
    }
  }

  @Test(arguments: ExampleCase.all)
  func fixesRepairAndConverge(_ item: ExampleCase) throws {
    let marked = MarkedText(item.example.text)
    var bytes = marked.bytes
    var rounds = 0
    var applied = false
    while rounds < 10 {
      rounds += 1
      let findings = item.findings(in: bytes)
      for fix in findings.flatMap(\.fixes) {
        // Every fix by itself gives a text that can be read.
        let fixed = try #require(fix.edits.map(\.edit).applied(to: bytes), "\(fix.description): its edits overlap")
        let stream = YAMLStream(SourceFile(path: RepositoryPath("f"), bytes: fixed))
        #expect(stream.documents.allSatisfy { $0.problem == nil }, "\(fix.description) breaks the text")
      }
      guard let fix = findings.lazy.compactMap(\.fixes.first).first else { break }
      bytes = try #require(fix.edits.map(\.edit).applied(to: bytes))
      applied = true
    }
    #expect(rounds < 10, "fixes do not converge")
    if let fixed = item.example.fixed {
      #expect(String(decoding: bytes, as: UTF8.self) == fixed)
      #expect(applied)
    }
  }
}

@Suite struct RuleCatalogueTests {
  @Test func idsAndCodesAreUnique() {
    #expect(Set(RuleRegistry.documentation.map(\.id)).count == RuleRegistry.all.count)
    #expect(Set(RuleRegistry.documentation.map(\.code)).count == RuleRegistry.all.count)
  }

  @Test(arguments: RuleRegistry.documentation)
  func documentationIsComplete(_ rule: RuleDocumentation) {
    #expect(rule.id.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E })
    #expect(rule.summary.hasSuffix(".") && !rule.why.isEmpty && !rule.instead.isEmpty)
  }

  @Test func rulesOfChangesHaveExamplesOfChanges() {
    for rule in RuleRegistry.all {
      #expect(rule.examples.allSatisfy { ($0.before != nil) == rule.documentation.needsBase }, "\(rule.documentation.id)")
    }
  }

  @Test func everyRuleHasExamplesOfBothKinds() {
    // What the pipeline reports shows in no manifest by itself.
    for rule in RuleRegistry.all
    where rule.documentation.category != .suppression && rule.documentation.id != KustomizeNotComposed.documentation.id {
      #expect(rule.examples.contains { $0.text.contains("⟦") }, "\(rule.documentation.id) has no bad example")
      #expect(rule.examples.contains { !$0.text.contains("⟦") }, "\(rule.documentation.id) has no good example")
      if rule.documentation.fixing != .none {
        #expect(rule.examples.contains { $0.fixed != nil }, "\(rule.documentation.id) shows no fix")
      }
    }
  }
}

extension RuleDocumentation: CustomTestStringConvertible {
  public var testDescription: String { id }
}
