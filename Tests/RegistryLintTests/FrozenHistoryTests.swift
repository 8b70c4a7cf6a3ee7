import History
import Testing

@testable import RegistryLint

/// Nodes keep the files that they have while the operator refuses a cluster: what comes meanwhile reaches them when it
/// does no more.
@Suite struct FrozenHistoryTests {
  private func mirrors(_ name: String, of source: String, _ policy: String = "AllowContactingSource") -> String {
    """
    apiVersion: config.openshift.io/v1
    kind: ImageDigestMirrorSet
    metadata: {name: \(name)}
    spec:
      imageDigestMirrors:
      - source: \(source)
        mirrors: [m.example.com/\(name)]
        mirrorSourcePolicy: \(policy)

    """
  }

  private func history() throws -> ScratchRepository {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    try scratch.commit("base", ["a.yaml": mirrors("a", of: "quay.io/a")])
    try scratch.commit("freeze", ["b.yaml": mirrors("b", of: "quay.io/a", "NeverContactSource")])
    try scratch.commit("meanwhile", ["c.yaml": mirrors("c", of: "quay.io/c")])
    try scratch.commit("free", ["b.yaml": nil])
    return scratch
  }

  @Test func theCommitThatFreesAClusterTellsWhatCameMeanwhile() async throws {
    let scratch = try history()
    let base = try scratch.git("rev-parse", "HEAD~3").trimmingCharacters(in: .whitespacesAndNewlines)
    let report = try await scratch.changes("HEAD~3..HEAD")
    let clusters = report.commits.compactMap(\.clusters.first)
    #expect(clusters.map(\.lastWrittenIn) == [nil, nil, base])
    #expect(clusters.map { $0.disruption.error == nil } == [false, false, true])
    #expect(clusters.map(\.isNewlyFrozen) == [true, false, false])
    #expect(clusters.map { $0.pulls.map(\.scope) } == [[], [], ["quay.io/c"]])
    #expect(clusters[2].disruption.isKnown && clusters[2].nodeFiles.count == 1)
    #expect(clusters[2].resources.map(\.change) == [.removed])
    #expect(report.text.contains("(compared with \(base.prefix(10)), whose files nodes still have)"))
    #expect(report.json.contains("\"lastWrittenIn\": \"\(base)\""))
  }

  /// A cluster that was never written has nothing that is known.
  @Test func whatWasNeverWrittenIsNotKnown() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    try scratch.commit("freeze", ["a.yaml": mirrors("a", of: "quay.io/a"), "b.yaml": mirrors("b", of: "quay.io/a", "NeverContactSource")])
    try scratch.commit("free", ["b.yaml": nil])
    let report = try await scratch.changes("HEAD~1..HEAD")
    let last = try #require(report.commits.last?.clusters.first)
    #expect(last.lastWrittenIn == nil && !last.disruption.isKnown && last.pulls.isEmpty)
  }

  /// Along a merge, of the parent that it is compared with.
  @Test func aMergeThatFreesIsComparedWithItsFirstParent() async throws {
    let scratch = try history()
    try scratch.git("reset", "-q", "--hard", "HEAD~1")
    try scratch.git("checkout", "-q", "-b", "side")
    try scratch.commit("free", ["b.yaml": nil])
    try scratch.git("checkout", "-q", "-")
    try scratch.commit("more", ["d.yaml": mirrors("d", of: "quay.io/d")])
    try scratch.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    let report = try await scratch.changes("HEAD~4..HEAD") { $0.followsFirstParent = true }
    let merge = try #require(report.commits.last?.clusters.first)
    #expect(merge.lastWrittenIn != nil && merge.pulls.map(\.scope) == ["quay.io/c", "quay.io/d"])
  }
}
