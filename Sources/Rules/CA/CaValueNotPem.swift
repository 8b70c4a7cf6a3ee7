import Certificates
import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// A value without a certificate, or with one that Go cannot read.
public struct CaValueNotPem: Rule {
  public static let documentation = RuleDocumentation(
    id: "ca-value-not-pem", code: "CA305", category: .ca, severity: .error, effect: .pullsFail, fixing: .both,
    summary: "The value of a registry CA is no PEM text, or a certificate in it cannot be read.",
    why: """
      Nodes read the value with Go's certificate pool, which passes over everything it does not understand without a \
      word. The registry is then not trusted, and pulls fail with "x509: certificate signed by unknown authority". \
      Base64 of a PEM text is decoded by the Machine Config Daemon only, not by node-ca, the image registry and builds.
      """,
    instead: "Write the PEM text itself as a `|` block, with its BEGIN and END lines.",
    sources: [
      "Go crypto/x509 (CertPool.AppendCertsFromPEM)", "containers/image pkg/tlsclientconfig/tlsclientconfig.go",
      "machine-config-operator pkg/operator/sync.go",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "base64 of the PEM text", CAExample.data("registry.example.com..5000: ⟦\(CAExample.base64)⟧"),
      fixed: CAExample.map("registry.example.com..5000", CAExample.ca) + "\n",
      message: "the value of 'registry.example.com..5000' is base64 of a PEM text"),
    .bad(
      "without BEGIN and END",
      CAExample.data("registry.example.com..5000: ⟦\(CAExample.der)⟧"),
      message: "is a certificate without its BEGIN and END lines"),
    .bad(
      "some other text", CAExample.data("registry.example.com..5000: ⟦/etc/pki/ca.pem⟧"),
      message: "holds no certificate"),
    .bad("nothing at all", CAExample.data("⟦registry.example.com..5000⟧: \"\""), message: "is empty"),
    .bad(
      "a certificate that is cut off",
      CAExample.map(
        "registry.example.com..5000",
        """
        \(CAExample.otherCA)
        ⟦-----BEGIN CERTIFICATE-----⟧
        MIIBBDCBt6ADAgECAgEBMAUGAytlcDARMQ8wDQYDVQQDDAZMYWIgQ0EwIBcNMjAw
        -----END CERTIFICATE-----
        """), message: "a certificate of 'registry.example.com..5000' cannot be read"),
    .bad(
      "a PKCS #12 store in binaryData",
      CAExample.data("⟦registry.example.com..5000⟧: MIIClwIBAzCCAk0GCTw+PA==", section: "binaryData"), testOnly: true),
    .good("a PEM text", CAExample.map("registry.example.com..5000", CAExample.ca)),
    .good(
      "a sample to fill in",
      CAExample.map(
        "registry.example.com..5000",
        "-----BEGIN CERTIFICATE-----\nMIIGcjCCBFqgAwIBAgIFICIE...\n-----END CERTIFICATE-----")),
    .good("a placeholder", CAExample.data("registry.example.com..5000: REPLACE_WITH_YOUR_CA")),
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
      guard let bundle = item.bundle, !item.isSample, !bundle.exceedsLimit else { continue }
      if let content = bundle.bareContent {
        report(item, content, &findings)
        continue
      }
      let broken = bundle.blocks.compactMap { block -> (PEMBundle.Block, CertificateError)? in
        if case .error(let error) = block.result { (block, error) } else { nil }
      }
      guard !broken.isEmpty else { continue }
      let places = CertificatePlaces(item)
      let isLost = bundle.certificates.isEmpty
      for (block, error) in broken {
        findings.report(
          "a certificate of \(item.quotedKey) cannot be read: \(error)", at: places.begin(block), field: item.field,
          resource: item.configMap, effect: isLost ? .pullsFail : .notApplied,
          help: "nodes pass over it without a word" + (isLost ? " and do not trust the registry" : "")
            + "; copy the certificate again, from BEGIN to END")
      }
    }
  }

  private func report(
    _ item: RegistryCertificates, _ content: PEMBundle.BareContent, _ findings: inout Findings
  ) {
    // What is under a key that is no registry at all is that key's finding.
    let isNotARegistry = item.key.suspicions.contains { $0 == .fileName || $0 == .notAHost }
    let isEncoded = item.entry.section == .binaryData
    let value = "the value of \(item.quotedKey)"
    var span = isEncoded ? item.entry.key.span : item.entry.node.span
    var effect = Effect.pullsFail
    var fixes: [Fix] = []
    let message: String
    var help = "nodes take no certificate from it, and pulls fail with 'certificate signed by unknown authority'; "
    switch content {
    case .empty:
      // A key whose value somebody still has to write.
      span = item.entry.key.span
      message = "\(value) is empty"
      help += "write the PEM text as a '|' block"
    case .base64OfPEM:
      message = "\(value) is base64 of a PEM text" + (isEncoded ? ", encoded twice" : "")
      if !isEncoded {
        effect = .notApplied
        help = "only the Machine Config Daemon decodes it; node-ca, the image registry and builds find no certificate; "
        fixes = Self.decoding(item)
      }
      help += "write the PEM text itself" + (isEncoded ? " under 'data'" : " as a '|' block")
    case .base64OfDER:
      message = "\(value) is a certificate without its BEGIN and END lines"
      help += "write '-----BEGIN CERTIFICATE-----' before it and '-----END CERTIFICATE-----' behind it"
    case .der:
      message = "\(value) is a certificate in DER, not in PEM"
      help += "convert it with 'openssl x509 -inform der' and write the text under 'data'"
    case .base64Twice:
      message = "\(value) is base64 of base64 of a PEM text"
      help += "write the PEM text itself as a '|' block"
    case .other:
      if isNotARegistry { return }
      message = "\(value) holds no certificate"
      help += "write the PEM text of the CA, from BEGIN to END"
    }
    findings.report(
      message, at: span, field: item.field, resource: item.configMap, effect: effect, help: help, fixes: fixes)
  }

  /// Writes the decoded text as a `|` block in place of the base64.
  private static func decoding(_ item: RegistryCertificates) -> [Fix] {
    guard let text = item.entry.value?.value,
      case .success(let pem) = Base64.decode(Array(text.utf8), skipsBlanks: true),
      PEMBundle(decoding: pem).appendsCertificates, let edit = LiteralBlock.edit(item.entry, text: pem)
    else { return [] }
    return [Fix("Write the PEM text itself", safety: .safe, in: item.entry.node.span.file, [edit])]
  }
}
