import History
import RegistryConfig
import Testing

@testable import RegistryLint

/// What carriers do not take away stays on clusters: policies that only add or do not prune, and sync sets.
@Suite struct RetentionTests {
  private static let name = "default:policy policies/registries"

  private func mirrors(_ entries: [String: String], named name: String = "mirrors") -> String {
    "{apiVersion: config.openshift.io/v1, kind: ImageDigestMirrorSet, metadata: {name: \(name)}, spec: {imageDigestMirrors: ["
      + entries.sorted { $0.key < $1.key }.map { "{source: \($0.key), \($0.value)}" }.joined(separator: ", ") + "]}}"
  }

  private func policy(
    _ type: String, _ entries: [String: String], action: String = "enforce", disabled: Bool = false, prune: String = "None",
    recreate: String = "None"
  ) -> String {
    Manifest.policy([
      "        - complianceType: \(type)\n          recreateOption: \(recreate)\n          objectDefinition: \(mirrors(entries))\n"
    ]).replacing("  remediationAction: enforce\n", with: "  remediationAction: \(action)\n  disabled: \(disabled)\n")
      .replacing("        object-templates:", with: "        pruneObjectBehavior: \(prune)\n        object-templates:")
  }

  private func scratch(_ policies: String...) throws -> ScratchRepository {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    for text in policies { try scratch.commit("change", ["policy.yaml": text]) }
    return scratch
  }

  /// The last of some states of a policy, which has one cluster.
  private func change(_ policies: String...) async throws -> (ClusterChange, text: String, json: String) {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    for text in policies { try scratch.commit("change", ["policy.yaml": text]) }
    let told = try await scratch.changes("HEAD")
    #expect(told.commits[0].clusters.map(\.cluster) == [Self.name])
    return (try #require(told.commits[0].clusters.first), told.text, told.json)
  }

  private let a = "mirrors: [m.example.com/a]"
  private let b = "mirrors: [m.example.com/b]"

  @Test func whatMusthaveHasNoMoreStays() async throws {
    let (change, text, json) = try await change(
      policy("musthave", ["quay.io/a": a, "quay.io/b": b]), policy("musthave", ["quay.io/b": b]))
    #expect(change.disruption.isKnown && !change.disruption.drain && change.nodeFiles.isEmpty && change.pulls.isEmpty)
    #expect(change.resources.map(\.change) == [.modified] && change.left.map(\.extent) == [.unchanged])
    let words = "ImageDigestMirrorSet mirrors stays as it is on clusters that have it: its policy only adds what is missing (musthave)"
    #expect(text.contains("    \(words)\n    nodes are not disturbed: no file on a node changes\n"))
    #expect(json.contains("\"name\": \"mirrors\",\n              \"extent\": \"unchanged\""))
    // `mustonlyhave` takes it away.
    let whole = try await self.change(
      policy("mustonlyhave", ["quay.io/a": a, "quay.io/b": b]), policy("mustonlyhave", ["quay.io/b": b])).0
    #expect(whole.disruption.drain && whole.left.isEmpty)
    // An object that is made anew because it lacks something has nothing of before.
    for (entry, drains) in [("quay.io/b", false), ("quay.io/c", true)] {
      let anew = try await self.change(
        policy("musthave", ["quay.io/a": a, "quay.io/b": b], recreate: "Always"),
        policy("musthave", [entry: b], recreate: "Always")).0
      #expect(anew.disruption.drain == drains && anew.left.isEmpty == drains)
    }
  }

  /// What is new comes beside what was there.
  @Test func musthaveAdds() async throws {
    let (change, text, _) = try await change(
      policy("musthave", ["quay.io/a": a]), policy("musthave", ["quay.io/a": "mirrors: [n.example.com/a]", "quay.io/b": b]))
    #expect(change.disruption.isKnown && !change.disruption.drain && change.left.map(\.extent) == [.content])
    let after = try #require(change.nodeFiles.first?.after)
    #expect(["m.example.com/a", "n.example.com/a", "m.example.com/b"].allSatisfy(after.contains))
    #expect(text.contains("what was in ImageDigestMirrorSet mirrors stays on clusters that have it, beside what is new"))
    // More mirrors of an entry are an entry beside it, which nodes do not see.
    let more = try await self.change(
      policy("musthave", ["quay.io/a": a]), policy("musthave", ["quay.io/a": "mirrors: [m.example.com/a, n.example.com/a]"])).0
    #expect(more.left.isEmpty && !more.nodeFiles.isEmpty)
    // Another policy of a source stands beside the one that is there, and the operator refuses both.
    let frozen = try await self.change(
      policy("musthave", ["quay.io/a": "\(a), mirrorSourcePolicy: AllowContactingSource"]),
      policy("musthave", ["quay.io/a": "\(a), mirrorSourcePolicy: NeverContactSource"])).0
    #expect(frozen.isNewlyFrozen && frozen.left.map(\.extent) == [.content])
  }

  /// What `musthave` left there before is not in the repository.
  @Test func whatMustonlyhaveTakesAwayIsNotKnown() async throws {
    let (change, text, _) = try await change(
      policy("musthave", ["quay.io/a": a, "quay.io/b": b]), policy("mustonlyhave", ["quay.io/b": b]))
    #expect(!change.disruption.isKnown && change.ifAbsent?.drain == true)
    #expect(text.contains(
      "    unknown; what musthave left in ImageDigestMirrorSet mirrors beside what is written goes, and is not known; "
        + "if that is nothing: nodes are drained"))
    #expect(text.contains("    if clusters have nothing more of ImageDigestMirrorSet mirrors than was written, this is what changes"))
    // Also where nothing else is written differently.
    let (same, words, _) = try await self.change(
      policy("musthave", ["quay.io/a": a]), policy("mustonlyhave", ["quay.io/a": a]))
    #expect(!same.disruption.isKnown && same.isEffective && same.resources.isEmpty)
    #expect(words.contains("goes, and is not known; if that is nothing: nothing changes\n"))
  }

  /// What a policy did not create does not go with it.
  @Test func deleteIfCreatedDeletesOnlyWhatThePolicyMade() async throws {
    let scratch = try scratch(policy("mustonlyhave", ["quay.io/a": a], prune: "DeleteIfCreated"))
    try scratch.commit("gone", ["policy.yaml": nil])
    let told = try await scratch.changes("HEAD")
    let change = try #require(told.commits[0].clusters.first)
    #expect(!change.disruption.isKnown && change.ifAbsent?.drain == true)
    #expect(told.text.contains(
      "    unknown; ImageDigestMirrorSet mirrors goes only from clusters where its policy created it (DeleteIfCreated); "
        + "if its policy created it: "))
    // Every cluster has an Image, which no policy created.
    for (prune, stays) in [("DeleteIfCreated", true), ("DeleteAll", false)] {
      let image = Manifest.policy([
        "        - complianceType: mustonlyhave\n          objectDefinition: {apiVersion: config.openshift.io/v1, "
          + "kind: Image, metadata: {name: cluster}, spec: {registrySources: {blockedRegistries: [a.lab]}}}\n"
      ]).replacing("        object-templates:", with: "        pruneObjectBehavior: \(prune)\n        object-templates:")
      let scratch = try self.scratch(image)
      try scratch.commit("gone", ["policy.yaml": nil])
      let told = try await scratch.changes("HEAD")
      #expect(told.commits[0].clusters.first?.left.map(\.extent) == (stays ? [.object] : []))
      #expect(told.text.contains("no policy created it (DeleteIfCreated)") == stays)
    }
  }

  /// The replicated policy is deleted as it was: what a disabled one says of pruning comes too late.
  @Test func whatIsDisabledPrunesAsBefore() async throws {
    for (old, new) in [("None", "DeleteAll"), ("DeleteAll", "None")] {
      let change = try await change(
        policy("mustonlyhave", ["quay.io/a": a], prune: old),
        policy("mustonlyhave", ["quay.io/a": a], disabled: true, prune: new)).0
      #expect(change.left.map(\.extent) == (old == "None" ? [.object] : []))
    }
  }

  @Test func policiesThatInformDeleteNothing() async throws {
    let text = try await change(
      policy("mustonlyhave", ["quay.io/a": a], prune: "DeleteAll"),
      policy("mustonlyhave", ["quay.io/a": a], action: "inform", prune: "DeleteAll")).text
    #expect(text.contains("stays on clusters that have it until it is deleted there: its policy only informs\n"))
    #expect(text.contains("    no longer delivered: ImageDigestMirrorSet mirrors"))
  }

  /// A policy that is gone, informs, or is disabled deletes what it made only when it prunes; one that informs never does.
  @Test(arguments: ["None", "DeleteIfCreated", "DeleteAll"]) func policiesLeaveWhatTheyMade(prune: String) async throws {
    let prunes = prune != "None"
    func expect(_ change: ClusterChange, leaves: Bool, _ what: String) {
      // What the policy did not create stays.
      #expect(change.disruption.isKnown == (leaves || prune == "DeleteAll"), "\(what)")
      #expect((change.ifAbsent ?? change.disruption).drain != leaves, "\(what)")
      #expect(change.left.map(\.extent) == (leaves ? [.object] : []), "\(what)")
      #expect(change.resources.map(\.change) == [.removed], "\(what)")
    }
    let made = policy("mustonlyhave", ["quay.io/a": a], prune: prune)
    let informs = try await change(made, policy("mustonlyhave", ["quay.io/a": a], action: "inform", prune: prune)).0
    expect(informs, leaves: true, "inform")
    let disabled = try await change(made, policy("mustonlyhave", ["quay.io/a": a], disabled: true, prune: prune)).0
    expect(disabled, leaves: !prunes, "disabled")
    let scratch = try scratch(made)
    try scratch.commit("gone", ["policy.yaml": nil])
    let gone = try await scratch.changes("HEAD")
    expect(try #require(gone.commits[0].clusters.first), leaves: !prunes, "gone")
    let words = "ImageDigestMirrorSet mirrors stays on clusters that have it until it is deleted there: "
      + "its policy takes nothing away (pruneObjectBehavior)"
    #expect(gone.text.contains(words) == !prunes && gone.markdown.contains("stays on clusters that have it") == !prunes)
  }

  /// A policy that only informed may have made its objects earlier.
  @Test func whatWasEnforcedBeforeIsNotKnown() async throws {
    for (action, disabled) in [("inform", false), ("enforce", true)] {
      let (change, text, _) = try await change(
        policy("mustonlyhave", ["quay.io/a": a]),
        policy("mustonlyhave", ["quay.io/b": a], action: action, disabled: disabled), policy("mustonlyhave", ["quay.io/b": b]))
      #expect(!change.disruption.isKnown && change.ifAbsent?.drain == false && change.resources.map(\.change) == [.added])
      #expect(text.contains(
        "    unknown; the policy of ImageDigestMirrorSet mirrors was not enforced before, and whether clusters have it from earlier "
          + "is not known; if they have nothing of it: CRI-O reloads"))
      #expect(text.contains("    if clusters have nothing of ImageDigestMirrorSet mirrors, this is what changes on them:\n"))
    }
    // One that was not there is new.
    let scratch = try scratch(policy("mustonlyhave", ["quay.io/a": a]))
    #expect(try await scratch.changes("HEAD").commits[0].clusters.first?.disruption.isKnown == true)
  }

  /// What a cluster's Image has besides is not known, but what is taken out of a policy stays in it.
  @Test func whatWasMergedStays() async throws {
    func image(_ blocked: String, action: String = "enforce") -> String {
      Manifest.policy([
        "        - complianceType: musthave\n          objectDefinition: {apiVersion: config.openshift.io/v1, kind: Image, "
          + "metadata: {name: cluster}, spec: {registrySources: {blockedRegistries: [\(blocked)]}}}\n"
      ]).replacing("  remediationAction: enforce\n", with: "  remediationAction: \(action)\n")
    }
    let (less, text, _) = try await change(image("a.lab, b.lab"), image("b.lab"))
    #expect(less.left.map(\.extent) == [.unchanged] && less.disruption.isKnown && less.disruption.actions.isEmpty)
    #expect(text.contains("    Image cluster stays as it is on clusters that have it: its policy only adds what is missing (musthave)\n"))
    let (gone, words, _) = try await change(image("a.lab"), image("a.lab", action: "inform"))
    #expect(gone.left.map(\.extent) == [.object] && gone.disruption.isKnown && gone.nodeFiles.isEmpty)
    #expect(words.contains("    what was merged into Image cluster stays there until it is removed on the clusters: its policy"))
    let more = try await change(image("a.lab"), image("b.lab")).0
    #expect(more.left.isEmpty && !more.disruption.isKnown)
  }

  /// What must not be there is deleted, whatever is pruned.
  @Test func mustnothaveDeletes() async throws {
    for entries in [["quay.io/a": a], [:]] {
      let change = try await change(policy("musthave", ["quay.io/a": a]), policy("mustnothave", entries)).0
      #expect(change.disruption.drain && change.left.isEmpty)
    }
  }

  @Test func generatorsMakePoliciesThatOnlyAdd() async throws {
    func generator(_ settings: String) -> String {
      "apiVersion: policy.open-cluster-management.io/v1\nkind: PolicyGenerator\nmetadata: {name: g}\n"
        + "policyDefaults: {remediationAction: enforce, \(settings)placement: {labelSelector: {env: a}}}\n"
        + "policies: [{name: p, manifests: [{path: set.yaml}]}]\n"
    }
    for (settings, stays) in [("", true), ("complianceType: mustonlyhave, ", false)] {
      let scratch = try ScratchRepository()
      try scratch.git("init", "-q")
      try scratch.commit(
        "begin", ["set.yaml": mirrors(["quay.io/a": a, "quay.io/b": b]), "generator.yaml": generator(settings)])
      try scratch.commit("less", ["set.yaml": mirrors(["quay.io/a": a])])
      let change = try #require(try await scratch.changes("HEAD").commits[0].clusters.first)
      #expect(change.disruption.drain != stays && change.left.count == (stays ? 1 : 0))
    }
  }

  @Test func syncSetsDeleteOnlyWhenTheySync() async throws {
    func set(_ mode: String, _ objects: String...) -> String {
      "apiVersion: hive.openshift.io/v1\nkind: SyncSet\nmetadata: {name: s}\nspec:\n  clusterDeploymentRefs: [{name: edge}]\n"
        + mode + "  resources:\n" + objects.map { "  - \($0)\n" }.joined()
    }
    let one = mirrors(["quay.io/a": a])
    for (mode, stays) in [("", true), ("  resourceApplyMode: Upsert\n", true), ("  resourceApplyMode: Sync\n", false)] {
      let scratch = try ScratchRepository()
      try scratch.git("init", "-q")
      try scratch.commit("begin", ["set.yaml": set(mode, one, mirrors(["quay.io/b": b], named: "others"))])
      try scratch.commit("less", ["set.yaml": set(mode, one)])
      let told = try await scratch.changes("HEAD")
      #expect(told.commits[0].clusters.first?.disruption.drain == !stays)
      #expect(told.text.contains("stays on clusters that have it until it is deleted there: its SyncSet takes nothing away") == stays)
      // Fields are replaced all the same.
      try scratch.commit("other", ["set.yaml": set(mode, mirrors(["quay.io/c": a]))])
      #expect(try await scratch.changes("HEAD").commits[0].clusters.first?.disruption.drain == true)
    }
  }

  /// `lint --since` tells no drain that does not come.
  @Test func lintTellsNoDrainOfWhatStays() async throws {
    let scratch = try scratch(policy("musthave", ["quay.io/a": a, "quay.io/b": b]), policy("musthave", ["quay.io/b": b]))
    var request = scratch.request()
    (request.since, request.select) = ("HEAD~1", ["disruption-report"])
    #expect(try await Linter().run(request).findings.isEmpty)
  }
}
