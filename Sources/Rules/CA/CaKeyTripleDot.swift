import Certificates
import Diagnostics
import RegistryConfig
import SourceText

/// A key of which two programs make two directories.
public struct CaKeyTripleDot: Rule {
  public static let documentation = RuleDocumentation(
    id: "ca-key-triple-dot", code: "CA303", category: .ca, severity: .warning, effect: .notApplied, fixing: .unsafe,
    summary: "The key of a registry CA has three dots in a row, or two dots twice.",
    why: """
      Two programs write registry CAs on a node. node-ca puts a colon in place of the last `..`, the Machine Config \
      Daemon one in place of each `..` from the left: of `registry...5000` they make `registry.:5000` and \
      `registry:.5000`. Each removes the directories of the other, and no pull looks into either.
      """,
    instead: "Write `host..port`.",
    sources: [
      "cluster-image-registry-operator pkg/nodeca/nodeca.go",
      "machine-config-operator pkg/daemon/certificate_writer.go",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "three dots", CAExample.map("⟦registry.example.com...5000⟧", CAExample.ca),
      fixed: CAExample.map("registry.example.com..5000", CAExample.ca),
      message: "'registry.example.com...5000' means 'registry.example.com.:5000' to node-ca"),
    .bad("two dots twice", CAExample.map("⟦registry..example.com..5000⟧", CAExample.ca)),
    .good("two dots", CAExample.map("registry.example.com..5000", CAExample.ca)),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    check(resource.certificates, &findings)
  }

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    check(cluster.certificatesByReference, &findings)
  }

  private func check(_ keys: [RegistryCertificates], _ findings: inout Findings) {
    for item in keys where item.hasReadableKey && item.key.suspicions.contains(.readersDisagree) {
      // A URL is a finding of its own.
      if item.key.suspicions.contains(.scheme) { continue }
      let suggestion = Self.withTwoDots(item.key.rawValue)
      findings.report(
        "\(item.quotedKey) means '\(item.key.nodeCADirectory)' to node-ca and "
          + "'\(item.key.machineConfigDaemonDirectory)' to the Machine Config Daemon",
        at: item.entry.key.span, field: item.field, resource: item.configMap,
        help: "the two remove each other's directories below /etc/docker/certs.d, and no pull looks into either; write "
          + (suggestion.map { "'\($0)'" } ?? "host..port"),
        fixes: suggestion.map { item.renaming(to: $0, .unsafe) } ?? [])
    }
  }

  /// The key with longer runs of dots made two dots, when that is a clear key.
  private static func withTwoDots(_ key: String) -> String? {
    var result: [UInt8] = []
    for byte in key.utf8 {
      if byte == UInt8(ascii: "."), result.suffix(2).elementsEqual("..".utf8) { continue }
      result.append(byte)
    }
    let name = RegistryCertificateKey(String(decoding: result, as: UTF8.self))
    return name.suspicions.isEmpty && name.isLegal ? name.rawValue : nil
  }
}
