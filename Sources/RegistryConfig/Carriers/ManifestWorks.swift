import YAMLSyntax

extension CarrierWalk {
  /// A `ManifestWork`: objects for the managed cluster whose namespace on the hub it stands in.
  mutating func readManifestWork(_ root: Node, _ context: CarrierContext) {
    let cluster = root["metadata"]?.located("namespace")?.value
    let destination =
      cluster.map { "managed cluster \($0)" } ?? "manifest work \(Self.qualifiedName(of: root) ?? "without name")"
    let context = context.inside(.object("ManifestWork"), destination: .elsewhere(destination))
    for item in root.at("spec", "workload", "manifests")?.items ?? [] { read(item, context) }
  }

  /// A `ManifestWorkReplicaSet`: the same for every cluster of a placement.
  mutating func readManifestWorkReplicaSet(_ root: Node, _ context: CarrierContext) {
    let placements = (root.at("spec", "placementRefs")?.items ?? []).compactMap { $0.located("name")?.value }
    let namespace = root["metadata"]?.located("namespace")?.value
    let destination =
      placements.count == 1
      ? "placement \(namespace.map { "\($0)/" } ?? "")\(placements[0])"
      : "manifest work \(Self.qualifiedName(of: root) ?? "without name")"
    let context = context.inside(.object("ManifestWorkReplicaSet"), destination: .elsewhere(destination))
    for item in root.at("spec", "manifestWorkTemplate", "workload", "manifests")?.items ?? [] { read(item, context) }
  }
}
