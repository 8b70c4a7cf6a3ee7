import Foundation
import NodeConfig
import RegistryConfig
import SourceText
import Testing

/// What a node does to pull an image, as containers/image did it with the files of the real operator.
struct PullCaseTests {
  struct Source: Codable, Equatable {
    let reference: String
    let insecure: Bool
    let pullFromMirror: String?
    let mirror: Bool
    let blocked: Bool
    let blockedBy: String?
  }

  struct Candidate: Codable, Equatable {
    let reference: String
    let matchedPrefix: String
    let sources: [Source]
    let policyScope: String
    let policyVerdict: String
    let allBlocked: Bool
    let pullable: Bool
    let error: String?
  }

  struct Answer: Codable, Equatable {
    let input: String
    let shortName: Bool
    let candidates: [Candidate]
    let error: String?
  }

  private func difference(
    _ text: String, _ reference: String, _ namespace: String?, _ answer: Answer
  ) throws -> String? {
    let resolution = PullResolver(Cases.render(text)).resolve(reference, namespace: namespace)
    let ours = try JSONDecoder().decode(Answer.self, from: Data(JSONText.object(resolution.jsonMembers).text(indented: false).utf8))
    return ours == answer ? nil : "\(ours)\nreal \(answer)"
  }

  @Test func namedCases() throws {
    var differences = Cases.Differences()
    for folder in try Cases.folders("pull") {
      let input = try Cases.text(folder.appendingPathComponent("input.yaml"))
      func line(_ name: String) -> String? {
        (try? Cases.text(folder.appendingPathComponent(name)))?.trimmingCharacters(in: .whitespacesAndNewlines)
      }
      let answer = try Cases.json(Answer.self, folder.appendingPathComponent("expected.json"))
      let reference = try #require(line("ref.txt"))
      differences.compare(
        folder.lastPathComponent, try difference(input, reference, line("namespace.txt"), answer))
    }
    #expect(differences.count >= 49)
    #expect(differences.differing.isEmpty, "\(differences)")
  }

  @Test func randomCases() throws {
    struct Line: Decodable {
      let id: Int
      let input: String
      let ref: String
      let expected: Answer
    }
    var differences = Cases.Differences()
    for line in try Cases.lines(Line.self, "pull") {
      differences.compare("\(line.id) \(line.ref)", try difference(line.input, line.ref, nil, line.expected))
    }
    #expect(differences.count > 300)
    #expect(differences.differing.isEmpty, "\(differences)")
  }
}
