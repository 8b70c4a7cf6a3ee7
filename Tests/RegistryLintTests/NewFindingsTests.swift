import Diagnostics
import Foundation
import GitStore
import Reporting
import SourceText
import Testing

@testable import RegistryLint

/// `lint --since`, `--baseline` and what SARIF says of both.
@Suite struct NewFindingsTests {
  private func rules(_ outcome: Linter.Outcome) -> [String] { outcome.report.open.map(\.rule) }

  private func repository() throws -> ScratchRepository {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    try scratch.write(Manifest.image(insecure: "https://registry.old"), to: "prod/image.yaml")
    try scratch.git("add", "-A")
    try scratch.git("commit", "-qm", "first")
    return scratch
  }

  private func since(
    _ scratch: ScratchRepository, _ revision: String, _ selection: InputSelection = .workingTree(), in folder: String = "",
    withDisruption: Bool = false
  ) async throws -> Linter.Outcome {
    var request = scratch.request(selection, in: folder)
    request.since = revision
    if !withDisruption { request.ignore = ["disruption-report"] }
    return try await Linter().run(request)
  }

  @Test func onlyWhatTheMergeBaseHasNotIsReported() async throws {
    let scratch = try repository()
    try scratch.git("checkout", "-q", "-b", "feature")
    try scratch.write("# moved\n\n" + Manifest.image(insecure: "https://registry.old", "https://registry.new"), to: "prod/image.yaml")
    let tree = try await since(scratch, "main")
    #expect(tree.report.open.map(\.span.text) == ["https://registry.new"] && tree.isFailed)
    #expect(tree.report.known?.unchanged.map(\.span.text) == ["https://registry.old"])
    try scratch.git("add", "-A")
    #expect(try await since(scratch, "main", .index()).report.open.count == 1)
    try scratch.git("commit", "-qm", "new")
    #expect(try await since(scratch, "main", .revision("HEAD")).report.open.count == 1)
    // What main does meanwhile is not of this branch.
    try scratch.git("checkout", "-q", "main")
    try scratch.git("rm", "-qr", "prod")
    try scratch.git("commit", "-qm", "gone")
    try scratch.git("checkout", "-q", "feature")
    #expect(try await since(scratch, "main").report.open.map(\.span.text) == ["https://registry.new"])
    // A finding that is gone is no reason to fail.
    try scratch.write(Manifest.image(insecure: "registry.lab"), to: "prod/image.yaml")
    let repaired = try await since(scratch, "main")
    #expect(repaired.report.open.isEmpty && repaired.report.known?.absent.map(\.rule) == ["registry-entry-scheme"])
  }

  @Test func aNewFindingInABaseConcernsTheFoldersOfItsOverlays() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    try scratch.write(Manifest.image(insecure: "registry.lab"), to: "base/image.yaml")
    try scratch.write("resources: [image.yaml]\n", to: "base/kustomization.yaml")
    try scratch.write("resources: [../../base]\n", to: "overlays/dev/kustomization.yaml")
    try scratch.write("resources: []\n", to: "web/kustomization.yaml")
    try scratch.git("add", "-A")
    try scratch.git("commit", "-qm", "first")
    try scratch.write(Manifest.image(insecure: "https://registry.lab"), to: "base/image.yaml")
    for folder in ["overlays", "overlays/dev", "base", "base/image.yaml"] {
      let outcome = try await since(scratch, "main", .workingTree(paths: [folder]))
      #expect(rules(outcome) == ["registry-entry-scheme"], "of '\(folder)'")
    }
    #expect(try await since(scratch, "main", .workingTree(paths: ["web"])).report.open.isEmpty)
  }

  @Test func aChangeElsewhereIsTheCauseOfANewFinding() async throws {
    let scratch = try repository()
    try scratch.write(
      "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\nspec: {additionalTrustedCA: {name: cas}}\n",
      to: "prod/image.yaml")
    try scratch.write(
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cas, namespace: openshift-config}\ndata: {registry.lab: x}\n",
      to: "prod/cas.yaml")
    try scratch.git("add", "-A")
    try scratch.git("commit", "-qm", "cas")
    try scratch.git("rm", "-q", "prod/cas.yaml")
    // The whole tree is read although the path is named; findings elsewhere are not reported.
    let outcome = try await since(scratch, "HEAD", .workingTree(paths: [scratch.folder.path + "/prod/image.yaml"]))
    let finding = try #require(outcome.report.open.first { $0.rule == "ca-missing-configmap" })
    #expect(finding.related.contains { $0.message == "since HEAD: ConfigMap openshift-config/cas removed" })
    #expect(finding.clusters == ["prod"])
    let elsewhere = try await since(scratch, "HEAD", .workingTree(paths: [scratch.folder.path]), in: "prod")
    #expect(elsewhere.report.open.count == 1)
  }

  private func mirrors(_ kind: String, wave: String, mirror: String = "mirror.lab.example.com/redhat") -> String {
    let (group, list) = kind == "ImageDigestMirrorSet"
      ? ("config.openshift.io/v1", "imageDigestMirrors") : ("operator.openshift.io/v1alpha1", "repositoryDigestMirrors")
    return """
      apiVersion: \(group)
      kind: \(kind)
      metadata:
        name: mirrors
        annotations: {argocd.argoproj.io/sync-wave: "\(wave)"}
      spec:
        \(list):
        - source: registry.redhat.io
          mirrors: [\(mirror)]

      """
  }

  /// Rules that need two states speak where there are two, and are silent in one.
  @Test func whatTheChangeDoesToNodesIsANote() async throws {
    let scratch = try repository()
    try scratch.write(mirrors("ImageDigestMirrorSet", wave: "0"), to: "prod/mirrors.yaml")
    try scratch.git("add", "-A")
    try scratch.git("commit", "-qm", "mirrors")
    let changed = mirrors("ImageDigestMirrorSet", wave: "0", mirror: "mirror.dr.example.com/redhat")
    try scratch.write(Manifest.image(insecure: "registry.lab"), to: "prod/image.yaml")
    try scratch.git("commit", "-qam", "repair")
    try scratch.write(changed, to: "prod/mirrors.yaml")
    let outcome = try await since(scratch, "HEAD", withDisruption: true)
    let finding = try #require(outcome.report.open.first { $0.rule == "disruption-report" })
    #expect(finding.message == "nodes are drained: registry.redhat.io loses its mirror mirror.lab.example.com/redhat")
    #expect(finding.severity == .note && finding.effect == .disruptive && !outcome.isFailed)
    #expect(finding.clusters == ["prod"] && finding.span.text == "mirrors" && !finding.fingerprint.isEmpty)
    #expect(try await Linter().run(scratch.request()).report.open.allSatisfy { $0.rule != "disruption-report" })
    #expect(try await since(scratch, "HEAD").report.open.isEmpty)
    // A comment hides it, and is not called unused by a run that knows one state.
    try scratch.write(
      "# registrylint:ignore-file disruption-report -- planned\n" + changed,
      to: "prod/mirrors.yaml")
    #expect(try await since(scratch, "HEAD", withDisruption: true).report.open.isEmpty)
    #expect(try await Linter().run(scratch.request()).report.open.isEmpty)
  }

  @Test func aMigrationInTheWrongOrderIsAWarning() async throws {
    let scratch = try repository()
    try scratch.write(Manifest.image(insecure: "registry.lab"), to: "prod/image.yaml")
    try scratch.write(mirrors("ImageContentSourcePolicy", wave: "0"), to: "prod/icsp.yaml")
    try scratch.git("add", "-A")
    try scratch.git("commit", "-qm", "old")
    try scratch.git("rm", "-q", "prod/icsp.yaml")
    try scratch.write(mirrors("ImageDigestMirrorSet", wave: "3"), to: "prod/idms.yaml")
    try scratch.git("add", "-A")
    let outcome = try await since(scratch, "HEAD", .index())
    #expect(outcome.report.open.map(\.rule) == ["migrate-order"])
    #expect(outcome.report.open.first?.severity == .warning)
    try scratch.git("commit", "-qm", "new")
    let request = ChangeRequest(.range("HEAD~1..HEAD"), judging: scratch.request())
    let change = try await ChangeRun(request).changes { _ in }
    #expect(change.ending.total.introduced.map(\.rule) == ["migrate-order"])
  }

  /// `diff` shows disruption in its own words: twice only for who asks for it.
  @Test func diffReportsDisruptionAsAFindingWhenAsked() async throws {
    let scratch = try repository()
    for entries in ["registry.old", "registry.lab"] {
      try scratch.write(Manifest.image(insecure: entries, "registry.new"), to: "prod/image.yaml")
      try scratch.git("commit", "-qam", entries)
    }
    var judging = scratch.request()
    let plain = try await ChangeRun(ChangeRequest(.range("HEAD~1..HEAD"), judging: judging)).changes { _ in }
    #expect(plain.ending.total.introduced.isEmpty && plain.ending.total.clusters.first?.disruption.drain == true)
    judging.select = ["disruption-report"]
    let asked = try await ChangeRun(ChangeRequest(.range("HEAD~1..HEAD"), judging: judging)).changes { _ in }
    #expect(asked.ending.total.introduced.map(\.rule) == ["disruption-report"])
  }

  @Test func aBaseThatIsNotHereIsNamedWithTheRemedy() async throws {
    let scratch = try repository()
    try scratch.git("commit", "-q", "--allow-empty", "-m", "second")
    let clone = try ScratchRepository()
    try clone.git("clone", "-q", "--depth=1", "file://\(scratch.folder.path)", ".")
    let error = await #expect(throws: GitError.self) { try await since(clone, "HEAD~1") }
    #expect(error?.code == .shallow && error?.hint?.contains("--unshallow") == true)
    let plain = try ScratchRepository()
    try plain.write("x: y\n", to: "a.yaml")
    await #expect(throws: GitError.self) { try await since(plain, "HEAD") }
  }

  @Test func aBaselineKnowsFindingsWhereverTheyMove() async throws {
    let scratch = try repository()
    let baseline = Baseline(try await Linter().run(scratch.request()))
    #expect(baseline.count == 1)
    func check() async throws -> Linter.Outcome {
      var request = scratch.request()
      request.baseline = try Baseline(reading: SourceFile(path: "b.json", text: baseline.text))
      return try await Linter().run(request)
    }
    #expect(try await check().report.open.isEmpty)
    try scratch.write("# c\n---\n" + Manifest.image(insecure: "registry.a", "'https://registry.old'"), to: "prod/image.yaml")
    #expect(try await check().report.open.isEmpty)
    try scratch.git("mv", "prod/image.yaml", "prod/registries.yaml")
    #expect(try await check().report.open.isEmpty)
    // The same again is one more.
    try scratch.write(Manifest.image(insecure: "https://registry.old"), to: "stage/image.yaml")
    #expect(try await check().report.open.map(\.span.file.path.text) == ["stage/image.yaml"])
    try scratch.git("rm", "-qrf", "prod")
    try scratch.write(Manifest.image(insecure: "registry.new"), to: "stage/image.yaml")
    #expect(try await check().report.known?.absent.map(\.rule) == ["registry-entry-scheme"])
  }

  /// As `diff` tells it: a folder got another name and one more entry, and beside it a cluster goes and another one comes.
  @Test func renamedClustersDrainToo() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    let entries = (0..<3).map { "registry-\($0).lab" }
    try scratch.write(Manifest.image(insecure: entries[0], entries[1], entries[2]), to: "c/prod/image.yaml")
    try scratch.write(Manifest.mirrorSet("quay.io/team"), to: "c/old/mirrors.yaml")
    try scratch.git("add", "-A")
    try scratch.git("commit", "-qm", "first")
    try scratch.git("mv", "c/prod", "c/live")
    try scratch.git("rm", "-qr", "c/old")
    try scratch.write(Manifest.image(insecure: entries[0], entries[1], entries[2], "new.lab"), to: "c/live/image.yaml")
    try scratch.write(Manifest.image(insecure: "other.lab"), to: "c/new/image.yaml")
    let found = try await since(scratch, "HEAD", withDisruption: true).report.open.filter { $0.rule == "disruption-report" }
    #expect(Set(found.map(\.span.file.path.text)) == ["c/live/image.yaml", "c/old/mirrors.yaml"])
    #expect(found.contains { $0.message.contains("new.lab") })
  }

  private func checked(
    _ scratch: ScratchRepository, _ baseline: Baseline, _ adjust: (inout LintRequest) -> Void = { _ in }
  ) async throws -> LintReport {
    var request = scratch.request()
    request.baseline = try Baseline(reading: SourceFile(path: "b.json", text: baseline.text))
    adjust(&request)
    return try await Linter().run(request).report
  }

  /// Of what was not asked for nobody knows whether it is gone: it took no finding elsewhere.
  @Test func aBaselineKnowsWhatIsGoneOnlyWhereItWasAsked() async throws {
    let scratch = try repository()
    try scratch.write(Manifest.image(insecure: "https://registry.old"), to: "stage/image.yaml")
    try scratch.git("rm", "-qrf", "prod")
    let baseline = Baseline(try await Linter().run(scratch.request()))
    try scratch.write(Manifest.image(insecure: "https://registry.old"), to: "prod/image.yaml")
    #expect(try await checked(scratch, baseline).open.map(\.span.file.path.text) == ["prod/image.yaml"])
    let prod = ManifestSource.files(.workingTree(paths: [scratch.folder.path + "/prod"]))
    let report = try await checked(scratch, baseline) { $0.source = prod }
    #expect(report.open.map(\.span.file.path.text) == ["prod/image.yaml"] && report.known?.absent.isEmpty == true)
    // Of a file that was not asked for it can be seen that it is gone.
    try scratch.git("add", "-A")
    try scratch.git("commit", "-qm", "two")
    try scratch.git("rm", "-qrf", "prod")
    try scratch.git("mv", "stage", "staging")
    let staging = ManifestSource.files(.workingTree(paths: [scratch.folder.path + "/staging"]))
    #expect(try await checked(scratch, baseline) { $0.source = staging }.open.isEmpty)
    try scratch.git("reset", "-q", "--hard")
    let other = try await checked(scratch, baseline) { $0.select = ["unused-suppression"] }
    #expect(other.open.isEmpty && other.known?.absent.isEmpty == true)
    // The object moves between two files that stay.
    try scratch.write(Manifest.image(insecure: "registry.new"), to: "prod/image.yaml")
    try scratch.write("# empty\n", to: "stage/image.yaml")
    try scratch.write(Manifest.image(insecure: "https://registry.old"), to: "stage/registries.yaml")
    #expect(try await checked(scratch, baseline).open.isEmpty)
    // What cannot be read is not gone.
    try scratch.git("rm", "-qf", "--cached", "--ignore-unmatch", "stage/registries.yaml")
    try scratch.write("", to: "stage/registries.yaml")
    #expect(try await checked(scratch, baseline).known?.absent.count == 1)
    try scratch.write("kind: Image\n- config.openshift.io/v1\n", to: "stage/image.yaml")
    #expect(try await checked(scratch, baseline).known?.absent.isEmpty == true)
  }

  /// Of two entries that contradict each other either may be the place of the finding.
  @Test func aBaselineKnowsFindingsOfReorderedPlaces() async throws {
    let scratch = try ScratchRepository()
    func write(_ fields: String...) throws {
      let image = "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\nspec:\n  registrySources:\n"
      try scratch.write(image + fields.map { "    \($0)\n" }.joined(), to: "image.yaml")
    }
    try write("allowedRegistries: [quay.io]", "blockedRegistries: [docker.io]")
    let baseline = Baseline(try await Linter().run(scratch.request()))
    #expect(baseline.entries.contains { $0.isOfSeveralPlaces })
    try write("blockedRegistries: [docker.io]", "allowedRegistries: [quay.io]")
    let report = try await checked(scratch, baseline)
    #expect(report.open.isEmpty && report.known?.absent.isEmpty == true)
  }

  /// What is no news since a revision is not gone from the baseline.
  @Test func aBaselineGoesWithARevision() async throws {
    let scratch = try repository()
    let baseline = Baseline(try await Linter().run(scratch.request()))
    func report() async throws -> LintReport { try await checked(scratch, baseline) { $0.since = "HEAD" } }
    var known = try #require(try await report().known)
    #expect(known.unchanged.count == 1 && known.absent.isEmpty)
    try scratch.write(Manifest.image(insecure: "registry.new"), to: "prod/image.yaml")
    known = try #require(try await report().known)
    #expect(known.unchanged.isEmpty && known.absent.count == 1)
    try scratch.write(Manifest.image(insecure: "https://registry.old", "https://registry.new"), to: "prod/image.yaml")
    #expect(try await report().open.count == 1)
  }

  @Test func aBaselineFileIsSortedAndChecked() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(Manifest.image(insecure: "https://b", "https://a", "https://a"), to: "image.yaml")
    let baseline = Baseline(try await Linter().run(scratch.request()))
    #expect(baseline.entries.map(\.key.fingerprint) == baseline.entries.map(\.key.fingerprint).sorted())
    try scratch.write("\n\n" + Manifest.image(insecure: "https://a", "https://a", "https://b"), to: "image.yaml")
    #expect(Baseline(try await Linter().run(scratch.request())).text == baseline.text)
    for text in ["", "[]", "{\"version\": 2, \"findings\": []}", "{\"version\": 1, \"findings\": [{\"rule\": \"x\"}]}", "{"] {
      #expect(throws: UsageError.self, "\(text)") { try Baseline(reading: SourceFile(path: "b.json", text: text)) }
    }
  }

  /// GitHub does not know what a baseline is: it finds alerts of the main branch again by what stands in them.
  @Test func whatIsNotNewIsGatheredAsItIsOnTheMainBranch() async throws {
    struct Result: Hashable { let state, fingerprint, lineHash: String; let count: Int }
    func results(_ request: LintRequest) async throws -> [Result] {
      let text = SARIFReporter().render(try await Linter().run(request).report)
      let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
      let run = try #require((object?["runs"] as? [[String: Any]])?.first)
      return try #require(run["results"] as? [[String: Any]]).map { result in
        let fingerprints = try #require(result["partialFingerprints"] as? [String: String])
        return Result(
          state: result["baselineState"] as? String ?? "none", fingerprint: fingerprints["manifestPath/v1"] ?? "",
          lineHash: fingerprints["primaryLocationLineHash"] ?? "",
          count: (result["properties"] as? [String: Any])?["count"] as? Int ?? 0)
      }
    }
    func image(_ entries: [String]) -> String {
      "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata:\n  name: cluster\nspec:\n  registrySources:\n"
        + "    blockedRegistries:\n" + entries.map { "    - https://\($0)\n" }.joined()
    }
    func same(_ result: Result, _ state: String) -> Result {
      Result(state: state, fingerprint: result.fingerprint, lineHash: result.lineHash, count: result.count)
    }
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    let old = (1...30).map { "b\($0)" }
    try scratch.write(image(old), to: "prod/image.yaml")
    try scratch.git("add", "-A")
    try scratch.git("commit", "-qm", "thirty")
    let onMain = try await results(scratch.request())
    #expect(onMain.map(\.count) == [30])
    let outcome = try await Linter().run(scratch.request())
    var (since, baseline) = (scratch.request(), scratch.request())
    since.since = "HEAD"
    baseline.baseline = try Baseline(reading: SourceFile(path: "b.json", text: Baseline(outcome).text))
    for request in [since, baseline] {
      try scratch.write(image(old), to: "prod/image.yaml")
      #expect(try await results(request) == onMain.map { same($0, "unchanged") })
      // What is new stands by itself, and the others are what they are without it.
      try scratch.write(image(old + ["new"]), to: "prod/image.yaml")
      let one = try await results(request)
      #expect(one.map(\.state) == ["new", "unchanged"] && one.map(\.count) == [1, 30])
      #expect(one.last == same(onMain[0], "unchanged"))
      #expect(try await Linter().run(request).report.open.map(\.span.text) == ["https://new"])
      try scratch.write(image((1...12).map { "new\($0)" } + old), to: "prod/image.yaml")
      let many = try await results(request)
      #expect(many.map(\.count) == [12, 30] && many.last == same(onMain[0], "unchanged"))
    }
    // Both at once: a baseline of what is new since the revision.
    try scratch.write(image(old + (1...11).map { "new\($0)" }), to: "prod/image.yaml")
    since.baseline = try Baseline(
      reading: SourceFile(path: "b.json", text: Baseline(try await Linter().run(scratch.request())).text))
    let both = try await results(since)
    #expect(both.map(\.state) == ["unchanged"] && both.map(\.count) == [41])
  }

  @Test func sarifSaysHowResultsStandToTheBaseline() async throws {
    let scratch = try repository()
    try scratch.write(Manifest.image(insecure: "https://registry.old", "https://registry.gone"), to: "prod/image.yaml")
    try scratch.git("commit", "-qam", "two")
    try scratch.write(Manifest.image(insecure: "https://registry.old", "https://registry.new"), to: "prod/image.yaml")
    let report = try await since(scratch, "HEAD").report
    func states(_ reporter: SARIFReporter) throws -> [String] {
      let object = try JSONSerialization.jsonObject(with: Data(reporter.render(report).utf8)) as? [String: Any]
      let run = try #require((object?["runs"] as? [[String: Any]])?.first)
      return try #require(run["results"] as? [[String: Any]]).map { $0["baselineState"] as? String ?? "none" }
    }
    #expect(try states(SARIFReporter()) == ["new", "unchanged"])
    #expect(try states(SARIFReporter(showAbsent: true)) == ["new", "unchanged", "absent"])
    let text = TextReporter(isColoured: false).render(report)
    #expect(text.contains("Found new: 1 error") && text.contains("1 older finding is not shown, 1 is gone."))
  }
}
