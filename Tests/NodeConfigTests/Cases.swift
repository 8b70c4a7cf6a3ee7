import Foundation
import NodeConfig
import RegistryConfig
import SourceText
import YAMLSyntax

/// Inputs with the answers of the real code, see Tests/Fixtures/cases.
enum Cases {
  static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/cases")

  /// The folders of one kind, sorted by name.
  static func folders(_ kind: String) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(
      at: directory.appendingPathComponent(kind), includingPropertiesForKeys: nil
    ).sorted { $0.lastPathComponent < $1.lastPathComponent }
  }

  static func text(_ url: URL) throws -> String { try String(contentsOf: url, encoding: .utf8) }

  static func json<Value: Decodable>(_ type: Value.Type, _ url: URL) throws -> Value {
    try JSONDecoder().decode(type, from: Data(contentsOf: url))
  }

  /// The lines of `random/<name>.jsonl`.
  static func lines<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> [Value] {
    let text = try text(directory.appendingPathComponent("random/\(name).jsonl"))
    return try text.split(separator: "\n").map { try JSONDecoder().decode(type, from: Data($0.utf8)) }
  }

  /// A cluster made of everything in one text, with the release image that a ClusterVersion in it names.
  static func cluster(_ text: String) -> (resources: ClusterResources, releaseImage: String) {
    let stream = YAMLStream(SourceFile(path: "input.yaml", text: text))
    let image = stream.documents.lazy.compactMap(\.root).compactMap { ReleaseImage.desired(in: $0) }.first
    return (ClusterResources(ResourceReader().resources(in: stream)), image?.value ?? ReleaseImage.assumed)
  }

  static func render(_ text: String, _ release: Release = .newest, image: String? = nil) -> NodeRendering {
    let cluster = cluster(text)
    return NodeFiles.render(cluster.resources, release: release, releaseImage: image ?? cluster.releaseImage)
  }

  /// Says of many cases which differ, so that one report shows all of them.
  struct Differences: CustomStringConvertible {
    var count = 0
    var differing: [String] = []
    var description: String { "\(differing.count) of \(count) differ:\n" + differing.prefix(8).joined(separator: "\n") }

    mutating func compare(_ name: String, _ difference: String?) {
      count += 1
      if let difference { differing.append("\(name): \(difference)") }
    }
  }
}
