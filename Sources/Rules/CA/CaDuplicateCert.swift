import Certificates
import Diagnostics
import RegistryConfig
import SourceText

/// One certificate twice in one value.
public struct CaDuplicateCert: Rule {
  public static let documentation = RuleDocumentation(
    id: "ca-duplicate-cert", code: "CA317", category: .ca, severity: .note, effect: .none, fixing: .safe,
    summary: "A certificate stands twice under one key.",
    why: "Nodes keep one of the two. A bundle in which certificates repeat was mostly joined from files by hand.",
    instead: "Remove the second one.",
    sources: ["Go crypto/x509 (CertPool)"])

  public static let examples: [RuleExample] = [
    .bad(
      "the same CA twice",
      CAExample.map(
        "registry.example.com..5000",
        CAExample.ca + "\n" + CAExample.marked(CAExample.ca) + "\n" + CAExample.otherCA),
      fixed: CAExample.map("registry.example.com..5000", CAExample.ca + "\n" + CAExample.otherCA),
      message: "the certificate 'CN=Lab CA' stands twice under 'registry.example.com..5000'"),
    .bad(
      "with a comment above the second one",
      CAExample.map(
        "registry.example.com..5000", CAExample.ca + "\n# the lab\n" + CAExample.marked(CAExample.ca)),
      testOnly: true),
    .good(
      "two certificates", CAExample.map("registry.example.com..5000", CAExample.ca + "\n" + CAExample.otherCA)),
    .good(
      "the same CA for two registries",
      CAExample.data(
        """
        \(CAExample.literal("registry.example.com..5000", CAExample.ca))
        \(CAExample.literal("registry.example.com..8443", CAExample.ca))
        """)),
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
      guard let bundle = item.bundle, bundle.parsedCertificateCount > bundle.poolSize else { continue }
      let places = CertificatePlaces(item)
      var first: [SHA256Digest: PEMBundle.Block] = [:]
      for (block, certificate) in bundle.accepted {
        guard let earlier = first[certificate.sha256] else {
          first[certificate.sha256] = block
          continue
        }
        findings.report(
          "the certificate \(certificate.title) stands twice under \(item.quotedKey)", at: places.begin(block),
          field: item.field, resource: item.configMap, related: [Label("the first", at: places.begin(earlier))],
          help: "nodes keep one of the two; remove this one", fixes: Self.removal(of: block, item, places))
      }
    }
  }

  /// Removes the lines of one PEM block from a `|` block. When text above it may speak of it, nobody but the user may.
  private static func removal(
    of block: PEMBundle.Block, _ item: RegistryCertificates, _ places: CertificatePlaces
  ) -> [Fix] {
    guard item.entry.section == .data, item.entry.node.scalar?.style == .literal, !item.entry.node.isAlias else {
      return []
    }
    let file = item.entry.node.span.file
    let range = places.span(block.range).range
    guard LineIndentation.blanks(before: range.lowerBound, in: file) != nil else { return [] }
    let firstLine = file.lines.lineIndex(of: range.lowerBound)
    let last = file.lines.lineIndex(of: range.upperBound - 1)
    let above = file.text(file.lineRange(firstLine - 1))
    guard above.contains("-----END ") else { return [] }
    var start = file.lines.starts[firstLine]
    var end = file.bytes.count
    if last + 1 < file.lines.starts.count {
      end = file.lines.starts[last + 1]
    } else {
      // The last line of a file without a final line end: the one before it goes instead.
      start = file.lineRange(firstLine - 1).upperBound
    }
    return [Fix("Remove the second one", safety: .safe, in: file, [.delete(start..<end)])]
  }
}
