import Diagnostics
import Foundation
import GitStore
import History
import Reporting
import Testing

@testable import RegistryLint

extension GoldenTests {
  /// A cluster that is broken, commented, renamed and repaired, commit by commit.
  private func history() throws -> ScratchRepository {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    func commit(_ message: String) throws {
      try scratch.git("add", "-A")
      try scratch.git("commit", "-qm", message)
    }
    let mirrors = "apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata:\n  name: team\nspec:\n"
      + "  imageDigestMirrors:\n  - source: quay.io/team\n    mirrors:\n    - mirror.example.com/team\n"
    func image(_ lists: String) -> String {
      "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata:\n  name: cluster\nspec:\n  registrySources:\n" + lists
    }
    try scratch.write(mirrors, to: "prod/mirrors.yaml")
    try scratch.write(image("    insecureRegistries:\n    - registry.lab:5000\n"), to: "prod/image.yaml")
    try commit("Begin")
    try scratch.write(
      image("    insecureRegistries:\n    - https://registry.lab\n    blockedRegistries:\n    - mirror.example.com\n"),
      to: "prod/image.yaml")
    try commit("Block the mirror <b>@team")
    try scratch.write("# Mirrors of the team.\n" + mirrors, to: "prod/mirrors.yaml")
    try commit("Say what it is")
    try scratch.git("mv", "prod", "production")
    try commit("Call it by its name")
    try scratch.write(image("    insecureRegistries:\n    - registry.lab\n"), to: "production/image.yaml")
    try scratch.write(
      mirrors.replacing("mirror.example.com/team\n", with: "mirror.example.com/team\n    - https://second.example.com/team\n"),
      to: "production/mirrors.yaml")
    try commit("Repair, and break something else")
    return scratch
  }

  /// The same commits whenever and wherever they are made.
  private func named(_ commit: CommitDescription?, _ known: inout [String]) -> CommitDescription? {
    guard let commit else { return nil }
    func name(_ id: String) -> String {
      if !known.contains(id) { known.append(id) }
      return String(repeating: String((known.firstIndex(of: id) ?? 0) + 1), count: 40)
    }
    return CommitDescription(
      id: name(commit.id), parent: commit.parent.map(name), author: "Somebody", date: "2026-06-01T12:00:00Z",
      subject: commit.subject)
  }

  @Test func changes() async throws {
    let scratch = try history()
    var request = ChangeRequest(.range("HEAD~4..HEAD"), judging: scratch.request())
    request.judging.select = ["registry-entry-scheme", "mirror-blocked", "mirror-grammar"]
    let run = try ChangeRun(request)
    var known: [String] = []
    var changes: [CommitChange] = []
    let outcome = try await run.changes { change in
      changes.append(
        CommitChange(
          commit: named(change.commit, &known), clusters: change.clusters, introduced: change.introduced,
          fixed: change.fixed))
    }
    let origins = outcome.ending.origins.compactMapValues { named($0, &known) }
    let notifications = outcome.ending.notifications.map { notification in
      let message = known.enumerated().reduce(notification.message) { message, id in
        message.replacing(id.element.prefix(10), with: String(repeating: String(id.offset + 1), count: 10))
      }
      return Diagnostics.Notification(notification.level, path: notification.path, message)
    }
    let ending = ChangeEnding(total: outcome.ending.total, origins: origins, notifications: notifications)
    let reporters: [(String, any ChangeReporter)] = [
      ("diff.txt", TextChangeReporter(isColoured: false)), ("diff-coloured.txt", TextChangeReporter(isColoured: true)),
      ("diff.json", JSONChangeReporter()), ("diff.md", MarkdownChangeReporter()), ("diff.sarif", SARIFChangeReporter()),
      ("diff-commits.sarif", SARIFChangeReporter(hasRunsByCommit: true)),
    ]
    for (name, reporter) in reporters {
      // What a cluster had last is named by its commit as well.
      let text = known.enumerated().reduce(reporter.render(run.heading, changes, ending)) { text, id in
        let digit = String(id.offset + 1)
        return text.replacing(id.element, with: String(repeating: digit, count: 40))
          .replacing(id.element.prefix(10), with: String(repeating: digit, count: 10))
      }
      try compare(text, with: name)
    }
  }

  @Test func runsOfManyCommitsStayWithinWhatGitHubTakes() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    for number in 0..<25 {
      try scratch.write(Manifest.image(insecure: "https://registry-\(number)"), to: "image.yaml")
      try scratch.git("add", "-A")
      try scratch.git("commit", "-qm", "\(number)")
    }
    let run = try ChangeRun(ChangeRequest(.history(of: "HEAD"), judging: scratch.request()))
    var reporter = SARIFChangeReporter(hasRunsByCommit: true)
    var text = reporter.begin(run.heading)
    let outcome = try await run.changes { text += reporter.tell($0) }
    text += reporter.end(outcome.ending)
    let root = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let runs = try #require(root["runs"] as? [[String: Any]])
    #expect(runs.count == 20)
    let ids = runs.compactMap { ($0["automationDetails"] as? [String: Any])?["id"] as? String }
    #expect(Set(ids).count == 20)
    #expect(runs.map { ($0["results"] as? [Any])?.count ?? 0 } == [6] + Array(repeating: 1, count: 19))
  }
}
