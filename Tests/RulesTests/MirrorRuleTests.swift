import Diagnostics
import RegistryConfig
import SourceText
import Testing
import YAMLSyntax

@testable import Rules

@Suite struct MirrorOrderGraphTests {
  private func graph(_ lists: [[String]]) -> MirrorOrderGraph {
    var graph = MirrorOrderGraph()
    for (index, list) in lists.enumerated() { graph.add(list, source: "s", list: index) }
    return graph
  }

  @Test func listsThatFitHaveNoCycle() {
    #expect(graph([["b", "c"], ["a", "b"], ["a", "c"]]).cycle() == nil)
    #expect(graph([["a", "b", "a"]]).cycle() == nil)
    #expect(graph([["m", "s", "n"], ["m", "n"]]).cycle() != nil, "n behind the source, and before it")
  }

  @Test func aCycleOfThreeListsIsFoundOnce() throws {
    let cycle = try #require(graph([["x", "y"], ["a", "b"], ["b", "c"], ["c", "a"]]).cycle())
    #expect(Set(cycle.map(\.list)) == [1, 2, 3])
    #expect(Set(cycle.map(\.before)) == ["a", "b", "c"])
    #expect(cycle.allSatisfy { $0.before != $0.after })
  }

  /// Deep recursion would end the process.
  @Test func aLongChainIsWalked() {
    let chain = (0..<50_000).map { "m\($0)" }
    #expect(graph([chain]).cycle() == nil)
    #expect(graph([chain, ["m49999", "m0"]]).cycle()?.count == 50_000)
  }
}

@Suite struct MirrorRuleTests {
  private func findings(_ rule: any Rule.Type, _ texts: [String], release: Release = .newest) -> [Diagnostic] {
    let settings = RuleSettings(release: release, now: 1_780_272_000)
    let files = texts.enumerated().map { LintedFile(SourceFile(path: "\($0).yaml", text: $1), settings: settings) }
    let engine = RuleEngine(rules: [rule])
    return files.flatMap { engine.check($0) }
      + engine.check(LintedCluster(name: "c", resources: files.flatMap(\.resources), settings: settings))
  }

  private func policy(source: String, mirror: String) -> String {
    """
    apiVersion: operator.openshift.io/v1alpha1
    kind: ImageContentSourcePolicy
    metadata: {name: m}
    spec:
      repositoryDigestMirrors:
      - source: "\(source)"
        mirrors: ["\(mirror)"]
    """
  }

  /// What the operator of each release does: domain facts observed on its release branches.
  @Test(
    arguments: [
      ("quay.io/a:v1", Release(4, 16), Effect.frozen), ("quay.io/a:v1", Release(4, 15), .notApplied),
      ("https://quay.io", Release(4, 16), .frozen), ("https://quay.io", Release(4, 12), .pullsFail),
      ("", Release(4, 12), .frozen), ("quay.io/*", Release(4, 12), .frozen), ("quay.io/", Release(4, 14), Effect.none),
    ])
  func effectOfASourceIsThatOfTheRelease(source: String, release: Release, effect: Effect) {
    let found = findings(SourceGrammar.self, [policy(source: source, mirror: "m.io")], release: release)
    #expect(found.map(\.effect) == [effect])
  }

  @Test(
    arguments: [
      ("m.io/a:v1", Release(4, 18), Effect.frozen), ("m.io/a:v1", Release(4, 14), Effect.none),
      ("m.io/A", Release(4, 14), .pullsFail), ("*.m.io", Release(4, 13), .frozen),
    ])
  func effectOfAMirrorIsThatOfTheRelease(mirror: String, release: Release, effect: Effect) {
    let found = findings(MirrorGrammar.self, [policy(source: "quay.io", mirror: mirror)], release: release)
    #expect(found.map(\.effect) == [effect])
  }

  /// Every text that the grammar refuses is spoken of by one rule, whatever is wrong with it.
  @Test(arguments: [
    "", "/quay.io", "quay.io//a", "quay.io:/a", "quay.io:port/a", "[::1]:5000/a", "reg_1.io/a", "quay.io/a:", "app5000@",
    "user@quay.io/a", "quay.io/a..b", "quay.io/-a", "quay.io/A", "-a.io", "a:b:c", "docker://quay.io", "*", "*.", "*.a.io/b",
  ])
  func everyOtherTextHasWords(text: String) throws {
    let found = findings(SourceGrammar.self, [
      policy(source: text, mirror: "m.io").replacing("ContentSourcePolicy", with: "DigestMirrorSet")
        .replacing("repositoryDigestMirrors", with: "imageDigestMirrors")
    ])
    let only = try #require(found.count == 1 ? found.first : nil)
    #expect(only.effect == .refused && only.field == "spec.imageDigestMirrors[0].source")
  }

  @Test func policiesOfTwoFilesConflict() throws {
    let first = policy(source: "quay.io/a", mirror: "m.io/a")
    let second = """
      apiVersion: config.openshift.io/v1
      kind: ImageTagMirrorSet
      metadata: {name: t}
      spec:
        imageTagMirrors:
        - {source: quay.io/a, mirrors: [m.io/a], mirrorSourcePolicy: NeverContactSource}
      """
    let found = findings(ConflictingSourcePolicy.self, [first, second])
    #expect(found.map { $0.span.file.path.text } == ["1.yaml"])
    #expect(found.first?.related.map { $0.span.file.path.text } == ["0.yaml"])
    #expect(found.first?.resource?.kind == "ImageTagMirrorSet")
    // 4.12 has no ImageTagMirrorSet to conflict with.
    #expect(findings(ConflictingSourcePolicy.self, [first, second], release: Release(4, 12)).isEmpty)
  }

  /// The index in the path is that of the list as written, placeholders counted.
  @Test func placeholdersCountInFieldPaths() {
    let text = """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata: {name: m}
      spec:
        imageDigestMirrors:
        - source: quay.io/a
          mirrors: ["{{ first }}", "m.io/a:v1"]
      """
    #expect(findings(MirrorGrammar.self, [text]).map(\.field) == ["spec.imageDigestMirrors[0].mirrors[1]"])
  }

  @Test func copiesInAFlowListAreCutOut() throws {
    let text = """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata: {name: m}
      spec:
        imageDigestMirrors: [{source: quay.io/a, mirrors: [m.io/a]}, {source: quay.io/a, mirrors: [m.io/a]}]
      """
    let fix = try #require(findings(SourceSameEntryTwice.self, [text]).first?.fixes.first)
    let fixed = try #require(fix.edits.map(\.edit).applied(to: Array(text.utf8)))
    #expect(String(decoding: fixed, as: UTF8.self).hasSuffix("[{source: quay.io/a, mirrors: [m.io/a]}]"))
  }

  /// An anchor that another place names cannot go.
  @Test func aCopyWithAnAnchorStays() {
    let text = """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata: {name: m}
      spec:
        imageDigestMirrors:
        - source: quay.io/a
          mirrors: [m.io/a]
        - source: quay.io/a
          mirrors: &m [m.io/a]
        - source: quay.io/b
          mirrors: *m
      """
    let found = findings(SourceSameEntryTwice.self, [text])
    #expect(found.count == 1 && found.allSatisfy(\.fixes.isEmpty))
  }

  /// Ten thousand entries of one source are judged without comparing each with each.
  @Test(.timeLimit(.minutes(1))) func longListsAreLinear() {
    var text = "apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata: {name: m}\nspec:\n"
    text += "  imageDigestMirrors:\n"
    for index in 0..<10_000 {
      text += "  - {source: quay.io/team, mirrors: [quay.io/team/\(index), m\(index).io/team, m\(index).io/team]}\n"
    }
    let settings = RuleSettings(now: 1_780_272_000)
    let file = LintedFile(SourceFile(path: "long.yaml", text: text), settings: settings)
    let engine = RuleEngine(rules: RuleRegistry.all.filter { $0.documentation.category == .mirror })
    let found =
      engine.check(file) + engine.check(LintedCluster(name: "c", resources: file.resources, settings: settings))
    #expect(found.count { $0.rule == "duplicate-mirror" } == 10_000)
    #expect(found.count { $0.rule == "mirror-loop" } == 10_000)
  }
}
