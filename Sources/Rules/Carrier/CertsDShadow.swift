import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// A folder of certificates that hides the one of `additionalTrustedCA`.
public struct CertsDShadow: Rule {
  public static let documentation = RuleDocumentation(
    id: "certs-d-shadow", code: "XRS413", category: .cross, severity: .warning, effect: .pullsFail,
    summary:
      "A MachineConfig that writes `/etc/containers/certs.d/<host>` where the CA ConfigMap has a key for the host.",
    why: "Container tools take the certificates of a registry from the first folder that exists: "
      + "`/etc/containers/certs.d/<host>`, then `/etc/docker/certs.d/<host>`, where the CAs of `additionalTrustedCA` "
      + "are written. The second is not looked at, and a change of the ConfigMap has no effect.",
    instead: "One of the two, best the ConfigMap.",
    sources: ["containers/image docker/docker_client.go, dockerCertDir"])

  private static func config(_ host: String) -> String {
    """
    apiVersion: machineconfiguration.openshift.io/v1
    kind: MachineConfig
    metadata:
      name: 99-worker-ca
      labels:
        machineconfiguration.openshift.io/role: worker
    spec:
      config:
        storage:
          files:
          - path: ⟦/etc/containers/certs.d/\(host)/ca.crt⟧
            contents:
              source: data:,
    """
  }

  public static let examples: [RuleExample] = [
    .bad(
      "both for one registry",
      """
      \(config("registry.example.com:5000"))
      ---
      \(CAExample.image)
      ---
      \(CAExample.map("registry.example.com..5000", CAExample.ca))
      """),
    .good(
      "another registry",
      """
      \(config("other.example.com:5000").replacing("⟦", with: "").replacing("⟧", with: ""))
      ---
      \(CAExample.image)
      ---
      \(CAExample.map("registry.example.com..5000", CAExample.ca))
      """),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    guard let certificates = cluster.certificatesInForce, !certificates.isEmpty else { return }
    var keys: [String: RegistryCertificates] = [:]
    for certificate in certificates where certificate.hasReadableKey { keys[certificate.registry] = certificate }
    for object in cluster.carriers(.machineConfig) {
      var seen: Set<String> = []
      for file in object.files {
        guard let host = NodePath(file.path.value).certificatesHost, let key = keys[host], seen.insert(host).inserted
        else { continue }
        findings.report(
          "\(Quoted.text(file.path.value)) hides the CA of additionalTrustedCA for \(Quoted.text(host))",
          at: file.path.span,
          field: "spec.config.storage.files", reference: ResourceReference(object),
          related: [Label("this key is not used for pulls", at: key.entry.key.span)],
          help:
            "nodes take certificates from the first folder that exists, /etc/containers/certs.d/\(host); keep one of "
            + "the two")
      }
    }
  }
}
