import Certificates
import Diagnostics
import RegistryConfig
import SourceText

/// A private mirror without a CA.
public struct CaMirrorHostUncovered: Rule {
  public static let documentation = RuleDocumentation(
    id: "ca-mirror-host-uncovered", code: "CA312", category: .ca, severity: .note, effect: .pullsFail, fixing: .unsafe,
    summary: "A mirror on a private registry has no CA among the registry CAs of the cluster.",
    why: """
      A registry in a private network mostly has a certificate of a private CA. Without a key for it, and unless the \
      trust bundle of the proxy or of the installation holds that CA, pulls from the mirror fail with "x509: \
      certificate signed by unknown authority".
      """,
    instead: """
      Add a key `host..port` for the mirror. If the system trust holds its CA, suppress the finding. Where all CAs of \
      the mirror's domain are the same, `--unsafe-fixes` adds them for the mirror, too: see first that they signed its \
      certificate.
      """,
    sources: ["containers/image docker/docker_client.go (dockerCertDir)"])

  public static let examples: [RuleExample] = [
    .bad(
      "a mirror with a port of its own",
      """
      \(CAExample.image)
      ---
      \(CAExample.map("other.example.com..5000", CAExample.ca))
      ---
      \(CAExample.mirrors("- ⟦mirror.lab:5000/team⟧\n- mirror.lab:5000/backup"))
      """, message: "'mirror.lab:5000' has no CA"),
    .bad(
      "a CA for another host of the domain",
      """
      \(CAExample.image)
      ---
      \(CAExample.mirrors("- ⟦mirror.lab.example.com:5000/team⟧"))
      ---
      \(CAExample.map("registry.lab.example.com..8443", CAExample.ca))
      """,
      fixed: """
        \(CAExample.image)
        ---
        \(CAExample.mirrors("- mirror.lab.example.com:5000/team"))
        ---
        \(CAExample.data(
          CAExample.literal("registry.lab.example.com..8443", CAExample.ca) + "\n"
            + CAExample.literal("mirror.lab.example.com..5000", CAExample.ca)))
        """),
    .bad(
      "two CAs in the domain: nobody knows which",
      """
      \(CAExample.image)
      ---
      \(CAExample.mirrors("- ⟦mirror.lab.example.com:5000/team⟧"))
      ---
      \(CAExample.data(
        CAExample.literal("a.lab.example.com..5000", CAExample.ca) + "\n"
          + CAExample.literal("b.lab.example.com..5000", CAExample.otherCA)))
      """, testOnly: true),
    .good(
      "it has a key",
      """
      \(CAExample.image)
      ---
      \(CAExample.map("mirror.lab..5000", CAExample.ca))
      ---
      \(CAExample.mirrors("- mirror.lab:5000/team"))
      """),
    .good(
      "insecure on purpose",
      """
      \(ImageExample.spec("registrySources:\n  insecureRegistries: ['mirror.lab:5000']"))
      ---
      \(CAExample.mirrors("- mirror.lab:5000/team"))
      """),
    .good(
      "public registries",
      """
      \(ImageExample.spec("registrySources:\n  insecureRegistries: [registry.lab]"))
      ---
      \(CAExample.mirrors("- registry.example.com/team\n- quay.io:443/team"))
      """),
    .good("without Image and CAs nobody knows", CAExample.mirrors("- mirror.lab:5000/team")),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    let images = cluster.images.filter(\.isInForce)
    guard !images.isEmpty || cluster.resources.contains(where: { !$0.certificates.isEmpty }),
      let keys = cluster.certificatesInForce,
      images.allSatisfy({ $0.insecureRegistries?.isComplete != false && $0.resource.spec?.isIncomplete != true })
    else { return }
    let insecure = images.compactMap(\.insecureRegistries).flatMap(\.values)
    let insecureScopes = ScopeSet(insecure)
    let insecureHosts = Set(insecure.map { ImageName($0).host })
    // A key for the host with a wrong port, or with the port written wrongly, is a finding of its own.
    let hosts = Set(keys.map { $0.key.host.lowercased() })
    let meant = Set(
      keys.flatMap(\.key.suspicions).compactMap { suspicion -> String? in
        if case .portSeparator(_, let key) = suspicion { RegistryCertificateKey(key).host } else { nil }
      })
    for use in cluster.contacted.uses where use.isMirror && Self.looksPrivate(use) {
      guard !hosts.contains(use.host), !meant.contains(use.host), !insecureHosts.contains(use.host),
        !insecureScopes.covers(use.place.value)
      else { continue }
      let key = use.port.map { "\(use.host)..\($0)" } ?? use.host
      findings.report(
        "the mirror registry \(Quoted.text(use.registry)) has no CA in this cluster", at: use.place.span,
        field: use.field,
        resource: use.set.resource,
        help:
          "unless the system trust of the nodes holds its CA, pulls from it fail with 'certificate signed by unknown "
          + "authority'; add the key '\(key)' to the ConfigMap that additionalTrustedCA names",
        fixes: Self.copy(to: key, host: use.host, keys))
    }
  }

  /// The CAs of the mirror's domain, when all keys of the domain have the same: a private CA mostly serves a domain.
  /// A certificate that is no CA is that of one server.
  private static func copy(to key: String, host: String, _ keys: [RegistryCertificates]) -> [Fix] {
    guard let domain = domain(of: host) else { return [] }
    let siblings = keys.filter {
      $0.hasReadableKey && $0.key.role == .registry && Self.domain(of: $0.key.host) == domain
    }
    guard let first = siblings.first, let trusted = first.bundle?.certificates, !trusted.isEmpty,
      trusted.allSatisfy(\.isCA), !first.isSample
    else { return [] }
    let digests = Set(trusted.map(\.sha256))
    guard siblings.allSatisfy({ Set($0.bundle?.certificates.map(\.sha256) ?? []) == digests }) else { return [] }
    return first.copying(to: key, "Add the CA of \(first.quotedKey) for it, if it signed its certificate")
  }

  /// What follows the first label; `nil` where that is no domain of one owner.
  private static func domain(of host: String) -> String? {
    let host = host.lowercased()
    let labels = host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    // `registry.example.co` is nearer to `co` than it looks: two letters at the end ask for one label more.
    guard let last = labels.last, labels.count >= (last.count == 2 ? 4 : 3),
      !last.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return String(Substring(host.utf8.dropFirst(labels[0].count + 1)))
  }

  /// A port of its own, an address, or a name that only a private network knows.
  private static func looksPrivate(_ use: ContactedRegistries.Use) -> Bool {
    if PublicRegistry.contains(use.host) || use.host.hasPrefix("image-registry.openshift-image-registry.svc")
      || use.host == "localhost"
    {
      return false
    }
    if let port = use.port, port != "443" { return true }
    let labels = use.host.utf8.split(separator: UInt8(ascii: "."))
    guard let last = labels.last else { return false }
    if last.allSatisfy({ (0x30...0x39).contains($0) }) { return true }
    return ["local", "lan", "lab", "internal", "intranet", "corp", "home", "private", "svc", "localdomain"]
      .contains(String(Substring(last)))
  }
}
