import Clusters
import Diagnostics
import Foundation
import GitStore
import Reporting
import SourceText
import Testing

@testable import RegistryLint

/// Lint runs over repositories with kustomizations.
@Suite struct ClusterLintTests {
  /// `rule path:line [clusters]`, sorted by place.
  private func lines(_ outcome: Linter.Outcome) -> [String] {
    outcome.report.open.map { diagnostic in
      "\(diagnostic.rule) \(diagnostic.span.file.path.text):\(diagnostic.span.start.line) \(diagnostic.clusters)"
    }
  }

  private func lint(_ scratch: ScratchRepository, _ paths: String...) async throws -> [String] {
    lines(try await Linter().run(scratch.request(.workingTree(paths: paths))))
  }

  private static let mirrors = """
    apiVersion: config.openshift.io/v1
    kind: ImageDigestMirrorSet
    metadata: {name: mirrors}
    spec:
      imageDigestMirrors:
      - source: quay.io/team
        mirrors: [mirror.lab.example.com/team]

    """

  @Test func aFindingOfABaseIsOneWithTheListOfClusters() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(Manifest.image(insecure: "https://registry.lab"), to: "base/image.yaml")
    try scratch.write("resources: [image.yaml]\n", to: "base/kustomization.yaml")
    for name in ["dev", "prod", "test"] {
      try scratch.write("resources: [../../base]\n", to: "overlays/\(name)/kustomization.yaml")
    }
    #expect(
      try await lint(scratch) == [
        "registry-entry-scheme base/image.yaml:8 [\"overlays/dev\", \"overlays/prod\", \"overlays/test\"]"
      ])
  }

  @Test func whatOverlaysRepairIsNoFinding() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(Manifest.image(insecure: "https://registry.lab"), to: "base/image.yaml")
    try scratch.write("resources: [image.yaml]\n", to: "base/kustomization.yaml")
    for name in ["dev", "prod"] {
      try scratch.write("resources: [../base]\npatches: [{path: image.yaml}]\n", to: "\(name)/kustomization.yaml")
      try scratch.write(Manifest.image(insecure: "registry.\(name)"), to: "\(name)/image.yaml")
    }
    #expect(try await lint(scratch).isEmpty)
    // One of them puts it back, and something of its own.
    try scratch.write(Manifest.image(insecure: "https://registry.dev"), to: "dev/image.yaml")
    #expect(try await lint(scratch) == ["registry-entry-scheme dev/image.yaml:8 [\"dev\"]"])
  }

  @Test func anObjectThatAnOverlayFillsIsNotRemovedByTheWay() async throws {
    let scratch = try ScratchRepository()
    let empty = Self.mirrors.split(separator: "\n").prefix(4).joined(separator: "\n") + "\n  imageDigestMirrors: []\n"
    try scratch.write(empty + "---\n" + Manifest.image(insecure: "registry.lab"), to: "base/all.yaml")
    try scratch.write("resources: [all.yaml]\n", to: "base/kustomization.yaml")
    for name in ["dev", "prod"] {
      try scratch.write(
        "resources: [../base]\ncommonLabels: {cluster: \(name)}\n", to: "\(name)/kustomization.yaml")
    }
    #expect(try await FixRun(scratch.request(), unsafe: false).fixedRules == ["empty-object": 1])
    // What the patch of one overlay fills stays for the other one, too.
    try scratch.write(
      "resources: [../base]\npatches: [{path: mirrors.yaml}]\n", to: "prod/kustomization.yaml")
    try scratch.write(Self.mirrors, to: "prod/mirrors.yaml")
    let run = try await FixRun(scratch.request(), unsafe: false)
    #expect(run.fixedRules.isEmpty && run.leftToFix.unsafe == 1)
    #expect(run.outcome.report.open.map(\.rule) == ["empty-object"])
  }

  @Test func findingsOfInlinePatchesPointIntoThem() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(Manifest.image(insecure: "registry.lab"), to: "base/image.yaml")
    try scratch.write("resources: [image.yaml]\n", to: "base/kustomization.yaml")
    try scratch.write(
      """
      resources: [../base]
      patches:
      - target: {kind: Image}
        patch: |-
          - op: replace
            path: /spec/registrySources/insecureRegistries/0
            value: https://registry.lab
      """, to: "prod/kustomization.yaml")
    let outcome = try await Linter().run(scratch.request())
    #expect(lines(outcome) == ["registry-entry-scheme prod/kustomization.yaml:7 [\"prod\"]"])
    #expect(outcome.report.open.allSatisfy { $0.fixes.isEmpty })
  }

  @Test func resourcesMeetWhereTheyAreComposed() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(
      "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\nspec:\n  registrySources:\n    blockedRegistries: [quay.io/team]\n",
      to: "components/image/image.yaml")
    try scratch.write("resources: [image.yaml]\n", to: "components/image/kustomization.yaml")
    try scratch.write(Self.mirrors, to: "components/mirrors/mirrors.yaml")
    try scratch.write("resources: [mirrors.yaml]\n", to: "components/mirrors/kustomization.yaml")
    try scratch.write("resources: [../components/image, ../components/mirrors]\n", to: "both/kustomization.yaml")
    try scratch.write("resources: [../components/mirrors]\n", to: "one/kustomization.yaml")
    let found = try await lint(scratch)
    #expect(found.contains("blocked-source-mirrored components/image/image.yaml:6 [\"both\"]"), "\(found)")
  }

  @Test func siblingsAreAlternatives() async throws {
    let scratch = try ScratchRepository()
    try scratch.write("apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\nspec: {}\n", to: "image.yaml")
    for folder in ["4.14", "4.18", "results-1700000001/cluster-resources", "results-1700000002/cluster-resources"] {
      try scratch.write(Self.mirrors, to: "\(folder)/mirrors.yaml")
    }
    #expect(try await lint(scratch).isEmpty)
    // In one folder they do meet.
    try scratch.write(Self.mirrors, to: "4.14/again.yaml")
    #expect(try await lint(scratch).contains { $0.hasPrefix("duplicate-object-name 4.14/") })
  }

  @Test func whatIsNotComposedIsSaidAndNotJudged() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(Self.mirrors + "---\n" + Manifest.image(insecure: "https://registry.lab"), to: "prod/all.yaml")
    try scratch.write(Self.mirrors.replacing("name: mirrors", with: "name: others"), to: "prod/more.yaml")
    try scratch.write("resources: [all.yaml, more.yaml, 'https://example.com/x.yaml']\n", to: "prod/kustomization.yaml")
    let found = try await lint(scratch)
    #expect(
      found == ["registry-entry-scheme prod/all.yaml:16 []", "kustomize-not-composed prod/kustomization.yaml:1 [\"prod\"]"])
    try scratch.write("resources: [all.yaml, nothing.yaml]\n", to: "prod/kustomization.yaml")
    let outcome = try await Linter().run(scratch.request())
    #expect(outcome.report.open.contains { $0.rule == "kustomize-not-composed" && $0.severity == .warning })
  }

  @Test func theHashOfAGeneratorIsNotFollowed() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(
      "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\nspec: {additionalTrustedCA: {name: cas}}\n",
      to: "image.yaml")
    try scratch.write("no certificate\n", to: "ca.crt")
    let generator = "resources: [image.yaml]\nconfigMapGenerator:\n- name: cas\n  namespace: openshift-config\n  files: [registry.lab=ca.crt]\n"
    try scratch.write(generator, to: "kustomization.yaml")
    #expect(try await lint(scratch).contains("ca-hash-suffix image.yaml:4 [\"default\"]"))
    try scratch.write(generator + "  options: {disableNameSuffixHash: true}\n", to: "kustomization.yaml")
    #expect(try await !lint(scratch).contains { $0.hasPrefix("ca-hash-suffix") || $0.hasPrefix("ca-missing") })
  }

  /// Composing follows links, and what they hide from the search for clusters is said.
  @Test func kustomizationsBehindLinksAreNamed() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(Manifest.image(insecure: "registry.lab"), to: "shared/base/image.yaml")
    try scratch.write("resources: [image.yaml]\n", to: "shared/base/kustomization.yaml")
    try scratch.write("resources: [base]\n", to: "overlays/a/kustomization.yaml")
    try scratch.write("resources: [../../shared/base]\n", to: "overlays/b.txt")
    try scratch.write("resources: [other]\n", to: "overlays/c/kustomization.yaml")
    let manager = FileManager.default
    func link(_ path: String, to target: String) throws {
      let url = scratch.folder.appending(path: path)
      try manager.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try manager.createSymbolicLink(atPath: url.path, withDestinationPath: target)
    }
    try link("overlays/a/base", to: "../../shared/base")
    try link("overlays/b/kustomization.yaml", to: "../b.txt")
    try link("overlays/c/other", to: "../../elsewhere")
    try scratch.git("init", "-q")
    try scratch.git("add", "-A")
    try scratch.git("commit", "-qm", "links")
    for selection in [InputSelection.workingTree(), .index(), .revision("HEAD")] {
      let outcome = try await Linter().run(scratch.request(selection))
      let said = outcome.report.notifications.filter { $0.level == .warning }
      #expect(said.map { $0.path?.text } == ["overlays/a/kustomization.yaml", "overlays/b/kustomization.yaml"], "\(said)")
      #expect(said.first?.message.contains("names 'overlays/a/base', a symbolic link") == true)
    }
  }

  @Test func placeholdersStayUnknown() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(Manifest.image(insecure: "'${REGISTRY}/x'", "<registry>:5000"), to: "base/image.yaml")
    try scratch.write("resources: [image.yaml]\n", to: "base/kustomization.yaml")
    try scratch.write("resources: [../base]\ncommonAnnotations: {a: b}\n", to: "prod/kustomization.yaml")
    let found = try await lint(scratch)
    #expect(found.allSatisfy { $0.hasPrefix("placeholder-value base/image.yaml") }, "\(found)")
  }

  @Test func aSelectionIsJudgedWithWhatItIsComposedWith() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(Manifest.image(insecure: "https://registry.lab"), to: "base/image.yaml")
    try scratch.write("resources: [image.yaml]\n", to: "base/kustomization.yaml")
    try scratch.write("resources: [../base]\n", to: "dev/kustomization.yaml")
    try scratch.write("resources: [../base]\npatches: [{path: image.yaml}]\n", to: "prod/kustomization.yaml")
    try scratch.write(Manifest.image(insecure: "https://registry.prod"), to: "prod/image.yaml")
    // The whole cluster was asked for: what its base says is part of it.
    #expect(try await lint(scratch, "dev") == ["registry-entry-scheme base/image.yaml:8 [\"dev\"]"])
    #expect(try await lint(scratch, "prod") == ["registry-entry-scheme prod/image.yaml:8 [\"prod\"]"])
    #expect(try await lint(scratch, "base") == ["registry-entry-scheme base/image.yaml:8 [\"dev\"]"])
  }

  @Test func declaredClustersTakeWhatTheyName() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(Self.mirrors, to: "common/mirrors.yaml")
    try scratch.write(Self.mirrors, to: "clusters/a/mirrors.yaml")
    try scratch.write(Self.mirrors.replacing("name: mirrors", with: "name: others"), to: "clusters/b/mirrors.yaml")
    #expect(try await !lint(scratch).contains { $0.hasPrefix("duplicate-object-name") })
    try scratch.write("clusters:\n- {name: a, paths: [common, clusters/a]}\n- {name: b, paths: [common, 'clusters/b*']}\n", to: ".registrylint.yaml")
    let found = try await lint(scratch).filter { $0.hasPrefix("duplicate-object-name") }
    #expect(found.count == 1 && found[0].hasSuffix("[\"a\"]"), "\(found)")
    let reading = try await ClusterReading(scratch.request())
    #expect(reading.clusters.map(\.name) == ["a", "b"])
  }

  @Test func declaredClustersHaveReleasesOfTheirOwn() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(Self.mirrors, to: "m/mirrors.yaml")
    try scratch.write(
      "clusters:\n- {name: old, paths: [m], release: '4.12'}\n- {name: new, paths: [m], release: '4.16'}\n", to: ".registrylint.yaml")
    let kinds = try await lint(scratch)
    #expect(kinds.filter { $0.hasPrefix("idms-before-4.13") } == ["idms-before-4.13 m/mirrors.yaml:2 [\"old\"]"])
    var request = scratch.request()
    request.release = .newest
    #expect(lines(try await Linter().run(request)).isEmpty)
  }

  @Test(arguments: [
    ("clusters: {}", ":1:11: 'clusters' is a list"), ("clusters: [{paths: [a]}]", ":1:12: a cluster needs a name"),
    ("clusters: [{name: a}]", "needs paths"), ("clusters: [{nmae: a}]", ":1:13: unknown setting 'nmae' of a cluster; did you mean 'name'?"),
    ("clusters: [{name: a, paths: [../x]}]", ":1:30: a path of a cluster goes down"),
    ("clusters: [{name: a, paths: [x], release: new}]", "is no OpenShift release"),
    ("clusters: [{name: a, paths: [x]}, {name: a, paths: [z]}]", "two clusters are called 'a'"),
  ]) func typosInClustersAreErrors(_ text: String, _ message: String) async throws {
    let scratch = try ScratchRepository()
    try scratch.write(text, to: ".registrylint.yaml")
    do {
      _ = try await Linter().run(scratch.request())
      Issue.record("no error")
    } catch let error as UsageError {
      #expect(error.description.contains(message), "\(error)")
    }
  }

  @Test func whatArgoAndFluxApplyIsFound() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(Self.mirrors, to: "plain/deep/mirrors.yaml")
    try scratch.write(Self.mirrors, to: "flat/mirrors.yaml")
    try scratch.write(Self.mirrors, to: "flat/deep/mirrors.yaml")
    try scratch.write(
      "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: flat}\nspec: {source: {repoURL: x, path: flat}}\n",
      to: "apps/flat.yaml")
    try scratch.write(
      "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: plain}\nspec: {path: ./plain}\n",
      to: "apps/plain.yaml")
    try scratch.write(
      "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: t}\nspec: {source: {repoURL: x, path: '{{x}}'}}\n",
      to: "apps/template.yaml")
    let reading = try await ClusterReading(scratch.request())
    #expect(reading.clusters.map(\.name) == ["flat", "flat/deep", "plain"])
    #expect(reading.assembly.clusters[0].reason == "applied by the Argo CD Application 'flat' (apps/flat.yaml:4)")
    #expect(reading.assembly.discovery.notFollowed.map(\.why) == ["its path is a template"])
  }

  @Test func whatAnApplicationChangesIsNotKnown() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(Self.mirrors, to: "prod/mirrors.yaml")
    try scratch.write("resources: [mirrors.yaml]\n", to: "prod/kustomization.yaml")
    try scratch.write(
      "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec: {source: {path: prod, kustomize: {patches: [{patch: x}]}}}\n",
      to: "apps/a.yaml")
    let reading = try await ClusterReading(scratch.request())
    #expect(reading.clusters.isEmpty)
    #expect(reading.notifications.contains { $0.message.contains("it sets source.kustomize.patches") })
  }
}
