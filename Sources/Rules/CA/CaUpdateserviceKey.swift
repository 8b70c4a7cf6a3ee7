import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// An UpdateService without the CA of its registry.
public struct CaUpdateserviceKey: Rule {
  public static let documentation = RuleDocumentation(
    id: "ca-updateservice-key", code: "CA310", category: .ca, severity: .warning, effect: .notApplied, fixing: .unsafe,
    summary: "A cluster with an UpdateService whose CA ConfigMap has no key `updateservice-registry`.",
    why: "The OpenShift Update Service reads the release images from a registry and trusts the CA under this one key. "
      + "Without it the graph builder fails with an x509 error, and the cluster is offered no update.",
    instead: "The registry's CA a second time, under `updateservice-registry`.",
    sources: ["openshift/cincinnati-operator controllers/updateservice_controller.go", "BZ 1975411"])

  private static func example(_ key: String, releases: String = "registry.example.com:5000/ocp/release") -> String {
    """
    apiVersion: updateservice.operator.openshift.io/v1
    kind: UpdateService
    metadata:
      name: service
      namespace: openshift-update-service
    spec:
      replicas: 1
      releases: \(releases)
      graphDataImage: \(releases.replacing("release", with: "graph-data")):latest
    ---
    \(CAExample.image)
    ---
    \(CAExample.map(key, CAExample.ca))
    """
  }

  public static let examples: [RuleExample] = [
    .bad(
      "the key of nodes alone",
      example("registry.example.com..5000").replacing(
        "name: registry-cas\n  namespace", with: "name: ⟦registry-cas⟧\n  namespace"),
      fixed: example("registry.example.com..5000") + "\n  updateservice-registry: |\n"
        + CAExample.indented(CAExample.ca, by: 4),
      message: "updateservice-registry"),
    .bad(
      "its registry has no key",
      example("other.example.com..5000").replacing(
        "name: registry-cas\n  namespace", with: "name: ⟦registry-cas⟧\n  namespace"), testOnly: true),
    .good("the key", example("updateservice-registry")),
    .good(
      "a public registry needs none",
      example("registry.example.com..5000", releases: "quay.io/openshift-release-dev/ocp-release")),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    guard let service = cluster.carriers(.updateService).first, let releases = service.spec?.located("releases"),
      !PublicRegistry.contains(ImageName(releases.value).host), let certificates = cluster.certificatesInForce,
      let map = certificates.first?.configMap, let name = map.name,
      cluster.images.contains(where: { $0.isInForce && $0.trustedCA?.value == name.value }),
      !certificates.contains(where: { $0.entry.key.value == "updateservice-registry" })
    else { return }
    // With `insecureRegistries` nothing is verified.
    if cluster.image?.insecureRegistries?.values.contains(ImageName(releases.value).registry) == true { return }
    findings.report(
      "the CA ConfigMap \(Quoted.text(name.value)) has no key 'updateservice-registry' for the UpdateService",
      at: name.span,
      field: "data", resource: map, related: [Label("its registry", at: releases.span)],
      help: "the update service cannot verify its registry and offers no update; add the registry's CA under "
        + "updateservice-registry, too",
      fixes: Self.copy(of: ImageName(releases.value), certificates))
  }

  /// The CA that nodes use for the registry; without a key for its port that of the host.
  private static func copy(of image: ImageName, _ certificates: [RegistryCertificates]) -> [Fix] {
    let usable = certificates.filter { $0.hasReadableKey && !$0.isSample && $0.bundle?.certificates.isEmpty == false }
    let ofHost = usable.filter { $0.key.host == image.host }
    guard let item = usable.first(where: { $0.registry == image.registry }) ?? (ofHost.count == 1 ? ofHost.first : nil)
    else { return [] }
    return item.copying(to: "updateservice-registry", "Add the CA of \(item.quotedKey) under updateservice-registry")
  }
}
