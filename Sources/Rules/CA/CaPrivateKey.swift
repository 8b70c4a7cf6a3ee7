import Certificates
import Diagnostics
import RegistryConfig
import SourceText

/// A private key among registry CAs. Nothing of it is ever shown.
public struct CaPrivateKey: Rule {
  public static let documentation = RuleDocumentation(
    id: "ca-private-key", code: "CA306", category: .ca, severity: .error, effect: .exposed,
    summary: "A ConfigMap of registry CAs holds a private key.",
    why: """
      The key is in Git for everybody who can read the repository, and on every node. Nobody needs it to trust a \
      registry; whoever has the key of a CA can pretend to be any registry that the nodes trust it for.
      """,
    instead: """
      Remove the key, and make a new one with a new certificate: the history of the repository keeps the old one.
      """,
    sources: ["containers/image pkg/tlsclientconfig/tlsclientconfig.go (only certificates are read)"])

  public static let examples: [RuleExample] = [
    .bad(
      "the key behind the certificate",
      CAExample.map("registry.example.com..5000", CAExample.ca + "\n" + CAExample.markedKey),
      message: "'registry.example.com..5000' holds a block 'PRIVATE KEY'"),
    .bad("a key alone", CAExample.map("registry.example.com..5000", CAExample.markedKey)),
    .bad(
      "a cut off key",
      CAExample.map("registry.example.com..5000", "⟦-----BEGIN RSA PRIVATE KEY-----⟧\nMIIE\n" + CAExample.ca),
      testOnly: true),
    .good("the certificate alone", CAExample.map("registry.example.com..5000", CAExample.ca)),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    check(resource.certificates, &findings)
  }

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    check(cluster.certificatesByReference, &findings)
  }

  private func check(_ keys: [RegistryCertificates], _ findings: inout Findings) {
    for item in keys where !item.entry.isUnknown {
      guard let bundle = item.bundle else { continue }
      if bundle.bareContent == .base64OfPEM, let text = item.entry.value?.value,
        case .success(let pem) = Base64.decode(Array(text.utf8), skipsBlanks: true)
      {
        for defect in PEMBundle(decoding: pem).defects { report(defect, at: item.entry.key.span, item, &findings) }
        continue
      }
      guard !bundle.defects.isEmpty else { continue }
      let places = CertificatePlaces(item)
      for defect in bundle.defects {
        guard case .privateKey(let label) = defect.reason else { continue }
        let begin =
          defect.range.lowerBound..<min(defect.range.upperBound, defect.range.lowerBound + label.utf8.count + 16)
        report(defect, at: places.span(begin), item, &findings)
      }
    }
  }

  private func report(
    _ defect: PEMDefect, at span: SourceSpan, _ item: RegistryCertificates, _ findings: inout Findings
  ) {
    guard case .privateKey(let label) = defect.reason else { return }
    findings.report(
      "\(item.quotedKey) holds a block \(Quoted.text(label))", at: span, field: item.field, resource: item.configMap,
      help:
        "the key is readable in Git and on every node, and is not needed to trust a registry; remove it, and make a "
        + "new key and certificate")
  }
}
