import Certificates
import Diagnostics
import RegistryConfig
import SourceText

/// A key that names no registry.
public struct CaKeyNotAHost: Rule {
  public static let documentation = RuleDocumentation(
    id: "ca-key-not-a-host", code: "CA304", category: .ca, severity: .warning, effect: .notApplied, fixing: .unsafe,
    summary: "The key of a registry CA is a file name or something else that is no `host` and no `host..port`.",
    why: """
      Nodes make the directory /etc/docker/certs.d/<key> of it, and a pull looks into the directory of the registry in \
      its image name: nobody looks up `ca-bundle.crt`. (That is the key of `trustedCA` in Proxy/cluster.) The image \
      registry and image imports read every key, so builds and imports may work where pods do not.
      """,
    instead: "Write the registry as it stands in image names: `registry.example.com`, or `registry.example.com..5000`.",
    sources: [
      "cluster-image-registry-operator pkg/nodeca/nodeca.go",
      "containers/image docker/docker_client.go (dockerCertDir)",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "the key of the proxy's trustedCA",
      """
      \(CAExample.image)
      ---
      \(CAExample.map("⟦ca-bundle.crt⟧", CAExample.ca))
      """, message: "'ca-bundle.crt' is the name of a file, not of a registry"),
    .bad(
      "a name without dot and port",
      CAExample.data(
        """
        \(CAExample.literal("registry.example.com", CAExample.ca))
        \(CAExample.literal("⟦registry⟧", CAExample.ca))
        """)),
    .bad(
      "a URL", CAExample.map("⟦https..registry.example.com..5000⟧", CAExample.ca),
      fixed: CAExample.map("registry.example.com..5000", CAExample.ca)),
    .bad(
      "no port behind the dots",
      CAExample.data(
        """
        \(CAExample.literal("registry.example.com", CAExample.ca))
        \(CAExample.literal("⟦registry.lab..https⟧", CAExample.ca))
        """), message: "'https' is no port"),
    .good(
      "hosts",
      CAExample.data(
        """
        \(CAExample.literal("registry.example.com", CAExample.ca))
        \(CAExample.literal("registry..5000", CAExample.ca))
        \(CAExample.literal("10.0.0.14..8443", CAExample.ca))
        \(CAExample.literal("localhost", CAExample.ca))
        """)),
    .good("the key of the OpenShift Update Service", CAExample.map("updateservice-registry", CAExample.ca)),
    .good(
      "a trust bundle that no Image names",
      CAExample.map("ca-bundle.crt", CAExample.ca).replacing("registry-cas", with: "user-ca-bundle")),
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
      guard let message = item.key.suspicions.lazy.compactMap({ Self.message($0, item) }).first else { continue }
      let isURL = item.key.suspicions.contains(.scheme)
      let bare = isURL ? Self.withoutScheme(item.key.rawValue) : nil
      findings.report(
        message, at: item.entry.key.span, field: item.field, resource: item.configMap,
        help: "nodes put the certificate into /etc/docker/certs.d/\(item.registry), where no pull looks; write the "
          + "registry as 'host' or 'host..port'",
        fixes: bare.map { item.renaming(to: $0, .unsafe) } ?? [])
    }
  }

  private static func message(_ suspicion: RegistryCertificateKey.Suspicion, _ item: RegistryCertificates) -> String? {
    switch suspicion {
    case .fileName: "\(item.quotedKey) is the name of a file, not of a registry"
    case .notAHost: "\(item.quotedKey) has neither a dot nor a port, so no image name has it as its registry"
    case .scheme: "\(item.quotedKey) begins with the scheme of a URL"
    case .badPort(let port):
      port.isEmpty
        ? "\(item.quotedKey) has no port behind its '..'" : "\(item.quotedKey): \(Quoted.text(port)) is no port"
    case .badHost(let host): "\(item.quotedKey): \(Quoted.text(host)) is no host name"
    case .portSeparator, .readersDisagree, .upperCase, .defaultPort: nil
    }
  }

  /// `registry..5000` of `https..registry..5000` and `https...registry..5000`.
  private static func withoutScheme(_ key: String) -> String? {
    guard let dots = key.utf8.firstIndex(of: UInt8(ascii: ".")) else { return nil }
    let rest = String(key[dots...].drop { $0 == "." })
    let bare = RegistryCertificateKey(rest)
    return bare.isLegal && bare.suspicions.allSatisfy { $0 == .defaultPort || $0.isUpperCase } ? rest : nil
  }
}
