import Foundation
import RegistryConfig
import SourceText
import Testing
import YAMLSyntax

/// The answers of the API server's own code to the same objects, per release.
@Suite struct SchemaCaseTests {
  struct Answer: Decodable {
    let kind: String?
    let served: Bool
    let errors: [String]
    let unknownFields: [String]
  }

  struct RandomCase: Decodable {
    let input: String
    let value: String
    let expected: [String: Answer]
  }

  static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures/cases")

  static let cases: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: fixtures.appending(path: "schema").path)) ?? []
    return names.sorted()
  }()

  /// The recording loaded the CRDs of the kinds in question only: that it calls ClusterVersion not served says nothing
  /// about clusters.
  static let unrecorded: Set = ["ClusterVersion"]

  @Test func allCasesAreThere() {
    #expect(Self.cases.count == 94)
  }

  @Test(arguments: cases) func agreesWithTheAPIServer(name: String) throws {
    let folder = Self.fixtures.appending(path: "schema").appending(path: name)
    let text = try String(contentsOf: folder.appending(path: "input.yaml"), encoding: .utf8)
    let expected = try JSONDecoder().decode(
      [String: [Answer]].self, from: Data(contentsOf: folder.appending(path: "expected.json")))
    let resources = ResourceReader().resources(in: YAMLStream(SourceFile(path: name, text: text)))
    #expect(expected.count == 11)
    for (name, answers) in expected {
      let release = try #require(Release(name))
      let answers = answers.filter { !Self.unrecorded.contains($0.kind ?? "") }
      try #require(resources.map(\.kind.rawValue) == answers.map(\.kind))
      for (resource, answer) in zip(resources, answers) {
        compare(SchemaValidator.validate(resource: resource, release: release), answer, release, isCut: false)
      }
    }
  }

  @Test func agreesOnRandomObjects() throws {
    let lines = try String(
      contentsOf: Self.fixtures.appending(path: "random/schema.jsonl"), encoding: .utf8
    ).split(separator: "\n")
    #expect(lines.count == 150)
    for line in lines {
      let random = try JSONDecoder().decode(RandomCase.self, from: Data(line.utf8))
      let resources = ResourceReader().resources(in: YAMLStream(SourceFile(path: "a.yaml", text: random.input)))
      let resource = try #require(resources.first, "\(random.input)")
      for (name, answer) in random.expected {
        let release = try #require(Release(name))
        compare(SchemaValidator.validate(resource: resource, release: release), answer, release, isCut: true)
      }
    }
  }

  /// - Parameter isCut: the recorded errors are cut after 160 characters.
  private func compare(_ found: [SchemaViolation], _ answer: Answer, _ release: Release, isCut: Bool) {
    let isNotServed = found.contains { if case .notServed = $0.problem { true } else { false } }
    #expect(isNotServed == !answer.served, "\(release)")
    guard answer.served else { return }
    var unknown: Set<String> = []
    var errors: Set<String> = []
    for violation in found {
      if violation.isRefusal { errors.insert(violation.serverMessage) } else { unknown.insert(violation.field) }
    }
    #expect(unknown == Set(answer.unknownFields), "\(release)")
    if isCut {
      errors = Set(errors.map { String(String.UnicodeScalarView($0.unicodeScalars.prefix(160))) })
    }
    #expect(errors == Set(answer.errors), "\(release)")
  }
}
