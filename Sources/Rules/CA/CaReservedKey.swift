import Certificates
import Diagnostics
import RegistryConfig
import SourceText

/// A key that the platform writes itself.
public struct CaReservedKey: Rule {
  public static let documentation = RuleDocumentation(
    id: "ca-reserved-key", code: "CA319", category: .ca, severity: .warning, effect: .notApplied,
    summary: "A ConfigMap of registry CAs has a key that the platform writes itself.",
    why: """
      The registry operator copies all keys into a ConfigMap of its own, next to the CA of the internal registry \
      (`image-registry.openshift-image-registry.svc..5000`) and of the storage (`storage-ca-bundle.pem`). A key of the \
      user's replaces the CA of the internal registry, so that pods cannot pull what builds pushed; the storage \
      bundle is overwritten, and so is `service-ca.crt` in builds.
      """,
    instead: "Leave the key out: nodes trust the internal registry without it.",
    sources: [
      "cluster-image-registry-operator pkg/resource/caconfig.go", "openshift-controller-manager build controller",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "the internal registry", CAExample.map("⟦image-registry.openshift-image-registry.svc..5000⟧", CAExample.ca),
      message: "is the key of the internal registry"),
    .bad(
      "the bundle of the storage",
      CAExample.data(
        """
        \(CAExample.literal("registry.example.com..5000", CAExample.ca))
        \(CAExample.literal("⟦storage-ca-bundle.pem⟧", CAExample.ca))
        """)),
    .good("the user's own registry", CAExample.map("registry.example.com..5000", CAExample.ca)),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    check(resource.certificates, &findings)
  }

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    check(cluster.certificatesByReference, &findings)
  }

  private func check(_ keys: [RegistryCertificates], _ findings: inout Findings) {
    for item in keys where item.hasReadableKey {
      let message: String
      let help: String
      switch item.key.role {
      case .registry, .updateService: continue
      case .serviceCA:
        message = "\(item.quotedKey) is overwritten in builds by the CA of services"
        help = "no node and no build uses it; write the registry as 'host' or 'host..port'"
      case .operatorOwned where item.key.rawValue == "storage-ca-bundle.pem":
        message = "\(item.quotedKey) is overwritten by the registry operator"
        help =
          "the operator writes the CA of the registry's storage there; write the registry as 'host' or 'host..port'"
      case .operatorOwned:
        message = "\(item.quotedKey) is the key of the internal registry, which has its CA already"
        help =
          "this value replaces it: when the service CA rotates, no node can pull from the internal registry any "
          + "more; leave the key out"
      }
      findings.report(message, at: item.entry.key.span, field: item.field, resource: item.configMap, help: help)
    }
  }
}
