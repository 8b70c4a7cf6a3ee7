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
