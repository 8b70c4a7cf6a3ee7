import Diagnostics
import Foundation
import RegistryConfig
import SourceText
import Testing
import YAMLSyntax

@testable import Rules

/// What the API server refuses, some rule must say; what it accepts, no rule may call refused.
@Suite struct SchemaCoverageTests {
  struct Answer: Decodable {
    let kind: String?
    let served: Bool
    let errors: [String]
    let unknownFields: [String]
  }

  struct RandomCase: Decodable {
    let input: String
    let expected: [String: Answer]
  }

  static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures/cases")

  static let cases: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: fixtures.appending(path: "schema").path)) ?? []).sorted()

  /// The findings of all rules in a file that is a cluster by itself.
  private func findings(_ text: String, _ release: Release) -> [Diagnostic] {
    let settings = RuleSettings(release: release, now: 1_780_272_000)
    let file = LintedFile(SourceFile(path: "case.yaml", text: text), settings: settings)
    let engine = RuleEngine(rules: RuleRegistry.all)
    return engine.check(file)
      + engine.check(LintedCluster(name: "case", resources: file.resources, settings: settings))
  }

  private func compare(_ text: String, _ answers: [Answer], _ release: Release, _ name: String) {
    let found = findings(text, release)
    let refused = found.filter { $0.effect == .refused }
    let isRefused = answers.contains { !$0.served || !$0.errors.isEmpty }
    #expect(
      !refused.isEmpty == isRefused,
      "\(name) in \(release): \(refused.map(\.message)), the server said \(answers.flatMap(\.errors))")
    guard !isRefused else { return }
    let unknown = found.filter { $0.rule == "unknown-field" }.compactMap(\.field)
    #expect(Set(unknown) == Set(answers.flatMap(\.unknownFields)), "\(name) in \(release)")
    #expect(unknown.count == Set(unknown).count)
  }

  @Test(arguments: cases)
  func casesAreRefusedAsByTheAPIServer(name: String) throws {
    let folder = Self.fixtures.appending(path: "schema").appending(path: name)
    let text = try String(contentsOf: folder.appending(path: "input.yaml"), encoding: .utf8)
    let expected = try JSONDecoder().decode(
      [String: [Answer]].self, from: Data(contentsOf: folder.appending(path: "expected.json")))
    for (version, answers) in expected {
      compare(text, answers, try #require(Release(version)), name)
    }
  }

  @Test func randomObjectsAreRefusedAsByTheAPIServer() throws {
    let lines = try String(contentsOf: Self.fixtures.appending(path: "random/schema.jsonl"), encoding: .utf8)
    for line in lines.split(separator: "\n") {
      let random = try JSONDecoder().decode(RandomCase.self, from: Data(line.utf8))
      for (version, answer) in random.expected {
        compare(random.input, [answer], try #require(Release(version)), random.input)
      }
    }
  }

  private static let key =
    "LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0KYSBsb25nIGVub3VnaCBrZXkKLS0tLS1FTkQgUFVCTElDIEtFWS0tLS0t"

  /// Violations that the cases do not hold, one of each kind.
  @Test(arguments: [
    "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\nspec: {additionalTrustedCA: {name: 5}}\n",
    "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\n"
      + "spec: {registrySources: {containerRuntimeSearchRegistries: [a.io, a.io]}}\n",
    "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\n"
      + "spec: {registrySources: {containerRuntimeSearchRegistries: []}}\n",
    "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: Cluster}\nspec: {}\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ca, namespace: openshift-config}\ndata: {a.io: 5}\n",
    "apiVersion: config.openshift.io/v1alpha1\nkind: ImageContentPolicy\nmetadata: {name: a}\nspec: {}\n",
    "apiVersion: config.openshift.io/v1\nkind: ImageContentPolicy\nmetadata: {name: a}\n"
      + "spec: {repositoryDigestMirrors: [{source: a, mirrors: [b, b]}]}\n",
    "apiVersion: config.openshift.io/v1\nkind: ImageContentPolicy\nmetadata: {name: a}\n"
      + "spec: {repositoryDigestMirrors: [{source: a}, {source: a}]}\n",
    "apiVersion: config.openshift.io/v1alpha1\nkind: ClusterImagePolicy\nmetadata: {name: a}\n"
      + "spec: {scopes: [a.io], policy: {rootOfTrust: {policyType: PublicKey, publicKey: {keyData: \(key)}}}}\n",
  ])
  func everyRefusalIsSaid(text: String) {
    #expect(findings(text, .newest).contains { $0.effect == .refused })
  }

  @Test(
    arguments: [
      "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\nspec: {additionalTrustedCA: }\n",
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ca, namespace: openshift-config}\ndata: {\"a.io:5000\": x}\n",
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\ndata: {a/b: x}\n",
    ])
  func everyRefusalOfAuthoritiesIsSaid(text: String) {
    #expect(findings(text, .newest).contains { $0.effect == .refused })
  }

  @Test func manyViolationsTakeLinearTime() {
    let head = "apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata: {name: a}\nspec:\n"
    let text = head + "  imageDigestMirrors:\n" + String(repeating: "  - mirrors:\n    extra: 1\n", count: 4_000)
    let start = ContinuousClock.now
    let found = findings(text, .newest)
    #expect(found.count { $0.rule == "missing-required" } == 4_000)
    #expect(found.count { $0.rule == "unknown-field" } == 4_000)
    #expect(found.count { $0.rule == "wrong-type" } == 0)
    // A debug build needs some seconds; quadratic work would need minutes.
    #expect(ContinuousClock.now - start < .seconds(60))
  }

  /// One cause is one diagnostic: no two refusals on the same bytes.
  @Test(arguments: cases) func noRefusalIsSaidTwice(name: String) throws {
    let folder = Self.fixtures.appending(path: "schema").appending(path: name)
    expectNoTwins(try String(contentsOf: folder.appending(path: "input.yaml"), encoding: .utf8))
  }

  @Test func noRefusalOfRandomObjectsIsSaidTwice() throws {
    let lines = try String(contentsOf: Self.fixtures.appending(path: "random/schema.jsonl"), encoding: .utf8)
    for line in lines.split(separator: "\n") {
      expectNoTwins(try JSONDecoder().decode(RandomCase.self, from: Data(line.utf8)).input)
    }
  }

  private func expectNoTwins(_ text: String) {
    for release in [Release(4, 16), .newest] {
      var refusals: [SourceSpan: String] = [:]
      for finding in findings(text, release) where finding.effect == .refused {
        if let other = refusals[finding.span] {
          Issue.record("\(other) and \(finding.rule) on '\(finding.span.text)' in \(release)")
        }
        refusals[finding.span] = finding.rule
      }
    }
  }
}
