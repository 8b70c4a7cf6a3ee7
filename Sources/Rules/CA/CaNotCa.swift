import Certificates
import Diagnostics
import RegistryConfig
import SourceText

/// A certificate that cannot have issued another.
public struct CaNotCa: Rule {
  public static let documentation = RuleDocumentation(
    id: "ca-not-ca", code: "CA316", category: .ca, severity: .warning, effect: .none,
    summary: "A certificate among the registry CAs is no CA: it is the registry's own, or says that it signs nothing.",
    why: """
      As an anchor such a certificate stands for itself only. Pulls work as long as the registry shows exactly this \
      certificate, and fail with "x509: certificate signed by unknown authority" on the day it is renewed.
      """,
    instead: "Write the certificate of the CA that issued it; `openssl s_client -showcerts` shows the chain.",
    sources: ["Go crypto/x509 (Certificate.isValid)", "RFC 5280, 4.2.1.9"])

  public static let examples: [RuleExample] = [
    .bad(
      "the certificate of the registry itself",
      CAExample.map("registry.example.com..5000", CAExample.marked(CAExample.leaf)),
      message: "the certificate 'CN=reg.lab' of 'registry.example.com..5000' is no CA"),
    .good("a CA", CAExample.map("registry.example.com..5000", CAExample.ca)),
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
      // A chain with the CA in it: the leaf is superfluous, and pulls go on to work when it is renewed.
      let issuers = Set(bundle.certificates.lazy.filter { $0.isCA }.map(\.subject))
      for (block, certificate) in bundle.accepted where seen.insert(certificate.sha256).inserted {
        guard let words = certificate.problems(at: now).lazy.compactMap(Self.words).first else { continue }
        let known = places ?? CertificatePlaces(item)
        places = known
        let isSuperfluous = !certificate.isSelfIssued && issuers.contains(certificate.issuer)
        findings.report(
          "the certificate \(certificate.title) of \(item.quotedKey) \(words)", at: known.begin(block),
          field: item.field,
          resource: item.configMap, severity: isSuperfluous ? .note : .warning,
          help: isSuperfluous
            ? "the CA that issued it stands here as well; leave this one out"
            : "pulls work while the registry shows this very certificate, and fail when it is renewed; write the CA "
              + "that issued it")
      }
    }
  }

  private static func words(_ problem: Certificate.Problem) -> String? {
    switch problem {
    case .basicConstraintsFalse: "is no CA"
    case .noBasicConstraints: "does not say that it is a CA (it has no basicConstraints)"
    case .cannotSignCertificates: "is a CA whose key usage does not let it sign certificates"
    default: nil
    }
  }
}
