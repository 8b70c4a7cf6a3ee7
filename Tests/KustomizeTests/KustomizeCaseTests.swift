import Foundation
import SourceText
import Testing

@testable import Kustomize

struct KustomizeCaseTests {
  private static let refusals = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/cases/kustomize-refusals.txt")

  @Test("kustomize's own answers: never another result (YAML to the byte), at least 95 % agree, refusals are known")
  func cases() throws {
    let cases = try KustomizeCase.all()
    #expect(cases.count == 336)
    var agreeing = 0
    var refused: [String] = []
    for one in cases {
      let result: Result<Composition, KustomizeProblem>
      do {
        result = .success(try KustomizeBuild(one.files).compose(RepositoryPath(one.root == "." ? "" : one.root)))
      } catch {
        result = .failure(error)
      }
      switch (result, one.expected) {
      case (.success(let composition), let expected?):
        let found = composition.resources.map(\.json.canonical).sorted()
        if found == expected {
          agreeing += 1
          #expect(Array(composition.yaml.utf8) == Array(one.output.utf8), "YAML of \(one.name) differs")
        } else {
          let here = found.filter { !expected.contains($0) }
          let there = expected.filter { !found.contains($0) }
          Issue.record("WRONG \(one.name): here \(here)\n  kustomize \(there)")
        }
      case (.success, nil): Issue.record("WRONG \(one.name): composed, kustomize says \(one.error)")
      case (.failure, nil): agreeing += 1
      case (.failure(let problem), _?):
        refused.append("\(one.name): \(problem.kind.rawValue): \(problem.feature ?? problem.message)")
      }
    }
    let known = (try? String(contentsOf: Self.refusals, encoding: .utf8)) ?? ""
    let text = refused.sorted().map { $0 + "\n" }.joined()
    #expect(text == known, "the refusals changed; what there is now:\n\(text)")
    #expect(Double(agreeing) >= 0.95 * Double(cases.count), "\(agreeing) of \(cases.count) agree")
    print("kustomize cases: \(agreeing) of \(cases.count) agree")
  }
}
