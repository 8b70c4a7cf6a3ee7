import Diagnostics
import GitStore
import History
import Testing

@testable import RegistryLint

/// A range that begins where a cluster is not known, or where the operator refuses it: `diff` and `lint --since` look
/// behind its base, and agree on what is new.
@Suite struct BehindRangeTests {
  private static let good = "resources: [image.yaml, set.yaml]\n"
  private static let broken = "resources: [image.yaml, set.yaml, gone.yaml]\n"

  private func image(blocked: String = "") -> String {
    Manifest.image(insecure: "lab.example.com") + (blocked.isEmpty ? "" : "    blockedRegistries: [\(blocked)]\n")
  }

  private func scratch(_ versions: [String: String?]...) throws -> ScratchRepository {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    for (number, files) in versions.enumerated() { try scratch.commit("change \(number)", files) }
    return scratch
  }

  private func since(
    _ scratch: ScratchRepository, _ revision: String, _ rules: [String] = [], _ selection: InputSelection = .workingTree()
  ) async throws -> Linter.Outcome {
    var request = scratch.request(selection)
    request.since = revision
    if rules.isEmpty { request.ignore = ["disruption-report"] } else { request.select = rules }
    return try await Linter().run(request)
  }

  private func rules(_ findings: [Diagnostic]) -> [String] { findings.map(\.rule).sorted() }

  /// What every way says that a range introduces: commit by commit, as a whole, as one change, and as new findings.
  private func introduced(_ scratch: ScratchRepository, since base: String) async throws -> [[String]] {
    let told = try await scratch.changes("\(base)..HEAD")
    let summary = try await scratch.changes("\(base)..HEAD") { $0.isSummary = true }
    let outcome = try await since(scratch, base)
    let failing = told.ending.total.introduced.contains { $0.severity == .error }
    #expect(outcome.isFailed == failing)
    return [
      rules(told.commits.flatMap(\.introduced)), rules(told.ending.total.introduced),
      rules(summary.ending.total.introduced), rules(outcome.report.open),
    ]
  }

  @Test func whatWasKnownBehindTheRangeIsComparedWith() async throws {
    let scratch = try scratch(
      ["prod/kustomization.yaml": Self.good, "prod/image.yaml": image(), "prod/set.yaml": Manifest.mirrorSet("quay.io")],
      ["prod/kustomization.yaml": Self.broken], ["README.md": "nothing"],
      ["prod/image.yaml": image(blocked: "mirror.example.com")], ["prod/kustomization.yaml": Self.good])
    let known = String(try scratch.git("rev-parse", "HEAD~4").prefix(40))
    #expect(try await introduced(scratch, since: "HEAD~2") == Array(repeating: ["mirror-blocked"], count: 4))
    let told = try await scratch.changes("HEAD~2..HEAD")
    for change in [told.commits[1].clusters.first, told.ending.total.clusters.first] {
      #expect(change?.lastKnownIn == known && change?.disruption.drain == true)
    }
    #expect(try await scratch.changes("HEAD").commits[0].clusters.first?.lastKnownIn == known)
    let outcome = try await since(scratch, "HEAD~2", ["disruption-report"])
    #expect(outcome.report.open.map(\.message).first?.hasPrefix("nodes are drained: mirror.example.com is newly blocked") == true)
    // The same of the index.
    try scratch.git("reset", "-q", "--soft", "HEAD~1")
    let staged = try await scratch.changes("") { $0.subject = .staged }
    #expect(rules(staged.ending.total.introduced) == ["mirror-blocked"] && staged.commits[0].clusters.first?.lastKnownIn == known)
    #expect(try await rules(since(scratch, "HEAD", [], .index()).report.open) == ["mirror-blocked"])
  }

  /// A finding of the last composition is not new because one between hid it.
  @Test func whatWasThereBeforeItBrokeIsNotNew() async throws {
    let scratch = try scratch(
      [
        "prod/kustomization.yaml": Self.good, "prod/image.yaml": image(blocked: "mirror.example.com"),
        "prod/set.yaml": Manifest.mirrorSet("quay.io"),
      ],
      ["prod/kustomization.yaml": Self.broken], ["prod/kustomization.yaml": Self.good])
    #expect(try await introduced(scratch, since: "HEAD~1") == [[], [], [], []])
    #expect(try await since(scratch, "HEAD~1").report.known?.unchanged.contains { $0.rule == "mirror-blocked" } == true)
    #expect(try await scratch.changes("HEAD").commits[0].clusters.isEmpty)
  }

  /// Nobody has seen these findings before: they count, and that they may be older is said.
  @Test func whatWasNeverKnownIsNew() async throws {
    let scratch = try scratch(
      ["README.md": "nothing"],
      [
        "prod/kustomization.yaml": Self.broken, "prod/image.yaml": image(blocked: "mirror.example.com"),
        "prod/set.yaml": Manifest.mirrorSet("quay.io"),
      ], ["prod/kustomization.yaml": Self.good])
    #expect(try await introduced(scratch, since: "HEAD~1") == Array(repeating: ["mirror-blocked"], count: 4))
    let told = try await scratch.changes("HEAD~1..HEAD")
    let change = try #require(told.commits[0].clusters.first)
    #expect(!change.disruption.isKnown && change.lastKnownIn == nil)
    #expect(change.reason.hasPrefix(
      "the cluster was not known as a whole before, so what happens to nodes is not told, and all that is found on it counts as new: "))
    let words = "the cluster 'prod' was not known as a whole at 'HEAD~1' and before: all that is found on it counts as new"
    #expect(try await since(scratch, "HEAD~1").report.notifications.map(\.message).contains(words))
  }

  /// A commit that breaks a cluster fixes nothing of it.
  @Test func whatIsHiddenIsNotGone() async throws {
    let scratch = try scratch(
      [
        "prod/kustomization.yaml": Self.good, "prod/image.yaml": image(blocked: "mirror.example.com"),
        "prod/set.yaml": Manifest.mirrorSet("quay.io"),
      ], ["prod/kustomization.yaml": Self.broken])
    #expect(try await introduced(scratch, since: "HEAD~1") == Array(repeating: ["kustomize-not-composed"], count: 4))
    #expect(try await scratch.changes("HEAD").ending.total.fixed.isEmpty)
    #expect(try await since(scratch, "HEAD~1").report.known?.absent.isEmpty == true)
  }

  private func mirrors(_ name: String, of source: String, _ policy: String = "AllowContactingSource") -> String {
    Manifest.mirrorSet(source).replacing("name: mirrors", with: "name: \(name)") + "    mirrorSourcePolicy: \(policy)\n"
  }

  /// Nodes have the files that the operator wrote last, also when that was before the range.
  @Test func whatNodesKeepIsLookedForBehindTheRange() async throws {
    let scratch = try scratch(
      ["prod/a.yaml": mirrors("a", of: "quay.io/a")], ["prod/b.yaml": mirrors("b", of: "quay.io/a", "NeverContactSource")],
      ["prod/c.yaml": mirrors("c", of: "quay.io/c")], ["README.md": "nothing"])
    try scratch.git("mv", "prod", "live")
    try scratch.commit("rename", [:])
    try scratch.commit("free", ["live/b.yaml": nil, "live/a.yaml": mirrors("a", of: "ghcr.io/a")])
    let written = String(try scratch.git("rev-parse", "HEAD~5").prefix(40))
    for adjust: (inout ChangeRequest) -> Void in [{ _ in }, { $0.isSummary = true }] {
      for range in ["HEAD", "HEAD~2..HEAD", "HEAD~3..HEAD"] {
        let told = try await scratch.changes(range, adjust)
        for change in [told.commits.last?.clusters.first, told.ending.total.clusters.first] {
          #expect(change?.lastWrittenIn == written && change?.disruption.drain == true, "\(range)")
          #expect(change?.pulls.map(\.scope) == ["ghcr.io/a", "quay.io/a", "quay.io/c"], "\(range)")
        }
      }
    }
    let drained = try await since(scratch, "HEAD~1", ["disruption-report"]).report.open.map(\.message)
    #expect(drained.count == 1 && drained[0].hasPrefix("nodes are drained: "))
    // Where the commit is not here, nobody knows.
    let shallow = try ScratchRepository()
    try shallow.git("init", "-q")
    try shallow.git("fetch", "-q", "--depth", "3", "file://\(scratch.folder.path)", "HEAD")
    try shallow.git("reset", "-q", "--hard", "FETCH_HEAD")
    let change = try #require(try await shallow.changes("HEAD").commits[0].clusters.first)
    #expect(change.lastWrittenIn == nil && !change.disruption.isKnown && change.pulls.isEmpty)
  }

  /// `lint --since` knows of refused objects what `diff` knows.
  @Test func whatWasTakenBehindTheBaseIsComparedWith() async throws {
    func set(_ source: String, _ mirror: String) -> String {
      Manifest.mirrorSet(source).replacing("mirror.example.com/team", with: mirror)
    }
    let scratch = try scratch(
      ["set.yaml": set("quay.io", "mirror.lab/team")], ["set.yaml": set("ghcr.io", "https://mirror.lab")],
      ["set.yaml": set("ghcr.io", "mirror.lab/team")])
    let found = try await since(scratch, "HEAD~1", ["disruption-report"]).report.open.map(\.message)
    #expect(found.count == 1 && found[0].hasPrefix("nodes are drained: "))
  }
}
