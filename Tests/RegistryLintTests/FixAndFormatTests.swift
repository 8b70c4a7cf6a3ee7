import Clusters
import Foundation
import SourceText
import Testing

@testable import RegistryLint

@Suite struct FixAndFormatTests {
  @Test func safeFixesAreAppliedAndConverge() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(Manifest.image(insecure: "https://b.lab", "a.lab # kept", "a.lab"), to: "image.yaml")
    let run = try await FixRun(scratch.request(), unsafe: false)
    #expect(run.changes.write().isEmpty && !run.isUnsettled && run.defects.isEmpty)
    #expect(try scratch.read("image.yaml") == Manifest.image(insecure: "b.lab", "a.lab # kept"))
    #expect(run.fixedCount == 2 && run.outcome.report.open.isEmpty)
    #expect(try await FixRun(scratch.request(), unsafe: true).changes.isEmpty)
  }

  /// Somebody wrote it for a reason: a line goes with its comment only when that is asked for.
  @Test func aCommentDoesNotGoWithItsLine() async throws {
    let scratch = try ScratchRepository()
    let text = Manifest.image(insecure: "a.lab")
    let namespaced = text.replacing("  name: cluster\n", with: "  name: cluster\n  namespace: team # why\n")
    try scratch.write(namespaced, to: "image.yaml")
    #expect(try await FixRun(scratch.request(), unsafe: false).changes.isEmpty)
    #expect(try await FixRun(scratch.request(), unsafe: true).changes.map(\.new) == [Array(text.utf8)])
    try scratch.write(namespaced.replacing(" # why", with: ""), to: "image.yaml")
    #expect(try await FixRun(scratch.request(), unsafe: false).changes.map(\.new) == [Array(text.utf8)])
  }

  @Test func diffsOfFixesApplyWithGit() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    try scratch.write(Manifest.image(insecure: "https://b.lab").replacing("\n", with: "\r\n"), to: "a b.yaml")
    let run = try await FixRun(scratch.request(), unsafe: false)
    let patch = try #require(run.changes.first).diff
    try Data(patch).write(to: scratch.folder.appendingPathComponent("fix.patch"))
    try scratch.git("apply", "fix.patch")
    #expect(try scratch.read("a b.yaml") == Manifest.image(insecure: "b.lab").replacing("\n", with: "\r\n"))
  }

  @Test func formattingWritesInOneStepAndKeepsTheMode() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(Manifest.image(insecure: "b.lab", "a.lab"), to: "image.yaml")
    let path = scratch.folder.appendingPathComponent("image.yaml").path
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    let run = try await FormatRun(scratch.request())
    #expect(run.changes.count == 1 && run.changes.write().isEmpty && !run.hasDefect)
    #expect(try scratch.read("image.yaml") == Manifest.image(insecure: "a.lab", "b.lab"))
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o640)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path) == ["image.yaml"])
    #expect(try await FormatRun(scratch.request()).changes.isEmpty)
  }

  @Test func aFileThatChangedMeanwhileIsLeftAlone() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(Manifest.image(insecure: "b.lab", "a.lab"), to: "image.yaml")
    let run = try await FormatRun(scratch.request())
    try scratch.write("somebody: else\n", to: "image.yaml")
    #expect(run.changes.write().count == 1)
    #expect(try scratch.read("image.yaml") == "somebody: else\n")
  }

  @Test func aLinkIsNotReplacedByAFile() throws {
    let scratch = try ScratchRepository()
    try scratch.write("old", to: "target")
    let link = scratch.folder.appendingPathComponent("link").path
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "target")
    #expect(throws: ReplacementError.self) {
      try FileReplacement.write(Array("new".utf8), over: Array("old".utf8), at: link)
    }
    #expect(try scratch.read("target") == "old")
  }

  @Test func aReadOnlyFileStaysAsItIs() async throws {
    let scratch = try ScratchRepository()
    let text = Manifest.image(insecure: "b.lab", "a.lab")
    try scratch.write(text, to: "image.yaml")
    let path = scratch.folder.appendingPathComponent("image.yaml").path
    // Tests may run as root, who can write it all the same.
    try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: path)
    let run = try await FormatRun(scratch.request())
    #expect(run.changes.count == 1 && run.changes.write().count == 1)
    #expect(try scratch.read("image.yaml") == text)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path) == ["image.yaml"])
  }

  @Test func aLinkToAFileInsideIsFormattedAtItsTarget() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(Manifest.image(insecure: "b.lab", "a.lab"), to: "real/image.yaml")
    let link = scratch.folder.appendingPathComponent("link.yaml").path
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "real/image.yaml")
    let everything = try await FormatRun(scratch.request())
    #expect(everything.changes.map(\.path.text) == ["real/image.yaml"] && everything.changes.write().isEmpty)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "real/image.yaml")
    #expect(try scratch.read("real/image.yaml") == Manifest.image(insecure: "a.lab", "b.lab"))
  }

  @Test func checkingSaysWhatFormattingDoes() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(Manifest.image(insecure: "b.lab", "a.lab"), to: "sub/b.yaml")
    try scratch.write(Manifest.image(insecure: "a.lab", "b.lab"), to: "a.yaml")
    let check = try await FormatRun(scratch.request(), for: .check)
    let rewrite = try await FormatRun(scratch.request())
    #expect(check.pathsOutOfOrder == ["sub/b.yaml"] && check.changes.isEmpty)
    #expect(rewrite.pathsOutOfOrder == ["sub/b.yaml"] && rewrite.changes.count == 1)
    #expect(check.filesSeen == 2 && check.notifications == rewrite.notifications)
  }

  @Test func diffsOfStandardInputHaveNoPathOfADash() async throws {
    func diff(name: String) async throws -> String {
      let bytes = Array(Manifest.image(insecure: "b.lab", "a.lab").utf8)
      let run = try await FormatRun(LintRequest(source: .standardInput(bytes, name: name), now: 0))
      return String(decoding: try #require(run.changes.first).diff, as: UTF8.self)
    }
    #expect(try await diff(name: "-").hasPrefix("--- <standard input>\n+++ <standard input>\n@@ "))
    #expect(try await diff(name: "x/a.yaml").hasPrefix("diff --git a/x/a.yaml b/x/a.yaml\n"))
  }

  @Test func fixesThatAddToOneListAreAppliedTogether() async throws {
    // Twelve registries that one rule wants in one list, and more than there are rounds.
    let names = (0..<12).map { "r\($0).lab" }
    let text = """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources:
          allowedRegistries:
          - quay.io
          - registry.redhat.io
          - image-registry.openshift-image-registry.svc:5000
          insecureRegistries:

      """ + names.map { "    - \($0)\n" }.joined()
    let run = try await FixRun(LintRequest(source: .standardInput(Array(text.utf8), name: "a.yaml"), now: 0), unsafe: true)
    #expect(!run.isUnsettled && run.defects.isEmpty && run.fixedRules["insecure-not-allowed"] == 12)
    let fixed = String(decoding: try #require(run.changes.first).new, as: UTF8.self)
    for name in names { #expect(fixed.components(separatedBy: "- \(name)\n").count == 3) }
  }

  @Test func afterARoundTheSameObjectsAreOurs() async throws {
    // The first fix is in a file with a ConfigMap that nobody refers to, and with a part of an object.
    let text = Manifest.image(insecure: "https://b.lab", "a.lab", "a.lab") + """
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: settings, namespace: openshift-config}
      data: {"a b": x, "registry:5000": y}
      ---
      spec:
        imageDigestMirrors:
        - source: ghcr.io/team
          mirrors: [m.lab/team]

      """
    let scratch = try ScratchRepository()
    try scratch.write(text, to: "all.yaml")
    try scratch.write(Manifest.image(insecure: "a.lab"), to: "other/image.yaml")
    let run = try await FixRun(scratch.request(), unsafe: true)
    #expect(run.fixedRules.keys.sorted() == ["allowed-duplicate", "registry-entry-scheme"])
    #expect(run.leftCount == 0 && run.changes.count == 1)
  }

  @Test func theCountsAreThoseOfRuff() async throws {
    func summary(_ text: String, unsafe: Bool, written: Int?) async throws -> String {
      let request = LintRequest(source: .standardInput(Array(text.utf8), name: "a.yaml"), now: 0)
      return FixSummary(try await FixRun(request, unsafe: unsafe), unsafe: unsafe).text(written: written)
    }
    let text = Manifest.image(insecure: "https://b.lab", "a.lab", "a.lab", "c.lab/x:v1")
    #expect(try await summary(text, unsafe: false, written: 1) == "Fixed 2 findings in 1 file, 1 remains (1 more with `--unsafe-fixes`).\n")
    #expect(try await summary(text, unsafe: true, written: nil) == "Would fix 3 findings in 1 file.\n")
    #expect(try await summary(Manifest.image(insecure: "c.lab/x:v1"), unsafe: false, written: 0) == "No safe fixes (1 more with `--unsafe-fixes`).\n")
    #expect(try await summary(Manifest.image(insecure: "a.lab"), unsafe: false, written: 0) == "")
    #expect(try await summary(Manifest.image(insecure: "a.lab"), unsafe: true, written: nil) == "")
    let unfixable = Manifest.image(insecure: "a..lab")
    #expect(try await summary(unfixable, unsafe: true, written: nil) == "No fixes, 1 finding remains.\n")
    #expect(try await summary(unfixable, unsafe: true, written: 0) == "")
    let policy = """
      apiVersion: operator.openshift.io/v1alpha1
      kind: ImageContentSourcePolicy
      metadata: {name: a}
      spec:
        repositoryDigestMirrors:
        - source: quay.io/team
          mirrors: [mirror.example.com/team]

      """
    #expect(try await summary(policy, unsafe: false, written: 1).contains("apply the ImageDigestMirrorSets first"))
  }

  @Test(arguments: [
    ("charts/**", "charts/a/b.yaml", true), ("charts/**", "other/charts/a.yaml", false), ("*.yaml", "a/b.yaml", true),
    ("a/*.yaml", "a/b.yaml", true), ("a/*.yaml", "a/b/c.yaml", false), ("a/**/c.yaml", "a/c.yaml", true),
    ("a/**/c.yaml", "a/x/y/c.yaml", true), ("docs", "x/docs/a.yaml", true), ("docs/", "docs/a.yaml", true),
    ("?.yaml", "ab.yaml", false), ("/a.yaml", "b/a.yaml", false), ("/a.yaml", "a.yaml", true),
  ])
  func pathPatterns(pattern: String, path: String, matches: Bool) {
    #expect(PathPattern(pattern).matches(RepositoryPath(path)) == matches)
  }
}
