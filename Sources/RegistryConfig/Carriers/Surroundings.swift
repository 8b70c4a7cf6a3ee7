import YAMLSyntax

/// What the other documents of a file say of where an object lands.
struct Surroundings {
  /// The placement of a policy by the policy's name.
  private(set) var placements: [String: String] = [:]
  /// The hosted cluster of a ConfigMap that a NodePool names, by the ConfigMap's name.
  private(set) var nodePools: [String: String] = [:]

  init() {}

  init(_ stream: YAMLStream) {
    var sets: [(name: String, policies: [String])] = []
    for root in stream.documents.lazy.compactMap(\.root) {
      guard root.isMapping, let kind = root.located("kind")?.value else { continue }
      switch kind {
      case "PlacementBinding":
        guard let placement = root["placementRef"]?.located("name")?.value else { continue }
        for subject in root["subjects"]?.items ?? [] {
          if let name = subject.located("name")?.value { placements[name] = placement }
        }
      case "PolicySet":
        guard let name = root["metadata"]?.located("name")?.value else { continue }
        sets.append((name, (root.at("spec", "policies")?.items ?? []).compactMap { $0.locatedString?.value }))
      case "NodePool":
        guard let cluster = root["spec"]?.located("clusterName")?.value else { continue }
        let namespace = root["metadata"]?.located("namespace")?.value
        for config in root.at("spec", "config")?.items ?? [] {
          if let name = config.located("name")?.value {
            nodePools[name] = namespace.map { "\($0)/\(cluster)" } ?? cluster
          }
        }
      default: break
      }
    }
    for set in sets {
      guard let placement = placements[set.name] else { continue }
      for policy in set.policies where placements[policy] == nil { placements[policy] = placement }
    }
  }
}
