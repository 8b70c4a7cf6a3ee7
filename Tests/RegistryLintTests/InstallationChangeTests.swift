import Diagnostics
import History
import Testing

@testable import RegistryLint

/// What `diff` and `lint --since` tell of configuration that only an installation reads.
@Suite struct InstallationChangeTests {
  private func installConfig(_ source: String, policy: String = "") -> String {
    "apiVersion: v1\nbaseDomain: example.com\nmetadata:\n  name: prod\nplatform:\n  none: {}\nimageDigestSources:\n"
      + "- source: \(source)\n  mirrors:\n  - mirror.example.com/team\n\(policy)"
  }

  private func scratch() throws -> ScratchRepository {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    try scratch.commit("begin", ["install-config.yaml": installConfig("quay.io"), "idms.yaml": Manifest.mirrorSet("quay.io")])
    return scratch
  }

  @Test func onlyNewInstallationsGetWhatAnInstallConfigSays() async throws {
    let scratch = try scratch()
    try scratch.commit("another source", ["install-config.yaml": installConfig("ghcr.io")])
    let told = try await scratch.changes("HEAD~1..HEAD")
    let change = try #require(told.commits.first?.clusters.first)
    #expect(told.commits[0].clusters.map(\.cluster) == ["default:installation of prod.example.com"])
    #expect(change.isOfInstallation && !change.disruption.drain && change.disruption.actions.isEmpty)
    // What a new cluster gets is shown all the same.
    #expect(change.nodeFiles.map(\.path) == ["/etc/containers/registries.conf"] && change.pulls.count == 2)
    let words = "no node drains: install-config.yaml only matters for new installations"
    #expect(told.text.contains("    \(words)\n") && !told.text.contains("nodes drain"))
    #expect(told.markdown.hasPrefix("### registrylint: no node drains\n") && told.markdown.contains(words))
    #expect(told.markdown.contains("pulls of new clusters from `ghcr.io`"))
    #expect(told.json.contains("\"reason\": \"\(words)\"") && told.json.contains("\"installation\": true"))
    let linted = try await Linter().run(scratch.since("HEAD~1"))
    #expect(linted.findings.isEmpty)
  }

  @Test func manifestsBesideAnInstallConfigDrainAsEver() async throws {
    let scratch = try scratch()
    try scratch.commit(
      "another source", ["install-config.yaml": installConfig("ghcr.io"), "idms.yaml": Manifest.mirrorSet("ghcr.io")])
    let told = try await scratch.changes("HEAD~1..HEAD")
    #expect(told.commits[0].clusters.map(\.cluster) == ["default", "default:installation of prod.example.com"])
    #expect(told.commits[0].clusters.map(\.disruption.drain) == [true, false])
    #expect(told.commits[0].clusters.map(\.isOfInstallation) == [false, true])
    #expect(told.markdown.hasPrefix("### registrylint: nodes of 1 cluster drain\n"))
    let linted = try await Linter().run(scratch.since("HEAD~1"))
    #expect(linted.findings.map(\.span.file.path.text) == ["idms.yaml"])
  }

  /// Overrides of an install-config in an object that is applied are read once as well.
  @Test func overridesAreForInstallationsToo() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    func cluster(_ source: String) -> String {
      "apiVersion: siteconfig.open-cluster-management.io/v1alpha1\nkind: ClusterInstance\nmetadata:\n  name: edge\nspec:\n"
        + "  clusterName: edge\n  installConfigOverrides: |\n"
        + "    {\"imageDigestSources\": [{\"source\": \"\(source)\", \"mirrors\": [\"mirror.example.com/team\"]}]}\n"
    }
    try scratch.commit("begin", ["site.yaml": cluster("quay.io")])
    try scratch.commit("another source", ["site.yaml": cluster("ghcr.io")])
    let told = try await scratch.changes("HEAD~1..HEAD")
    #expect(told.commits[0].clusters.map(\.disruption.reason) == [
      "no node drains: site.yaml (install-config overrides of ClusterInstance) only matters for new installations"
    ])
  }

  @Test func anInstallationThatTheOperatorRefusesFreezesNobody() async throws {
    let scratch = try scratch()
    let twice = "  sourcePolicy: NeverContactSource\n- source: quay.io\n  mirrors: [other.example.com/team]\n"
      + "  sourcePolicy: AllowContactingSource\n"
    try scratch.commit("two policies", ["install-config.yaml": installConfig("quay.io", policy: twice)])
    let told = try await scratch.changes("HEAD~1..HEAD")
    #expect(told.text.contains("install-config.yaml only matters for new installations, which fail: the operator refuses"))
    #expect(!told.text.contains("frozen: ") && told.markdown.hasPrefix("### registrylint: 1 installation fails"))
  }
}

extension ScratchRepository {
  /// A request for what is new since a revision, by the rule of disruptions alone.
  fileprivate func since(_ revision: String) -> LintRequest {
    var request = request()
    request.since = revision
    request.select = ["disruption-report"]
    return request
  }
}
