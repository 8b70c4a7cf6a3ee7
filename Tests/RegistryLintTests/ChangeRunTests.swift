import Diagnostics
import Foundation
import GitStore
import History
import Reporting
import SourceText
import Testing

@testable import RegistryLint

/// What `diff` tells of histories that real git has made.
@Suite struct ChangeRunTests {
  /// Commits everything that changed.
  fileprivate func commit(_ scratch: ScratchRepository, _ message: String) throws {
    try scratch.git("add", "-A")
    try scratch.git("commit", "-q", "--allow-empty", "-m", message)
  }

  private func history() throws -> ScratchRepository {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    try scratch.write(Manifest.image(insecure: "registry.lab:5000"), to: "prod/image.yaml")
    try scratch.write("nothing\n", to: "README.md")
    try commit(scratch, "first")
    return scratch
  }

  fileprivate func run(
    _ scratch: ScratchRepository, _ subject: ChangeRequest.Subject, in subfolder: String = "",
    _ adjust: (inout ChangeRequest) -> Void = { _ in }
  ) async throws -> (changes: [CommitChange], outcome: ChangeRun.Outcome) {
    var request = ChangeRequest(subject, judging: scratch.request(in: subfolder))
    adjust(&request)
    var changes: [CommitChange] = []
    let outcome = try await ChangeRun(request).changes { changes.append($0) }
    return (changes, outcome)
  }

  private func subjects(_ changes: [CommitChange]) -> [String] { changes.compactMap { $0.commit?.subject } }

  @Test func aRangeIsToldCommitByCommitOldestFirst() async throws {
    let scratch = try history()
    try scratch.write(Manifest.image(insecure: "https://registry.lab"), to: "prod/image.yaml")
    try commit(scratch, "break")
    try scratch.write("more\n", to: "README.md")
    try commit(scratch, "read me")
    try scratch.write(Manifest.image(insecure: "registry.lab"), to: "prod/image.yaml")
    try commit(scratch, "repair")
    let (changes, outcome) = try await run(scratch, .range("HEAD~3..HEAD"))
    #expect(subjects(changes) == ["break", "read me", "repair"])
    #expect(changes.map(\.isEffective) == [true, false, true])
    #expect(changes[0].introduced.map(\.rule) == ["registry-entry-scheme"] && changes[0].fixed.isEmpty)
    #expect(changes[2].fixed.map(\.rule) == ["registry-entry-scheme"] && changes[2].introduced.isEmpty)
    let field = try #require(changes[2].clusters.first?.resources.first?.fields.first)
    #expect(field.added == ["registry.lab"] && field.removed == ["https://registry.lab"])
    // The range as a whole brings nothing.
    #expect(outcome.ending.total.introduced.isEmpty && !outcome.isFailed)
    #expect(try await run(scratch, .range("HEAD~3..HEAD~2")).outcome.isFailed)
    #expect(try await run(scratch, .range("HEAD~3..HEAD~2")) { $0.judging.failOn = .never }.outcome.isFailed == false)
  }

  /// A delivery counts beside a resource of ours as well, in a document without a word of it.
  @Test func deliveriesStandBesideResources() async throws {
    let scratch = try history()
    let application = """
      ---
      apiVersion: argoproj.io/v1alpha1
      kind: Application
      metadata: {name: a}
      spec:
        source: {repoURL: https://git.lab/here.git, path: sets, directory: {recurse: true}}

      """
    try scratch.write(Manifest.image(insecure: "a.lab"), to: "sets/a/image.yaml")
    try scratch.write(Manifest.image(insecure: "one.lab") + application, to: "hub/all.yaml")
    try commit(scratch, "deliver")
    let (changes, _) = try await run(scratch, .range("HEAD~1..HEAD"))
    #expect(Set(changes[0].clusters.map(\.cluster)) == ["hub", "sets"])
  }

  /// What a partial clone lacks of a range comes in one request, whatever the number of commits.
  @Test func aPartialCloneIsFetchedOnce() async throws {
    let scratch = try history()
    for entry in ["a.lab", "b.lab", "https://c.lab"] {
      try scratch.write(Manifest.image(insecure: entry), to: "prod/image.yaml")
      try scratch.write(entry, to: "notes.txt")
      try commit(scratch, entry)
    }
    try scratch.git("config", "uploadpack.allowFilter", "true")
    try scratch.git("clone", "-q", "--no-checkout", "--filter=blob:none", "file://\(scratch.folder.path)", "clone")
    func packs() throws -> Int {
      try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path + "/clone/.git/objects/pack")
        .count { $0.hasSuffix(".pack") }
    }
    let before = try packs()
    let (changes, outcome) = try await run(scratch, .history(of: "HEAD"), in: "clone")
    #expect(subjects(changes) == ["first", "a.lab", "b.lab", "https://c.lab"])
    #expect(outcome.ending.total.introduced.map(\.rule) == ["registry-entry-scheme"])
    #expect(try packs() == before + 1)
    // Texts of no interest stay where they are.
    #expect(try scratch.git("-C", "clone", "rev-list", "--objects", "--all", "--missing=print").contains("?"))
  }

  /// A file that names our kinds in one document and holds deliveries in another one; more commits change other things.
  @Test func filesThatOnlySpeakOfRegistriesAreNoChange() async throws {
    let scratch = try history()
    let role = "kind: ClusterRole\nrules:\n- apiGroups: [config.openshift.io]\n"
    let bundle = "kind: ConfigMap\nmetadata: {name: ca}\ndata:\n  ca.crt: |\n    -----BEGIN CERTIFICATE-----\n"
    try scratch.write(role + "---\n" + bundle + "---\nkind: Secret\n", to: "prod/role.yaml")
    try scratch.write("kind: CustomResourceDefinition\nspec: {names: {kind: ImageDigestMirrorSet}}\n", to: "crd.yaml")
    try commit(scratch, "words")
    try scratch.write(role + "---\n" + bundle + "---\n{{ broken\n", to: "prod/role.yaml")
    try commit(scratch, "more words")
    let (changes, _) = try await run(scratch, .history(of: "HEAD"))
    #expect(changes.map(\.isEffective) == [true, false, false])
    // The same file counts as soon as an Image refers to the ConfigMap in it.
    let image = Manifest.image(insecure: "registry.lab:5000").replacingOccurrences(of: "  registrySources", with: "  additionalTrustedCA: {name: ca}\n  registrySources")
    try scratch.write(image, to: "prod/image.yaml")
    try scratch.write(role + "---\n" + bundle.replacingOccurrences(of: "ca.crt", with: "registry.lab..5000"), to: "prod/role.yaml")
    try commit(scratch, "refer")
    let last = try await run(scratch, .range("HEAD~1..HEAD"))
    #expect(last.changes.map(\.isEffective) == [true])
    #expect(last.outcome.ending.total.introduced.contains { $0.span.file.path.text == "prod/role.yaml" })
  }

  /// `diff` places what PolicyGenerators carry as `lint` does, whichever file changes.
  @Test func filesLandWherePolicyGeneratorsTakeThem() async throws {
    let scratch = try history()
    func generator(_ action: String, _ label: String) -> String {
      """
      apiVersion: policy.open-cluster-management.io/v1
      kind: PolicyGenerator
      metadata: {name: g}
      policyDefaults: {remediationAction: \(action), placement: {labelSelector: {env: \(label)}}}
      policies:
      - {name: p, complianceType: mustonlyhave, manifests: [{path: source}]}
      """
    }
    try scratch.write(generator("enforce", "a"), to: "policies/generator.yaml")
    try scratch.write(Manifest.image(insecure: "a.lab.example.com"), to: "policies/source/image.yaml")
    try commit(scratch, "carry")
    let linted = try await Linter().run(scratch.request()).assembly.known.map(\.name)
    #expect(linted.contains { $0.contains("env=a") })
    try scratch.write(Manifest.image(insecure: "b.lab.example.com"), to: "policies/source/image.yaml")
    try commit(scratch, "carried")
    try scratch.write(generator("inform", "a"), to: "policies/generator.yaml")
    try commit(scratch, "inform")
    try scratch.write(Manifest.image(insecure: "c.lab.example.com"), to: "policies/source/image.yaml")
    try commit(scratch, "nowhere")
    let changes = try await run(scratch, .range("HEAD~4..HEAD")).changes
    #expect(subjects(changes) == ["carry", "carried", "inform", "nowhere"])
    let name = try #require(linted.first { $0.contains("env=a") })
    #expect(changes.map { $0.clusters.map(\.cluster) } == [[name], [name], [name], []])
    #expect(changes[1].clusters.first?.resources.map(\.change) == [.modified])
    #expect(changes[2].clusters.first?.resources.map(\.change) == [.removed])
  }

  /// A policy that merges changes fields of clusters that nobody here knows: they are shown, and no more is claimed.
  @Test func whatPoliciesMergeIsShownWithoutAVerdict() async throws {
    let scratch = try history()
    func policy(_ registry: String) -> String {
      Manifest.policy([
        "        - complianceType: musthave\n          objectDefinition:\n            apiVersion: config.openshift.io/v1\n"
          + "            kind: Image\n            metadata: {name: cluster}\n"
          + "            spec: {registrySources: {insecureRegistries: [\(registry)]}}\n"
      ])
    }
    try scratch.write(policy("a.lab.example.com"), to: "policies/image.yaml")
    try commit(scratch, "merge")
    try scratch.write(policy("b.lab.example.com"), to: "policies/image.yaml")
    try commit(scratch, "merge another")
    let changes = try await run(scratch, .range("HEAD~2..HEAD")).changes
    #expect(changes.map { $0.clusters.map(\.cluster) } == Array(repeating: ["policies:policy policies/registries"], count: 2))
    let change = try #require(changes[1].clusters.first)
    #expect(!change.disruption.isKnown && change.nodeFiles.isEmpty && change.pulls.isEmpty)
    #expect(change.resources.first?.fields.first?.added == ["b.lab.example.com"])
    var text = TextChangeReporter(isColoured: false)
    let told = text.tell(changes[1])
    #expect(told.contains("unknown: the resources are merged") && told.contains("+ b.lab.example.com"))
    let verdict = ChangeVerdict(changes[1])
    #expect(verdict.disruptions.map(\.level) == [.unknown] && !verdict.headline.contains("no node drains"))
    #expect(verdict.headline.contains("is not known"))
    // What a node pulls is not told by such a policy.
    let reading = try await ClusterReading(scratch.request(.workingTree(paths: ["policies"])))
    #expect(reading.clusters.isEmpty)
    #expect(reading.notifications.map(\.message).contains { $0.contains("no cluster is described here: a resource is merged") })
  }

  /// A kustomization that cannot be built takes nothing off a cluster: what it does is not known, and that is said.
  @Test func aClusterThatIsNotKnownIsNotGone() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    try scratch.write(Manifest.image(insecure: "registry.lab:5000"), to: "prod/image.yaml")
    try scratch.write("resources: [image.yaml, more.yaml]\n", to: "prod/kustomization.yaml")
    try scratch.write(
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other, namespace: team}\ndata: {a: b}\n", to: "prod/more.yaml")
    try commit(scratch, "first")
    try scratch.git("rm", "-q", "prod/more.yaml")
    try commit(scratch, "break")
    let (changes, outcome) = try await run(scratch, .range("HEAD"))
    #expect(changes.flatMap(\.clusters).map(\.disruption.isWhole) == [false] && changes[0].clusters[0].resources.isEmpty)
    #expect(changes.flatMap(\.introduced).map(\.rule) == ["kustomize-not-composed"])
    func warnings(_ outcome: ChangeRun.Outcome) -> Int {
      outcome.ending.notifications.count { $0.message.contains("the cluster 'prod' is left out") }
    }
    #expect(warnings(outcome) == 1)
    // Both sides do not know it, and one says so.
    try scratch.write(Manifest.image(insecure: "registry.lab"), to: "stage/image.yaml")
    try commit(scratch, "another")
    for (isSummary, cluster, count) in [(false, nil, 1), (true, nil, 1), (false, "stage", 0)] {
      let again = try await run(scratch, .range("HEAD")) { ($0.isSummary, $0.cluster) = (isSummary, cluster) }
      #expect(warnings(again.outcome) == count)
    }
  }

  @Test func namesOfClustersAreChecked() async throws {
    let scratch = try history()
    try scratch.write(Manifest.image(insecure: "registry.lab"), to: "prod/image.yaml")
    try commit(scratch, "second")
    #expect(try await run(scratch, .range("HEAD")) { $0.cluster = "prod" }.changes[0].isEffective)
    await #expect(throws: UsageError.self) { try await run(scratch, .range("HEAD")) { $0.cluster = "nope" } }
    // Nothing is told before it is known that the name is none; of one that comes later, everything is.
    var request = ChangeRequest(.history(of: "HEAD"), judging: scratch.request())
    request.cluster = "stage"
    var told = 0
    do {
      _ = try await ChangeRun(request).changes { _ in told += 1 }
      Issue.record("there is no cluster 'stage' yet")
    } catch is UsageError {
      #expect(told == 0)
    }
    try scratch.write(Manifest.image(insecure: "registry.lab"), to: "stage/image.yaml")
    try commit(scratch, "third")
    let (all, _) = try await run(scratch, .history(of: "HEAD")) { $0.cluster = "stage" }
    #expect(subjects(all) == ["first", "second", "third"])
    await #expect(throws: UsageError.self) { try await run(scratch, .staged) { $0.cluster = "nope" } }
  }

  @Test func anEmptyRangeChangesNothing() async throws {
    let scratch = try history()
    try scratch.write(Manifest.image(insecure: "https://registry.lab"), to: "prod/image.yaml")
    try commit(scratch, "break")
    try scratch.write(Manifest.image(insecure: "registry.lab"), to: "prod/image.yaml")
    try commit(scratch, "repair")
    // The older end last.
    let (changes, outcome) = try await run(scratch, .range("HEAD..HEAD~1"))
    #expect(changes.isEmpty && outcome.ending.total.introduced.isEmpty && !outcome.isFailed)
  }

  @Test func whatIsStagedInABareRepositoryIsAnError() async throws {
    let scratch = try history()
    try scratch.git("config", "core.bare", "true")
    await #expect(throws: GitError.self) { try await run(scratch, .staged) }
  }

  @Test func aRevisionStandsForItsCommitAndARootForEverythingInIt() async throws {
    let scratch = try history()
    try commit(scratch, "empty")
    #expect(subjects(try await run(scratch, .range("HEAD")).changes) == ["empty"])
    let (root, _) = try await run(scratch, .range("HEAD~1"))
    #expect(root.count == 1 && root[0].commit?.parent == nil)
    #expect(root[0].clusters.first?.resources.map(\.change) == [.added])
    #expect(subjects(try await run(scratch, .history(of: "HEAD")).changes) == ["first", "empty"])
    let (none, outcome) = try await run(scratch, .range("HEAD..HEAD"))
    #expect(none.isEmpty && outcome.changes == 0)
    await #expect(throws: GitError.self) { try await run(scratch, .range("HEAD..nothing")) }
  }

  /// The merge has it as well, but did not bring it.
  @Test func theCommitOfASideBranchBringsWhatItBrings() async throws {
    let scratch = try history()
    try scratch.git("checkout", "-q", "-b", "side")
    try scratch.write(Manifest.image(insecure: "https://registry.lab"), to: "side/image.yaml")
    try commit(scratch, "on the side")
    try scratch.git("checkout", "-q", "-")
    try scratch.write("more\n", to: "README.md")
    try commit(scratch, "on main")
    try scratch.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    let (changes, outcome) = try await run(scratch, .range("HEAD^..HEAD"))
    #expect(changes.filter { !$0.introduced.isEmpty }.compactMap { $0.commit?.subject } == ["on the side", "merge"])
    #expect(outcome.ending.origins.values.map(\.subject) == ["on the side"])
    let first = try await run(scratch, .range("HEAD^..HEAD")) { $0.followsFirstParent = true }
    #expect(first.outcome.ending.origins.values.map(\.subject) == ["merge"])
  }

  @Test func mergesAreComparedWithTheirFirstParentOrWithEach() async throws {
    let scratch = try history()
    try scratch.git("checkout", "-q", "-b", "side")
    try scratch.write(Manifest.image(insecure: "registry.side"), to: "side/image.yaml")
    try commit(scratch, "on the side")
    try scratch.git("checkout", "-q", "main")
    try scratch.write(Manifest.image(insecure: "registry.main"), to: "main/image.yaml")
    try commit(scratch, "on main")
    try scratch.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    let (changes, _) = try await run(scratch, .range("HEAD~2..HEAD"))
    #expect(Set(subjects(changes)) == ["on the side", "on main", "merge"])
    let merge = try #require(changes.last)
    #expect(merge.clusters.map(\.cluster) == ["side"])
    let both = try await run(scratch, .range("HEAD")) { $0.comparesAllParents = true }.changes
    #expect(both.map { $0.clusters.map(\.cluster) } == [["side"], ["main"]])
    #expect(both.map { $0.commit?.parentNumber } == [1, 2])
    let line = try await run(scratch, .range("HEAD~2..HEAD")) { $0.followsFirstParent = true }.changes
    #expect(subjects(line) == ["on main", "merge"])
    let without = try await run(scratch, .range("HEAD~2..HEAD")) { $0.leavesOutMerges = true }.changes
    #expect(Set(subjects(without)) == ["on the side", "on main"])
    // Three dots: from where they parted.
    #expect(subjects(try await run(scratch, .range("main~1...side")).changes) == ["on the side"])
  }

  @Test func renamedFilesAndFoldersAreNoNewFindings() async throws {
    let scratch = try history()
    try scratch.write(Manifest.image(insecure: "https://registry.lab"), to: "prod/image.yaml")
    try commit(scratch, "break")
    try scratch.git("mv", "prod/image.yaml", "prod/registries.yaml")
    try commit(scratch, "rename the file")
    let (file, _) = try await run(scratch, .range("HEAD"))
    #expect(file[0].introduced.isEmpty && file[0].fixed.isEmpty)
    let resource = try #require(file[0].clusters.first?.resources.first)
    #expect(resource.change == .renamed && resource.oldPath?.text == "prod/image.yaml")
    try scratch.git("mv", "prod", "production")
    try commit(scratch, "rename the folder")
    let (folder, _) = try await run(scratch, .range("HEAD"))
    #expect(folder[0].introduced.isEmpty && folder[0].fixed.isEmpty)
    #expect(folder[0].clusters.map(\.cluster) == ["production"] && folder[0].clusters[0].oldName == "prod")
    #expect(folder[0].clusters[0].resources.map(\.change) == [.renamed])
    let (_, outcome) = try await run(scratch, .range("HEAD~3..HEAD"))
    let new = try #require(outcome.ending.total.introduced.first)
    #expect(new.span.file.path.text == "production/registries.yaml")
    #expect(outcome.ending.origins[new.fingerprint]?.subject == "break")
  }

  @Test func aFindingThatMovesToAnotherClusterIsNewThere() async throws {
    let scratch = try history()
    try scratch.write(Manifest.image(insecure: "https://registry.lab"), to: "prod/image.yaml")
    try scratch.write(Manifest.image(insecure: "registry.lab"), to: "stage/image.yaml")
    try commit(scratch, "break")
    try scratch.write(Manifest.image(insecure: "registry.lab"), to: "prod/image.yaml")
    try scratch.write(Manifest.image(insecure: "https://registry.lab"), to: "stage/image.yaml")
    try commit(scratch, "break elsewhere")
    let (changes, _) = try await run(scratch, .range("HEAD"))
    #expect(changes[0].introduced.map(\.span.file.path.text) == ["stage/image.yaml"])
    #expect(changes[0].fixed.map(\.span.file.path.text) == ["prod/image.yaml"])
  }

  @Test func theChangeElsewhereThatCausesAFindingIsNamed() async throws {
    let scratch = try history()
    try scratch.write(
      "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\nspec: {additionalTrustedCA: {name: cas}}\n",
      to: "prod/image.yaml")
    try scratch.write(
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cas, namespace: openshift-config}\ndata: {registry.lab: x}\n",
      to: "prod/cas.yaml")
    try commit(scratch, "cas")
    try scratch.git("rm", "-q", "prod/cas.yaml")
    try commit(scratch, "no cas")
    let (changes, _) = try await run(scratch, .range("HEAD"))
    let finding = try #require(changes[0].introduced.first { $0.rule == "ca-missing-configmap" })
    #expect(finding.span.file.path.text == "prod/image.yaml")
    let cause = try #require(finding.related.first { $0.span.file.path.text == "prod/cas.yaml" })
    #expect(cause.message == "in this commit: ConfigMap openshift-config/cas removed")
  }

  @Test func pullsAreToldByWhatHappensToThem() async throws {
    let scratch = try history()
    try scratch.write(
      "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata:\n  name: cluster\nspec:\n  registrySources:\n"
        + "    blockedRegistries:\n    - registry.lab:5000\n", to: "prod/image.yaml")
    try commit(scratch, "block")
    let pulls = try #require(try await run(scratch, .range("HEAD")).changes[0].clusters.first?.pulls)
    #expect(pulls.map(\.scope) == ["registry.lab:5000"] && pulls[0].effects == [.stops])
    try scratch.write(Manifest.image(insecure: "registry.lab:5000"), to: "prod/image.yaml")
    try commit(scratch, "allow")
    let back = try #require(try await run(scratch, .range("HEAD")).changes[0].clusters.first?.pulls)
    #expect(back[0].effects == [.allowed, .insecure])
  }

  /// A cluster that cannot be composed: commits that touch it say so, others do not.
  @Test func clustersThatAreNotKnownAreNoClustersWithoutEffect() async throws {
    let scratch = try history()
    func set(_ mirror: String) -> String {
      "apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata:\n  name: m\nspec:\n  imageDigestMirrors:\n"
        + "  - source: quay.io/team\n    mirrors: [\(mirror)]\n"
    }
    let plain = "resources: [idms.yaml]\n"
    let steps: [(String, [String: String])] = [
      ("added", ["chart/kustomization.yaml": plain + "helmCharts:\n- name: a\n", "chart/idms.yaml": set("one.lab/x")]),
      ("elsewhere", ["prod/image.yaml": Manifest.image(insecure: "registry.new")]),
      ("mirror", ["chart/idms.yaml": set("two.lab/x")]), ("repaired", ["chart/kustomization.yaml": plain]),
      ("known", ["chart/idms.yaml": set("three.lab/x")]),
    ]
    for (subject, files) in steps {
      for (path, text) in files { try scratch.write(text, to: path) }
      try commit(scratch, subject)
    }
    let (changes, _) = try await run(scratch, .range("HEAD~5..HEAD"))
    let told = changes.map { $0.clusters.filter { $0.cluster == "chart" }.map(\.disruption) }
    #expect(told.map { $0.map(\.isWhole) } == [[false], [], [false], [false], [true]])
    // Argo CD may well inflate the chart: that is no mistake.
    let findings = changes[0].introduced
    #expect(findings.map(\.rule) == ["kustomize-not-composed"] && findings[0].severity == .note)
    #expect(told[2][0].reason.hasPrefix("the cluster is not known as a whole, so what happens to nodes is not told: chart/"))
    #expect(told[3][0].reason.hasPrefix("the cluster was not known as a whole before"))
  }

  /// A path that is there on one side alone: the rest of its cluster was there on both.
  @Test func pathsThatComeOrGoLeaveTheirClusterWhole() async throws {
    let scratch = try history()
    try scratch.write(
      "apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata:\n  name: m\nspec:\n  imageDigestMirrors:\n"
        + "  - source: quay.io/team\n    mirrors: [one.lab/x]\n", to: "prod/new.yaml")
    try commit(scratch, "new")
    func changed(_ paths: [String]) async throws -> [[String]] {
      try await run(scratch, .range("HEAD"), { $0.paths = paths }).changes.map { change in
        change.clusters.flatMap(\.resources).map { "\($0.change.rawValue) \($0.path.text)" }
      }
    }
    for paths in [["prod/new.yaml"], ["prod/n*"], ["prod"], []] {
      #expect(try await changed(paths) == [["added prod/new.yaml"]], "\(paths)")
    }
    #expect(try await changed(["dev"]) == [])
    try FileManager.default.removeItem(at: scratch.folder.appendingPathComponent("prod/new.yaml"))
    try commit(scratch, "gone")
    #expect(try await changed(["prod/new.yaml"]) == [["removed prod/new.yaml"]])
  }

  @Test func pullsOfMirroredSourcesAreTold() async throws {
    let scratch = try history()
    func pulls(_ mirrors: String, _ policy: String = "") async throws -> [PullChange] {
      try scratch.write(
        "apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata:\n  name: m\nspec:\n  imageDigestMirrors:\n"
          + "  - source: quay.io/team\n    mirrors: [\(mirrors)]\n\(policy)", to: "prod/mirrors.yaml")
      try commit(scratch, mirrors)
      return try #require(try await run(scratch, .range("HEAD")).changes[0].clusters.first?.pulls)
    }
    let added = try await pulls("one.lab/x")
    #expect(added.map(\.scope) == ["quay.io/team"] && added[0].effects == [.mirrored])
    #expect(added[0].before == "from the registry itself")
    #expect(added[0].after == "by digest from one.lab/x, then the registry itself; by tag from the registry itself")
    #expect(try await pulls("two.lab/x").map(\.effects) == [[.mirrored]])
    let never = try await pulls("two.lab/x", "    mirrorSourcePolicy: NeverContactSource\n")
    #expect(never.map(\.effects) == [[.stops, .mirrored]] && never[0].after.hasSuffix("by tag blocked"))
  }

  @Test func pullsThroughAMirrorThatIsBlockedElsewhereAreTold() async throws {
    let scratch = try history()
    try scratch.write(
      "apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata:\n  name: m\nspec:\n  imageDigestMirrors:\n"
        + "  - source: quay.io/team\n    mirrors: [one.lab/x]\n  - source: quay.io/other\n    mirrors: [two.lab/x]\n",
      to: "prod/mirrors.yaml")
    try commit(scratch, "mirrors")
    func pulls() async throws -> [PullChange] {
      try #require(try await run(scratch, .range("HEAD")).changes[0].clusters.first?.pulls)
    }
    try scratch.write(Manifest.image(insecure: "one.lab").replacing("insecureRegistries", with: "blockedRegistries"), to: "prod/image.yaml")
    try commit(scratch, "block")
    let blocked = try await pulls()
    let through = try #require(blocked.first { $0.scope == "quay.io/team" })
    #expect(through.effects == [.mirrored] && through.after == "from the registry itself")
    #expect(blocked.contains { $0.scope == "one.lab" && $0.effects == [.stops] })
    #expect(!blocked.contains { $0.scope == "quay.io/other" })
    try scratch.git("revert", "-n", "HEAD")
    try commit(scratch, "open")
    #expect(try await pulls().first { $0.scope == "quay.io/team" }?.before == "from the registry itself")
  }

  @Test func theIndexIsComparedWithHead() async throws {
    let scratch = try history()
    try scratch.write(Manifest.image(insecure: "https://registry.lab"), to: "prod/image.yaml")
    try scratch.git("add", "-A")
    try scratch.write(Manifest.image(insecure: "registry.other"), to: "prod/image.yaml")
    let (changes, outcome) = try await run(scratch, .staged)
    #expect(changes.count == 1 && changes[0].commit == nil && outcome.isFailed)
    #expect(changes[0].introduced.map(\.rule) == ["registry-entry-scheme"])
    try scratch.git("rm", "-q", "-f", "prod/image.yaml")
    #expect(try await run(scratch, .staged).changes[0].clusters.first?.resources.map(\.change) == [.removed])
  }

  @Test func aFirstCommitIsStagedAgainstNothing() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    try scratch.write(Manifest.image(insecure: "registry.lab"), to: "image.yaml")
    try scratch.git("add", "-A")
    #expect(try await run(scratch, .staged).changes[0].clusters.first?.resources.map(\.change) == [.added])
  }

  @Test func pathsRestrictWhatIsToldAndWhichCommits() async throws {
    let scratch = try history()
    try scratch.write(Manifest.image(insecure: "registry.stage"), to: "stage/image.yaml")
    try commit(scratch, "stage")
    try scratch.write(Manifest.image(insecure: "registry.prod"), to: "prod/image.yaml")
    try commit(scratch, "prod")
    let (changes, _) = try await run(scratch, .history(of: "HEAD")) { $0.paths = ["prod"] }
    #expect(subjects(changes) == ["first", "prod"])
    let (below, _) = try await run(scratch, .history(of: "HEAD"), in: "stage") { $0.paths = ["."] }
    #expect(subjects(below) == ["stage"])
    await #expect(throws: UsageError.self) { try await run(scratch, .range("HEAD")) { $0.paths = ["../elsewhere"] } }
  }

  @Test func modesLinksAndSubmodulesAreNoEffect() async throws {
    let scratch = try history()
    let head = try scratch.git("rev-parse", "HEAD").trimmingCharacters(in: .newlines)
    try scratch.git("update-index", "--chmod=+x", "prod/image.yaml")
    try scratch.git("update-index", "--add", "--cacheinfo", "160000,\(head),module.yaml")
    try FileManager.default.createSymbolicLink(
      atPath: scratch.folder.appendingPathComponent("link.yaml").path, withDestinationPath: "prod/image.yaml")
    try scratch.git("add", "link.yaml")
    try scratch.git("commit", "-qm", "odd")
    let (changes, outcome) = try await run(scratch, .range("HEAD"))
    #expect(changes.map(\.isEffective) == [false] && outcome.ending.notifications.isEmpty)
  }

  @Test func aSummaryIsOneChangeOverTheRange() async throws {
    let scratch = try history()
    for entry in ["registry.a", "registry.b"] {
      try scratch.write(Manifest.image(insecure: entry), to: "prod/image.yaml")
      try commit(scratch, entry)
    }
    let (changes, _) = try await run(scratch, .range("HEAD~2..HEAD")) { $0.isSummary = true }
    #expect(changes.count == 1)
    #expect(changes[0].clusters.first?.resources.first?.fields.first?.added == ["registry.b"])
    let whole = try await run(scratch, .range("HEAD..HEAD")) { $0.isSummary = true }
    #expect(whole.changes.isEmpty && whole.outcome.changes == 0)
    let elsewhere = try await run(scratch, .range("HEAD~2..HEAD")) { ($0.isSummary, $0.paths) = (true, ["README.md"]) }
    #expect(elsewhere.outcome.changes == 0)
    // Trees have no commits between them.
    #expect(try await run(scratch, .range("HEAD~2^{tree}..HEAD^{tree}")).changes.count == 1)
  }

  @Test func theEndOfAShallowCloneIsNamedWithTheRemedy() async throws {
    let scratch = try history()
    try commit(scratch, "second")
    try commit(scratch, "third")
    let clone = try ScratchRepository()
    try clone.git("clone", "-q", "--depth=2", "file://\(scratch.folder.path)", ".")
    #expect(subjects(try await run(clone, .range("HEAD")).changes) == ["third"])
    for subject in [ChangeRequest.Subject.range("HEAD~1"), .range("HEAD~2..HEAD"), .history(of: "HEAD")] {
      let error = await #expect(throws: GitError.self) { try await run(clone, subject) }
      #expect(error?.code == .shallow && error?.hint?.contains("git fetch --unshallow") == true)
    }
  }

  /// What the first side has repaired since is not what the second one brings.
  @Test(arguments: ["main..feature", "main...feature"], [false, true])
  func sidesThatPartedAreToldSinceThen(range: String, isSummary: Bool) async throws {
    let scratch = try history()
    try scratch.write(Manifest.image(insecure: "https://registry.lab"), to: "prod/image.yaml")
    try commit(scratch, "broken on both")
    try scratch.git("checkout", "-q", "-b", "feature")
    try scratch.write("more\n", to: "README.md")
    try commit(scratch, "docs")
    try scratch.git("checkout", "-q", "main")
    try scratch.write(Manifest.image(insecure: "registry.lab"), to: "prod/image.yaml")
    try commit(scratch, "repaired")
    let (changes, outcome) = try await run(scratch, .range(range)) { $0.isSummary = isSummary }
    #expect(changes.map(\.isEffective) == [false] && !outcome.isFailed)
    #expect(subjects(changes) == (isSummary ? [] : ["docs"]))
    #expect(outcome.ending.total.introduced.isEmpty && outcome.ending.total.clusters.isEmpty)
    #expect(outcome.ending.notifications.map(\.level) == [.note])
    // Merged again, they have not parted any more: the merge base is the first side.
    try scratch.git("checkout", "-q", "feature")
    try scratch.git("merge", "-q", "--no-edit", "main")
    let merged = try await run(scratch, .range(range)) { $0.isSummary = isSummary }.outcome
    #expect(merged.ending.notifications.isEmpty && !merged.isFailed)
    #expect(try await run(scratch, .range("feature..main")) { $0.isSummary = isSummary }.outcome.changes == 0)
  }

  @Test func historiesWithoutACommonCommitAreToldFromTheirRoots() async throws {
    let scratch = try history()
    try scratch.git("checkout", "-q", "--orphan", "other")
    try scratch.write(Manifest.image(insecure: "registry.other"), to: "prod/image.yaml")
    try commit(scratch, "another root")
    for range in ["main..other", "main...other"] {
      let (changes, outcome) = try await run(scratch, .range(range))
      #expect(subjects(changes) == ["another root"] && changes[0].commit?.parent == nil)
      #expect(outcome.ending.notifications.contains { $0.message.contains("share no history") })
    }
  }

  @Test func suppressionsCountAndIdleOnesAreNew() async throws {
    let scratch = try history()
    let hidden = Manifest.image(insecure: "https://registry.lab # registrylint:ignore registry-entry-scheme -- known")
    try scratch.write(hidden, to: "prod/image.yaml")
    try commit(scratch, "suppressed")
    #expect(try await run(scratch, .range("HEAD")).changes[0].introduced.isEmpty)
    try scratch.write(hidden.replacing("https://", with: ""), to: "prod/image.yaml")
    try commit(scratch, "idle")
    #expect(try await run(scratch, .range("HEAD")).changes[0].introduced.map(\.rule) == ["unused-suppression"])
  }

  @Test func twoPathsAreComparedOutsideOfGit() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(Manifest.image(insecure: "registry.lab:5000"), to: "old.yaml")
    try scratch.write(Manifest.image(insecure: "https://registry.lab"), to: "new.yaml")
    let (changes, _) = try await run(
      scratch, .paths(old: scratch.folder.path + "/old.yaml", new: scratch.folder.path + "/new.yaml"))
    #expect(changes[0].introduced.map(\.rule) == ["registry-entry-scheme"])
    #expect(changes[0].clusters.first?.resources.map(\.change) == [.modified])
    #expect(changes[0].clusters.first?.resources.first?.oldPath == nil)
  }
}

extension ChangeRunTests {
  /// What overlays outside of two named folders make of one of them is no difference of the folders.
  @Test func namedFoldersAreComparedWithoutWhatLiesAroundThem() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    for base in ["base", "base2"] {
      try scratch.write(Manifest.image(insecure: "registry.lab:5000"), to: "\(base)/image.yaml")
      try scratch.write("resources: [image.yaml]\n", to: "\(base)/kustomization.yaml")
    }
    let patch = "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\nspec: "
    for (overlay, spec) in [("dev", "{registrySources: {insecureRegistries: [dev.lab]}}"), ("nul", "{registrySources: null}")] {
      try scratch.write(
        "resources: [../../base]\npatches: [{path: p.yaml}]\n", to: "overlays/\(overlay)/kustomization.yaml")
      try scratch.write(patch + spec + "\n", to: "overlays/\(overlay)/p.yaml")
    }
    func compared(_ old: String, _ new: String) async throws -> CommitChange {
      let folder = scratch.folder.path
      return try await run(scratch, .paths(old: "\(folder)/\(old)", new: "\(folder)/\(new)")).0[0]
    }
    for (old, new) in [("base", "base2"), ("base2", "base")] {
      let same = try await compared(old, new)
      #expect(!same.isEffective && same.clusters.isEmpty && same.introduced.isEmpty)
    }
    // What a named folder takes from outside takes part.
    let overlays = try await compared("overlays/dev", "overlays/nul")
    #expect(overlays.clusters.flatMap(\.resources).map(\.change) == [.modified])
    try scratch.write(Manifest.image(insecure: "other.lab"), to: "base2/image.yaml")
    let other = try await compared("base", "base2")
    #expect(other.clusters.count == 1 && other.clusters.flatMap(\.resources).map(\.change) == [.modified])
  }

  /// Two overlays of one base; `prod` patches it and generates the CAs of its registries.
  private func overlays() throws -> ScratchRepository {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    try scratch.write(Manifest.image(insecure: "registry.lab:5000"), to: "base/image.yaml")
    try scratch.write("resources: [image.yaml]\n", to: "base/kustomization.yaml")
    for overlay in ["prod", "stage"] {
      try scratch.write("resources: [../../base]\n", to: "overlays/\(overlay)/kustomization.yaml")
    }
    try commit(scratch, "overlays")
    return scratch
  }

  @Test func aChangeOfABaseIsToldForEveryCluster() async throws {
    let scratch = try overlays()
    try scratch.write(Manifest.image(insecure: "https://registry.lab"), to: "base/image.yaml")
    try commit(scratch, "base")
    let (changes, _) = try await run(scratch, .range("HEAD"))
    #expect(changes[0].clusters.map(\.cluster) == ["overlays/prod", "overlays/stage"])
    // One finding with the list of clusters.
    #expect(changes[0].introduced.map(\.clusters) == [["overlays/prod", "overlays/stage"]])
    try scratch.write("unrelated: true\n", to: "base/values.yaml")
    try commit(scratch, "unrelated")
    #expect(try await run(scratch, .range("HEAD")).changes.map(\.isEffective) == [false])
  }

  /// One name means one cluster, wherever a command runs and whatever it reads.
  @Test func aClusterIsFoundUnderItsNamesEverywhere() async throws {
    let scratch = try overlays()
    try scratch.write(Manifest.image(insecure: "https://registry.lab"), to: "base/image.yaml")
    try scratch.write("# Production\nresources: [../../base]\n", to: "overlays/prod/kustomization.yaml")
    try commit(scratch, "base")
    let places: [(folder: String, names: [String])] = [
      ("", ["overlays/prod"]), ("overlays", ["overlays/prod", "prod"]), ("overlays/prod", ["overlays/prod", "prod"]),
      ("base", ["overlays/prod"]),
    ]
    for (folder, names) in places {
      // In a subfolder the command line names the folder.
      let selection = InputSelection.workingTree(paths: folder.isEmpty || folder == "base" ? [] : ["."])
      for name in names {
        var request = scratch.request(selection, in: folder)
        #expect(try await ClusterReading(request, cluster: name).clusters.count == 1, "\(name) in \(folder)")
        request.cluster = name
        #expect(try await Linter().run(request).report.open.map(\.rule) == ["registry-entry-scheme"])
        request.since = "HEAD~1"
        #expect(try await Linter().run(request).report.open.map(\.rule).contains("registry-entry-scheme"))
        let (changes, _) = try await run(scratch, .range("HEAD"), in: folder) { $0.cluster = name }
        #expect(changes[0].clusters.map(\.cluster) == ["overlays/prod"])
        let (below, _) = try await run(scratch, .range("HEAD"), in: folder) {
          $0.cluster = name
          $0.paths = [scratch.folder.path + "/overlays"]
        }
        #expect(below[0].clusters.map(\.cluster) == ["prod"])
      }
    }
    await #expect(throws: UsageError.self) { try await ClusterReading(scratch.request(), cluster: "prod") }
    await #expect(throws: UsageError.self) { try await run(scratch, .range("HEAD"), in: "base") { $0.cluster = "prod" } }
  }

  /// Of an object that a patch changes the patch's file is named, and what drains is shown there.
  @Test func whatAPatchChangesIsShownInThePatch() async throws {
    let scratch = try overlays()
    try scratch.write(
      "resources: [../../base]\npatches: [{path: patch.yaml, target: {kind: Image}}]\n",
      to: "overlays/prod/kustomization.yaml")
    func patch(_ entries: String) -> String {
      "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: any}\nspec:\n  registrySources:\n"
        + "    blockedRegistries: [\(entries)]\n"
    }
    try scratch.write(patch("one.example.com, two.example.com"), to: "overlays/prod/patch.yaml")
    try commit(scratch, "patch")
    try scratch.write(patch("one.example.com"), to: "overlays/prod/patch.yaml")
    try commit(scratch, "unblock")
    let (changes, _) = try await run(scratch, .range("HEAD")) { $0.judging.select = ["disruption-report"] }
    let resource = try #require(changes[0].clusters.first?.resources.first)
    #expect(resource.path.text == "base/image.yaml" && resource.changedIn.map(\.text) == ["overlays/prod/patch.yaml"])
    var reporter = TextChangeReporter(isColoured: false)
    let text = reporter.tell(changes[0])
    #expect(text.contains("(base/image.yaml, by overlays/prod/patch.yaml)"))
    let finding = try #require(changes[0].introduced.first)
    #expect(finding.message.contains("two.example.com") && finding.resource?.name == "cluster")
    #expect(finding.span.file.path.text == "overlays/prod/patch.yaml" && finding.span.start.line == 6)
    // Findings of the patch name what it changes.
    try scratch.write(patch("'https://one.example.com'"), to: "overlays/prod/patch.yaml")
    try commit(scratch, "break")
    let broken = try await run(scratch, .range("HEAD"))
    #expect(broken.changes[0].introduced.map { $0.resource?.name } == ["cluster"])
    #expect(try await Linter().run(scratch.request()).report.open.map { $0.resource?.name } == ["cluster"])
    // The API server refuses what is told of.
    let refusals = broken.outcome.ending.notifications.filter { $0.message.contains("the API server refuses Image cluster") }
    #expect(refusals.map(\.path?.text) == ["overlays/prod/patch.yaml"])
    #expect(refusals.first?.message.hasPrefix("line 6: ") == true)
    #expect(refusals.first?.message.contains("`registrylint lint --rev ") == true)
    let now = try await ClusterReading(scratch.request()).refusals
    #expect(now.map(\.path) == refusals.map(\.path) && now.first?.message.contains("`registrylint lint`") == true)
    #expect(try await ClusterReading(scratch.request(), cluster: "overlays/stage").refusals.isEmpty)
    // Both files.
    try scratch.write(patch("one.example.com"), to: "overlays/prod/patch.yaml")
    try scratch.write(Manifest.image(insecure: "other.lab"), to: "base/image.yaml")
    try commit(scratch, "both")
    let (both, _) = try await run(scratch, .range("HEAD"))
    #expect(both[0].clusters.first?.resources.first?.changedIn.map(\.text) == ["base/image.yaml", "overlays/prod/patch.yaml"])
    #expect(both[0].clusters.last?.resources.first?.changedIn == [])
  }

  @Test func aPatchChangesItsClusterOnly() async throws {
    let scratch = try overlays()
    try scratch.write(
      "- {op: add, path: /spec/registrySources/insecureRegistries/-, value: registry.prod}\n", to: "overlays/prod/patch.yaml")
    try scratch.write(
      "resources: [../../base]\npatches:\n- path: patch.yaml\n  target: {kind: Image}\n", to: "overlays/prod/kustomization.yaml")
    try commit(scratch, "patch")
    let (changes, _) = try await run(scratch, .range("HEAD"))
    #expect(changes[0].clusters.map(\.cluster) == ["overlays/prod"])
    #expect(changes[0].clusters.first?.resources.first?.fields.first?.added == ["registry.prod"])
    // The patch alone: a file that no search for resources finds.
    try scratch.write(
      "- {op: add, path: /spec/registrySources/insecureRegistries/-, value: registry.other}\n", to: "overlays/prod/patch.yaml")
    try commit(scratch, "patch again")
    let (again, _) = try await run(scratch, .history(of: "HEAD"))
    #expect(again.last?.clusters.first?.resources.first?.fields.first?.removed == ["registry.prod"])
    #expect(again.last?.clusters.map(\.cluster) == ["overlays/prod"])
    // And in the index.
    try scratch.write("[]\n", to: "overlays/prod/patch.yaml")
    try scratch.git("add", "-A")
    let staged = try await run(scratch, .staged).changes
    #expect(staged[0].clusters.first?.resources.first?.fields.first?.removed == ["registry.other"])
  }
}
