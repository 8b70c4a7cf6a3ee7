import Diagnostics
import Foundation
import NodeConfig
import RegistryConfig
import SourceText
import Testing
import YAMLSyntax

@testable import Rules

@Suite struct CrossRuleTests {
  struct Line: Decodable {
    struct Expected: Decodable { let releaseImage: String? }
    let input: String
    let expected: Expected
  }

  private func cluster(_ text: String, _ release: Release = .newest, releaseImage: String? = nil) -> (
    LintedFile, LintedCluster
  ) {
    let settings = RuleSettings(release: release, releaseImage: releaseImage, now: 1_780_272_000)
    let file = LintedFile(SourceFile(path: "case.yaml", text: text), settings: settings)
    return (
      file,
      LintedCluster(name: "c", resources: file.resources, settings: settings, workloadImages: file.workloadImages)
    )
  }

  private func findings(_ text: String, _ release: Release, releaseImage: String? = nil) -> (
    NodeRendering, [Diagnostic]
  ) {
    let (file, cluster) = cluster(text, release, releaseImage: releaseImage)
    let engine = RuleEngine(rules: RuleRegistry.all)
    return (cluster.rendering, engine.check(file) + engine.check(cluster))
  }

  private func expectSaidOnce(_ text: String, _ release: Release, releaseImage: String? = nil) {
    let (rendering, found) = findings(text, release, releaseImage: releaseImage)
    let isFrozen = rendering.error != nil
    let frozen = found.filter { $0.effect == .frozen }
    let isRefused = found.contains { $0.effect == .refused }
    #expect(
      !isFrozen || isRefused || !frozen.isEmpty, "nobody says in \(release): \(rendering.error?.message ?? "")\n\(text)"
    )
    #expect(
      isFrozen || isRefused || frozen.isEmpty || !rendering.isComplete || rendering.warning != nil,
      "nothing is frozen in \(release), but said is \(frozen.map { "\($0.rule): \($0.message)" })\n\(text)")
    let generic = found.filter { $0.rule == "operator-refuses" }
    #expect(generic.count <= 1)
  }

  /// A frozen operator is never silent, and a rendered cluster is not called frozen.
  @Test func everyOperatorErrorIsSaid() throws {
    let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/cases")
    let lines = try String(contentsOf: fixtures.appending(path: "random/node-files.jsonl"), encoding: .utf8)
    for (index, line) in lines.split(separator: "\n").enumerated() {
      let item = try JSONDecoder().decode(Line.self, from: Data(line.utf8))
      for release in index.isMultiple(of: 4) ? [Release(4, 16), .newest] : [.newest] {
        expectSaidOnce(item.input, release, releaseImage: item.expected.releaseImage)
      }
    }
    let folder = fixtures.appending(path: "node-files")
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
      let text = try String(contentsOf: folder.appending(path: name).appending(path: "input.yaml"), encoding: .utf8)
      for release in [Release(4, 12), Release(4, 14), Release(4, 16), Release(4, 20), .newest] {
        expectSaidOnce(text, release)
      }
    }
  }

  /// What help says of nodes is what they do.
  @Test func helpDoesNotClaimWhatNodesDoNot() {
    func sets(_ entries: String) -> String {
      "---\napiVersion: config.openshift.io/v1\nkind: ImageTagMirrorSet\nmetadata: {name: m}\nspec:\n  imageTagMirrors:\n"
        + entries
    }
    func image(_ blocked: String) -> String {
      "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\nspec:\n  registrySources:\n"
        + "    blockedRegistries: [\(blocked)]\n"
    }
    func help(_ rule: String, _ text: String) -> String {
      let (_, found) = findings(text, .newest)
      #expect(found.count { $0.rule == rule } == 1, "\(found.map(\.rule))")
      return found.first { $0.rule == rule }?.help ?? ""
    }
    #expect(help("blocks-payload", image("quay.io")).contains("every node still pulls from 'quay.io';"))
    let whole = "  - {source: quay.io, mirrors: [m.lab/quay], mirrorSourcePolicy: NeverContactSource}\n"
    let forbidden = help("blocks-payload", image("quay.io") + sets(whole))
    #expect(forbidden.contains("registries.conf blocks it for the NeverContactSource of a mirror set"))
    #expect(!forbidden.contains("still pulls"))
    let part = "  - {source: quay.io/team, mirrors: [m.lab/team], mirrorSourcePolicy: NeverContactSource}\n"
    #expect(
      help("blocks-payload", image("quay.io") + sets(part)).contains("still pulls from 'quay.io', but for 'quay.io/team'"))
    let mirrored = sets("  - {source: ghcr.io/team, mirrors: [m.lab/team]}\n")
    #expect(help("blocked-source-mirrored", image("ghcr.io/team") + mirrored).hasPrefix("policy.json has"))
    // Another error: nothing is written.
    let policy =
      "---\napiVersion: config.openshift.io/v1\nkind: ClusterImagePolicy\nmetadata: {name: p}\nspec:\n"
      + "  scopes: [ghcr.io/team/app]\n  policy: {rootOfTrust: {policyType: PublicKey, publicKey: {keyData: Zm9v}}}\n"
    let frozen = image("ghcr.io/team") + mirrored + policy
    #expect(findings(frozen, .newest).0.error != nil)
    #expect(help("blocked-source-mirrored", frozen).hasPrefix("as soon as the operator can render again"))
  }

  /// What is said of a source holds for it, whatever else its mirror's registry serves.
  @Test func blockedMirrorsAreToldBySource() throws {
    func set(_ kind: String, _ name: String, _ entries: String) -> String {
      "---\napiVersion: config.openshift.io/v1\nkind: Image\(kind)MirrorSet\nmetadata: {name: \(name)}\n"
        + "spec: {image\(kind)Mirrors: [\(entries)]}\n"
    }
    func finding(_ sets: String) throws -> Diagnostic {
      let text = "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\n"
        + "spec: {registrySources: {blockedRegistries: [m1.io]}}\n"
      return try #require(RuleEngine(rules: [MirrorBlocked.self]).check(cluster(text + sets).1).first)
    }
    let team = "{source: quay.io/team, mirrors: [m1.io/team, m2.io/team]}"
    let other = "{source: quay.io/zoo, mirrors: [m1.io/zoo]}"
    let mixed = try finding(set("Digest", "a", "\(team), \(other)"))
    #expect(mixed.message == "'m1.io' blocks 'm1.io/zoo', a mirror of 'quay.io/zoo' and 1 more")
    #expect(mixed.severity == .error && mixed.related.map(\.span.text) == ["m1.io/zoo"])
    let help = try #require(mixed.help)
    #expect(help.contains(") and 'quay.io/zoo' has no mirror left; of other sources they ask the next mirror; take"))
    #expect(try finding(set("Digest", "a", team)).help?.contains(") and go on to the next mirror; take") == true)
    let both = try finding(set("Digest", "a", "{source: quay.io/a, mirrors: [m1.io/a]}, \(other)"))
    #expect(both.help?.contains(") and 'quay.io/a' has no mirror left, nor have 1 more; take") == true)
    // A digest mirror is left for digests.
    let forms = try finding(set("Digest", "a", team) + set("Tag", "b", "{source: quay.io/team, mirrors: [m1.io/team]}"))
    #expect(forms.help?.contains(") and 'quay.io/team' has no mirror left for pulls by tag; take") == true)
  }

  /// Ten thousand entries beside ten thousand sources, scopes and images are judged in linear time.
  @Test(.timeLimit(.minutes(2))) func longClustersAreLinear() {
    var text = "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\nspec:\n  registrySources:\n"
    text += "    blockedRegistries:\n" + (0..<5_000).map { "    - b\($0).io\n" }.joined()
    text += "    insecureRegistries:\n" + (0..<5_000).map { "    - i\($0).io\n" }.joined()
    text +=
      "---\napiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata: {name: m}\nspec:\n"
      + "  imageDigestMirrors:\n"
    for index in 0..<5_000 {
      text += "  - {source: b\(index).io/team, mirrors: ['i\(index).io:5000/a', b\(index).io/a]}\n"
    }
    text += "---\napiVersion: v1\nkind: Pod\nspec:\n  containers:\n"
    for index in 0..<5_000 { text += "  - {image: b\(index).io/team/app}\n" }
    let (_, cluster) = cluster(text)
    let rules = RuleRegistry.all.filter {
      $0.documentation.category == .cross || $0.documentation.code.hasPrefix("MIR2")
    }
    let found = RuleEngine(rules: rules).check(cluster)
    for rule in ["blocked-source-mirrored", "mirror-blocked", "mirror-insecure-port", "image-rejected"] {
      #expect(found.count { $0.rule == rule } == 5_000, "\(rule): \(found.count { $0.rule == rule })")
    }
  }
}
