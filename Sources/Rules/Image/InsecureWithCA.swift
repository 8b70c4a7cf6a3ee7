import Diagnostics
import RegistryConfig
import SourceText

/// A CA for a registry whose certificate nobody looks at.
public struct InsecureWithCA: Rule {
  public static let documentation = RuleDocumentation(
    id: "insecure-with-ca", code: "IMG129", category: .image, severity: .note, effect: .exposed, fixing: .unsafe,
    summary: "An insecure registry has a CA in the ConfigMap of `additionalTrustedCA`.",
    why: """
      Nodes do not verify the certificate of an insecure registry, so its CA has no effect on them. With the CA in \
      place the registry need not be insecure.
      """,
    instead: "Remove the registry from `insecureRegistries`, or the key from the ConfigMap.",
    sources: ["containers/image docker/docker_client.go", "cluster-image-registry-operator pkg/resource/caconfig.go"])

  public static let examples: [RuleExample] = [
    .bad(
      "both",
      example("[⟦'registry.lab:5000'⟧, other.lab]"), fixed: example("[other.lab]"), message: "'registry.lab:5000'"),
    .good("a port of its own", example("['registry.lab:8443']")),
  ]

  private static func example(_ insecure: String) -> String {
    """
    apiVersion: config.openshift.io/v1
    kind: Image
    metadata:
      name: cluster
    spec:
      additionalTrustedCA:
        name: registry-ca
      registrySources:
        insecureRegistries: \(insecure)
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: registry-ca
      namespace: openshift-config
    data:
      registry.lab..5000: "..."
    """
  }

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    guard let image = cluster.image, let name = image.trustedCA?.value, let list = image.insecureRegistries else {
      return
    }
    let entries = Dictionary(list.known(.valid).map { ($0.value, $0) }) { first, _ in first }
    guard !entries.isEmpty else { return }
    let scopes = ScopeSet(entries.keys)
    for map in cluster.configMaps
    where map.resource.name?.value == name && map.resource.namespace?.value == "openshift-config" {
      for key in map.entries where !key.isUnknown {
        let registry = Self.registry(ofKey: key.key.value)
        guard let scope = scopes.covering(registry), let entry = entries[scope] else { continue }
        // Of a wildcard other hosts need the entry.
        let isSame = scope == registry
        findings.report(
          "\(entry.quoted) is insecure although '\(registry)' has a CA", at: entry.span, field: list.field(of: entry),
          resource: image.resource, related: [Label("the CA of '\(registry)'", at: key.key.span)],
          help: "nodes do not verify the registry's certificate; remove the insecure entry to use the CA",
          fixes: isSame
            ? ListEdits.removal(of: entry, in: list).map {
              [Fix("Remove the insecure entry", safety: .unsafe, in: entry.span.file, [$0.edit])]
            } ?? [] : [])
      }
    }
  }

  /// `host..port` is `host:port`.
  private static func registry(ofKey key: String) -> String {
    let parts = key.split(separator: "..", omittingEmptySubsequences: false)
    return parts.count == 2 ? "\(parts[0]):\(parts[1])" : key
  }
}
