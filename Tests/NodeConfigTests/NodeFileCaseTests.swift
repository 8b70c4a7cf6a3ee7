import Foundation
import NodeConfig
import RegistryConfig
import Testing

/// What nodes get, byte for byte as the real operator of each release wrote it.
struct NodeFileCaseTests {
  struct Answer: Decodable {
    let releaseImage: String
    let registriesConf: String?
    let policyJson: String?
    let searchRegistriesConf: String?
    let sigstoreRegistriesYaml: String?
    let namespacedPolicies: [String: String]?
    let warning: String?
    let error: String?

    func difference(from rendering: NodeRendering) -> String? {
      if error != rendering.error?.message {
        return "error \(rendering.error?.message ?? "nil"), real \(error ?? "nil")"
      }
      // The real message names a temporary file.
      let warning = warning.map { text in
        guard let start = text.range(of: "/tmp/regtemp")?.upperBound else { return text }
        return String(text[..<start] + text[start...].drop { $0.isNumber })
      }
      if warning != rendering.warning {
        return "warning \(rendering.warning ?? "nil"), real \(warning ?? "nil")"
      }
      var real: [String: String] = [:]
      if error == nil {
        real[NodePath.registriesConf] = registriesConf
        real[NodePath.policy] = policyJson
        real[NodePath.searchRegistries] = searchRegistriesConf
        real[NodePath.sigstoreRegistries] = sigstoreRegistriesYaml
        for (namespace, text) in namespacedPolicies ?? [:] { real[NodePath.namespacedPolicy(namespace)] = text }
      }
      let ours = rendering.files.filter { $0.value.kind == .generated }.mapValues(\.content)
      for path in Set(ours.keys).union(real.keys).sorted() where ours[path] != real[path] {
        return "\(path) is\n\(ours[path] ?? "absent")\nreal\n\(real[path] ?? "absent")"
      }
      return nil
    }
  }

  @Test func namedCases() throws {
    var differences = Cases.Differences()
    for folder in try Cases.folders("node-files") {
      let input = try Cases.text(folder.appendingPathComponent("input.yaml"))
      let newest = try Cases.json(Answer.self, folder.appendingPathComponent("expected.json"))
      for release in ["4.12", "4.14", "4.16", "4.18", "4.20", "5.0"] {
        let file = folder.appendingPathComponent("expected-\(release).json")
        let answer =
          FileManager.default.fileExists(atPath: file.path) ? try Cases.json(Answer.self, file) : newest
        let rendering = Cases.render(input, try #require(Release(release)), image: answer.releaseImage)
        differences.compare("\(folder.lastPathComponent)@\(release)", answer.difference(from: rendering))
      }
    }
    #expect(differences.count > 500)
    #expect(differences.differing.isEmpty, "\(differences)")
  }

  @Test func releaseImageComesFromTheClusterVersion() throws {
    var differences = Cases.Differences()
    for folder in try Cases.folders("node-files") {
      let input = try Cases.text(folder.appendingPathComponent("input.yaml"))
      let answer = try Cases.json(Answer.self, folder.appendingPathComponent("expected.json"))
      let image = Cases.cluster(input).releaseImage
      differences.compare(
        folder.lastPathComponent, image == answer.releaseImage ? nil : "\(image), real \(answer.releaseImage)")
    }
    #expect(differences.differing.isEmpty, "\(differences)")
  }

  @Test func randomCases() throws {
    struct Line: Decodable {
      let id: Int
      let input: String
      let expected: Answer
    }
    var differences = Cases.Differences()
    for line in try Cases.lines(Line.self, "node-files") {
      let rendering = Cases.render(line.input, image: line.expected.releaseImage)
      differences.compare("\(line.id)", line.expected.difference(from: rendering))
    }
    #expect(differences.count > 100)
    #expect(differences.differing.isEmpty, "\(differences)")
  }

  @Test func randomCasesOfReleases() throws {
    struct Line: Decodable {
      let id: Int
      let input: String
      let expected: [String: Answer]
    }
    var differences = Cases.Differences()
    for line in try Cases.lines(Line.self, "node-files-releases") {
      for (release, answer) in line.expected {
        let rendering = Cases.render(line.input, try #require(Release(release)), image: answer.releaseImage)
        differences.compare("\(line.id)@\(release)", answer.difference(from: rendering))
      }
    }
    #expect(differences.count > 100)
    #expect(differences.differing.isEmpty, "\(differences)")
  }
}
