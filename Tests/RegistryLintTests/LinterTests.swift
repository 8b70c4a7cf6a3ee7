import Diagnostics
import Foundation
import GitStore
import History
import RegistryConfig
import Reporting
import SourceText
import Testing

@testable import RegistryLint

@Suite struct LinterTests {
  private func rules(_ outcome: Linter.Outcome) -> [String] { outcome.report.open.map(\.rule) }

  @Test func indexAndRevisionAreReadWithoutTheWorkingTree() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    try scratch.write(Manifest.image(insecure: "registry.lab:5000"), to: "sub/image.yaml")
    try scratch.git("add", ".")
    try scratch.git("commit", "-qm", "good")
    try scratch.write(Manifest.image(insecure: "https://registry.lab"), to: "sub/image.yaml")
    try scratch.git("add", ".")
    try scratch.write(Manifest.image(insecure: "registry.lab"), to: "sub/image.yaml")
    #expect(rules(try await Linter().run(scratch.request())).isEmpty)
    #expect(rules(try await Linter().run(scratch.request(.index()))) == ["registry-entry-scheme"])
    let head = try await Linter().run(scratch.request(.revision("HEAD")))
    #expect(rules(head).isEmpty && head.report.summary.resources == 1)
    #expect(head.report.inputKind == .revision && head.report.provenance.revision?.utf8.count == 40)
    // From a subfolder paths are shown as they are typed there, and reports keep them from the root.
    let sub = try await Linter().run(scratch.request(.index(), in: "sub"))
    #expect(sub.report.open.first?.span.file.path.text == "sub/image.yaml")
    #expect(ConciseReporter().render(sub.report).hasPrefix("image.yaml:8:7: error[registry-entry-scheme]"))
  }

  @Test func ignoredFilesAreLeftOutAndNamedOnesAreRead() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    try scratch.write("generated/\n", to: ".gitignore")
    try scratch.write(Manifest.image(insecure: "https://registry.lab"), to: "generated/image.yaml")
    #expect(rules(try await Linter().run(scratch.request())).isEmpty)
    let named = scratch.request(.workingTree(paths: ["generated/image.yaml"]))
    #expect(rules(try await Linter().run(named)) == ["registry-entry-scheme"])
  }

  @Test func repositoriesWithoutRegistryConfigurationAreSilent() async throws {
    let scratch = try ScratchRepository()
    try scratch.write("apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: {containers: [{image: x}]}}}\n", to: "a.yaml")
    try scratch.write("insecureRegistries: [https://x]\n", to: "skaffold.yaml")
    try scratch.write("apiVersion: kpack.io/v1\nkind: Image\nmetadata: {name: x}\n", to: "kpack.yaml")
    let outcome = try await Linter().run(scratch.request())
    #expect(outcome.report.diagnostics.isEmpty && outcome.report.notifications.isEmpty)
    #expect(TextReporter(isColoured: false).render(outcome.report).isEmpty)
  }

  @Test func directoriesBesideEachOtherAreAlternatives() async throws {
    let scratch = try ScratchRepository()
    for folder in ["harbor", "jfrog"] {
      try scratch.write(Manifest.image(insecure: "registry.\(folder):5000"), to: "\(folder)/image.yaml")
    }
    let outcome = try await Linter().run(scratch.request())
    #expect(outcome.report.summary.clusters == 2 && outcome.report.diagnostics.isEmpty)
  }

  @Test func patchesAreNotWholeObjects() async throws {
    let scratch = try ScratchRepository()
    let patch = "apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata: {name: m}\nspec:\n  imageDigestMirrors:\n  - mirrors: [m.io/x]\n"
    try scratch.write(patch, to: "overlay/patch.yaml")
    #expect(!rules(try await Linter().run(scratch.request())).isEmpty)
    try scratch.write("resources: [../base]\npatches:\n- path: patch.yaml\n", to: "overlay/kustomization.yaml")
    #expect(rules(try await Linter().run(scratch.request())).isEmpty)
  }

  @Test func whatKustomizeSuppliesIsNotMissing() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(
      "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\nspec: {additionalTrustedCA: {name: cas}}\n",
      to: "image.yaml")
    #expect(rules(try await Linter().run(scratch.request())) == ["ca-missing-configmap"])
    try scratch.write("# no certificate yet\n", to: "ca.crt")
    try scratch.write(
      "resources: [image.yaml]\ngeneratorOptions: {disableNameSuffixHash: true}\n"
        + "configMapGenerator: [{name: cas, namespace: openshift-config, files: [registry.lab=ca.crt]}]\n",
      to: "kustomization.yaml")
    // The bytes of a file are judged too.
    #expect(rules(try await Linter().run(scratch.request())) == ["ca-value-not-pem"])
  }

  @Test func selectionAndSeverityAreObeyed() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(Manifest.image(insecure: "https://registry.lab"), to: "image.yaml")
    var request = scratch.request()
    request.severity = ["registry-entry-scheme": .note]
    let outcome = try await Linter().run(request)
    #expect(outcome.report.open.map(\.severity) == [.note] && !outcome.isFailed)
    request.failOn = .note
    #expect(try await Linter().run(request).isFailed)
    request.ignore = ["registry-entry-scheme"]
    #expect(rules(try await Linter().run(request)).isEmpty)
    try scratch.write("ignore: [registry-entry-scheme]\n", to: ".registrylint.yaml")
    #expect(rules(try await Linter().run(scratch.request())).isEmpty)
    try scratch.write("exclude: [\"*.yaml\"]\n", to: ".registrylint.yaml")
    #expect(try await Linter().run(scratch.request()).report.summary.resources == 0)
  }

  @Test(arguments: [
    ("ignroe: []\n", "1:1: unknown setting 'ignroe'; did you mean 'ignore'?"),
    ("ignore: [allowed-and-blockt]\n", "1:10: unknown rule 'allowed-and-blockt'; did you mean 'allowed-and-blocked'?"),
    ("release: \"3.11\"\n", "1:10: OpenShift 3.11 is older than 4.12"),
    ("release: \"4.99\"\n", "1:10: there is no OpenShift 4.99; 4.12 to 4.23 and 5.0 are known here"),
    ("release-image: ocp-release:latest\n", "1:16: 'ocp-release:latest' is no release image (repository name must be canonical)"),
    ("fail-on: errors\n", "1:10: 'fail-on' is"),
    ("select: x\n", "1:9: 'select' is a list"), ("a: [\n", ".registrylint.yaml:"), ("- a\n", "1:1: the configuration is a mapping"),
  ])
  func aTypoInTheConfigurationIsAnErrorWithItsPlace(text: String, message: String) async throws {
    let scratch = try ScratchRepository()
    try scratch.write(text, to: ".registrylint.yaml")
    do {
      _ = try await Linter().run(scratch.request())
      Issue.record("no error")
    } catch let error as UsageError {
      #expect(error.description.contains(message), "\(error.description)")
    }
  }

  @Test func suppressionsNeedReasonsAndAreReportedWhenIdle() async throws {
    let scratch = try ScratchRepository()
    let image = Manifest.image(insecure: "https://registry.lab # registrylint:ignore registry-entry-scheme -- known")
    try scratch.write(image, to: "image.yaml")
    let hidden = try await Linter().run(scratch.request())
    #expect(hidden.report.open.isEmpty && hidden.report.suppressedCount == 1)
    try scratch.write(image.replacing(" -- known", with: ""), to: "image.yaml")
    #expect(Set(rules(try await Linter().run(scratch.request()))) == ["registry-entry-scheme", "suppression-without-reason"])
    try scratch.write(image.replacing("https://", with: ""), to: "image.yaml")
    #expect(rules(try await Linter().run(scratch.request())) == ["unused-suppression"])
  }

  /// No rule has looked at it: what a comment there hides is not known, and the next documents have their own.
  @Test func nothingIsSaidOfSuppressionsThatCannotBeRead() async throws {
    let scratch = try ScratchRepository()
    let comments = "registry.lab # registrylint:ignore registry-entry-scheme,no-such-rule until=2020-01-01 -- known"
    let image = Manifest.image(insecure: comments)
    try scratch.write("<<<<<<< HEAD\n" + image, to: "image.yaml")
    #expect(rules(try await Linter().run(scratch.request())) == ["yaml-syntax"])
    let idle = Manifest.image(insecure: "registry.lab # registrylint:ignore registry-entry-scheme -- known")
    try scratch.write("<<<<<<< HEAD\n\(image)---\n\(idle)", to: "image.yaml")
    #expect(Set(rules(try await Linter().run(scratch.request()))) == ["yaml-syntax", "unused-suppression"])
  }

  @Test func aSuppressionOfNoRuleIsAFinding() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(Manifest.image(insecure: "registry.lab # registrylint:ignore registry-entry-skheme -- x"), to: "image.yaml")
    let report = try await Linter().run(scratch.request()).report
    #expect(report.open.map(\.message) == ["there is no rule 'registry-entry-skheme' to suppress, did you mean 'registry-entry-scheme'?"])
  }

  @Test func aNamedFileIsReadWhateverItHolds() async throws {
    let scratch = try ScratchRepository()
    try scratch.write("a: [\n", to: "broken.yaml")
    #expect(rules(try await Linter().run(scratch.request())).isEmpty)
    #expect(rules(try await Linter().run(scratch.request(.workingTree(paths: ["broken.yaml"])))) == ["yaml-syntax"])
  }

  @Test func secretsAreNeverPrinted() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(
      Manifest.image(insecure: "bob:hunter2@registry.lab")
        + "pullSecret: hunter2\npassword: hunter2\n", to: "image.yaml")
    try scratch.write(
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: cas, namespace: openshift-config}
      data:
        reg.io..5000: |
          -----BEGIN PRIVATE KEY-----
          hunter2hunter2hunter2
          -----END PRIVATE KEY-----
      """, to: "cas.yaml")
    let report = try await Linter().run(scratch.request()).report
    #expect(!report.open.isEmpty)
    let reporters: [any Reporter] = [
      TextReporter(isColoured: true, showSuppressed: true), ConciseReporter(), JSONReporter(), SARIFReporter(),
    ]
    for reporter in reporters { #expect(!reporter.render(report).contains("hunter2"), "\(type(of: reporter))") }
  }

  @Test func controlCharactersNeverReachATerminal() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(Manifest.image(insecure: "\"\\e[31mred\\a\\u202E\""), to: "image.yaml")
    let report = try await Linter().run(scratch.request()).report
    for text in [TextReporter(isColoured: false).render(report), ConciseReporter().render(report), SARIFReporter().render(report)] {
      #expect(!text.isEmpty && !text.unicodeScalars.contains { ($0.value < 0x20 && $0 != "\n") || $0.value == 0x202E })
    }
  }

  @Test func standardInputIsOneCluster() async throws {
    let text = Manifest.image(insecure: "https://registry.lab")
    let request = LintRequest(source: .standardInput(Array(text.utf8), name: "x.yaml"), now: 0)
    let outcome = try await Linter().run(request)
    #expect(rules(outcome) == ["registry-entry-scheme"] && outcome.report.inputKind == .stdin)
    #expect(outcome.report.open[0].span.file.path.text == "x.yaml")
  }

  @Test func whatIsNamedIsReadAlthoughItIsExcluded() async throws {
    let scratch = try ScratchRepository()
    try scratch.write("exclude: [\"*.yaml\"]\n", to: ".registrylint.yaml")
    try scratch.write(Manifest.image(insecure: "https://registry.lab"), to: "image.yaml")
    try scratch.write(Manifest.image(insecure: "https://registry.lab"), to: "notes.txt")
    #expect(rules(try await Linter().run(scratch.request())).isEmpty)
    for name in ["image.yaml", "notes.txt"] {
      #expect(rules(try await Linter().run(scratch.request(.workingTree(paths: [name])))) == ["registry-entry-scheme"])
    }
    #expect(rules(try await Linter().run(scratch.request(.workingTree(paths: ["."])))).isEmpty)
  }

  @Test func aRepositoryWithoutCommitsSaysSo() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    let error = await #expect(throws: GitError.self) { try await Linter().run(scratch.request(.revision("HEAD"))) }
    #expect(error?.hint == "There is no commit on 'main' yet.")
    try scratch.git("commit", "-qm", "first", "--allow-empty")
    let other = await #expect(throws: GitError.self) { try await Linter().run(scratch.request(.revision("v1"))) }
    #expect(other?.hint == nil)
    try scratch.git("commit", "-qm", "second", "--allow-empty")
    try scratch.git("clone", "-q", "--depth=1", "file://\(scratch.folder.path)", "shallow")
    let shallow = await #expect(throws: GitError.self) {
      try await Linter().run(scratch.request(.revision("HEAD~1"), in: "shallow"))
    }
    #expect(shallow?.hint?.contains("shallow clone") == true)
  }

  @Test func comparedDirectoriesNeedNotLieInOneRepository() async throws {
    let scratch = try ScratchRepository()
    let folder = scratch.folder.path
    for place in ["repo/clusters", "plain"] {
      for cluster in ["a", "b"] {
        try scratch.write(Manifest.image(insecure: "\(cluster).lab"), to: "\(place)/\(cluster)/image.yaml")
        try scratch.write(
          "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: openshift-config}\ndata: {registry.lab..5000: x}\n",
          to: "\(place)/\(cluster)/cas.yaml")
      }
    }
    try scratch.git("init", "-q", "repo")
    let request = ChangeRequest(
      .paths(old: "\(folder)/repo/clusters", new: "\(folder)/plain"), judging: scratch.request())
    var told: [CommitChange] = []
    _ = try await ChangeRun(request).changes { told.append($0) }
    #expect(told.map(\.isEffective) == [false])
    try FileManager.default.moveItem(atPath: "\(folder)/plain/a/image.yaml", toPath: "\(folder)/plain/a/moved.yaml")
    told = []
    _ = try await ChangeRun(request).changes { told.append($0) }
    #expect(told.flatMap(\.clusters).flatMap(\.resources).map(\.change) == [.renamed])
  }

  /// Images of workloads are judged wherever they stand, but for what kustomizations may exchange and what nobody
  /// applies.
  @Test func workloadsOfTheWholeRepositoryAreJudged() async throws {
    func deployment(_ image: String) -> String {
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: app}
      spec:
        template:
          spec:
            containers:
            - name: app
              image: \(image)

      """
    }
    let scratch = try ScratchRepository()
    try scratch.write(
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata: {name: cluster}
      spec:
        registrySources:
          blockedRegistries: [ghcr.io]

      """, to: "cluster/image.yaml")
    try scratch.write(deployment("ghcr.io/team/app:1"), to: "apps/a/deployment.yaml")
    try scratch.write(deployment("quay.io/team/app:1"), to: "apps/b/deployment.yaml")
    try scratch.write(deployment("ghcr.io/team/app:1"), to: "apps/b/examples/deployment.yaml")
    try scratch.write(deployment("ghcr.io/team/app:1"), to: "apps/c/base/deployment.yaml")
    try scratch.write("resources: [deployment.yaml]\n", to: "apps/c/base/kustomization.yaml")
    try scratch.write(
      "resources: [../base]\nimages:\n- name: ghcr.io/team/app\n  newName: quay.io/team/app\n",
      to: "apps/c/overlay/kustomization.yaml")
    try scratch.write(deployment("ghcr.io/team/app:1"), to: "apps/d/deployment.yaml")
    try scratch.write("resources: [deployment.yaml]\n", to: "apps/d/kustomization.yaml")
    let outcome = try await Linter().run(scratch.request())
    let found = outcome.report.open.filter { $0.rule == "image-rejected" }.map(\.span.file.path.text)
    #expect(found == ["apps/a/deployment.yaml", "apps/d/deployment.yaml"])

    // Of several paths that were named, nobody knows what other clusters there are.
    let some = try await Linter().run(scratch.request(.workingTree(paths: ["cluster", "apps/a"])))
    #expect(some.report.open.allSatisfy { $0.rule != "image-rejected" })

    // With a second cluster, only what lies below the folder of an Image is known to be its own.
    try scratch.write(Manifest.image(insecure: "registry.lab:5000"), to: "other/image.yaml")
    try scratch.write(deployment("ghcr.io/team/app:1"), to: "cluster/apps/deployment.yaml")
    let two = try await Linter().run(scratch.request())
    #expect(two.report.open.filter { $0.rule == "image-rejected" }.map(\.span.file.path.text) == ["cluster/apps/deployment.yaml"])
  }
}
