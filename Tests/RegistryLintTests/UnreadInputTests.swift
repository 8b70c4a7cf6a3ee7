import GitStore
import Testing

@testable import RegistryLint

/// A file that nobody can read takes nothing from clusters.
@Suite struct UnreadInputTests {
  @Test(arguments: [true, false]) func whatCannotBeReadIsNotGone(isComposed: Bool) async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    let image = Manifest.image(insecure: "lab.example.com")
    let listed = isComposed ? ["prod/kustomization.yaml": "resources: [image.yaml]\n"] : [:]
    let versions: [[String: String?]] = [
      listed.merging(["prod/image.yaml": image + "    blockedRegistries: [a.example.net]\n"]) { first, _ in first },
      ["prod/image.yaml": image + "    blockedRegistries: [a.example.net\n"],
      ["prod/image.yaml": image + "    blockedRegistries: [a.example.net, b.example.net]\n"],
      ["prod/image.yaml": nil, "prod/kustomization.yaml": nil],
    ]
    for (number, files) in versions.enumerated() {
      try scratch.commit("change \(number)", files.filter { isComposed || $0.key != "prod/kustomization.yaml" })
    }
    let told = try await scratch.changes("HEAD~3..HEAD")
    #expect(told.commits.map { $0.clusters.map(\.disruption.isKnown) } == [[false], [false], [true]])
    #expect(told.commits[0].fixed.isEmpty)
    #expect(told.commits[0].clusters[0].reason.contains("of prod/image.yaml cannot be read"))
    #expect(told.commits[1].clusters[0].reason.contains("could not be read before"))
    #expect(told.commits[2].clusters[0].disruption.drain)
    #expect(try await disruptions(scratch, since: "HEAD~3", at: "HEAD~2") == 0)
    #expect(try await disruptions(scratch, since: "HEAD~2", at: "HEAD~1") == 0)
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
}
