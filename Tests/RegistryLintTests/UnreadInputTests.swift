import Foundation
import GitStore
import History
import Testing

@testable import RegistryLint

/// A file that nobody can read takes nothing from clusters, and what mends it is compared with what it was.
@Suite struct UnreadInputTests {
  private static let image = Manifest.image(insecure: "lab.example.com")
  private static let pointer =
    "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "0", count: 64))\nsize 1\n"

  private func scratch(_ versions: [String: String?]...) throws -> ScratchRepository {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    for (number, files) in versions.enumerated() { try scratch.commit("change \(number)", files) }
    return scratch
  }

  @Test(arguments: [true, false]) func whatCannotBeReadIsNotGone(isComposed: Bool) async throws {
    let listed = isComposed ? ["prod/kustomization.yaml": "resources: [image.yaml]\n"] : [:]
    var last: [String: String?] = ["prod/image.yaml": nil]
    if isComposed { last["prod/kustomization.yaml"] = .some(nil) }
    let whole = ["prod/image.yaml": Self.image + "    blockedRegistries: [a.example.net]\n"]
    let scratch = try scratch(
      listed.merging(whole) { first, _ in first },
      ["prod/image.yaml": Self.image + "    blockedRegistries: [a.example.net\n"],
      ["prod/image.yaml": Self.image + "    blockedRegistries: [a.example.net, b.example.net]\n"], last)
    let first = String(try scratch.git("rev-parse", "HEAD~3").prefix(40))
    let told = try await scratch.changes("HEAD~3..HEAD")
    #expect(told.commits.map { $0.clusters.map(\.disruption.isKnown) } == [[false], [true], [true]])
    #expect(told.commits[0].fixed.isEmpty && told.commits[0].clusters[0].resources.isEmpty)
    let words = told.commits[0].clusters[0].reason
    #expect(words.contains("of prod/image.yaml cannot be read: clusters keep what they have"))
    #expect(told.commits[1].clusters[0].lastKnownIn == first && told.commits[1].clusters[0].disruption.drain)
    #expect(told.commits[2].clusters[0].disruption.drain)
    // A range that begins between looks behind itself.
    let mended = try await scratch.changes("HEAD~2..HEAD~1")
    for clusters in [mended.commits[0].clusters, mended.ending.total.clusters] {
      #expect(clusters.map(\.lastKnownIn) == [first] && clusters[0].disruption.drain)
    }
    let summary = try await scratch.changes("HEAD~2..HEAD~1") { $0.isSummary = true }
    #expect(summary.ending.total.clusters.map(\.lastKnownIn) == [first])
    #expect(try await disruptions(scratch, since: "HEAD~3", at: "HEAD~2") == 0)
    #expect(try await disruptions(scratch, since: "HEAD~2", at: "HEAD~1") == 1)
    #expect(try await disruptions(scratch, since: "HEAD~3", at: "HEAD~1") == 1)
    // The last object of a cluster goes.
    #expect(try await disruptions(scratch, since: "HEAD~1", at: "HEAD") == 1)
  }

  private func disruptions(_ scratch: ScratchRepository, since base: String, at revision: String) async throws -> Int {
    var request = scratch.request(.revision(revision, paths: []))
    request.since = base
    request.select = ["disruption-report"]
    return try await Linter().run(request).report.open.count
  }

  /// What stands in place of `prod/mirrors.yaml`, with what a report says of it.
  enum Obstacle: String, CaseIterable {
    case pointer = "it is a Git LFS pointer"
    case binary = "it holds NUL bytes"
    case large = "are over the limit"
    case missing = "is missing from the repository"
    case link = "it is a symbolic link"
    case folderLink = "'prod' is a symbolic link"
    case template = "line 12 of prod/mirrors.yaml"

    func put(in scratch: ScratchRepository) throws {
      let path = "prod/mirrors.yaml"
      switch self {
      case .pointer: try scratch.write(UnreadInputTests.pointer, to: path)
      case .binary: try scratch.write("\0" + scratch.read(path), to: path)
      case .large: try scratch.write(scratch.read(path) + String(repeating: "#\n", count: 8 << 20), to: path)
      case .missing: try scratch.write("---\n" + scratch.read(path), to: path)
      case .link:
        try scratch.git("mv", path, "mirrors.txt")
        try link(path, to: "../mirrors.txt", scratch)
      case .folderLink:
        try scratch.git("mv", "prod", "shared")
        try link("prod", to: "shared", scratch)
      case .template:
        let broken = "{{- define \"x\" }}\n - a: b\n {{- end }}\n{{- range $k := .Values.l }}\n{{ $k }}: 1\n{{- end }}\n"
        try scratch.write(scratch.read(path) + broken, to: path)
      }
    }

    private func link(_ path: String, to target: String, _ scratch: ScratchRepository) throws {
      let place = scratch.folder.appendingPathComponent(path).path
      try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: target)
    }
  }

  private static let mirrors = Manifest.mirrorSet("quay.io/team") + "    - other.example.com/team\n"
  private static let plain = ["prod/image.yaml": image, "prod/mirrors.yaml": mirrors]

  @Test(arguments: Obstacle.allCases) func whatIsUnreadableIsUnknown(_ obstacle: Obstacle) async throws {
    let scratch = try scratch(Self.plain)
    try obstacle.put(in: scratch)
    try scratch.commit("break", [:])
    let isOfFolder = obstacle == .folderLink
    if !isOfFolder {
      try scratch.commit("another", ["prod/image.yaml": Manifest.image(insecure: "lab.example.com", "x.example.com")])
    }
    if isOfFolder { try scratch.git("rm", "-qr", "prod", "shared") }
    try? FileManager.default.removeItem(at: scratch.folder.appendingPathComponent("prod/mirrors.yaml"))
    try scratch.commit(
      "mend", ["prod/image.yaml": Self.image, "prod/mirrors.yaml": Manifest.mirrorSet("quay.io/team")])
    if obstacle == .missing {
      let blob = try scratch.git("rev-parse", "HEAD~1:prod/mirrors.yaml").prefix(40)
      try FileManager.default.removeItem(
        at: scratch.folder.appendingPathComponent(".git/objects/\(blob.prefix(2))/\(blob.dropFirst(2))"))
    }
    let first = String(try scratch.git("rev-parse", isOfFolder ? "HEAD~2" : "HEAD~3").prefix(40))
    let told = try await scratch.changes("\(first)..HEAD")
    let ofProd = told.commits.map { $0.clusters.filter { $0.cluster == "prod" } }
    for clusters in ofProd.dropLast() {
      #expect(clusters.map(\.disruption.isKnown) == [false] && clusters[0].resources.isEmpty)
      let words = clusters.first?.reason ?? ""
      #expect(words.contains(obstacle.rawValue) && words.contains("cannot be read: clusters keep what they have"))
    }
    #expect(told.commits.dropLast().allSatisfy { $0.fixed.isEmpty && !$0.clusters.contains { $0.oldName != nil } })
    for clusters in [ofProd.last ?? [], try await scratch.changes("HEAD").commits[0].clusters] {
      let mended = try #require(clusters.first { $0.cluster == "prod" })
      #expect(mended.lastKnownIn == first && mended.resources.map(\.change) == [.modified])
      #expect(mended.reason.contains("quay.io/team loses its mirror other.example.com/team"))
    }
    // The whole knows both ends.
    let whole = told.ending.total.clusters.filter { $0.cluster == "prod" }
    #expect(whole.map(\.lastKnownIn) == [nil] && whole[0].disruption.drain)
    if isOfFolder { return }
    #expect(try await disruptions(scratch, since: first, at: "HEAD~2") == 0)
    #expect(try await disruptions(scratch, since: "HEAD~1", at: "HEAD") == 1)
    #expect(try await disruptions(scratch, since: first, at: "HEAD") == 1)
  }

  /// What a cluster loses with a file that cannot be read is no finding, and what it had is not new when it is mended.
  @Test func findingsAreNeitherFixedNorIntroduced() async throws {
    let blocking = Self.image + "    blockedRegistries: [mirror.example.com]\n"
    let scratch = try scratch(
      ["prod/image.yaml": blocking, "prod/mirrors.yaml": Manifest.mirrorSet("quay.io/team")])
    try Obstacle.pointer.put(in: scratch)
    try scratch.commit("break", [:])
    try scratch.commit("mend", ["prod/mirrors.yaml": Manifest.mirrorSet("quay.io/team")])
    let told = try await scratch.changes("HEAD~2..HEAD")
    #expect(told.commits.flatMap { $0.introduced + $0.fixed }.map(\.rule) == [])
    for (base, revision) in [("HEAD~2", "HEAD~1"), ("HEAD~1", "HEAD")] {
      var request = scratch.request(.revision(revision, paths: []))
      request.since = base
      let report = try await Linter().run(request).report
      #expect(report.open.isEmpty && report.known?.absent.isEmpty == true)
    }
  }

  /// Files that never held anything of ours are nothing to clusters.
  @Test func whatWasNeverOursIsSilent() async throws {
    let scratch = try scratch(
      Self.plain.merging(["prod/other.yaml": "a: b\n", "prod/more.yaml": "kind: Image\n"]) { first, _ in first })
    let others = ["prod/other.yaml": Self.pointer, "prod/more.yaml": "kind: Image\n a: [\n", "x.yaml": Self.pointer]
    try scratch.commit("others", others)
    try scratch.commit("ours", ["prod/mirrors.yaml": Manifest.mirrorSet("quay.io/team")])
    try scratch.commit("again", ["prod/other.yaml": "a: b\n"])
    let told = try await scratch.changes("HEAD~3..HEAD")
    #expect(told.commits.map { $0.clusters.map(\.disruption.isKnown) } == [[], [true], []])
    #expect(told.commits[1].clusters[0].lastKnownIn == nil)
    #expect(try await disruptions(scratch, since: "HEAD~3", at: "HEAD") == 1)
  }

  /// What a MachineConfig writes is told of no change, so that losing it is none either.
  @Test func whatNoChangeIsToldOfIsSilent() async throws {
    let config = "apiVersion: machineconfiguration.openshift.io/v1\nkind: MachineConfig\nmetadata: {name: m}\nspec:\n"
      + "  config: {storage: {files: [{path: /etc/containers/registries.conf.d/x.conf, contents: {source: \"data:,\"}}]}}\n"
    let scratch = try scratch(
      Self.plain.merging(["prod/machines.yaml": config]) { first, _ in first }, ["prod/machines.yaml": Self.pointer],
      ["prod/mirrors.yaml": Manifest.mirrorSet("quay.io/team")])
    let told = try await scratch.changes("HEAD~2..HEAD").commits
    #expect(told.map { $0.clusters.map(\.disruption.isKnown) } == [[], [true]])
    #expect(try await disruptions(scratch, since: "HEAD~2", at: "HEAD") == 1)
  }

  /// Without its kustomization, a folder is not what its files say by themselves.
  @Test func aKustomizationThatCannotBeReadIsUnknown() async throws {
    let listed = "resources: [image.yaml, mirrors.yaml]\n"
    let object = "apiVersion: config.openshift.io/v1, kind: Image, metadata: {name: cluster}, $patch: delete"
    let patch = "patches: [{patch: '{\(object)}'}]\n"
    let scratch = try scratch(
      Self.plain.merging(["prod/kustomization.yaml": listed + patch]) { first, _ in first },
      ["prod/kustomization.yaml": Self.pointer], ["prod/kustomization.yaml": listed + patch])
    let told = try await scratch.changes("HEAD~2..HEAD")
    #expect(told.commits.map { $0.clusters.map(\.disruption.isKnown) } == [[false], []])
    let mended = try await scratch.changes("HEAD").commits[0].clusters
    #expect(mended.map(\.disruption.isKnown) == [false])
    #expect(mended.first?.reason.contains("prod/kustomization.yaml (it is a Git LFS pointer") == true)
    #expect(try await disruptions(scratch, since: "HEAD~2", at: "HEAD~1") == 0)
    #expect(try await disruptions(scratch, since: "HEAD~1", at: "HEAD") == 0)
  }

  /// What stands beside a document that no version reads is known, as long as that document stays the same.
  @Test func whatBothDoNotReadIsNoObstacle() async throws {
    func text(_ entry: String, _ value: String) -> String {
      Manifest.image(insecure: entry)
        + "---\nkind: ImageTagMirrorSet\n{{- define \"x\" }}\n  - a: \(value)\n {{- end }}\n"
    }
    let scratch = try scratch(
      ["prod/image.yaml": text("a.example.com", "1")], ["prod/image.yaml": text("b.example.com", "1")],
      ["prod/image.yaml": text("c.example.com", "2")])
    let told = try await scratch.changes("HEAD~2..HEAD")
    #expect(told.commits.map { $0.clusters.map(\.disruption.isKnown) } == [[true], [false]])
  }
}
