import SourceText
import YAMLSyntax

extension CarrierWalk {
  /// A `HostedCluster`: `spec.configuration.image` becomes Image `cluster` of the hosted cluster, `imageContentSources`
  /// becomes its ImageDigestMirrorSet `cluster`. Source: openshift/hypershift support/globalconfig, and
  /// control-plane-operator/hostedclusterconfigoperator/controllers/resources/resources.go
  mutating func readHostedCluster(_ root: Node, _ context: CarrierContext) {
    let destination = Resource.Destination.elsewhere("hosted cluster \(Self.qualifiedName(of: root) ?? "without name")")
    add(.hostedCluster, "HostedCluster", root, context)
    let context = context.inside(.object("HostedCluster"), destination: destination)
    guard let spec = root["spec"] else { return }
    if let image = spec["configuration"]?.entry("image"), image.value.isMapping {
      addDerived(
        .image, DerivedNode.object(.image, name: "cluster", spec: image.value, at: image.key.span), "HostedCluster",
        context.destination, writtenAs: Self.writtenAs("HostedCluster", root, "spec", "spec.configuration.image"))
    }
    // Of hypershift.openshift.io/v1alpha1: whole objects.
    for item in spec["configuration"]?["items"]?.items ?? [] { read(item, context) }
    if let sources = spec.entry("imageContentSources"), sources.value.isSequence {
      addMirrors(
        sources, of: root, at: "spec.imageContentSources", kind: .imageDigestMirrorSet, name: "cluster",
        carrier: "HostedCluster", context.destination)
    }
  }

  /// A ConfigMap: others may refer to it, and manifests may stand in its values.
  ///
  /// NodePools read the key `config` (openshift/hypershift hypershift-operator/controllers/nodepool/config.go). Where
  /// the manifests of other keys go nobody says.
  mutating func readConfigMap(_ root: Node, _ resource: Resource, _ context: CarrierContext) {
    add(.configMap, "ConfigMap", root, context)
    for entry in root["data"]?.entries ?? [] {
      guard let key = entry.key.keyText else { continue }
      if key == "config", root["data"]?.entries.count == 1, let cluster = hostedCluster(resource) {
        guard let documents = manifests(in: entry.value) else { continue }
        readText(documents, context.inside("ConfigMap", textOf: entry.value, destination: .elsewhere(cluster)))
      } else if let documents = manifests(in: entry.value) {
        readText(documents, context.inside("ConfigMap", textOf: entry.value, destination: .nowhere))
      }
    }
  }

  private func hostedCluster(_ resource: Resource) -> String? {
    guard let name = resource.name?.value else { return nil }
    if let cluster = surroundings.nodePools[name] { return "hosted cluster \(cluster)" }
    return "node pools with \(resource.namespace.map { "\($0.value)/" } ?? "")\(name)"
  }
}
