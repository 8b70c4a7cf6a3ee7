import Testing

@testable import RegistryLint

/// Which cluster of one state is which of another.
@Suite struct ClusterPairsTests {
  private func syncSet(_ environment: String) -> String {
    """
    apiVersion: hive.openshift.io/v1
    kind: SelectorSyncSet
    metadata:
      name: mirrors
    spec:
      clusterDeploymentSelector:
        matchLabels:
          env: \(environment)
      resourceApplyMode: Sync
      resources:
      - apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: mirrors
        spec:
          imageDigestMirrors:
          - source: quay.io
            mirrors: [mirror.example.com]

    """
  }

  @Test func aSelectorIsNoNameOfAFolder() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    try scratch.commit("prod", ["sets/mirrors.yaml": syncSet("prod")])
    try scratch.commit("stage", ["sets/mirrors.yaml": syncSet("stage")])
    try scratch.commit("renamed", ["sets/mirrors.yaml": nil, "hive/mirrors.yaml": syncSet("stage")])
    let told = try await scratch.changes("HEAD~2..HEAD")
    let moved = told.commits[0].clusters
    let kinds = moved.flatMap(\.resources).map(\.change.rawValue).sorted()
    #expect(kinds == ["added", "removed"])
    for cluster in moved {
      #expect(cluster.oldName == nil)
      #expect(cluster.disruption.drain == (cluster.resources.first?.change == .removed))
    }
    for cluster in told.commits[1].clusters { #expect(cluster.isOnlyMoved) }
  }
}
