import Certificates
import Diagnostics
import RegistryConfig
import SourceText

/// A port behind something else than two dots.
public struct CaKeyPortForm: Rule {
  public static let documentation = RuleDocumentation(
    id: "ca-key-port-form", code: "CA302", category: .ca, severity: .warning, effect: .notApplied, fixing: .unsafe,
    summary: "The port in the key of a registry CA stands behind `.`, `-` or `_` in place of `..`.",
    why: """
      Nodes make the directory /etc/docker/certs.d/<key> of it and put a colon in place of `..` only. A pull from \
      registry.example.com:5000 looks into the directory of that name, does not find the CA and fails with "x509: \
      certificate signed by unknown authority".
      """,
    instead: "Write two dots before the port: `registry.example.com..5000`.",
    sources: [
      "cluster-image-registry-operator pkg/nodeca/nodeca.go",
      "machine-config-operator pkg/daemon/certificate_writer.go",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "one dot", CAExample.map("⟦registry.example.com.5000⟧", CAExample.ca),
      fixed: CAExample.map("registry.example.com..5000", CAExample.ca),
      message: "'registry.example.com.5000' has '.' before its port"),
    .bad(
      "a dash", CAExample.map("⟦registry.example.com-5000⟧", CAExample.ca),
      fixed: CAExample.map("registry.example.com..5000", CAExample.ca)),
    .good("two dots", CAExample.map("registry.example.com..5000", CAExample.ca)),
    .good("an IPv4 address has numbers behind dots", CAExample.map("192.168.122.10", CAExample.ca)),
    .good("a host whose name ends in a number", CAExample.map("registry-01.example.com", CAExample.ca)),
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
      for case .portSeparator(let separator, let suggestion) in item.key.suspicions {
        findings.report(
          "\(item.quotedKey) has '\(separator)' before its port, not '..'", at: item.entry.key.span, field: item.field,
          resource: item.configMap,
          help: "nodes put the certificate into /etc/docker/certs.d/\(item.registry), where no pull looks; write "
            + "'\(suggestion)'",
          fixes: item.renaming(to: suggestion, .unsafe))
      }
    }
  }
}
