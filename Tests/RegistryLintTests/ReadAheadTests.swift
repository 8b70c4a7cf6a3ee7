import Foundation
import GitStore
import SourceText
import Testing

@testable import RegistryLint

/// Histories that are read ahead are told as those that are read step by step.
@Suite struct ReadAheadTests {
  /// More commits than are read in one go, with merges, reverts and files that cannot be read.
  private func history() throws -> ScratchRepository {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    for number in 0..<120 {
      let entry = number % 3 == 0 ? "https://registry\(number % 7).lab" : "registry\(number % 7).lab"
      try scratch.write(Manifest.image(insecure: entry), to: "cluster\(number % 5)/image.yaml")
      if number % 11 == 0 { try scratch.write("config.openshift.io/v1\0", to: "binary\(number).yaml") }
      if number % 10 == 4 { try scratch.git("checkout", "-q", "-b", "side\(number)") }
      if number == 50 { try FileManager.default.removeItem(at: scratch.folder.appendingPathComponent("cluster1")) }
      try scratch.git("add", "-A")
      try scratch.git("commit", "-q", "--allow-empty", "-m", "\(number)")
      if number % 10 == 6 {
        try scratch.git("checkout", "-q", "main")
        try scratch.git("merge", "-q", "--no-ff", "-m", "merge", "side\(number - 2)")
      }
    }
    return scratch
  }

  private func run(
    _ scratch: ScratchRepository, jobs: Int, allParents: Bool = false, _ emit: (String) throws -> Void
  ) async throws -> [String] {
    var request = ChangeRequest(.history(of: "HEAD"), judging: scratch.request())
    request.judging.workers = jobs
    request.comparesAllParents = allParents
    let outcome = try await ChangeRun(request).changes { change in
      let clusters = change.clusters.map { "\($0)" }
      try emit("\(change.commit?.id ?? "") \(clusters) \(change.introduced.map(\.message)) \(change.fixed.map(\.message))")
    }
    return outcome.ending.notifications.map { "\($0)" }
  }

  @Test(arguments: [false, true]) func anyNumberOfWorkersTellsTheSame(allParents: Bool) async throws {
    let scratch = try history()
    var expected: [String] = []
    let notifications = try await run(scratch, jobs: 1, allParents: allParents) { expected.append($0) }
    #expect(expected.count >= 120 && notifications.count { $0.contains("binary") } == 11)
    for jobs in [2, 3, 8] {
      var told: [String] = []
      #expect(try await run(scratch, jobs: jobs, allParents: allParents) { told.append($0) } == notifications)
      #expect(told == expected)
    }
  }

  private struct ClosedPipe: Error {}

  @Test func whoeverListensMayStop() async throws {
    let scratch = try history()
    for last in [1, 20, 70] {
      var told = 0
      await #expect(throws: ClosedPipe.self) {
        _ = try await run(scratch, jobs: 3) { _ in
          told += 1
          if told == last { throw ClosedPipe() }
        }
      }
      #expect(told == last)
    }
  }

  @Test func cancellingEndsTheRun() async throws {
    let scratch = try history()
    let task = Task { try await run(scratch, jobs: 3) { _ in withUnsafeCurrentTask { $0?.cancel() } } }
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  /// What stands before a tree that is missing is told, and then why the rest is not.
  @Test func aBrokenHistoryIsToldUpToWhereItBreaks() async throws {
    let scratch = try history()
    let tree = try scratch.git("rev-parse", "HEAD~2^{tree}").trimmingCharacters(in: .whitespacesAndNewlines)
    let object = scratch.folder.appendingPathComponent(".git/objects/\(tree.prefix(2))/\(tree.dropFirst(2))")
    try FileManager.default.removeItem(at: object)
    var before: [String] = []
    let error = await #expect(throws: GitError.self) { _ = try await run(scratch, jobs: 1) { before.append($0) } }
    #expect(before.count > 100)
    for jobs in [2, 3] {
      var told: [String] = []
      let other = await #expect(throws: GitError.self) { _ = try await run(scratch, jobs: jobs) { told.append($0) } }
      #expect(told == before && other?.description == error?.description)
    }
  }
}
