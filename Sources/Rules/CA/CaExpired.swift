import Certificates
import Diagnostics
import RegistryConfig
import SourceText

/// A certificate that is not valid today, or not for long.
public struct CaExpired: Rule {
  public static let documentation = RuleDocumentation(
    id: "ca-expired", code: "CA307", category: .ca, severity: .error, effect: .pullsFail,
    summary: "A registry CA has expired, is not valid yet, or expires within 30 days.",
    why: """
      Nodes put the certificate into the pool whatever its dates are; each TLS handshake with the registry then fails \
      with "x509: certificate has expired or is not yet valid". Beside another valid certificate under the same key an \
      expired one does no harm.
      """,
    instead: "Put the new CA beside the old one before the registry changes, and remove the old one afterwards.",
    sources: ["Go crypto/x509 (Certificate.Verify)"])

  public static let examples: [RuleExample] = [
    .bad(
      "expired", CAExample.map("registry.example.com..5000", CAExample.marked(CAExample.expired)),
      message: "the certificate 'CN=Old CA' of 'registry.example.com..5000' expired on 2020-01-01"),
    .bad(
      "not valid yet", CAExample.map("registry.example.com..5000", CAExample.marked(CAExample.future)),
      message: "is not valid before 2090-01-01"),
    .bad(
      "two weeks left", CAExample.map("registry.example.com..5000", CAExample.marked(CAExample.soon)),
      message: "expires on 2026-06-15, in 14 days"),
    .bad(
      "the old CA beside the new one",
      CAExample.map("registry.example.com..5000", CAExample.marked(CAExample.expired) + "\n" + CAExample.ca)),
    .good("valid for years", CAExample.map("registry.example.com..5000", CAExample.ca)),
    .good(
      "expired, but not yet then", CAExample.map("registry.example.com..5000", CAExample.expired), now: 1_500_000_000),
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
      let isAnyValid = bundle.certificates.contains { $0.notBefore <= now && now <= $0.notAfter }
      var places: CertificatePlaces?
      var seen: Set<SHA256Digest> = []
      for (block, certificate) in bundle.accepted where seen.insert(certificate.sha256).inserted {
        guard let problem = certificate.problems(at: now).first, let words = Self.words(problem, isAnyValid) else {
          continue
        }
        let known = places ?? CertificatePlaces(item)
        places = known
        findings.report(
          "the certificate \(certificate.title) of \(item.quotedKey) \(words.message)", at: known.begin(block),
          field: item.field, resource: item.configMap, severity: words.severity, effect: words.effect, help: words.help)
      }
    }
  }

  private static func words(
    _ problem: Certificate.Problem, _ isAnyValid: Bool
  ) -> (message: String, help: String, severity: Severity, effect: Effect)? {
    let severity: Severity = isAnyValid ? .warning : .error
    let effect: Effect = isAnyValid ? .none : .pullsFail
    let failing = "every pull from the registry fails with 'certificate has expired or is not yet valid'"
    switch problem {
    case .expired(let end):
      return (
        "expired on \(day(end))",
        isAnyValid ? "another certificate under this key is valid; remove this one" : failing + "; write the new CA",
        severity, effect
      )
    case .notYetValid(let start):
      return (
        "is not valid before \(day(start))",
        isAnyValid ? "nodes use the other certificates under this key until then" : failing + " until then", severity,
        effect
      )
    case .validityReversed:
      return ("ends before it begins, so it is never valid", "make the certificate again", severity, effect)
    case .expiresSoon(let end, let days):
      return (
        "expires on \(day(end)), in \(days) \(days == 1 ? "day" : "days")",
        "from then on \(failing); put the new CA beside this one now", .warning, .none
      )
    default: return nil
    }
  }

  private static func day(_ time: CertificateTime) -> String { "\(Day(secondsSince1970: time.secondsSince1970))" }
}
