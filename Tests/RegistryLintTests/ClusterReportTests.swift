import GitStore
import NodeConfig
import Reporting
import Rules
import SourceText
import Testing

@testable import RegistryLint

@Suite struct ClusterReportTests {
  private func repository() throws -> ScratchRepository {
    let scratch = try ScratchRepository()
    try scratch.write(Manifest.image(insecure: "https://registry.lab"), to: "base/image.yaml")
    try scratch.write("resources: [image.yaml]\n", to: "base/kustomization.yaml")
    try scratch.write(Manifest.image(insecure: "registry.unused"), to: "base/unnamed.yaml")
    try scratch.write("resources: [../base]\n", to: "dev/kustomization.yaml")
    try scratch.write("resources: [../base, nothing.yaml]\n", to: "broken/kustomization.yaml")
    try scratch.write(Manifest.image(insecure: "https://registry.plain"), to: "plain/image.yaml")
    try scratch.write(
      "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x}\nspec: {source: {path: away}}\n", to: "apps/x.yaml")
    return scratch
  }

  @Test func theReportSaysWhatWasFoundAndWhy() async throws {
    let scratch = try repository()
    let reading = try await ClusterReading(scratch.request())
    let text = ClusterReport(reading.assembly, reading.input).text(isColoured: false) { $0.text }
    #expect(
      text == """
        broken: a kustomization that no other one includes
          not known: broken/kustomization.yaml:1: there is no 'nothing.yaml'
        dev: a kustomization that no other one includes
          Image cluster  base/image.yaml:2
        plain: a folder with an Image, and what is below it
          Image cluster  plain/image.yaml:2
        on no cluster:
          base/unnamed.yaml: the kustomization beside it does not name it
        not followed:
          apps/x.yaml:4: the Argo CD Application 'x': there is no folder 'away' with registry configuration here

        """)
  }

  /// Deliveries of other things are many; template text is shown as it is written.
  @Test func whatIsNotFollowedIsSummedUp() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(Manifest.image(insecure: "registry.plain"), to: "plain/image.yaml")
    func application(_ name: String, _ path: String) -> String {
      "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: \(name)}\nspec: {source: {path: \(path)}}\n"
    }
    for number in 1...9 { try scratch.write(application("app-\(number)", "apps/\(number)"), to: "argo/\(number).yaml") }
    try scratch.write(application("\"{{ .Values.name }}-x\"", "\"{{ .Values.path }}/y\""), to: "argo/t.yaml")
    let reading = try await ClusterReading(scratch.request())
    let report = ClusterReport(reading.assembly, reading.input)
    let short = report.text(isColoured: false) { $0.text }
    #expect(
      short.hasSuffix(
        """
          argo/3.yaml:4: the Argo CD Application 'app-3': there is no folder 'apps/3' with registry configuration here
          argo/t.yaml:4: the Argo CD Application '{{ .Values.name }}-x': its path is a template
          and 6 more, which --verbose lists

        """), "\(short)")
    let whole = report.text(isColoured: false, isWhole: true) { $0.text }
    #expect(whole.contains("app-9") && !whole.contains("more"))
  }

  /// What a policy only merges is on no cluster that is known, and not lost.
  @Test func whatIsMergedIsListed() async throws {
    let scratch = try ScratchRepository()
    func policy(_ compliance: String) -> String {
      """
      apiVersion: policy.open-cluster-management.io/v1
      kind: ConfigurationPolicy
      metadata: {name: registries, namespace: policies}
      spec:
        remediationAction: enforce
        object-templates:
        - complianceType: \(compliance)
          objectDefinition:
            apiVersion: config.openshift.io/v1
            kind: Image
            metadata: {name: cluster}
            spec: {registrySources: {insecureRegistries: [a.lab.example.com]}}

      """
    }
    try scratch.write(policy("musthave"), to: "policies/image.yaml")
    try scratch.write(policy("mustnothave"), to: "policies/not.yaml")
    let reading = try await ClusterReading(scratch.request())
    let report = ClusterReport(reading.assembly, reading.input)
    let text = report.text(isColoured: false) { $0.text }
    #expect(
      text == """
        policies:policy policies/registries: merged into what these clusters have, which is not here
          Image cluster  policies/image.yaml:10

        """, "\(text)")
    #expect(report.json(notifications: []).contains("\"clusters\": \"policies:policy policies/registries\""))
  }

  @Test func aClusterIsShownAlone() async throws {
    let scratch = try repository()
    var request = scratch.request()
    request.cluster = "dev"
    let outcome = try await Linter().run(request)
    #expect(outcome.report.open.map { $0.span.file.path.text } == ["base/image.yaml"])
    #expect(try await ClusterReading(scratch.request(), cluster: "plain").clusters.map(\.name) == ["plain"])
    request.cluster = "plan"
    await #expect { try await Linter().run(request) } throws: { error in
      (error as? UsageError)?.message == "there is no cluster 'plan'; did you mean 'plain'?"
    }
    await #expect { try await ClusterReading(scratch.request(), cluster: "broken") } throws: { error in
      (error as? UsageError)?.message.hasPrefix("the cluster 'broken' is not known: broken/kustomization.yaml:1:") == true
    }
  }

  @Test func certificatesOfGeneratorsAreListedOnce() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(
      "configMapGenerator:\n- {name: cas, namespace: openshift-config, files: [registry.lab=ca.crt], options: {disableNameSuffixHash: true}}\nresources: [image.yaml]\n",
      to: "base/kustomization.yaml")
    try scratch.write("no certificate\n", to: "base/ca.crt")
    try scratch.write(
      "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\nspec: {additionalTrustedCA: {name: cas}}\n",
      to: "base/image.yaml")
    for name in ["a", "b"] { try scratch.write("resources: [../base]\n", to: "\(name)/kustomization.yaml") }
    let rows = try await CertificateInventory(scratch.request()).rows
    #expect(rows.map(\.certificates.entry.key.value) == ["registry.lab"])
    #expect(rows.first?.problems == ["ca-value-not-pem"])
  }

  /// A usage error of `lint`, but what nodes get of it is what the operator says.
  @Test func aReleaseImageThatIsNoneIsTheOperatorsToTell() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(Manifest.image(insecure: "registry.lab"), to: "image.yaml")
    var request = scratch.request()
    request.releaseImage = "ocp-release"
    let reading = try await ClusterReading(request)
    let cluster = try #require(reading.clusters.first)
    let message = cluster.rendering.error?.message ?? ""
    #expect(!message.isEmpty)
    let linted = request
    await #expect(throws: UsageError.self) { try await Linter().run(linted) }
  }

  /// What nobody can read is no change that a cluster sees, and nothing that may be passed over.
  @Test func brokenDocumentsAreNamed() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(Manifest.image(insecure: "registry.lab"), to: "a/image.yaml")
    try scratch.write(Manifest.image(insecure: "registry.lab") + "\n\tbad: [", to: "b/image.yaml")
    try scratch.write("not: [ours", to: "b/other.yaml")
    let reading = try await ClusterReading(scratch.request())
    let named = reading.notifications.filter { $0.message.contains("nothing can read this document") }
    #expect(named.map(\.path?.text) == ["b/image.yaml"])
    #expect(reading.clusters.map(\.name) == ["a"])
  }

  /// An answer for nodes as installed would be wrong where a cluster is described that is not known.
  @Test func clustersOfWhichNoneIsKnownAreAnError() async throws {
    let scratch = try ScratchRepository()
    func describe(_ cluster: String) throws {
      try scratch.write(Manifest.image(insecure: "registry.\(cluster)"), to: "\(cluster)/image.yaml")
      try scratch.write("resources: [image.yaml, nothing.yaml]\n", to: "\(cluster)/kustomization.yaml")
    }
    try describe("a")
    let one = try await ClusterReading(scratch.request())
    #expect { try one.expectKnownCluster() } throws: { error in
      (error as? UsageError)?.message == "the cluster 'a' is not known: a/kustomization.yaml:1: there is no 'nothing.yaml'"
    }
    try describe("b")
    let two = try await ClusterReading(scratch.request())
    #expect { try two.expectKnownCluster() } throws: { error in
      (error as? UsageError)?.message.hasPrefix("no cluster is known:\n  the cluster 'a' is not known: ") == true
    }
    try scratch.write(Manifest.image(insecure: "registry.plain"), to: "plain/image.yaml")
    try await ClusterReading(scratch.request()).expectKnownCluster()
    // Where none is described nodes are as installed.
    let empty = try ScratchRepository()
    try await ClusterReading(empty.request()).expectKnownCluster()
  }
}
