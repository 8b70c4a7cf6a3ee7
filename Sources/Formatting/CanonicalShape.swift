import RegistryConfig
import YAMLSyntax

/// What has a canonical order in a value, and what in its parts. docs/canonical-order.md gives the reasons.
indirect enum CanonicalShape: Sendable {
  /// The order is left as it is.
  case asWritten
  /// A mapping: these keys in this order, others behind them as written.
  case keys([String], parts: [String: CanonicalShape] = [:], isRoot: Bool = false)
  /// A sequence of registries.
  case registries
  /// A sequence of mappings by the registry under `field`.
  case entries(field: String, item: CanonicalShape)
  /// A mapping from registries to their CAs.
  case certificates

  /// The shape of an object of ours.
  static func resource(_ kind: ResourceKind) -> CanonicalShape {
    switch kind {
    case .image: image
    case .imageContentSourcePolicy, .imageDigestMirrorSet, .imageTagMirrorSet, .imageContentPolicy: mirrorSet
    case .clusterImagePolicy, .imagePolicy: signaturePolicy
    case .configMap: configMap
    }
  }

  private static func root(_ parts: [String: CanonicalShape], _ keys: [String] = ["spec"]) -> CanonicalShape {
    .keys(
      ["apiVersion", "kind", "metadata"] + keys + ["status"], parts: parts.merging(["metadata": metadata]) { $1 },
      isRoot: true)
  }

  /// In the order of ObjectMeta. Source: k8s.io/apimachinery pkg/apis/meta/v1/types.go
  private static let metadata = CanonicalShape.keys([
    "name", "generateName", "namespace", "selfLink", "uid", "resourceVersion", "generation", "creationTimestamp",
    "deletionTimestamp", "deletionGracePeriodSeconds", "labels", "annotations", "ownerReferences", "finalizers",
    "managedFields",
  ])

  /// Source: openshift/api config/v1/types_image.go
  private static let image = root([
    "spec": .keys(
      [
        "allowedRegistriesForImport", "externalRegistryHostnames", "additionalTrustedCA", "registrySources",
        "imageStreamImportMode",
      ],
      parts: [
        "allowedRegistriesForImport": .entries(field: "domainName", item: .keys(["domainName", "insecure"])),
        "registrySources": .keys(
          ["insecureRegistries", "blockedRegistries", "allowedRegistries", "containerRuntimeSearchRegistries"],
          parts: [
            "insecureRegistries": .registries, "blockedRegistries": .registries, "allowedRegistries": .registries,
          ]),
      ])
  ])

  /// Source: openshift/api config/v1/types_image_digest_mirror_set.go, types_image_content_policy.go
  private static let mirrors = CanonicalShape.entries(
    field: "source", item: .keys(["source", "allowMirrorByTags", "mirrors", "mirrorSourcePolicy"]))

  private static let mirrorSet = root([
    "spec": .keys(
      ["imageDigestMirrors", "imageTagMirrors", "repositoryDigestMirrors"],
      parts: ["imageDigestMirrors": mirrors, "imageTagMirrors": mirrors, "repositoryDigestMirrors": mirrors])
  ])

  /// Source: openshift/api config/v1/types_cluster_image_policy.go
  private static let signaturePolicy = root(["spec": .keys(["scopes", "policy"])])

  /// Source: k8s.io/api core/v1/types.go
  private static let configMap = root(
    ["data": .certificates, "binaryData": .certificates], ["immutable", "data", "binaryData"])
}

extension CanonicalShape {
  /// Shapes of the resources of a stream by the offset of their first key.
  static func shapes(in stream: YAMLStream) -> [Int: CanonicalShape] {
    let resources = ResourceReader().resources(in: stream)
    var boundNames: Set<String> = []
    for resource in resources where resource.kind == .image {
      if let name = resource.root.at("spec", "additionalTrustedCA", "name")?.string { boundNames.insert(name) }
    }
    var shapes: [Int: CanonicalShape] = [:]
    for resource in resources where !resource.root.isAlias && resource.root.span.file === stream.file {
      // Text inside of strings stays as it is written, and what a cluster makes of other fields is no object.
      if case .text = resource.carrier { continue }
      guard resource.isEditable else { continue }
      if resource.kind == .configMap, !isRegistryCertificates(resource, boundNames) { continue }
      shapes[resource.root.span.range.lowerBound] = CanonicalShape.resource(resource.kind)
    }
    return shapes
  }

  /// A ConfigMap of registry CAs: one that an Image of the same file names, or one whose keys are hosts and whose
  /// values are certificates, where such a ConfigMap lives. Any other ConfigMap is none of our business.
  private static func isRegistryCertificates(_ resource: Resource, _ boundNames: Set<String>) -> Bool {
    let namespace = resource.namespace?.value
    guard namespace == nil || namespace == "openshift-config" else { return false }
    if let name = resource.name?.value, boundNames.contains(name) { return true }
    var found = false
    for section in ["data", "binaryData"] {
      for entry in resource.root[section]?.entries ?? [] {
        guard let key = entry.key.scalar?.text, isHostKey(key) || entry.key.isUnknown else { return false }
        guard let text = entry.value.scalar?.text else { return false }
        // The second is the first in base64.
        found = found || text.contains("-----BEGIN ") || text.contains("LS0tLS1CRUdJTi")
      }
    }
    return found
  }

  private static let fileEndings = [".crt", ".pem", ".cer", ".key", ".conf", ".yaml", ".yml", ".json", ".txt", ".toml"]

  private static func isHostKey(_ key: String) -> Bool {
    if key == "updateservice-registry" || key.contains("..") { return true }
    return key.contains(".") && !fileEndings.contains { key.hasSuffix($0) }
  }
}
