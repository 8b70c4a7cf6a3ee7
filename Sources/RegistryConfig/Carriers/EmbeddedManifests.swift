import SourceText
import YAMLSyntax

extension CarrierWalk {
  /// The documents of a string that holds manifests of ours: multi-line text or JSON with one of our kinds in it.
  func manifests(in node: Node) -> [Document]? {
    guard let scalar = node.scalar, scalar.style != .plain || scalar.text.hasPrefix("{"),
      scalar.text.utf8.count >= Self.shortestManifest, Self.mentionsManifest(Array(scalar.text.utf8)),
      let documents = EmbeddedYAML(node)?.documents, documents.allSatisfy({ $0.problem == nil })
    else { return nil }
    return documents
  }

  /// Objects in the strings of an object that we know nothing else of: a template's text, a generator's input. Where
  /// they land nobody says.
  mutating func readStrings(of root: Node, _ context: CarrierContext) {
    guard context.depth < Self.deepest, root.weight <= Self.mostNodesSearched else { return }
    var found: [Found] = []
    collectManifests(in: root, into: &found)
    for (node, documents) in found {
      var context = context.inside("string", textOf: node, destination: .nowhere)
      // Who reads the text may complete it: what it leaves out is not missing.
      context.isPatch = true
      readText(documents, context)
    }
  }

  private typealias Found = (node: Node, documents: [Document])

  private func collectManifests(in node: Node, into found: inout [Found]) {
    switch node.content {
    case .scalar:
      if let documents = manifests(in: node) { found.append((node, documents)) }
    case .sequence(let items):
      for item in items { collectManifests(in: item, into: &found) }
    case .mapping(let entries):
      for entry in entries { collectManifests(in: entry.value, into: &found) }
    }
  }

  private static let mostNodesSearched = 100_000
  /// `kind: Image` with a spec is longer.
  private static let shortestManifest = 40

  private static let kinds: [[UInt8]] =
    [
      "ImageContentSourcePolicy", "ImageDigestMirrorSet", "ImageTagMirrorSet", "ClusterImagePolicy", "registrySources",
      "additionalTrustedCA", "allowedRegistriesForImport", "MachineConfig",
    ].map { Array($0.utf8) }
  private static let kindKey = Array("kind".utf8)

  private static func mentionsManifest(_ text: [UInt8]) -> Bool {
    text.contains(subsequence: kindKey) && kinds.contains { text.contains(subsequence: $0) }
  }
}
