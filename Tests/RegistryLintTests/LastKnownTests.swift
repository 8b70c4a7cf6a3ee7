import Diagnostics
import History
import Testing

@testable import RegistryLint

/// A cluster that some commits do not know is compared with what it was when it was known.
@Suite struct LastKnownTests {
  private static let good = "resources: [image.yaml, set.yaml]\n"
  private static let broken = "resources: [image.yaml, set.yaml, gone.yaml]\n"

  private func image(_ entry: String, blocked: String = "") -> String {
    Manifest.image(insecure: entry) + (blocked.isEmpty ? "" : "    blockedRegistries: [\(blocked)]\n")
  }

  /// Known, broken, changed twice, repaired.
  private func history() throws -> ScratchRepository {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    try scratch.commit(
      "good", [
        "prod/kustomization.yaml": Self.good, "prod/image.yaml": image("lab.example.com"),
        "prod/set.yaml": Manifest.mirrorSet("quay.io"),
      ])
    try scratch.commit("break", ["prod/kustomization.yaml": Self.broken])
    try scratch.commit("other source", ["prod/set.yaml": Manifest.mirrorSet("ghcr.io")])
    try scratch.commit("block", ["prod/image.yaml": image("lab.example.com", blocked: "mirror.example.com")])
    try scratch.commit("repair", ["prod/kustomization.yaml": Self.good])
    return scratch
  }

  @Test func theRepairTellsWhatCameMeanwhile() async throws {
    let scratch = try history()
    let known = String(try scratch.git("rev-parse", "HEAD~4").prefix(40))
    let told = try await scratch.changes("HEAD~4..HEAD")
    #expect(told.commits.map { $0.clusters.map(\.disruption.isKnown) } == [[false], [false], [false], [true]])
    let repair = told.commits[3]
    let change = try #require(repair.clusters.first)
    #expect(change.lastKnownIn == known && change.disruption.drain && change.resources.count == 2)
    #expect(repair.introduced.map(\.rule) == ["mirror-blocked"])
    #expect(repair.fixed.map(\.rule) == ["kustomize-not-composed"])
    // Each new finding of the range has a commit.
    #expect(told.ending.total.introduced.map(\.rule) == ["mirror-blocked"])
    #expect(told.ending.total.introduced.allSatisfy { told.ending.origins[$0.fingerprint]?.subject == "repair" })
    let words = "compared with \(known.prefix(10)), where this cluster was last known"
    #expect(told.text.contains("  cluster prod (\(words))\n") && told.markdown.contains("This is \(words).\n"))
    #expect(told.json.contains("\"lastKnownIn\": \"\(known)\"") && told.json.contains("\"lastKnownIn\": null"))
    #expect(!told.text.contains("was not known as a whole before"))
  }

  /// What is as it was has no effect, what was fixed meanwhile is told, and what was there all the time is not new.
  @Test(arguments: ["https://lab.example.com", "lab.example.com"]) func nothingIsToldTwice(entry: String) async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    let bad = image(entry, blocked: "mirror.example.com")
    try scratch.commit(
      "good", ["prod/kustomization.yaml": Self.good, "prod/image.yaml": bad, "prod/set.yaml": Manifest.mirrorSet("quay.io")])
    try scratch.commit("break", ["prod/kustomization.yaml": Self.broken])
    try scratch.commit("repair", ["prod/kustomization.yaml": Self.good])
    try scratch.commit("break again", ["prod/kustomization.yaml": Self.broken])
    try scratch.commit("unblock", ["prod/image.yaml": image("lab.example.com")])
    try scratch.commit("repair again", ["prod/kustomization.yaml": "# better\n" + Self.good])
    let told = try await scratch.changes("HEAD~5..HEAD").commits
    #expect(told[1].clusters.isEmpty && told[1].introduced.isEmpty)
    #expect(told[1].fixed.map(\.rule) == ["kustomize-not-composed"])
    // Twice broken: compared with the repair between.
    #expect(told[4].clusters.map(\.lastKnownIn) == [told[1].commit?.id])
    let fixed = told.flatMap(\.fixed).map(\.rule).sorted()
    let all = try await scratch.changes("HEAD~5..HEAD") { $0.isSummary = true }.commits[0].fixed.map(\.rule).sorted()
    #expect(fixed.filter { $0 != "kustomize-not-composed" } == all && !all.isEmpty)
    #expect(told.flatMap(\.introduced).allSatisfy { $0.rule == "kustomize-not-composed" })
  }

  /// The state that a side branch knows is not the one that the main line had.
  @Test func branchesRememberTheirOwn() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q", "-b", "main")
    try scratch.commit(
      "good", [
        "prod/kustomization.yaml": Self.good, "prod/image.yaml": image("lab.example.com"),
        "prod/set.yaml": Manifest.mirrorSet("quay.io"),
      ])
    try scratch.commit("break", ["prod/kustomization.yaml": Self.broken])
    try scratch.git("checkout", "-q", "-b", "side")
    try scratch.commit("repair on the side", ["prod/kustomization.yaml": Self.good])
    try scratch.git("checkout", "-q", "main")
    try scratch.commit("other source", ["prod/set.yaml": Manifest.mirrorSet("ghcr.io")])
    try scratch.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    let good = String(try scratch.git("rev-parse", "main~3").prefix(40))
    let told = try await scratch.changes("main~3..main").commits
    let merge = try #require(told.last)
    #expect(merge.commit?.subject == "merge" && merge.clusters.map(\.lastKnownIn) == [good])
    #expect(merge.clusters[0].resources.map(\.change) == [.modified])
    let side = try #require(told.first { $0.commit?.subject == "repair on the side" })
    #expect(side.clusters.isEmpty)
  }

  /// Where a composition breaks, clusters that its carriers speak of are not gone.
  @Test func carriedClustersAreNotGone() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    func set(_ source: String) -> String {
      "apiVersion: hive.openshift.io/v1\nkind: SyncSet\nmetadata: {name: s}\nspec:\n  clusterDeploymentRefs: [{name: edge}]\n"
        + "  resources:\n  - " + Manifest.mirrorSet(source).replacing("\n", with: "\n    ") + "\n"
    }
    try scratch.commit("good", ["fleet/kustomization.yaml": "resources: [set.yaml]\n", "fleet/set.yaml": set("quay.io")])
    try scratch.commit("break", ["fleet/kustomization.yaml": "resources: [set.yaml, gone.yaml]\n", "fleet/set.yaml": set("ghcr.io")])
    try scratch.commit("repair", ["fleet/kustomization.yaml": "resources: [set.yaml]\n"])
    let told = try await scratch.changes("HEAD~2..HEAD").commits
    #expect(told[0].clusters.map(\.cluster) == ["fleet"] && told[0].clusters[0].resources.isEmpty)
    #expect(told[1].clusters.map(\.cluster) == ["fleet:cluster edge"] && told[1].clusters[0].resources.map(\.change) == [.modified])
  }
}
