import Diagnostics
import RegistryConfig

/// A catalogue image as a source of digest mirrors.
public struct CatalogIndexMirrored: Rule {
  public static let documentation = RuleDocumentation(
    id: "catalog-index-mirrored", code: "MIR216", category: .mirror, severity: .note, effect: .notApplied,
    summary: "The index image of an operator catalogue is the source of digest mirrors.",
    why: """
      A CatalogSource names its index by a tag, and digest mirrors are not asked for tags: the mirror of the index is \
      not used.
      """,
    instead: "Let the CatalogSource name the mirror in `spec.image`, as oc-mirror writes it.",
    sources: ["OCPBUGS-10051", "oc-mirror catalogSource-*.yaml"])

  public static let examples: [RuleExample] = [
    .bad(
      "the index of Red Hat's operators",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: catalogues
      spec:
        imageDigestMirrors:
        - source: ⟦registry.redhat.io/redhat/redhat-operator-index⟧
          mirrors: [mirror.lab.example.com/redhat/redhat-operator-index]
      """, message: "is the index of a catalogue"),
    .good(
      "its namespace, and mirrors for tags",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: catalogues
      spec:
        imageDigestMirrors:
        - source: registry.redhat.io/redhat
          mirrors: [mirror.lab.example.com/redhat]
      ---
      apiVersion: config.openshift.io/v1
      kind: ImageTagMirrorSet
      metadata:
        name: catalogues
      spec:
        imageTagMirrors:
        - source: registry.redhat.io/redhat/redhat-operator-index
          mirrors: [mirror.lab.example.com/redhat/redhat-operator-index]
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let set = resource.mirrorSet, set.isRead, set.pullForm == .digest else { return }
    for entry in set.entries {
      guard let source = entry.source, Self.indexes.contains(source.value) else { continue }
      findings.report(
        "source '\(source.value)' is the index of a catalogue", at: source.span, field: set.field(entry, "source"),
        help: "a CatalogSource names it by tag, and digest mirrors are not asked for tags; let the CatalogSource name "
          + "the mirror")
    }
  }

  private static let indexes: Set<String> = [
    "registry.redhat.io/redhat/redhat-operator-index", "registry.redhat.io/redhat/certified-operator-index",
    "registry.redhat.io/redhat/community-operator-index", "registry.redhat.io/redhat/redhat-marketplace-index",
  ]
}
