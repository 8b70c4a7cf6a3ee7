import Diagnostics
import RegistryConfig
import SourceText

/// Two policies for one source on one cluster.
public struct ConflictingSourcePolicy: Rule {
  public static let documentation = RuleDocumentation(
    id: "conflicting-source-policy", code: "MIR204", category: .mirror, severity: .error, effect: .frozen,
    fixing: .unsafe,
    summary: "One source has different `mirrorSourcePolicy` values in the mirror objects of a cluster.",
    why: """
      The Machine Config Operator takes the entries of a source from all ImageDigestMirrorSets, ImageTagMirrorSets \
      and ImageContentSourcePolicies together. An entry without the key counts as AllowContactingSource, and so does \
      every entry of an ImageContentSourcePolicy. When they differ it stops with "conflicting mirrorSourcePolicy is \
      set for the same source" and renders nothing for any pool.
      """,
    instead: "Write the same policy into every entry of the source.",
    sources: [
      "machine-config-operator pkg/controller/container-runtime-config/helpers.go (validateRegistriesConfScopes)",
      "machine-config-operator docs/ImageMirrorSetDesign.md",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "tags and digests of one source",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: digests
      spec:
        imageDigestMirrors:
        - source: quay.io/team
          mirrors: [mirror.lab.example.com/team]
          mirrorSourcePolicy: NeverContactSource
      ---
      apiVersion: config.openshift.io/v1
      kind: ImageTagMirrorSet
      metadata:
        name: tags
      spec:
        imageTagMirrors:
        - source: ⟦quay.io/team⟧
          mirrors: [mirror.lab.example.com/team]
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: digests
        spec:
          imageDigestMirrors:
          - source: quay.io/team
            mirrors: [mirror.lab.example.com/team]
            mirrorSourcePolicy: NeverContactSource
        ---
        apiVersion: config.openshift.io/v1
        kind: ImageTagMirrorSet
        metadata:
          name: tags
        spec:
          imageTagMirrors:
          - source: quay.io/team
            mirrorSourcePolicy: NeverContactSource
            mirrors: [mirror.lab.example.com/team]
        """, message: "AllowContactingSource here"),
    .bad(
      "in one object",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: digests
      spec:
        imageDigestMirrors:
        - source: quay.io/team
          mirrors: [a.lab.example.com/team]
        - source: quay.io/team
          mirrors: [b.lab.example.com/team]
          mirrorSourcePolicy: ⟦NeverContactSource⟧
      """),
    .good(
      "an unset policy is the default",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: digests
      spec:
        imageDigestMirrors:
        - source: quay.io/team
          mirrors: [mirror.lab.example.com/team]
          mirrorSourcePolicy: AllowContactingSource
      ---
      apiVersion: config.openshift.io/v1
      kind: ImageTagMirrorSet
      metadata:
        name: tags
      spec:
        imageTagMirrors:
        - source: quay.io/team
          mirrors: [mirror.lab.example.com/team]
        - source: quay.io/team/app
          mirrors: [mirror.lab.example.com/team/app]
          mirrorSourcePolicy: NeverContactSource
        - source: quay.io/other
          mirrors: [mirror.lab.example.com/other]
          mirrorSourcePolicy: "{{ policy }}"
        - source: quay.io/other
          mirrors: [mirror2.lab.example.com/other]
      """),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    var first: [String: ClusterMirrors] = [:]
    for item in cluster.mirrorEntries where item.set.hasKnownPolicy(item.entry) {
      guard let known = first[item.source.value] else {
        first[item.source.value] = item
        continue
      }
      let policy = item.set.effectivePolicy(item.entry)
      let other = known.set.effectivePolicy(known.entry)
      guard policy != other else { continue }
      let span = Self.span(of: item)
      findings.report(
        "source '\(item.source.value)' is \(policy.rawValue) here and \(other.rawValue) in \(known.set.title)",
        at: span,
        field: item.set.field(item.entry, span == item.source.span ? "source" : "mirrorSourcePolicy"),
        resource: item.set.resource, related: [Label("\(other.rawValue)", at: Self.span(of: known))],
        help: "the operator stops with 'conflicting mirrorSourcePolicy is set for the same source', and all nodes keep "
          + "their old files; \(Self.advice(item, known))",
        fixes: Self.fixes(item, as: other))
    }
  }

  /// The policy where it is written and read, else the source.
  private static func span(of item: ClusterMirrors) -> SourceSpan {
    item.set.hasPolicies ? item.entry.policy?.span ?? item.source.span : item.source.span
  }

  /// The policy of the entry that came first.
  private static func fixes(_ item: ClusterMirrors, as policy: MirrorSet.SourcePolicy) -> [Fix] {
    guard item.set.hasPolicies else { return [] }
    let edit =
      item.entry.policy.map { $0.rewriting(policy.rawValue) }
      ?? PolicyInsertion.edit(policy, into: item.entry, of: item.set)
    return edit.map { [Fix("Write \(policy.rawValue) here too", safety: .unsafe, edits: [$0])] } ?? []
  }

  private static func advice(_ item: ClusterMirrors, _ known: ClusterMirrors) -> String {
    guard item.set.hasPolicies && known.set.hasPolicies else {
      return "an ImageContentSourcePolicy cannot forbid its source: move its entry into an ImageDigestMirrorSet"
    }
    return "write the same policy into both (unset is AllowContactingSource)"
  }
}
