import Certificates
import Diagnostics
import RegistryConfig
import SourceText

/// Capitals in the key of a registry CA.
public struct CaUppercaseHost: Rule {
  public static let documentation = RuleDocumentation(
    id: "ca-uppercase-host", code: "CA321", category: .ca, severity: .warning, effect: .notApplied, fixing: .safe,
    summary: "The key of a registry CA has capital letters.",
    why: """
      The key becomes the name of a directory, and a pull looks for the directory by the registry as it is written in \
      the image name, byte by byte. Image names have small letters.
      """,
    instead: "Write the host in small letters.",
    sources: ["containers/image docker/docker_client.go (dockerCertDir)"])

  public static let examples: [RuleExample] = [
    .bad(
      "capitals", CAExample.map("⟦Registry.Example.com..5000⟧", CAExample.ca),
      fixed: CAExample.map("registry.example.com..5000", CAExample.ca),
      message: "'Registry.Example.com..5000' has capital letters"),
    .good("small letters", CAExample.map("registry.example.com..5000", CAExample.ca)),
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
      for case .upperCase(let suggestion) in item.key.suspicions {
        findings.report(
          "\(item.quotedKey) has capital letters", at: item.entry.key.span, field: item.field, resource: item.configMap,
          help: "a pull looks into the directory of the registry as the image name writes it, in small letters; write "
            + "'\(suggestion)'",
          fixes: item.renaming(to: suggestion, .safe))
      }
    }
  }
}
