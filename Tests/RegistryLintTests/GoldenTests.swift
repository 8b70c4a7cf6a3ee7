import Foundation
import GitStore
import NodeConfig
import Reporting
import Testing

@testable import RegistryLint

/// What people and machines read of the example repository, whole, in `Tests/Fixtures/golden`.
///
/// A change of wording or layout shows there as a diff to review. `REGISTRYLINT_UPDATE_GOLDEN=1 swift test --filter
/// GoldenTests` writes the files anew.
@Suite struct GoldenTests {
  private static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let golden = project.appending(path: "Tests/Fixtures/golden")

  /// The example repository outside of Git, so that reports name no commit.
  private func example() throws -> ScratchRepository {
    let scratch = try ScratchRepository()
    let clusters = Self.project.appending(path: "examples/gitops/clusters")
    try FileManager.default.copyItem(at: clusters, to: scratch.folder.appending(path: "clusters"))
    return scratch
  }

  func compare(_ text: String, with name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let file = Self.golden.appending(path: name)
    if ProcessInfo.processInfo.environment["REGISTRYLINT_UPDATE_GOLDEN"] != nil {
      try FileManager.default.createDirectory(at: Self.golden, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    let expected = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    if text == expected { return }
    let lines = zip(text.split(separator: "\n", omittingEmptySubsequences: false),
      expected.split(separator: "\n", omittingEmptySubsequences: false))
    let difference = lines.first { $0 != $1 }.map { "'\($0)' where the file has '\($1)'" } ?? "one is longer"
    Issue.record("\(name): \(difference)", sourceLocation: sourceLocation)
  }

  @Test func lint() async throws {
    let scratch = try example()
    var request = scratch.request()
    // Only the rules that find something: SARIF carries the documentation of all that run.
    request.select = Set(try await Linter().run(request).report.open.map(\.rule)).sorted()
    let report = try await Linter().run(request).report
    let reporters: [(String, any Reporter)] = [
      ("lint.txt", TextReporter(isColoured: false)), ("lint-coloured.txt", TextReporter(isColoured: true)),
      ("lint-concise.txt", ConciseReporter()), ("lint.json", JSONReporter()), ("lint.sarif", SARIFReporter()),
      ("lint-github.txt", GitHubReporter()), ("lint-gitlab.json", GitLabReporter()), ("lint-junit.xml", JUnitReporter()),
      ("lint.md", MarkdownReporter()),
    ]
    for (name, reporter) in reporters { try compare(reporter.render(report), with: name) }
  }

  @Test func nodeFilesAndPulls() async throws {
    let scratch = try example()
    let reading = try await ClusterReading(scratch.request())
    let files = NodeFilesReport(reading.clusters)
    try compare(files.text(isColoured: false), with: "render.txt")
    try compare(files.json(), with: "render.json")
    for (name, image) in [
      ("mirrored", "registry.redhat.io/openshift4/ose-cli@sha256:" + String(repeating: "0", count: 64)),
      ("short", "nginx"), ("rejected", "ghcr.io/team/app:1"),
    ] {
      let answers = reading.clusters.map {
        PullReport.Answer(cluster: $0, resolution: PullResolver($0.rendering).resolve(image, namespace: nil))
      }
      try compare(PullReport(answers).text(isColoured: false), with: "pull-\(name).txt")
      try compare(PullReport(answers).json(), with: "pull-\(name).json")
    }
  }

  @Test func certificates() async throws {
    let scratch = try example()
    let inventory = try await CertificateInventory(scratch.request())
    let report = CertificateReport(inventory.rows, now: 1_780_272_000)
    try compare(report.text(isColoured: false), with: "certs.txt")
    try compare(report.json(), with: "certs.json")
  }
}
