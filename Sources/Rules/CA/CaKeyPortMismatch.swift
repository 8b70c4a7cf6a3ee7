import Certificates
import Diagnostics
import RegistryConfig
import SourceText

/// A CA for another port than the one in use.
public struct CaKeyPortMismatch: Rule {
  public static let documentation = RuleDocumentation(
    id: "ca-key-port-mismatch", code: "CA313", category: .ca, severity: .warning, effect: .pullsFail, fixing: .unsafe,
    summary: "The key of a registry CA has another port, or none, than the mirrors and sources with that host.",
    why: """
      A pull looks into /etc/docker/certs.d/<registry> for the registry as it is written, with its port: the CA of \
      `host` serves neither `host:5000` nor `host:443`, and the CA of `host..443` does not serve `host`.
      """,
    instead: "Write the key with the port that image names have.",
    sources: ["containers/image docker/docker_client.go (dockerCertDir)"])

  public static let examples: [RuleExample] = [
    .bad(
      "the port is missing",
      """
      \(CAExample.image)
      ---
      \(CAExample.map("⟦registry.example.com⟧", CAExample.ca))
      ---
      \(CAExample.mirrors("- registry.example.com:5000/team"))
      """,
      fixed: """
        \(CAExample.image)
        ---
        \(CAExample.map("registry.example.com..5000", CAExample.ca))
        ---
        \(CAExample.mirrors("- registry.example.com:5000/team"))
        """, message: "'registry.example.com' is no CA for 'registry.example.com:5000'"),
    .bad(
      "the default port is written in the key only",
      """
      \(CAExample.image)
      ---
      \(CAExample.map("⟦registry.example.com..443⟧", CAExample.ca))
      ---
      \(CAExample.mirrors("- registry.example.com/team"))
      """),
    .good(
      "the same port",
      """
      \(CAExample.image)
      ---
      \(CAExample.map("registry.example.com..5000", CAExample.ca))
      ---
      \(CAExample.mirrors("- registry.example.com:5000/team"))
      """),
    .good(
      "a key for each port",
      """
      \(CAExample.image)
      ---
      \(CAExample.data(
        CAExample.literal("registry.example.com..5000", CAExample.ca) + "\n"
          + CAExample.literal("registry.example.com..8443", CAExample.ca)))
      ---
      \(CAExample.mirrors("- registry.example.com:5000/team"))
      """),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    guard let keys = cluster.certificatesInForce, !keys.isEmpty else { return }
    let contacted = cluster.contacted
    let registries = Set(keys.map(\.registry))
    for item in keys where item.hasReadableKey && item.key.role == .registry {
      // What is wrong with the key itself is another finding.
      guard item.key.suspicions.allSatisfy({ $0 == .defaultPort }) else { continue }
      let uses = contacted.uses(of: item.key.host)
      guard !uses.isEmpty, !uses.contains(where: { $0.registry == item.registry }) else { continue }
      let uncovered = uses.filter { !registries.contains($0.registry) }
      guard let first = uncovered.first else { continue }
      let suggestion = first.port.map { "\(first.host)..\($0)" } ?? first.host
      findings.report(
        "\(item.quotedKey) is no CA for \(Quoted.text(first.registry)), as the \(first.isMirror ? "mirrors" : "sources") "
          + "of this cluster write it",
        at: item.entry.key.span, field: item.field, resource: item.configMap,
        related: uncovered.prefix(3).map {
          Label("\($0.isMirror ? "mirror" : "source") of that host", at: $0.place.span)
        },
        help:
          "a pull from '\(first.registry)' looks into /etc/docker/certs.d/\(first.registry) and does not find this CA; "
          + "write '\(suggestion)'",
        fixes: uncovered.count == 1 ? item.renaming(to: suggestion, .unsafe) : [])
    }
  }
}
