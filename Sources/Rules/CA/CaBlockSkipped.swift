import Certificates
import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// A certificate that Go passes over although it stands there.
public struct CaBlockSkipped: Rule {
  public static let documentation = RuleDocumentation(
    id: "ca-block-skipped", code: "CA323", category: .ca, severity: .error, effect: .pullsFail, fixing: .unsafe,
    summary: "A PEM block in a registry CA is not of the form that nodes read, so its certificate is lost.",
    why: """
      Go's PEM reader wants BEGIN and END at the start of lines of their own, exactly five hyphens, equal labels and \
      base64 between them, and takes only the label `CERTIFICATE` without headers. It passes over everything else \
      without a word, also over what openssl reads. Two files joined without a line end between them lose both \
      certificates.
      """,
    instead:
      "Write each block with `-----BEGIN CERTIFICATE-----` and `-----END CERTIFICATE-----` on lines of their own.",
    sources: ["Go encoding/pem (Decode)", "Go crypto/x509 (CertPool.AppendCertsFromPEM)"])

  public static let examples: [RuleExample] = [
    .bad(
      "two files joined without a line end",
      CAExample.map(
        "registry.example.com..5000",
        (CAExample.ca + CAExample.otherCA).replacing(
          "-----END CERTIFICATE----------BEGIN CERTIFICATE-----",
          with: "⟦-----END CERTIFICATE----------BEGIN CERTIFICATE-----⟧")),
      fixed: CAExample.map("registry.example.com..5000", CAExample.ca + "\n" + CAExample.otherCA),
      message: "END and BEGIN stand on one line in 'registry.example.com..5000'"),
    .bad(
      "an indented END line",
      CAExample.map("registry.example.com..5000", CAExample.ca.replacing("-----END", with: "⟦  ⟧-----END")),
      fixed: CAExample.map("registry.example.com..5000", CAExample.ca), message: "END stands behind blanks"),
    .bad(
      "folded into one line",
      CAExample.data(
        "registry.example.com..5000: >\n" + CAExample.indented("⟦\(CAExample.ca)⟧", by: 2) + "\n# the end"),
      fixed: CAExample.data(
        "registry.example.com..5000: |\n" + CAExample.indented(CAExample.ca, by: 2) + "\n# the end"),
      message: "is one line"),
    .bad(
      "a label that only openssl reads",
      CAExample.map(
        "registry.example.com..5000",
        CAExample.ca.replacing("-----BEGIN CERTIFICATE-----", with: "⟦-----BEGIN X509 CERTIFICATE-----⟧")
          .replacing("END CERTIFICATE", with: "END X509 CERTIFICATE")),
      fixed: CAExample.map("registry.example.com..5000", CAExample.ca), message: "has the label 'X509 CERTIFICATE'"),
    .bad(
      "a comment behind END",
      CAExample.map("registry.example.com..5000", CAExample.ca + " ⟦# the lab⟧"),
      fixed: CAExample.map("registry.example.com..5000", CAExample.ca + "\n# the lab"),
      message: "text stands behind END"),
    .bad(
      "four hyphens",
      CAExample.map(
        "registry.example.com..5000",
        CAExample.ca.replacing("-----END CERTIFICATE-----", with: "⟦----END CERTIFICATE----⟧")),
      fixed: CAExample.map("registry.example.com..5000", CAExample.ca)),
    .bad(
      "no END",
      CAExample.map(
        "registry.example.com..5000",
        CAExample.marked(CAExample.ca).replacing("\n-----END CERTIFICATE-----", with: "") + "\n" + CAExample.otherCA)),
    .bad(
      "line ends written out",
      CAExample.data(
        "registry.example.com..5000: '⟦" + CAExample.ca.replacing("\n", with: "\\n") + "⟧\\n'"),
      fixed: CAExample.data(
        "registry.example.com..5000: \"" + CAExample.ca.replacing("\n", with: "\\n") + "\\n\""), message: "'\\n'"),
    .good(
      "two certificates with text around them",
      CAExample.map(
        "registry.example.com..5000", "# the lab\n" + CAExample.ca + "\n\n# and the other\n" + CAExample.otherCA)),
    .good(
      "a sample to fill in",
      CAExample.map("registry.example.com..5000", "-----BEGIN CERTIFICATE-----\n...\n-----END CERTIFICATE-----")),
    .good(
      "double quotes with line ends",
      CAExample.data("registry.example.com..5000: \"" + CAExample.ca.replacing("\n", with: "\\n") + "\\n\"")),
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
      guard let bundle = item.bundle, !item.isSample else { continue }
      guard !bundle.defects.isEmpty || bundle.blocks.contains(where: { PEMWords.of($0) != nil }) else { continue }
      let places = CertificatePlaces(item)
      let text = item.entry.section == .data ? Array((item.entry.value?.value ?? "").utf8) : []
      // Without any certificate the registry is not trusted at all.
      let effect: Effect = bundle.certificates.isEmpty ? .pullsFail : .notApplied
      let consequence =
        effect == .pullsFail
        ? "nodes pass over the block without a word and do not trust the registry; "
        : "nodes pass over the block without a word and use the other certificates only; "
      for defect in bundle.defects {
        guard let words = PEMWords.of(defect.reason), !Self.isSample(defect, text) else { continue }
        findings.report(
          "\(words.message) in \(item.quotedKey)", at: places.span(defect.range), field: item.field,
          resource: item.configMap, effect: effect, help: consequence + words.help,
          fixes: PEMRepair.fixes(of: defect, item, places))
      }
      for block in bundle.blocks {
        guard let words = PEMWords.of(block) else { continue }
        findings.report(
          "\(words.message) in \(item.quotedKey)", at: places.begin(block), field: item.field, resource: item.configMap,
          effect: effect, help: consequence + words.help, fixes: PEMRepair.fixes(of: block, item, places))
      }
    }
  }

  /// A block that somebody is to fill in, beside a real one.
  private static func isSample(_ defect: PEMDefect, _ text: [UInt8]) -> Bool {
    CertificatePlaceholder(in: Array(text[defect.block.clamped(to: text.indices)])) != nil
  }
}
