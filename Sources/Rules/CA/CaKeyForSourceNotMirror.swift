import Certificates
import Diagnostics
import RegistryConfig
import SourceText

/// A CA for a registry that no node contacts.
public struct CaKeyForSourceNotMirror: Rule {
  public static let documentation = RuleDocumentation(
    id: "ca-key-for-source-not-mirror", code: "CA314", category: .ca, severity: .note, effect: .none,
    summary: "The key of a registry CA names a source that nodes never contact, not its mirror.",
    why: """
      With `NeverContactSource` for a whole registry, in tags and in digests, nodes talk to its mirrors only. They \
      look for the CA under the mirror's registry.
      """,
    instead: "Write the registry of the mirror.",
    sources: ["containers/image docker/docker_client.go (dockerCertDir)"])

  private static let never = CAExample.mirrors("- mirror.lab:5000/hub", source: "registry.example.com")
    .replacing("    mirrors:", with: "    mirrorSourcePolicy: NeverContactSource\n    mirrors:")

  public static let examples: [RuleExample] = [
    .bad(
      "the CA of a source",
      """
      \(CAExample.image)
      ---
      \(CAExample.map("⟦registry.example.com⟧", CAExample.ca))
      ---
      \(never)
      ---
      \(never.replacing("ImageDigest", with: "ImageTag").replacing("imageDigest", with: "imageTag"))
      """, message: "no node contacts 'registry.example.com'"),
    .good(
      "tags still come from the source",
      """
      \(CAExample.image)
      ---
      \(CAExample.map("registry.example.com", CAExample.ca))
      ---
      \(never)
      """),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    guard let keys = cluster.certificatesInForce, !keys.isEmpty else { return }
    // Registries by the forms of pulls that never reach them.
    var never: [String: Set<MirrorSet.PullForm>] = [:]
    var places: [String: Located<String>] = [:]
    let contacted = Set(cluster.contacted.uses.map(\.registry))
    for item in cluster.mirrorEntries {
      guard item.set.neverContactsSource(item.entry), item.entry.hasEffectiveMirrors else { continue }
      never[item.source.value, default: []].insert(item.set.pullForm)
      places[item.source.value] = places[item.source.value] ?? item.source
    }
    for item in keys where item.hasReadableKey && item.key.role == .registry {
      guard never[item.registry]?.count == 2, !contacted.contains(item.registry) else { continue }
      findings.report(
        "no node contacts '\(item.registry)', for which \(item.quotedKey) is a CA", at: item.entry.key.span,
        field: item.field, resource: item.configMap,
        related: places[item.registry].map { [Label("NeverContactSource", at: $0.span)] } ?? [],
        help: "nodes pull from the mirrors only and look for the CA under their registry; write the mirror's host or "
          + "host..port")
    }
  }
}
