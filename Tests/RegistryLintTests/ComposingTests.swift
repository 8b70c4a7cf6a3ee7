import Clusters
import Foundation
import GitStore
import Kustomize
import SourceText
import Testing

@testable import RegistryLint

@Suite struct ComposingTests {
  private static let base = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {k: base}\n"
  private static let overlay = "resources: [../base]\nnamespace: openshift-config\n"

  private func compose(_ scratch: ScratchRepository, _ selection: InputSelection, in folder: String = "") throws -> String {
    let composing = try Composing(selection, environment: scratch.request(in: folder).environment)
    switch composing.result {
    case .success(let composition): return composition.yaml
    case .failure(let problem):
      return "\(problem.kind) \(problem.span.map { composing.place(of: $0) } ?? "-") \(problem.message)"
    }
  }

  @Test func aBaseBesideTheFolderIsReadWithoutGit() throws {
    let scratch = try ScratchRepository()
    try scratch.write(Self.base, to: "base/m.yaml")
    try scratch.write("resources: [m.yaml]\n", to: "base/kustomization.yaml")
    try scratch.write(Self.overlay, to: "prod/kustomization.yaml")
    let text = "apiVersion: v1\ndata:\n  k: base\nkind: ConfigMap\nmetadata:\n  name: m\n  namespace: openshift-config\n"
    #expect(try compose(scratch, .workingTree(paths: ["prod"])) == text)
    #expect(try compose(scratch, .workingTree(), in: "prod") == text)
    try scratch.write("resources: [../nothing]\n", to: "prod/kustomization.yaml")
    #expect(try compose(scratch, .workingTree(), in: "prod") == "missing kustomization.yaml:1:13 there is no '../nothing'")
  }

  /// Outside of Git folders are named as they would be typed, and never without the slash that they begin with.
  @Test func foldersOutsideOfGitAreNamed() throws {
    let scratch = try ScratchRepository()
    try scratch.write("resources: [../prod]\n", to: "base/kustomization.yaml")
    try scratch.write("resources: [../base]\n", to: "prod/kustomization.yaml")
    try scratch.write("", to: "empty/x.txt")
    #expect(try compose(scratch, .workingTree(paths: ["prod"])).hasSuffix("'prod' includes 'base' includes 'prod'"))
    #expect(try compose(scratch, .workingTree(), in: "prod").hasSuffix("'.' includes '../base' includes '.'"))
    let folder = try #require(scratch.folder.path.withCString { realpath($0, nil) }.map { String(cString: $0) })
    let away = try Composing(
      .workingTree(paths: [folder + "/empty"]), environment: GitEnvironment(variables: [:], currentDirectory: "/usr/bin"))
    guard case .failure(let problem) = away.result else {
      Issue.record("it composes")
      return
    }
    #expect(problem.message == "there is no kustomization file in '\(folder)/empty'")
  }

  @Test func aFileIsNoFolder() throws {
    let scratch = try ScratchRepository()
    try scratch.write(Self.base, to: "m.yaml")
    #expect(try compose(scratch, .workingTree(paths: ["m.yaml"])).contains("is a file; name the folder of the kustomization"))
  }

  @Test func indexAndRevisionsAreComposedWithoutTheWorkingTree() throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    try scratch.write(Self.base, to: "base/m.yaml")
    try scratch.write("resources: [m.yaml]\n", to: "base/kustomization.yaml")
    try scratch.write(Self.overlay, to: "prod/kustomization.yaml")
    try scratch.git("add", ".")
    try scratch.git("commit", "-qm", "one")
    try scratch.write(Self.base.replacing("base", with: "staged"), to: "base/m.yaml")
    try scratch.git("add", ".")
    try scratch.write(Self.base.replacing("base", with: "edited"), to: "base/m.yaml")
    #expect(try compose(scratch, .revision("HEAD", paths: ["prod"])).contains("k: base"))
    #expect(try compose(scratch, .index(paths: ["prod"])).contains("k: staged"))
    #expect(try compose(scratch, .workingTree(paths: ["prod"])).contains("k: edited"))
    #expect(try compose(scratch, .workingTree(), in: "base").contains("k: edited"))
  }

  @Test func nothingOutsideOfARepositoryIsRead() throws {
    let scratch = try ScratchRepository()
    try scratch.write(Self.base, to: "base/m.yaml")
    try scratch.write("resources: [m.yaml]\n", to: "base/kustomization.yaml")
    try scratch.write("resources: [../base]\n", to: "repository/kustomization.yaml")
    try scratch.git("init", "-q", "repository")
    #expect(try compose(scratch, .workingTree(paths: ["repository"])).hasPrefix("outside repository/kustomization.yaml:1:13 "))
  }

  @Test func whatIsThereAndCannotBeReadIsSaid() throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    try scratch.write("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", to: "ca.crt")
    try scratch.write("configMapGenerator: [{name: cas, files: [ca.crt]}]\n", to: "kustomization.yaml")
    #expect(try compose(scratch, .workingTree()).contains("'ca.crt' cannot be read: it is a Git LFS pointer"))
  }

  @Test func aBuildTellsWhatItDependsOn() throws {
    let scratch = try ScratchRepository()
    for folder in ["one", "two"] { try scratch.write("resources: [../base]\n", to: "\(folder)/kustomization.yaml") }
    try scratch.write(Self.base, to: "base/m.yaml")
    try scratch.write("resources: [m.yaml]\n", to: "base/kustomization.yaml")
    let tree = try FileTree.open(.workingTree(), environment: scratch.request().environment)
    let build = KustomizeBuild(RepositoryFiles(tree, limit: 1 << 20))
    _ = build.attempt(RepositoryPath("one"))
    let second = build.attempt(RepositoryPath("two")).inputs
    for path in ["two/kustomization.yaml", "two/Kustomization", "base/m.yaml", "base/kustomization.yaml", "base/kustomization.yml"] {
      #expect(second.contains(RepositoryPath(path)), "\(path)")
    }
    #expect(!second.contains(RepositoryPath("one/kustomization.yaml")))
  }
}
