import Diagnostics
import History
import RegistryConfig
import Reporting
import Testing

@testable import RegistryLint

/// What `diff` and `lint --since` say of nodes, in words: the condition, the cause and its place.
@Suite struct DisruptionWordsTests {
  private func scratch(_ before: [String: String], _ after: [String: String?]) throws -> ScratchRepository {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    try scratch.commit("before", before)
    try scratch.commit("after", after)
    return scratch
  }

  private func since(_ scratch: ScratchRepository) async throws -> [Diagnostic] {
    var request = scratch.request()
    request.since = "HEAD~1"
    return try await Linter().run(request).report.open.filter { $0.rule == "disruption-report" }
  }

  private func mirrors(
    _ sources: String..., kind: String = "ImageDigestMirrorSet", name: String = "mirrors", annotations: String = "{}"
  ) -> String {
    let isOld = kind == "ImageContentSourcePolicy"
    let isForTags = kind == "ImageTagMirrorSet"
    let list = isOld ? "repositoryDigestMirrors" : isForTags ? "imageTagMirrors" : "imageDigestMirrors"
    return """
      apiVersion: \(isOld ? "operator.openshift.io/v1alpha1" : "config.openshift.io/v1")
      kind: \(kind)
      metadata:
        name: \(name)
        annotations: \(annotations)
      spec:
        \(list):

      """ + sources.map { "  - source: \($0)\n    mirrors: [mirror.lab/\($0)]\n" }.joined()
  }

  // MARK: What goes before its replacement is there

  @Test(arguments: ["ImageDigestMirrorSet", "ImageContentSourcePolicy"])
  func aReplacementHoldsOnlyInItsOrder(_ kind: String) async throws {
    let scratch = try scratch(
      ["prod/set.yaml": mirrors("quay.io", kind: kind)], ["prod/set.yaml": mirrors("quay.io", name: "others")])
    let told = try await scratch.changes("HEAD~1..HEAD")
    let condition = "as long as ImageDigestMirrorSet others is there before \(kind) mirrors goes"
    let words = "no file on a node changes \(condition), else nodes drain"
    #expect(told.text.contains("nodes are not disturbed: \(words)\n") && told.markdown.contains("**prod**: \(words)\n"))
    #expect(told.markdown.contains("no node drains if new objects come before old ones go\n"))
    #expect(told.json.contains("\"drain\": false") && told.json.contains("\"reason\": \"\(words)\""))
    let finding = try #require(try await since(scratch).first)
    #expect(finding.message == "nodes are not disturbed \(condition)" && finding.effect == .disruptive)
    #expect(finding.span.text == "others" && finding.related.map(\.span.text) == ["mirrors"])
  }

  @Test func theOrderCountsBesideOtherChangesToo() async throws {
    let scratch = try scratch(
      ["prod/set.yaml": mirrors("quay.io")], ["prod/set.yaml": mirrors("quay.io", "ghcr.io", name: "others")])
    let told = try await scratch.changes("HEAD~1..HEAD")
    let condition =
      "nodes are not drained as long as ImageDigestMirrorSet others is there before ImageDigestMirrorSet mirrors goes"
    #expect(told.text.contains("CRI-O reloads, no drain: /etc/containers/registries.conf changes; \(condition)\n"))
    #expect(told.commits[0].clusters[0].reason == "CRI-O reloads /etc/containers/registries.conf, \(condition)")
  }

  /// An object that is there takes the entries of one that goes.
  @Test func entriesMoveToAnObjectThatIsThere() async throws {
    let scratch = try scratch(
      ["prod/a.yaml": mirrors("quay.io"), "prod/b.yaml": mirrors("ghcr.io", name: "others")],
      ["prod/a.yaml": nil, "prod/b.yaml": mirrors("ghcr.io", "quay.io", name: "others")])
    let words = "as long as ImageDigestMirrorSet others is changed before ImageDigestMirrorSet mirrors goes"
    #expect(try await scratch.changes("HEAD~1..HEAD").text.contains(words))
  }

  @Test func nothingIsSaidOfTheOrderWhereItDecidesNothing() async throws {
    let pruneLast = "{argocd.argoproj.io/sync-options: PruneLast=true}"
    func text(_ before: String, _ after: [String: String?]) async throws -> String {
      try await scratch(["prod/set.yaml": before], after).changes("HEAD~1..HEAD").text
    }
    let inPlace = try await text(mirrors("quay.io"), ["prod/set.yaml": nil, "prod/b.yaml": mirrors("quay.io")])
    #expect(inPlace.contains("only renamed"))
    let renamed = mirrors("quay.io", name: "b")
    let last = try await text(mirrors("quay.io", annotations: pruneLast), ["prod/set.yaml": renamed])
    #expect(last.contains("nodes are not disturbed: no file on a node changes\n"))
    let drained = try await text(mirrors("quay.io"), ["prod/set.yaml": mirrors("ghcr.io", name: "b")])
    #expect(drained.contains("nodes drain: the entry of quay.io is removed (") && !drained.contains("as long as"))
  }

  // MARK: Places

  /// What goes with its object is shown there, not at another object that the commit touches.
  @Test func theCauseIsShownWhereItWas() async throws {
    let tags = mirrors("docker.io/library", kind: "ImageTagMirrorSet", name: "tags")
    let scratch = try scratch(
      ["prod/tags.yaml": tags, "prod/set.yaml": mirrors("quay.io")],
      ["prod/tags.yaml": nil, "prod/set.yaml": mirrors("quay.io", annotations: "{a: b}")])
    let words = "the entry of docker.io/library is removed"
    let text = try await scratch.changes("HEAD~1..HEAD").text
    #expect(text.contains("\(words) (spec.imageTagMirrors[0].source, prod/tags.yaml:8)"))
    let finding = try #require(try await since(scratch).first)
    #expect(finding.message == "nodes are drained: \(words)" && finding.resource?.name == "tags")
    #expect(finding.span.file.path.text == "prod/tags.yaml" && finding.span.start.line == 8)
  }

  @Test func anotherOrderIsToldWhereNodesSeeIt() async throws {
    let scratch = try scratch(
      ["prod/image.yaml": image("blockedRegistries: [a.lab, b.lab]")],
      ["prod/image.yaml": image("blockedRegistries: [b.lab, a.lab]")])
    let told = try await scratch.changes("HEAD~1..HEAD")
    let place = "entry 1 of spec.registrySources.blockedRegistries, prod/image.yaml:4"
    let words = "/etc/containers/registries.conf changes; the same entries have another order (\(place))"
    #expect(told.text.contains("    CRI-O reloads, no drain: \(words)\n    modified Image cluster (prod/image.yaml)\n"))
    #expect(told.text.contains("      spec.registrySources.blockedRegistries: order changed\n"))
    #expect(told.json.contains("\"reordered\": true"))
    let finding = try #require(try await since(scratch).first)
    #expect(finding.span.text == "b.lab" && finding.message.contains("; the same entries have another order ("))
    try scratch.commit("more", ["prod/image.yaml": image("blockedRegistries: [c.lab, a.lab, b.lab]")])
    let more = try #require(try await scratch.changes("HEAD~1..HEAD").commits[0].clusters.first)
    #expect(more.resources.flatMap(\.fields).map(\.isReordered) == [false] && !more.reason.contains("order"))
  }

  @Test func anOrderThatNobodySeesIsNoChange() async throws {
    let scratch = try scratch(
      ["prod/image.yaml": image("allowedRegistries: [a.lab, b.lab], insecureRegistries: [a.lab, b.lab]")],
      ["prod/image.yaml": image("allowedRegistries: [b.lab, a.lab], insecureRegistries: [a.lab, b.lab]")])
    #expect(try await scratch.changes("HEAD~1..HEAD").text.contains("after: no effect\n"))
    // Mirror sets name both before the list does.
    let sets = mirrors("a.lab", "b.lab")
    let mirrored = try self.scratch(
      ["prod/image.yaml": image("insecureRegistries: [a.lab, b.lab]"), "prod/set.yaml": sets],
      ["prod/image.yaml": image("insecureRegistries: [b.lab, a.lab]")])
    #expect(try await mirrored.changes("HEAD~1..HEAD").text.contains("after: no effect\n"))
    // Of two lists that change, only the one is named of which nodes see it.
    try scratch.commit(
      "both", ["prod/image.yaml": image("allowedRegistries: [a.lab, b.lab], insecureRegistries: [b.lab, a.lab]")])
    let fields = try await scratch.changes("HEAD~1..HEAD").commits[0].clusters[0].resources.flatMap(\.fields)
    #expect(fields.map(\.field) == ["spec.registrySources.insecureRegistries"])
  }

  // MARK: Node disruption policies of the cluster

  private func image(_ sources: String) -> String {
    "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\n"
      + "spec: {registrySources: {\(sources)}}\n"
  }

  private func policy(_ path: String, _ actions: String) -> String {
    """
    apiVersion: operator.openshift.io/v1
    kind: MachineConfiguration
    metadata: {name: cluster}
    spec:
      nodeDisruptionPolicy:
        files:
        - path: \(path)
          actions: [\(actions)]

    """
  }

  private static let search = "/etc/containers/registries.conf.d/01-image-searchRegistries.conf"

  @Test func thePolicyOfTheClusterDecides() async throws {
    let scratch = try scratch(
      [
        "prod/image.yaml": image("insecureRegistries: [a.lab]"),
        "prod/policy.yaml": policy(Self.search, "{type: None}"),
      ],
      ["prod/image.yaml": image("insecureRegistries: [a.lab], containerRuntimeSearchRegistries: [s.lab]")])
    let told = try await scratch.changes("HEAD~1..HEAD")
    let words = "\(Self.search) changes, and the node disruption policy for it (prod/policy.yaml:7) asks for nothing"
    #expect(told.text.contains("nodes are not disturbed: \(words)\n"))
    #expect(!told.commits[0].clusters[0].disruption.reboot && told.json.contains("\"reboot\": false"))
    #expect(try await since(scratch).isEmpty)
  }

  /// Nobody knows whether the cluster has policies that the repository has not.
  @Test func withoutPoliciesNothingIsSaidForCertain() async throws {
    let scratch = try scratch(
      ["prod/image.yaml": image("insecureRegistries: [a.lab]")],
      ["prod/image.yaml": image("insecureRegistries: [a.lab], containerRuntimeSearchRegistries: [s.lab]")])
    let told = try await scratch.changes("HEAD~1..HEAD").text
    #expect(
      told.contains(
        "nodes reboot: containerRuntimeSearchRegistries is new, which takes a reboot unless a node disruption policy "
          + "in MachineConfiguration/cluster covers \(Self.search) ("))
    #expect(try await since(scratch).first?.help?.contains("may say otherwise") == true)
    let older = try await scratch.changes("HEAD~1..HEAD") { $0.judging.release = Release(4, 16) }.text
    #expect(older.contains("containerRuntimeSearchRegistries is new, which takes a reboot (entry 1 of"))
  }

  @Test func aPolicyThatComesAloneIsTold() async throws {
    let restart = "{type: Restart, restart: {serviceName: crio.service}}"
    let scratch = try scratch(
      ["prod/image.yaml": image("insecureRegistries: [a.lab]")],
      ["prod/policy.yaml": policy("/etc/containers/registries.conf", restart)])
    let told = try await scratch.changes("HEAD~1..HEAD")
    let words =
      "the node disruption policies of prod/policy.yaml decide from now on what changes of "
      + "/etc/containers/registries.conf do to nodes"
    #expect(told.text.contains("nodes are not disturbed: no file on a node changes; \(words)\n"))
    try scratch.commit("insecure", ["prod/image.yaml": image("insecureRegistries: [b.lab]")])
    let next = try await scratch.changes("HEAD~1..HEAD").text
    #expect(next.contains("    no drain: /etc/containers/registries.conf changes, and the node disruption policy for "))
    #expect(next.contains(") asks for Restart:crio.service\n"))
    try scratch.commit("elsewhere", ["prod/policy.yaml": policy("/etc/chrony.conf", "{type: None}")])
    let gone = try await scratch.changes("HEAD~1..HEAD").text
    #expect(gone.contains("the default node disruption policies decide from now on"))
    // A file that moves hides nothing, and there is no cluster for a policy alone.
    try scratch.git("mv", "prod/image.yaml", "prod/cluster.yaml")
    let reboot = policy("/etc/containers", "{type: Reboot}")
    try scratch.commit("again", ["prod/policy.yaml": reboot, "other/policy.yaml": reboot])
    let again = try await scratch.changes("HEAD~1..HEAD")
    #expect(again.text.contains("of prod/policy.yaml decide from now on what changes of \(Self.search) do to nodes\n"))
    #expect(again.commits[0].clusters.map(\.cluster) == ["prod"])
    try scratch.commit("search", ["prod/cluster.yaml": image("containerRuntimeSearchRegistries: [s.lab]")])
    let finding = try #require(try await since(scratch).first)
    #expect(finding.message.contains("asks for a reboot") && finding.span.text == "s.lab")
    try scratch.commit("leave", ["prod/cluster.yaml": nil, "prod/policy.yaml": nil])
    let left = try #require(try await scratch.changes("HEAD~1..HEAD").commits[0].clusters.first?.disruption)
    #expect(left.reboot && left.policyChange == nil && left.reason.contains("asks for a reboot"))
  }
}
