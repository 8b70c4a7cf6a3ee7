import Foundation
import History
import Reporting
import Testing

@testable import RegistryLint

/// What `diff` knows of a state is what `lint` says of it.
@Suite struct CommitStateTests {
  private func commit(_ scratch: ScratchRepository, _ message: String) throws {
    try scratch.git("add", "-A")
    try scratch.git("commit", "-q", "--allow-empty", "-m", message)
  }

  private func changes(
    _ scratch: ScratchRepository, _ subject: ChangeRequest.Subject, workers: Int = 1
  ) async throws -> [CommitChange] {
    var request = ChangeRequest(subject, judging: scratch.request())
    request.judging.workers = workers
    var changes: [CommitChange] = []
    _ = try await ChangeRun(request).changes { changes.append($0) }
    return changes
  }

  /// A kustomization that makes ConfigMaps for registries counts without any other resource, whoever reads it.
  @Test(arguments: [1, 4]) func generatorsCountAlone(workers: Int) async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    let plain = "configMapGenerator:\n- name: ca\n  files: [gone.crt]\n"
    try scratch.write(plain, to: "prod/kustomization.yaml")
    try commit(scratch, "elsewhere")
    try scratch.write("namespace: openshift-config\n" + plain, to: "prod/kustomization.yaml")
    try commit(scratch, "break")
    let found = try await Linter().run(scratch.request()).report.open.map(\.rule)
    #expect(found == ["kustomize-not-composed"])
    // Enough commits for others to read ahead.
    for number in 0..<40 {
      try scratch.write("\(number)", to: "notes.txt")
      try commit(scratch, "notes \(number)")
    }
    try scratch.write(plain, to: "prod/kustomization.yaml")
    try commit(scratch, "elsewhere again")
    try scratch.write("namespace: openshift-config\n" + plain, to: "prod/kustomization.yaml")
    try commit(scratch, "break again")
    try scratch.git("rm", "-q", "-r", "prod")
    try commit(scratch, "remove")
    let told = try await changes(scratch, .history(of: "HEAD"), workers: workers).filter(\.isEffective)
    #expect(told.map { $0.commit?.subject } == ["break", "elsewhere again", "break again", "remove"])
    #expect(told.map { $0.introduced.map(\.rule) } == [found, [], found, []])
    #expect(told.map { $0.fixed.map(\.rule) } == [[], found, [], found])
  }
}
