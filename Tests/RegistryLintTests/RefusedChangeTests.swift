import Diagnostics
import History
import Reporting
import Testing

@testable import RegistryLint

/// What commits do to nodes whose objects the API server refuses: what it took last is what a cluster has.
@Suite struct RefusedChangeTests {
  private func mirrors(_ source: String, _ mirror: String = "mirror.lab/team", name: String = "mirrors") -> String {
    "apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata:\n  name: \(name)\nspec:\n  imageDigestMirrors:\n"
      + "  - source: \(source)\n    mirrors: ['\(mirror)']\n"
  }

  private func scratch(_ versions: [String: String]...) throws -> ScratchRepository {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    for (number, files) in versions.enumerated() { try scratch.commit("change \(number)", files) }
    return scratch
  }

  @Test func whatIsRefusedDrainsNobody() async throws {
    let scratch = try scratch(["set.yaml": mirrors("quay.io")], ["set.yaml": mirrors("ghcr.io", "https://mirror.lab")])
    let told = try await scratch.changes("HEAD~1..HEAD")
    let change = try #require(told.commits[0].clusters.first)
    #expect(!change.disruption.drain && change.disruption.actions.isEmpty && change.nodeFiles.isEmpty && change.pulls.isEmpty)
    #expect(change.resources.map(\.change) == [.modified] && change.refused.count == 1)
    let words = "refused by the API server: nothing changes on nodes until that is mended"
    #expect(change.reason == words && told.text.contains("nodes are not disturbed: \(words)\n"))
    #expect(told.markdown.hasPrefix("### registrylint: the API server refuses objects of 1 cluster, new: 1 error\n"))
    #expect(told.markdown.contains("; nothing changes on nodes until that is mended\n") && !told.text.contains("nodes drain"))
    #expect(told.json.contains("\"drain\": false") && told.json.contains("\"reason\": \"\(words)\""))
    #expect(ChangeVerdict(told.commits[0]).disruptions.map(\.level) == [ChangeVerdict.Disruption.Level.none])
  }

  /// Who reads Markdown is told a thing once: above the folds, and each commit has one of these.
  @Test func markdownDoesNotRepeatItself() async throws {
    let scratch = try scratch(
      ["set.yaml": mirrors("quay.io")], ["set.yaml": mirrors("ghcr.io", "https://mirror.lab")],
      ["set.yaml": mirrors("ghcr.io"), "other.yaml": mirrors("gcr.io", "https://other.lab", name: "other")])
    func count(_ words: String, _ page: String) -> Int { page.split(separator: words, omittingEmptySubsequences: false).count - 1 }
    let one = try await scratch.changes("HEAD~2..HEAD~1").markdown
    #expect(count("the API server refuses ImageDigestMirrorSet", one) == 2, "beside the warning")
    #expect(count("until that is mended", one) == 1 && count("<details>", one) == 1 && count("begins with", one) == 1)
    #expect(one.contains(" change 1: cluster default; new: 1 error</summary>\n\n- modified "))
    let two = try await scratch.changes("HEAD~2..HEAD").markdown
    #expect(count("<summary><code>", two) == 2 && count("</details>", two) == count("<details>", two))
    #expect(two.contains(" change 2: cluster default; new: 1 error, fixed: 1 error</summary>\n\nnot taken: "))
    #expect(count("until that is mended", two) == 1 && !two.contains("**not on") && two.contains("\nfixed:\n\n- **error**"))
  }

  /// A commit of many clusters has one fold, which holds as many of them as fit.
  @Test func aFoldHoldsWhatFits() async throws {
    let names = (10..<40).map { "c\($0)" }
    func files(_ source: String) -> [String: String] {
      Dictionary(uniqueKeysWithValues: names.map { ("\($0)/set.yaml", mirrors("\(source).io/\($0)")) })
    }
    let scratch = try scratch(files("quay"), files("ghcr"))
    let change = try await scratch.changes("HEAD~1..HEAD").commits[0]
    #expect(change.clusters.count == 30)
    var reporter = MarkdownChangeReporter(limit: 20_000)
    for number in 0..<2 { _ = reporter.tell(number == 0 ? change : CommitChange(commit: change.commit)) }
    let page = reporter.end(ChangeEnding(total: change, notifications: []))
    let shown = names.count { page.contains("**cluster \($0)**\n") }
    #expect(shown > 2 && shown < 30 && page.contains(": clusters c10, c11, c12 and 27 more</summary>\n\n**cluster c10**\n\n"))
    #expect(page.contains("\(30 - shown) more things do not fit") && page.utf8.count <= 20_000)
  }

  /// What the API server takes beside it happens.
  @Test func objectsBesideAreTold() async throws {
    let scratch = try scratch(
      ["set.yaml": mirrors("quay.io"), "other.yaml": mirrors("docker.io", name: "other")],
      ["set.yaml": mirrors("ghcr.io", "https://mirror.lab"), "other.yaml": mirrors("gcr.io", name: "other")])
    let told = try await scratch.changes("HEAD~1..HEAD")
    let change = try #require(told.commits[0].clusters.first)
    #expect(change.disruption.drain && change.disruption.causes.count == 1)
    let after = try #require(change.nodeFiles.first?.after)
    #expect(after.contains("quay.io") && after.contains("gcr.io") && !after.contains("ghcr.io"))
    #expect(told.markdown.hasPrefix("### registrylint: the API server refuses objects of 1 cluster, nodes of 1 cluster drain"))
  }

  /// The commit that mends an object is compared with what was taken last, however many commits lie between.
  @Test func theRepairIsComparedWithWhatWasTakenLast() async throws {
    let scratch = try scratch(
      ["set.yaml": mirrors("quay.io")], ["set.yaml": mirrors("docker.io")],
      ["set.yaml": mirrors("ghcr.io", "https://mirror.lab")], ["set.yaml": mirrors("ghcr.io", "https://other.lab")],
      ["README.md": "nothing"], ["set.yaml": mirrors("ghcr.io", "mirror.lab")])
    let taken = String(try scratch.git("rev-parse", "HEAD~4").prefix(40))
    let told = try await scratch.changes("HEAD~5..HEAD")
    #expect(told.commits.flatMap(\.clusters).map(\.disruption.drain) == [true, false, false, true])
    let repair = try #require(told.commits.last?.clusters.first)
    #expect(repair.refusedBefore.map(\.takenIn) == [taken] && repair.disruption.isKnown)
    #expect(repair.nodeFiles.first?.before?.contains("docker.io") == true)
    #expect(told.text.contains("the API server refused ImageDigestMirrorSet mirrors (set.yaml:8, see `registrylint lint --rev "))
    #expect(told.text.contains(": nodes have it as of \(taken.prefix(10))\n") && told.json.contains("\"takenIn\": \"\(taken)\""))
    // The end of a range is what was taken last on its way.
    let total = try await scratch.changes("HEAD~5..HEAD~1").ending.total
    #expect(total.clusters.first?.nodeFiles.first?.after?.contains("docker.io") == true)
  }

  /// A range that begins while an object is refused looks behind its base, also as one change and for the index.
  @Test func whatWasTakenBeforeTheRangeIsLookedFor() async throws {
    let scratch = try scratch(
      ["prod/set.yaml": mirrors("quay.io")], ["prod/set.yaml": mirrors("ghcr.io", "https://mirror.lab")],
      ["prod/set.yaml": mirrors("ghcr.io", "https://other.lab"), "prod/new.yaml": mirrors("gcr.io", "https://x.lab", name: "new")])
    try scratch.git("mv", "prod", "live")
    try scratch.commit("rename", [:])
    try scratch.commit("mend", ["live/set.yaml": mirrors("docker.io"), "live/new.yaml": mirrors("gcr.io", name: "new")])
    let taken = String(try scratch.git("rev-parse", "HEAD~4").prefix(40))
    func expect(_ change: ClusterChange?) throws {
      let change = try #require(change)
      #expect(change.disruption.isKnown && change.disruption.drain && change.ifAbsent == nil)
      #expect(change.nodeFiles.first?.before?.contains("quay.io") == true)
      let known = Dictionary(change.refusedBefore.map { ($0.title, $0) }) { first, _ in first }
      #expect(known["ImageDigestMirrorSet mirrors"]?.takenIn == taken && known["ImageDigestMirrorSet new"]?.isAbsent == true)
    }
    let told = try await scratch.changes("HEAD~1..HEAD")
    try expect(told.commits[0].clusters.first)
    try expect(told.ending.total.clusters.first)
    try expect(try await scratch.changes("HEAD~1..HEAD") { $0.isSummary = true }.commits[0].clusters.first)
    try scratch.git("reset", "-q", "--soft", "HEAD~1")
    try expect(try await scratch.changes("") { $0.subject = .staged }.commits[0].clusters.first)
  }

  /// Where the commit is not here in which it was taken, nobody knows what nodes have: what is told is told on the
  /// assumption that they have nothing, and says so.
  @Test func whatIsNotKnownIsToldOnAnAssumption() async throws {
    let scratch = try scratch(
      ["set.yaml": mirrors("quay.io")],
      ["set.yaml": mirrors("ghcr.io", "https://mirror.lab").replacing("    mirrors", with: "    mirrorSourcePolicy: Never\n    mirrors")],
      ["set.yaml": mirrors("ghcr.io").replacing("    mirrors", with: "    mirrorSourcePolicy: NeverContactSource\n    mirrors")])
    let shallow = try ScratchRepository()
    try shallow.git("init", "-q")
    try shallow.git("fetch", "-q", "--depth", "2", "file://\(scratch.folder.path)", "HEAD")
    try shallow.git("reset", "-q", "--hard", "FETCH_HEAD")
    let told = try await shallow.changes("HEAD~1..HEAD")
    let change = try #require(told.commits[0].clusters.first)
    #expect(!change.disruption.isKnown && change.ifAbsent?.isKnown == true && change.ifAbsent?.drain == false)
    #expect(change.nodeFiles.first?.after?.contains("ghcr.io") == true && change.pulls.map(\.effects).first?.contains(.stops) == true)
    #expect(change.reason.hasPrefix(
      "the API server refused ImageDigestMirrorSet mirrors before, so what nodes have of it is not known; if they have nothing of it: "))
    #expect(told.text.contains("    unknown; if they have nothing of it: CRI-O reloads"))
    let words = "if nodes have nothing of ImageDigestMirrorSet mirrors"
    #expect(told.text.contains("    \(words), this is what changes on them:\n    pulls\n"))
    #expect(told.markdown.contains("*\(words), this is what changes on them:*\n\n- pulls from `ghcr.io`"))
    #expect(told.markdown.contains("- **default**: \(words): pulls from `ghcr.io` stop"))
    #expect(told.markdown.hasPrefix("### registrylint: fixed: 2 errors, the effect on nodes of 1 cluster is not known\n"))
    #expect(told.json.contains("\"ifAbsent\": {\n") && told.json.contains("\"known\": false"))
  }

  /// Of two paths nothing tells what the cluster has: they are compared as the operator would do it.
  @Test func twoPathsAreComparedAsTheyAreWritten() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    // Both lists at once are refused; the operator does without the one that blocks its payload.
    let image = Manifest.image(insecure: "one.lab").replacing(
      "    insecureRegistries", with: "    blockedRegistries: [quay.io/openshift-release-dev/ocp-release]\n    allowedRegistries")
    try scratch.write(image, to: "before.yaml")
    try scratch.write(image + "    - two.lab\n", to: "after.yaml")
    let told = try await scratch.changes("") { $0.subject = .paths(old: "before.yaml", new: "after.yaml") }
    let change = try #require(told.commits[0].clusters.first)
    #expect(!change.refused.isEmpty && change.isAsWritten && change.ifTaken == nil)
    #expect(change.disruption.actions == [.reloadCRIO])
    #expect(told.text.contains("; below is what the operator would do with it"))
  }

  /// The operator refuses what it refuses whatever nodes have.
  @Test func whatFreezesIsKnown() async throws {
    let states = try ScratchRepository()
    func own(_ policy: String) -> String {
      mirrors("quay.io", "quay.io").replacing("    mirrors", with: "    mirrorSourcePolicy: \(policy)\n    mirrors")
    }
    try states.write(own("Never"), to: "before/set.yaml")
    try states.write(own("NeverContactSource"), to: "after/set.yaml")
    let told = try await states.changes("") { $0.subject = .paths(old: "before", new: "after") }
    #expect(told.commits[0].clusters.first?.isNewlyFrozen == true && told.text.contains("frozen: "))
  }

  /// Before the first commit there was nothing, and a commit without the object says that its cluster has nothing of it.
  @Test func whatWasNeverTakenIsAddedByItsRepair() async throws {
    let scratch = try scratch(
      ["set.yaml": mirrors("quay.io", "https://mirror.lab")], ["README.md": "nothing"],
      ["set.yaml": mirrors("quay.io"), "late.yaml": mirrors("gcr.io", "https://mirror.lab", name: "late")],
      ["late.yaml": mirrors("gcr.io", name: "late")])
    let told = try await scratch.changes("HEAD") { $0.subject = .history(of: "HEAD") }
    #expect(told.commits.flatMap(\.clusters).map(\.disruption.isKnown) == [true, true, true])
    #expect(told.commits.flatMap(\.clusters).map(\.disruption.actions.isEmpty) == [true, false, false])
    let repair = try #require(told.commits[2].clusters.first)
    #expect(repair.nodeFiles.first?.after?.contains("quay.io") == true && !repair.pulls.isEmpty)
    #expect(repair.refusedBefore.map(\.isAbsent) == [true] && told.json.contains("\"absent\": true"))
    #expect(told.text.contains(": nodes have nothing of it yet\n") && !told.text.contains("need not have had it"))
    // A range that begins before the object was added knows as much.
    let late = try await scratch.changes("HEAD~2..HEAD").commits.last?.clusters
    #expect(late?.map(\.disruption.actions.isEmpty) == [false] && late?.first?.nodeFiles.isEmpty == false)
    // The end of a range has nothing of what is refused there and was away on the way.
    try scratch.commit("away", ["late.yaml": nil])
    try scratch.commit("again", ["late.yaml": mirrors("gcr.io", "https://mirror.lab", name: "late")])
    let total = try await scratch.changes("HEAD~2..HEAD").ending.total
    #expect(total.clusters.first?.nodeFiles.first?.after?.contains("gcr.io") == false)
  }

  @Test func renamedClustersRememberThatTheyHaveNothing() async throws {
    let scratch = try scratch(["prod/set.yaml": mirrors("ghcr.io", "https://mirror.lab")])
    try scratch.git("mv", "prod", "live")
    try scratch.commit("rename", [:])
    try scratch.commit("mend", ["live/set.yaml": mirrors("ghcr.io", "mirror.lab")])
    let told = try await scratch.changes("HEAD") { $0.subject = .history(of: "HEAD") }.commits
    #expect(told.last?.clusters.map(\.disruption.isKnown) == [true] && told.last?.clusters.first?.pulls.isEmpty == false)
  }

  /// A folder that is renamed takes along what its cluster has.
  @Test func renamedClustersRemember() async throws {
    let scratch = try scratch(
      ["prod/set.yaml": mirrors("quay.io")], ["prod/set.yaml": mirrors("ghcr.io", "https://mirror.lab")])
    try scratch.git("mv", "prod", "live")
    try scratch.commit("rename", [:])
    try scratch.commit("mend", ["live/set.yaml": mirrors("ghcr.io", "mirror.lab")])
    let told = try await scratch.changes("HEAD~3..HEAD").commits
    #expect(told.last?.clusters.map(\.disruption.drain) == [true])
  }

  /// `lint --since` tells as little.
  @Test func lintTellsNoDrainOfWhatIsRefused() async throws {
    let scratch = try scratch(["set.yaml": mirrors("quay.io")], ["set.yaml": mirrors("ghcr.io", "https://mirror.lab")])
    var request = scratch.request()
    (request.since, request.select) = ("HEAD~1", ["disruption-report"])
    #expect(try await Linter().run(request).findings.isEmpty)
  }
}
