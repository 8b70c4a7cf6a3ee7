import Diagnostics
import History
import NodeConfig
import Reporting
import Testing

@testable import RegistryLint

/// Policies that create some objects and merge others into what clusters have: one cluster, known in part.
@Suite struct MergedPolicyTests {
  private func template(_ type: String, _ object: String) -> String {
    "        - complianceType: \(type)\n          objectDefinition: {apiVersion: config.openshift.io/v1, \(object)}\n"
  }

  private func image(_ type: String, _ lists: String) -> String {
    template(type, "kind: Image, metadata: {name: cluster}, spec: {registrySources: {\(lists)}}")
  }

  private func mirrors(_ source: String) -> String {
    template(
      "mustonlyhave", "kind: ImageDigestMirrorSet, metadata: {name: mirrors}, "
        + "spec: {imageDigestMirrors: [{source: \(source), mirrors: [mirror.example.com/team]}]}")
  }

  private func policy(_ templates: String...) -> String { Manifest.policy(templates) }

  private static let name = "default:policy policies/registries"

  private func scratch(_ policies: String...) throws -> ScratchRepository {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    for text in policies { try scratch.commit("change", ["policy.yaml": text]) }
    return scratch
  }

  private func answer(_ image: String, _ scratch: ScratchRepository) async throws -> PullReport.Answer {
    let reading = try await ClusterReading(scratch.request())
    let clusters = reading.clusters + reading.mergedClusters
    #expect(clusters.map(\.name) == [Self.name])
    return PullReport.Answer(cluster: clusters[0], resolution: PullResolver(clusters[0].rendering).resolve(image))
  }

  /// What a merged list blocks is blocked; what else the cluster's own Image says is not known.
  @Test(arguments: [true, false]) func pullsKnowWhatIsMerged(createsToo: Bool) async throws {
    let merged = image("musthave", "blockedRegistries: [quay.io/bad]")
    let scratch = try scratch(createsToo ? policy(merged, mirrors("registry.redhat.io")) : policy(merged))
    let blocked = try await answer("quay.io/bad/x", scratch)
    #expect(blocked.isKnown && !blocked.isPullable)
    #expect(PullReport([blocked]).text(isColoured: false).hasSuffix("\nthe image cannot be pulled\n"))
    let other = try await answer("quay.io/good/x", scratch)
    let (text, json) = (PullReport([other]).text(isColoured: false), PullReport([other]).json())
    #expect(!other.isKnown && !text.contains("\n    can be pulled") && !text.contains("\nthe image can be pulled"))
    #expect(text.contains("whether the image can be pulled is not known: Image cluster is merged into what the cluster has"))
    #expect(json.contains("\n  \"pullable\": null,\n  \"known\": false"))
    #expect(!blocked.cluster.rendering.isComplete)
  }

  /// As the generator is run: by a kustomization that names it, and none of the files that it takes along.
  @Test func whatAGeneratorTakesLandsBesideTheKustomizationThatRunsIt() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    func generator(_ manifests: String) -> String {
      """
      apiVersion: policy.open-cluster-management.io/v1
      kind: PolicyGenerator
      metadata: {name: pg}
      policyDefaults:
        namespace: policies
        remediationAction: enforce
        complianceType: mustonlyhave
        placement: {labelSelector: {env: prod}}
      policies:
      - name: registries
        manifests:
      \(manifests)
      """
    }
    try scratch.commit(
      "policies",
      [
        "q/kustomization.yaml": "generators: [pg.yaml]\n", "q/pg.yaml": generator("  - path: image.yaml\n"),
        "q/image.yaml": Manifest.image(insecure: "one.lab"), "q/stray.yaml": Manifest.image(insecure: "two.lab"),
      ])
    let reading = try await ClusterReading(scratch.request())
    #expect(reading.clusters.map(\.name) == ["q:clusters with env=prod"])
    #expect(reading.clusters.flatMap(\.resources).map(\.file.path.text) == ["q/image.yaml"])
    let commits = try await scratch.changes("HEAD").commits
    #expect(commits.flatMap(\.clusters).map(\.cluster) == ["q:clusters with env=prod"])
  }

  /// An allowed list may be longer on the cluster, and search registries are its own.
  @Test func whatTheClusterMayAllowIsNotRefused() async throws {
    let scratch = try scratch(policy(image("musthave", "allowedRegistries: [quay.io/good]"), mirrors("ghcr.io")))
    let answer = try await answer("quay.io/other/x", scratch)
    #expect(!answer.isPullable && !answer.isKnown)
    let blocking = try self.scratch(policy(image("musthave", "blockedRegistries: [docker.io]"), mirrors("ghcr.io")))
    #expect(try await !self.answer("short", blocking).isKnown)
  }

  @Test func beginningAndCeasingToMergeIsNotKnown() async throws {
    let (merged, whole) = (
      image("musthave", "blockedRegistries: [quay.io/bad]"), image("mustonlyhave", "blockedRegistries: [quay.io/bad]")
    )
    for others in ["", mirrors("ghcr.io")] {
      let scratch = try scratch(policy(merged, others), policy(whole, others), policy(merged, others))
      let told = try await scratch.changes("HEAD~2..HEAD")
      #expect(told.commits.map { $0.clusters.map(\.cluster) } == [[Self.name], [Self.name]])
      for change in told.commits.flatMap(\.clusters) {
        #expect(!change.disruption.isKnown && change.pulls.isEmpty && change.nodeFiles.isEmpty)
        #expect(change.resources.map(\.change) == [.modified])
        #expect(change.resources.flatMap(\.fields).map(\.field) == ["complianceType"])
      }
      let reasons = told.commits.flatMap(\.clusters).map(\.disruption.reason)
      #expect(reasons.map { $0.prefix(33) } == ["Image cluster takes the place of ", "Image cluster was given as a whol"])
    }
  }

  /// What both sides merge alike does not hide what becomes of the objects beside it.
  @Test func objectsBesideAreTold() async throws {
    let merged = image("musthave", "insecureRegistries: [lab.example.com]")
    let scratch = try scratch(policy(merged, mirrors("quay.io")), policy(merged, mirrors("ghcr.io")))
    let told = try await scratch.changes("HEAD~1..HEAD")
    let change = try #require(told.commits[0].clusters.first)
    #expect(told.commits[0].clusters.count == 1 && change.disruption.drain && change.resources.map(\.change) == [.modified])
    #expect(change.reason.hasSuffix("as far as this can be told: Image cluster is merged into what the cluster has, which is not in the repository"))
    #expect(change.nodeFiles.first?.after?.contains("lab.example.com") == true)
    // Both at once: nobody knows.
    try scratch.commit("both", ["policy.yaml": policy(image("musthave", "insecureRegistries: [b.lab]"), mirrors("quay.io"))])
    let both = try await scratch.changes("HEAD~1..HEAD").commits[0].clusters
    #expect(both.map(\.cluster) == [Self.name] && both[0].resources.count == 2 && !both[0].disruption.isKnown)
  }

  /// Generators merge Images and create the mirror sets beside them.
  @Test func generatorsMergeImages() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    let set = "apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata: {name: m}\n"
      + "spec: {imageDigestMirrors: [{source: quay.io/team, mirrors: [mirror.example.com/team]}]}\n"
    let generator = "apiVersion: policy.open-cluster-management.io/v1\nkind: PolicyGenerator\nmetadata: {name: g}\n"
      + "policyDefaults: {remediationAction: enforce, placement: {labelSelector: {env: a}}}\n"
      + "policies: [{name: p, manifests: [{path: image.yaml}, {path: set.yaml}]}]\n"
    try scratch.commit(
      "begin", ["image.yaml": Manifest.image(insecure: "lab.example.com"), "set.yaml": set, "generator.yaml": generator])
    let reading = try await ClusterReading(scratch.request())
    let cluster = try #require(reading.clusters.first)
    #expect(reading.clusters.count == 1 && cluster.parts.map(\.resource.kind) == [.image] && cluster.resources.count == 1)
    let report = ClusterReport(reading.assembly, reading.input).text(isColoured: false) { $0.text }
    #expect(report.contains("  merged into what is there, which is not here:\n  Image cluster  image.yaml:2\n"))
  }
}
