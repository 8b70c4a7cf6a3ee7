import Diagnostics
import Formatting
import History
import Kustomize
import Rules
import SourceText
import Testing
import YAMLSyntax

@testable import RegistryLint

/// Findings that only move are neither introduced nor fixed: checked with the examples of every rule.
@Suite struct MovedFindingsTests {
  private struct Sample: Sendable {
    let rule: String
    let title: String
    let text: String
    let judge: StateJudge
    let settings: RuleSettings
    let base: JudgedState

    init(_ rule: any Rule.Type, _ example: RuleExample) async {
      self.rule = rule.documentation.id
      title = example.title
      text = String(example.text.unicodeScalars.filter { $0 != "⟦" && $0 != "⟧" })
      settings = RuleSettings(release: example.release, releaseImage: example.releaseImage, now: example.now)
      let selection = RuleSelection(select: [self.rule], isOnly: true, ignore: [], severity: [:])
      judge = StateJudge(settings: settings, selection: selection, declared: [], paths: .all)
      base = await Self.state([("a/manifests.yaml", text)], judge)
    }

    func state(_ text: String, at path: String = "a/manifests.yaml") async -> JudgedState {
      await state([(path, text)])
    }

    func state(_ files: [(String, String)]) async -> JudgedState { await Self.state(files, judge) }

    private static func state(_ files: [(String, String)], _ judge: StateJudge) async -> JudgedState {
      let files = files.map { HistoricFile(SourceFile(path: $0.0, text: $0.1), settings: judge.settings) }
      return await judge.judge(
        ManifestSet(files: files), after: nil, changed: [], tree: { NoFiles() }, source: { _, _ in nil })
    }

    /// What a change from the example to `state` introduces and fixes.
    func differences(to state: JudgedState) -> [String] {
      let change = StateChange(from: base, to: state, occasion: "in this commit")
      let introduced = change.findings.introduced.map { "+ \(rule) (\(title)): \($0.diagnostic.message)" }
      return introduced + change.findings.fixed.map { "- \(rule) (\(title)): \($0.diagnostic.message)" }
    }
  }

  /// A tree without kustomizations is never asked for files.
  private struct NoFiles: KustomizeFiles {
    func contents(of path: RepositoryPath) -> [UInt8]? { nil }
    func isFolder(_ path: RepositoryPath) -> Bool { false }
    func linkTarget(of path: RepositoryPath) -> [UInt8]? { nil }
  }

  private static let made = Task {
    var samples: [Sample] = []
    for rule in RuleRegistry.all {
      for (index, example) in rule.examples.enumerated() {
        let sample = await Sample(rule, example)
        // All examples with findings, and some of those that must stay silent.
        if !sample.base.findings.isEmpty || index % 4 == 0 { samples.append(sample) }
      }
    }
    return samples
  }

  @Test func theExamplesHaveFindings() async {
    var found: Set<String> = []
    for sample in await Self.made.value where !sample.differences(to: await sample.state([])).isEmpty { found.insert(sample.rule) }
    // Rules of suppressions and of files that cannot be read are judged elsewhere.
    #expect(Set(RuleRegistry.all.map { $0.documentation.id }).subtracting(found).count < 12)
  }

  @Test func movedLines() async {
    for sample in await Self.made.value where !sample.text.hasPrefix("%") {
      let above = "# A comment.\n\n\n---\n# Another document.\nunrelated: true\n---\n"
      #expect(await sample.differences(to: sample.state(above + sample.text)) == [])
      #expect(await sample.differences(to: sample.state(sample.text + "\n\n---\n# The end.\n")) == [])
    }
  }

  @Test func renamedFilesAndFolders() async {
    for sample in await Self.made.value {
      #expect(await sample.differences(to: sample.state(sample.text, at: "a/renamed.yaml")) == [])
      #expect(await sample.differences(to: sample.state(sample.text, at: "b/c/renamed.yaml")) == [])
    }
  }

  @Test func otherLineEnds() async {
    for sample in await Self.made.value {
      #expect(await sample.differences(to: sample.state(sample.text.replacing("\n", with: "\r\n"))) == [])
    }
  }

  @Test func canonicalOrder() async throws {
    // Of entries that stand twice the canonical order keeps one; and it mends what `list-order` speaks of.
    for sample in await Self.made.value where !["allowed-duplicate", "source-same-entry-twice", "list-order"].contains(sample.rule) {
      let file = SourceFile(path: "a/manifests.yaml", text: sample.text)
      let bytes = try Formatter.format(file: file).bytes
      guard bytes != file.bytes else { continue }
      #expect(await sample.differences(to: sample.state(String(decoding: bytes, as: UTF8.self))) == [])
    }
  }

  /// Rules that speak of how something is written, not of what it says.
  private static let rulesOfSpelling: Set = ["duplicate-yaml-key", "wildcard-unquoted", "yaml-syntax", "unrendered-template"]

  @Test func anotherStyle() async {
    for sample in await Self.made.value where !Self.rulesOfSpelling.contains(sample.rule) {
      let stream = YAMLStream(SourceFile(path: "a/manifests.yaml", text: sample.text))
      let isKnown = stream.documents.allSatisfy { document in
        document.problem == nil && document.root.map(Self.isKnown) ?? true
      }
      guard isKnown, !sample.text.contains("#") else { continue }
      let flow = stream.documents.compactMap { $0.root.map(Self.flow) }.joined(separator: "\n---\n") + "\n"
      #expect(await sample.differences(to: sample.state(flow)) == [])
    }
  }

  private static func isKnown(_ node: Node) -> Bool {
    guard !node.isUnknown, !node.isIncomplete else { return false }
    return switch node.content {
    case .scalar: true
    case .sequence(let items): items.allSatisfy(isKnown)
    case .mapping: node.entries.allSatisfy { isKnown($0.key) && isKnown($0.value) }
    }
  }

  /// The same data on one line, keys and values in double quotes where they were strings.
  private static func flow(_ node: Node) -> String {
    switch node.content {
    case .scalar(let scalar):
      guard node.string != nil else { return scalar.text }
      return JSONText.string(scalar.text).text(indented: false)
    case .sequence(let items): return "[" + items.map(flow).joined(separator: ", ") + "]"
    case .mapping: return "{" + node.entries.map { flow($0.key) + ": " + flow($0.value) }.joined(separator: ", ") + "}"
    }
  }
}
