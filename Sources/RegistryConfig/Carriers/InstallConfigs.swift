import SourceText
import YAMLSyntax

extension CarrierWalk {
  /// Fields of install-config (openshift/installer pkg/types/installconfig.go).
  private static let installConfigKeys: Set<String> = [
    "apiVersion", "metadata", "additionalTrustBundle", "additionalTrustBundlePolicy", "sshKey", "baseDomain",
    "networking",
    "controlPlane", "arbiter", "compute", "platform", "pullSecret", "proxy", "imageContentSources",
    "imageDigestSources",
    "publish", "operatorPublishingStrategy", "fips", "cpuPartitioningMode", "credentialsMode", "bootstrapInPlace",
    "capabilities", "featureSet", "featureGates", "repositoryDigestMirrors",
  ]
  private static let registryKeys = ["imageContentSources", "imageDigestSources", "additionalTrustBundle"]

  /// install-config.yaml has no kind: a base domain and a platform make it one. A fragment of one that others append
  /// to the file holds nothing but its fields.
  static func isInstallConfig(_ root: Node) -> Bool {
    if root["baseDomain"] != nil, root["platform"] != nil || root["controlPlane"] != nil || root["pullSecret"] != nil {
      return true
    }
    let keys = root.entries.compactMap { $0.key.keyText }
    return keys.contains { registryKeys.contains($0) } && keys.allSatisfy { installConfigKeys.contains($0) }
  }

  mutating func readInstallConfig(_ root: Node, name: String, _ context: CarrierContext) {
    let isPartial = root["baseDomain"] == nil && name == "install-config"
    readInstallConfig(root, name: name, cluster: Self.clusterName(of: root), isPartial: isPartial, context)
  }

  /// What the installer makes of the lists: ImageContentSourcePolicies of the one, an ImageDigestMirrorSet of the
  /// other.
  private mutating func readInstallConfig(
    _ root: Node, name: String, cluster: String?, isPartial: Bool, _ context: CarrierContext
  ) {
    let destination = Resource.Destination.installation(cluster ?? document.file.path.text)
    add(.installConfig(name), name, root, context)
    reading.carriers[reading.carriers.count - 1].isPartial = isPartial
    let context = context.inside(.derived(name), destination: destination)
    if let sources = root.entry("imageContentSources"), sources.value.isSequence {
      addMirrors(
        sources, of: root, at: "imageContentSources", kind: .imageContentSourcePolicy, name: "image-policy",
        carrier: name,
        context.destination)
    }
    if let sources = root.entry("imageDigestSources"), sources.value.isSequence {
      let list = DerivedNode.renaming("sourcePolicy", to: "mirrorSourcePolicy", inItemsOf: sources.value)
      addMirrors(
        Node.Entry(key: sources.key, value: list), of: root, at: "imageDigestSources", kind: .imageDigestMirrorSet,
        name: "image-digest-mirror", carrier: name, context.destination)
    }
  }

  private static func clusterName(of root: Node) -> String? {
    guard let name = root["metadata"]?.located("name")?.value else { return nil }
    return root.located("baseDomain").map { "\(name).\($0.value)" } ?? name
  }

  /// `AgentClusterInstall` and `ClusterDeployment`: the install-config's fields as JSON in an annotation.
  mutating func readInstallOverrideAnnotation(_ kind: String, _ root: Node, _ context: CarrierContext) {
    let annotation = root.at("metadata", "annotations", "agent-install.openshift.io/install-config-overrides")
    readOverrides(annotation, kind, cluster: Self.qualifiedName(of: root), context)
  }

  /// `SiteConfig` (one or more clusters) and `ClusterInstance` (one): the same in a field.
  mutating func readInstallOverrides(_ kind: String, _ root: Node, _ context: CarrierContext) {
    guard let spec = root["spec"] else { return }
    if kind == "ClusterInstance" {
      readOverrides(
        spec["installConfigOverrides"], kind,
        cluster: spec.located("clusterName")?.value ?? Self.qualifiedName(of: root),
        context)
    }
    for cluster in spec["clusters"]?.items ?? [] {
      readOverrides(cluster["installConfigOverrides"], kind, cluster: cluster.located("clusterName")?.value, context)
    }
  }

  private mutating func readOverrides(_ node: Node?, _ kind: String, cluster: String?, _ context: CarrierContext) {
    guard let node, let inner = EmbeddedYAML(node)?.documents.first, let root = inner.root, root.isMapping else {
      return
    }
    var walk = CarrierWalk(inner, surroundings)
    walk.readInstallConfig(
      root, name: "install-config overrides of \(kind)", cluster: cluster ?? kind, isPartial: true,
      context.inside(kind, textOf: node))
    reading.resources += walk.reading.resources
    reading.carriers += walk.reading.carriers
  }

  /// `ImageClusterInstall`: `spec.imageDigestSources` is a list of ImageDigestMirrors.
  mutating func readImageClusterInstall(_ root: Node, _ context: CarrierContext) {
    guard let sources = root["spec"]?.entry("imageDigestSources"), sources.value.isSequence else { return }
    let destination = Resource.Destination.installation(Self.qualifiedName(of: root) ?? "an image")
    addMirrors(
      sources, of: root, at: "spec.imageDigestSources", kind: .imageDigestMirrorSet, name: "image-digest-mirror",
      carrier: "ImageClusterInstall",
      context.inside(.derived("ImageClusterInstall"), destination: destination).destination)
  }
}
