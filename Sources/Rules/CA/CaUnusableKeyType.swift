import Certificates
import Diagnostics
import RegistryConfig
import SourceText

/// A CA that Go's TLS can verify nothing with.
public struct CaUnusableKeyType: Rule {
  public static let documentation = RuleDocumentation(
    id: "ca-unusable-key-type", code: "CA322", category: .ca, severity: .warning, effect: .pullsFail,
    summary: "A registry CA has a key, or a critical extension, that nodes can verify nothing with.",
    why: """
      Nodes put the certificate into the pool, but Go verifies no signature with an RSA key under 1024 bits, with DSA, \
      Ed448 or RSA-PSS keys, and no chain with a critical extension that it does not know. Pulls fail although \
      `openssl verify` is content.
      """,
    instead: "Issue the CA again with RSA of at least 2048 bits, ECDSA P-256 to P-521, or Ed25519.",
    sources: ["Go crypto/x509 (checkSignature, parsePublicKey, Certificate.Verify)"])

  public static let examples: [RuleExample] = [
    .bad(
      "Ed448", CAExample.map("registry.example.com..5000", CAExample.marked(CAExample.ed448)),
      message: "the certificate 'CN=Lab CA' of 'registry.example.com..5000' has an Ed448 key"),
    .bad(
      "a short RSA key", CAExample.map("registry.example.com..5000", CAExample.marked(CAExample.shortRSA)),
      message: "has an RSA key of 512 bits"),
    .good("Ed25519", CAExample.map("registry.example.com..5000", CAExample.ca)),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    check(resource.certificates, resource.settings, &findings)
  }

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    check(cluster.certificatesByReference, cluster.settings, &findings)
  }

  private func check(_ keys: [RegistryCertificates], _ settings: RuleSettings, _ findings: inout Findings) {
    let now = CertificateTime(secondsSince1970: settings.now)
    for item in keys where !item.entry.isUnknown {
      guard let bundle = item.bundle, !bundle.certificates.isEmpty else { continue }
      var places: CertificatePlaces?
      var seen: Set<SHA256Digest> = []
      for (block, certificate) in bundle.accepted where seen.insert(certificate.sha256).inserted {
        guard let words = certificate.problems(at: now).lazy.compactMap(Self.words).first else { continue }
        let known = places ?? CertificatePlaces(item)
        places = known
        findings.report(
          "the certificate \(certificate.title) of \(item.quotedKey) has \(words)", at: known.begin(block),
          field: item.field, resource: item.configMap,
          effect: bundle.certificates.count == 1 ? .pullsFail : .notApplied,
          help: "nodes accept the certificate and verify nothing with it, so the registry is not trusted; issue the CA "
            + "with RSA (2048 bits or more), ECDSA or Ed25519")
      }
    }
  }

  private static func words(_ problem: Certificate.Problem) -> String? {
    switch problem {
    case .unusableRSA(let bits): "an RSA key of \(bits) bits"
    case .dsaKey: "a DSA key"
    case .ed448Key: "an Ed448 key"
    case .rsaPSSKey: "a key that is marked RSA-PSS"
    case .unknownKey(let identifier): "a key of type \(identifier)"
    case .unknownCriticalExtension(let identifier): "the critical extension \(identifier), which nodes do not know"
    default: nil
    }
  }
}
