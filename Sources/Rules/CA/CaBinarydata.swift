import Certificates
import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// A registry CA in `binaryData`.
public struct CaBinarydata: Rule {
  public static let documentation = RuleDocumentation(
    id: "ca-binarydata", code: "CA315", category: .ca, severity: .warning, effect: .notApplied, fixing: .unsafe,
    summary: "A registry CA stands in `binaryData`, which builds do not read.",
    why: """
      Nodes and the image registry read `binaryData` as well as `data`, but the build controller copies the keys of \
      `data` only: a build that pulls from the registry fails with "x509: certificate signed by unknown authority".
      """,
    instead: "Write the PEM text under `data`.",
    sources: ["openshift-controller-manager pkg/build/controller/build/build_controller.go"])

  public static let examples: [RuleExample] = [
    .bad(
      "a certificate in binaryData",
      CAExample.data("⟦registry.example.com..5000⟧: \(CAExample.base64)", section: "binaryData"),
      fixed: CAExample.map("registry.example.com..5000", CAExample.ca) + "\n",
      message: "'registry.example.com..5000' stands in binaryData"),
    .good("in data", CAExample.map("registry.example.com..5000", CAExample.ca)),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    check(resource.certificates, &findings)
  }

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    check(cluster.certificatesByReference, &findings)
  }

  private func check(_ keys: [RegistryCertificates], _ findings: inout Findings) {
    for item in keys where item.entry.section == .binaryData && item.hasReadableKey && !item.entry.isUnknown {
      // A value without a certificate is a finding by itself.
      guard let bundle = item.bundle, bundle.appendsCertificates else { continue }
      findings.report(
        "\(item.quotedKey) stands in binaryData, which builds do not read", at: item.entry.key.span, field: item.field,
        resource: item.configMap,
        help: "nodes trust the registry, builds do not; write the PEM text under 'data'", fixes: Self.move(item, bundle)
      )
    }
  }

  /// Renames `binaryData` when it holds this one key and there is no `data`.
  private static func move(_ item: RegistryCertificates, _ bundle: PEMBundle) -> [Fix] {
    guard let section = item.configMap.root.entry("binaryData"), section.value.entries.count == 1,
      item.configMap.root.entry("data") == nil, let rename = section.key.rewritten(as: "data"),
      let value = item.entry.value?.value,
      case .success(let pem) = Base64.decode(Array(value.utf8), skipsBlanks: true),
      let block = LiteralBlock.edit(item.entry, text: pem), section.key.span.file === item.entry.node.span.file
    else { return [] }
    return [Fix("Write the PEM text under data", safety: .unsafe, in: section.key.span.file, [rename, block])]
  }
}
