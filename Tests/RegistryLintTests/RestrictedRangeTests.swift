import Diagnostics
import History
import RegistryConfig
import Testing

@testable import RegistryLint

/// Ranges that are restricted to paths: what is told, what is counted, and what fails a run are the same.
@Suite struct RestrictedRangeTests {
  private func history() throws -> ScratchRepository {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    let blocked = Manifest.image(insecure: "lab.example.com") + "    blockedRegistries: [mirror.example.com]\n"
    try scratch.commit("set", ["prod/set.yaml": Manifest.mirrorSet("quay.io"), "README.md": "one"])
    try scratch.commit("block", ["prod/image.yaml": blocked])
    try scratch.commit("elsewhere", ["prod/other.yaml": Manifest.mirrorSet("ghcr.io")
      .replacing("name: mirrors", with: "name: others").replacing("mirror.example.com", with: "mirror.example.org")])
    try scratch.commit("readme", ["README.md": "two"])
    try scratch.commit("touch", ["prod/set.yaml": "# c\n" + Manifest.mirrorSet("quay.io")])
    return scratch
  }

  /// The commit that brings a finding about a file need not touch it.
  @Test func whatIsCountedIsTold() async throws {
    let scratch = try history()
    for path in ["prod/set.yaml", "prod/image.yaml", "prod", "README.md", "nothing"] {
      let told = try await scratch.changes("") { ($0.subject, $0.paths) = (.history(of: "HEAD"), [path]) }
      let summary = try await scratch.changes("") { ($0.subject, $0.paths, $0.isSummary) = (.history(of: "HEAD"), [path], true) }
      let total = told.ending.total.introduced.map(\.rule)
      #expect(told.commits.flatMap(\.introduced).map(\.rule) == total, "\(path)")
      #expect(summary.ending.total.introduced.map(\.rule) == total)
      #expect(told.ending.total.introduced.allSatisfy { told.ending.origins[$0.fingerprint]?.subject == "block" })
      let subjects = told.commits.compactMap(\.commit?.subject)
      switch path {
      case "prod/set.yaml": #expect(subjects == ["set", "block", "touch"] && total == ["mirror-blocked"])
      case "prod/image.yaml": #expect(subjects == ["block"] && total == ["mirror-blocked"])
      case "prod": #expect(subjects == ["set", "block", "elsewhere", "touch"] && total == ["mirror-blocked"])
      case "README.md": #expect(subjects == ["set", "readme"] && total.isEmpty)
      default: #expect(subjects.isEmpty && told.ending.total.clusters.isEmpty)
      }
    }
  }

  /// A commit beside the path that mends what it says is told, and one that changes nothing there is neither told nor
  /// counted.
  @Test func whatIsMendedElsewhereIsTold() async throws {
    let scratch = try history()
    try scratch.commit("unblock", ["prod/image.yaml": Manifest.image(insecure: "lab.example.com")])
    try scratch.commit("more", ["prod/image.yaml": Manifest.image(insecure: "lab.example.com", "b.example.com")])
    let mended = try await scratch.changes("HEAD~2..HEAD") { $0.paths = ["prod/set.yaml"] }
    #expect(mended.commits.compactMap(\.commit?.subject) == ["unblock"] && mended.ending.total.fixed.map(\.rule) == ["mirror-blocked"])
    let other = try await scratch.changes("HEAD~1..HEAD") { $0.paths = ["prod/set.yaml"] }
    #expect(other.commits.isEmpty && !other.ending.total.isEffective)
  }

  private func image(_ list: String, _ entries: String...) -> String { image(list, entries) }

  private func image(_ list: String, _ entries: [String]) -> String {
    "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata:\n  name: cluster\nspec:\n  registrySources:\n    \(list):\n"
      + entries.map { "    - '\($0)'\n" }.joined()
  }

  /// Narrower scopes that somebody names are not part of what changes.
  @Test func scopesOfPullsNameTheirExceptions() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    func pulls(_ text: String, _ set: String? = nil) async throws -> (pulls: [PullChange], text: String, markdown: String, json: String) {
      try scratch.commit("change", ["image.yaml": text, "set.yaml": set ?? Manifest.mirrorSet("docker.io/library").replacing("mirror.example.com", with: "mirror.example.org")])
      let told = try await scratch.changes("HEAD")
      return (told.commits[0].clusters.first?.pulls ?? [], told.text, told.markdown, told.json)
    }
    let usual = "quay.io"
    _ = try await pulls(image("allowedRegistries", usual, "*.com", "a.example.com", "b.example.com/team"))
    let told = try await pulls(image("allowedRegistries", usual, "a.example.com", "b.example.com/team"))
    #expect(told.pulls.first { $0.scope == "*.com" }?.exceptions == ["a.example.com", "b.example.com/team"])
    #expect(told.text.contains("      *.com except a.example.com, b.example.com/team (stops)\n"))
    #expect(told.markdown.contains("`*.com` except `a.example.com`, `b.example.com/team` stop"))
    #expect(told.json.contains("\"except\": [\n") && told.json.contains("\"a.example.com\""))
    // What changes itself is told by itself, and the narrowest scope has the exception.
    let team = try await pulls(image("allowedRegistries", usual, "a.example.com/x/y", "b.example.com/team"))
    #expect(team.pulls.map(\.scope) == ["a.example.com"] && team.pulls[0].exceptions == ["a.example.com/x/y"])
    // What was blocked before is no exception to what is blocked now.
    _ = try await pulls(image("blockedRegistries", "a.example.com/x"))
    let blocked = try await pulls(image("blockedRegistries", "*.com", "a.example.com/x"))
    #expect(blocked.pulls.map(\.scope) == ["*.com"] && blocked.pulls[0].exceptions.isEmpty)
    // An entry of registries.conf decides alone on what it covers.
    let nested = Manifest.mirrorSet("ghcr.io/library").replacing("  - source", with: "  - source: ghcr.io\n    mirrors: [m.example.org/docker]\n  - source")
    _ = try await pulls(image("blockedRegistries", "z.example.com"), nested)
    let mirrored = try await pulls(
      image("blockedRegistries", "z.example.com"), nested.replacing("m.example.org", with: "n.example.org"))
    #expect(mirrored.pulls.map(\.scope) == ["ghcr.io"] && mirrored.pulls[0].exceptions == ["ghcr.io/library"])
  }

  /// Images of Docker Hub without a folder are those of `library`: they say nothing of the whole registry.
  @Test func dockerHubIsMoreThanItsLibrary() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    func set(_ mirror: String) -> String {
      Manifest.mirrorSet("docker.io/library").replacing("  - source", with: "  - source: docker.io\n    mirrors: [\(mirror)]\n  - source")
    }
    try scratch.commit("one", ["set.yaml": set("one.example.org/hub")])
    try scratch.commit("other", ["set.yaml": set("other.example.org/hub")])
    let pulls = try await scratch.changes("HEAD").commits[0].clusters.first?.pulls ?? []
    #expect(pulls.map(\.scope) == ["docker.io"] && pulls[0].exceptions == ["docker.io/library"])
    #expect(pulls[0].before == "by digest from one.example.org/hub, then the registry itself; by tag from the registry itself")
  }
  /// What is mirrored of a registry that is allowed no more stops with it.
  @Test func policiesDecideOnWhatIsMirroredToo() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    let tags = Manifest.mirrorSet("docker.io/library").replacing("Digest", with: "Tag")
    let allowed = image("allowedRegistries", "docker.io", "quay.io")
    try scratch.commit(
      "allow", ["image.yaml": allowed, "tags.yaml": tags, "set.yaml": Manifest.mirrorSet("quay.io/team")])
    try scratch.commit("less", ["image.yaml": image("allowedRegistries", "quay.io")])
    let pulls = try await scratch.changes("HEAD").commits[0].clusters.first?.pulls ?? []
    #expect(pulls.map(\.scope) == ["docker.io", "docker.io/library"] && pulls.allSatisfy { $0.effects == [.stops] })
  }

  /// What changes itself is told before what lies in it, of which there may be more than anybody asks for.
  @Test func whatChangesItselfIsToldFirst() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    let hosts = (0..<12).map { "h\($0).io" }
    let nested = hosts.flatMap { host in (0..<100).map { "\(host)/t\($0)" } }
    try scratch.commit("block", ["image.yaml": image("blockedRegistries", nested)])
    try scratch.commit("more", ["image.yaml": image("blockedRegistries", nested + hosts)])
    // Later releases refuse such lists.
    let told = try await scratch.changes("HEAD") { $0.judging.release = Release(4, 20) }
    let pulls = told.commits[0].clusters.first?.pulls ?? []
    #expect(pulls.map(\.scope) == hosts.sorted() && pulls.allSatisfy(\.exceptions.isEmpty))
  }
}
