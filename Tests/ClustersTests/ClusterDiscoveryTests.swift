import RegistryConfig
import SourceText
import Testing
import YAMLSyntax

@testable import Clusters

/// Which files and folders belong to one cluster, by texts and paths alone.
@Suite struct ClusterDiscoveryTests {
  private static let image =
    "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\nspec: {registrySources: {insecureRegistries: [registry.lab]}}\n"
  private static let mirrors =
    "apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata: {name: m}\nspec: {imageDigestMirrors: [{source: quay.io, mirrors: [mirror.lab]}]}\n"

  private func file(_ path: String, _ text: String) -> SourceFile { SourceFile(path: RepositoryPath(path), bytes: Array(text.utf8)) }

  private func discovery(
    _ manifests: [String: String], kustomizations: [String: String] = [:], deliveries: String? = nil,
    declared: [(name: String, paths: [String])] = [], base: String? = nil
  ) -> ClusterDiscovery {
    let manifests = manifests.sorted { $0.key < $1.key }.map { path, text in
      ManifestFile(path: RepositoryPath(path), resources: ResourceReader().resources(in: YAMLStream(file(path, text))))
    }
    let configuration = file(".registrylint.yaml", "clusters: []\n")
    let span = SourceSpan(file: configuration, range: 0..<1)
    return ClusterDiscovery(
      manifests,
      kustomizations: kustomizations.sorted { $0.key < $1.key }.map { KustomizationOutline(file($0, $1)) },
      deliveries: deliveries.map { YAMLStream(file("apps.yaml", $0)).documents.compactMap(\.root).flatMap(Delivery.deliveries) } ?? [],
      declared: declared.map { item in
        DeclaredCluster(
          name: item.name, at: span, paths: item.paths.map { DeclaredCluster.Path(PathPattern($0, isAnchored: true), at: span) })
      }, base: base.map { RepositoryPath($0) })
  }

  private func lines(_ discovery: ClusterDiscovery) -> [String] {
    discovery.plans.map { plan in
      "\(plan.name): \(plan.reason.text); \((plan.roots.map { $0.text + "/" } + plan.files.map(\.text)).joined(separator: " "))"
    }
  }

  @Test func kustomizationsThatNobodyIncludesAreClusters() {
    let found = discovery(
      ["base/image.yaml": Self.image, "base/unnamed.yaml": Self.mirrors, "old/idms.yaml": Self.mirrors],
      kustomizations: [
        "base/kustomization.yaml": "resources: [image.yaml]\n", "overlays/a/kustomization.yaml": "resources: [../../base]\n",
        "overlays/b/kustomization.yml": "bases: [../../base]\n", "web/kustomization.yaml": "resources: [deployment.yaml]\n",
      ])
    #expect(
      lines(found) == [
        "old: a folder with registry configuration; old/idms.yaml",
        "overlays/a: a kustomization that no other one includes; overlays/a/",
        "overlays/b: a kustomization that no other one includes; overlays/b/",
      ])
    #expect(found.strays.map(\.path.text) == ["base/unnamed.yaml"] && found.strays.map(\.reason) == [.unnamed])
    let restricted = found.restricted { $0.text == "base/image.yaml" }
    #expect(restricted.plans.map(\.name) == ["overlays/a", "overlays/b"])
    #expect(found.only("old").plans.map(\.name) == ["old"])
  }

  @Test func foldersWithAnImageAreClustersAndSiblingsDoNotMeet() {
    let found = discovery([
      "prod/image.yaml": Self.image, "prod/mirrors/idms.yaml": Self.mirrors, "stage/image.yaml": Self.image,
      "tools/4.14/idms.yaml": Self.mirrors, "tools/4.18/idms.yaml": Self.mirrors,
    ])
    #expect(
      lines(found) == [
        "prod: a folder with an Image, and what is below it; prod/image.yaml prod/mirrors/idms.yaml",
        "stage: a folder with an Image, and what is below it; stage/image.yaml",
        "tools/4.14: a folder with registry configuration; tools/4.14/idms.yaml",
        "tools/4.18: a folder with registry configuration; tools/4.18/idms.yaml",
      ])
    #expect(discovery(["a/b/image.yaml": Self.image], base: "a").plans.map(\.name) == ["b"])
    #expect(discovery(["image.yaml": Self.image]).plans.map(\.name) == ["default"])
  }

  @Test func kustomizationsThatIncludeEachOtherAreOneClusterThatIsNotKnown() {
    let found = discovery(
      ["base/image.yaml": Self.image, "other/image.yaml": Self.image],
      kustomizations: [
        "a/kustomization.yaml": "resources: [../b, ../base]\n", "b/kustomization.yaml": "resources: [../a]\n",
        "base/kustomization.yaml": "resources: [image.yaml]\n", "other/kustomization.yaml": "resources: [., image.yaml]\n",
      ])
    #expect(
      lines(found) == [
        "a: a kustomization that includes itself, by others or at once; a/",
        "other: a kustomization that includes itself, by others or at once; other/",
      ])
  }

  @Test func severalSourcesOfOneApplicationAreNotKnownAlone() {
    let found = discovery(
      ["ca/image.yaml": Self.image, "img/idms.yaml": Self.mirrors],
      deliveries: """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: both}
        spec:
          sources:
          - {path: ca}
          - {path: img}
          - {ref: values}
        """)
    #expect(found.plans.map(\.name) == ["ca", "img"] && found.plans.allSatisfy { $0.obstacles.count == 1 })
    #expect(Set(found.notFollowed.map(\.why)) == ["it is one of several sources that are applied together"])
  }

  @Test func declaredClustersComeFirstAndTakeTheirFiles() {
    let found = discovery(
      ["prod/image.yaml": Self.image, "common/idms.yaml": Self.mirrors],
      declared: [("east", ["prod", "common/*.yaml"]), ("west", ["common", "nowhere"])])
    #expect(
      lines(found) == [
        "east: declared at .registrylint.yaml:1; prod/image.yaml common/idms.yaml",
        "west: declared at .registrylint.yaml:1; common/idms.yaml",
      ])
    #expect(found.unmatched.map(\.pattern.text) == ["nowhere"])
  }

  @Test func whatArgoAppliesIsACluster() {
    let found = discovery(
      ["apps/registry/image.yaml": Self.image, "apps/registry/deep/idms.yaml": Self.mirrors],
      deliveries: """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: registry}
        spec:
          source: {repoURL: https://git.example.com/x, path: apps/registry}
        ---
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: gone}
        spec:
          source: {repoURL: https://git.example.com/x, path: apps/gone}
        """)
    #expect(found.plans.first { $0.name == "apps/registry" }?.files.map(\.text) == ["apps/registry/image.yaml"])
    #expect(found.notFollowed.map(\.delivery.name) == ["gone"])
  }
}

@Suite struct PathPatternTests {
  @Test(arguments: [
    ("a.yaml", "deep/a.yaml", true), ("a.yaml", "deep/ba.yaml", false), ("/a.yaml", "deep/a.yaml", false), ("/a.yaml", "a.yaml", true),
    ("clusters/*/x", "clusters/one/x/y.yaml", true), ("clusters/*/x", "clusters/one/two/x", false),
    ("clusters/**/x", "clusters/one/two/x", true), ("a/**", "a/b", true), ("a/**", "a", false), ("v?", "v1/c.yaml", true),
    ("./a", "a/b", true), ("a/", "a/b", true),
  ])
  func matchesAsGitignoreDoes(_ pattern: String, _ path: String, _ expected: Bool) {
    // A leading slash anchors.
    #expect(PathPattern(pattern, isAnchored: pattern.hasPrefix("/")).matches(RepositoryPath(path)) == expected)
  }

  @Test func aPatternWithoutWildcardsIsAPath() {
    #expect(PathPattern("./a/b/", isAnchored: true).plainPath == RepositoryPath("a/b"))
    #expect(PathPattern("a/*", isAnchored: true).plainPath == nil)
  }
}
