import Diagnostics
import RegistryConfig
import SourceText
import Testing
import YAMLSyntax

@testable import Rules

@Suite struct CertificateRuleTests {
  private let settings = RuleSettings(now: 1_780_272_000)
  private let rules: [any Rule.Type] = RuleRegistry.all.filter { $0.documentation.category == .ca }

  private func file(_ text: String, _ path: String = "a.yaml") -> LintedFile {
    LintedFile(SourceFile(path: path, text: text), settings: settings)
  }

  private func findings(_ text: String) -> [Diagnostic] {
    let file = file(text)
    let cluster = LintedCluster(name: "a", resources: file.resources, settings: settings)
    let engine = RuleEngine(rules: rules)
    return engine.check(file) + engine.check(cluster)
  }

  @Test func placesAreNamedWhereAMissingConfigMapIs() throws {
    let image = file(CAExample.image)
    let other = file(CAExample.map("registry.lab..5000", CAExample.ca), "other/cas.yaml")
    let cluster = LintedCluster(
      name: "a", resources: image.resources, settings: settings, elsewhere: other.resources)
    let found = RuleEngine(rules: [CaMissingConfigmap.self]).check(cluster)
    #expect(found.map(\.message) == [
      "additionalTrustedCA names the ConfigMap 'registry-cas', which is not there but in 'other/cas.yaml'"
    ])
    #expect(found.first?.related.map { $0.span.file.path.text } == ["other/cas.yaml"])
  }

  @Test(arguments: [CAExample.markedKey, "-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0LXNlY3JldA==\n"])
  func nothingOfAPrivateKeyIsShown(key: String) throws {
    let key = key.replacing("⟦", with: "").replacing("⟧", with: "")
    let secret = try #require(key.split(separator: "\n").dropFirst().first)
    let found = findings(CAExample.map("registry.lab..5000", CAExample.ca + "\n" + key))
    #expect(found.contains { $0.rule == "ca-private-key" && $0.effect == .exposed })
    for finding in found {
      let texts = [finding.message, finding.help ?? "", finding.span.text]
        + finding.fixes.flatMap(\.edits).map { String(decoding: $0.edit.replacement, as: UTF8.self) }
      #expect(!texts.contains { $0.contains(secret) })
    }
  }

  /// Fixes keep the line ends of the file, and the value is what was meant.
  @Test(arguments: ["", " # the lab"])
  func base64IsDecodedWithTheLineEndsOfTheFile(comment: String) throws {
    let data = "registry.lab..5000: \(CAExample.base64)\(comment)\nother.lab..5000: |\n"
    let text = CAExample.data(data + CAExample.indented(CAExample.ca, by: 2)).replacing("\n", with: "\r\n") + "\r\n"
    let fixes = findings(text).filter { $0.rule == "ca-value-not-pem" }.flatMap(\.fixes)
    guard comment.isEmpty else {
      // A comment behind the value would become a part of the block.
      #expect(fixes.isEmpty)
      return
    }
    let fix = try #require(fixes.only)
    let fixed = try #require(fix.edits.map(\.edit).applied(to: Array(text.utf8)))
    let result = String(decoding: fixed, as: UTF8.self)
    #expect(!result.replacing("\r\n", with: "").contains("\n"))
    let document = try #require(YAMLStream(SourceFile(path: "b", text: result)).documents.first)
    #expect(document.root?.at("data", "registry.lab..5000")?.string == CAExample.ca + "\n")
    #expect(document.root?.at("data", "other.lab..5000")?.string == CAExample.ca + "\n")
  }

  @Test func aThousandBrokenBlocksTakeLinearTime() {
    let broken = String(repeating: "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n", count: 4_000)
    let text = CAExample.map("registry.lab..5000", CAExample.ca + "\n" + broken)
    let clock = ContinuousClock()
    var count = 0
    let time = clock.measure { count = findings(text).count }
    #expect(count >= 1_000)
    #expect(time < .seconds(20))
  }
}
