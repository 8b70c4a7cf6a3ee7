import Clusters
import Foundation
import GitStore
import History
import Testing

@testable import RegistryLint

/// Submodules are other repositories: what kustomizations take of them is not known.
@Suite struct SubmoduleTests {
  private static let words = "cannot be read: 'vendor' is a submodule, which is not read"

  /// A repository with a commit of `vendor` for each of its versions.
  private func scratch(_ kustomization: String, versions: Int = 2) throws -> ScratchRepository {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    try scratch.commit(
      "ours",
      [
        "test/image.yaml": Manifest.image(insecure: "lab.example.com"),
        "prod/image.yaml": Manifest.image(insecure: "lab.example.com"), "prod/kustomization.yaml": kustomization,
      ])
    for version in 1...versions {
      let commit = String(repeating: "0", count: 39) + "\(version)"
      try scratch.git("update-index", "--add", "--cacheinfo", "160000,\(commit),vendor")
      try scratch.git("commit", "-q", "-m", "vendor \(version)")
    }
    return scratch
  }

  @Test(arguments: ["resources: [../vendor/prod]\n", "resources: [../vendor/prod, image.yaml]\n"])
  func whatLiesInASubmoduleIsNotKnown(kustomization: String) async throws {
    let scratch = try scratch(kustomization)
    let bump = try await scratch.changes("HEAD").commits[0].clusters
    #expect(bump.map(\.cluster) == ["prod"] && bump.map(\.disruption.isKnown) == [false])
    #expect(bump.first?.reason.contains(Self.words) == true)
    let report = try await Linter().run(scratch.request(.revision("HEAD", paths: []))).report
    let finding = try #require(report.open.first { $0.rule == "kustomize-not-composed" })
    #expect(finding.message == "not composed: '../vendor/prod' \(Self.words)" && finding.severity == .note)
    // What is checked out of it is not read either.
    try scratch.write("resources: []\n", to: "vendor/prod/kustomization.yaml")
    let clusters = try await ClusterReading(scratch.request()).assembly.clusters
    #expect(clusters.filter { $0.linted == nil }.map(\.name) == ["prod"])
  }

  @Test func othersHaveNothingToDoWithIt() async throws {
    let scratch = try scratch("resources: [image.yaml]\n")
    #expect(try await scratch.changes("HEAD").commits[0].clusters.isEmpty)
    try scratch.commit("ours", ["prod/image.yaml": Manifest.image(insecure: "other.example.com")])
    #expect(try await scratch.changes("HEAD").commits[0].clusters.map(\.disruption.isKnown) == [true])
  }

  /// A folder that becomes a submodule takes nothing from its cluster, and each version of it may change it.
  @Test func aFolderThatBecomesASubmoduleIsUnknown() async throws {
    let scratch = try scratch("resources: [image.yaml]\n", versions: 1)
    try scratch.git("rm", "-q", "-r", "--cached", "test")
    for version in 1...2 {
      try scratch.git("update-index", "--add", "--cacheinfo", "160000,\(String(repeating: "\(version)", count: 40)),test")
      try scratch.git("commit", "-q", "-m", "test \(version)")
    }
    let told = try await scratch.changes("HEAD~2..HEAD").commits
    #expect(told.map { $0.clusters.map(\.disruption.isKnown) } == [[false], [false]])
    let words = "test/image.yaml ('test' is a submodule, which is not read) cannot be read: clusters keep what they have"
    #expect(told.allSatisfy { $0.clusters[0].reason.hasPrefix(words) })
  }
}
