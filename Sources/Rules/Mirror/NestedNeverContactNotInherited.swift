import Diagnostics
import RegistryConfig

/// A source that may be contacted below one that may not.
public struct NestedNeverContactNotInherited: Rule {
  public static let documentation = RuleDocumentation(
    id: "nested-never-contact-not-inherited", code: "MIR219", category: .mirror, severity: .warning,
    effect: .notApplied, fixing: .unsafe,
    summary: "A nested source does not say `NeverContactSource`, while the wider source does.",
    why: """
      `mirrorSourcePolicy` holds for the images whose longest matching source is this one. A nested source with \
      mirrors of its own is another entry, and without a policy nodes contact it.
      """,
    instead: """
      Write `mirrorSourcePolicy: NeverContactSource` into the nested entry too, or `AllowContactingSource` where \
      contact is meant.
      """,
    sources: ["runtime-utils pkg/registries/registries.go (only blockedRegistries are passed on to nested entries)"])

  public static let examples: [RuleExample] = [
    .bad(
      "forbidden above, open below",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: redhat
      spec:
        imageDigestMirrors:
        - source: registry.redhat.io
          mirrors: [mirror.lab.example.com/redhat]
          mirrorSourcePolicy: NeverContactSource
        - mirrors:
          - fast.lab.example.com/rhel9
          source: ⟦registry.redhat.io/rhel9⟧ # nearer
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: redhat
        spec:
          imageDigestMirrors:
          - source: registry.redhat.io
            mirrors: [mirror.lab.example.com/redhat]
            mirrorSourcePolicy: NeverContactSource
          - mirrors:
            - fast.lab.example.com/rhel9
            source: registry.redhat.io/rhel9 # nearer
            mirrorSourcePolicy: NeverContactSource
        """, message: "may be contacted"),
    .good(
      "said, or blocked",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: redhat
      spec:
        imageDigestMirrors:
        - source: registry.redhat.io
          mirrors: [mirror.lab.example.com/redhat]
          mirrorSourcePolicy: NeverContactSource
        - source: registry.redhat.io/rhel8
          mirrors: [fast.lab.example.com/rhel8]
          mirrorSourcePolicy: AllowContactingSource
        - source: registry.redhat.io/rhel9
          mirrors: [fast.lab.example.com/rhel9]
      ---
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources:
          blockedRegistries:
          - registry.redhat.io/rhel9
      """),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    let mirrored = cluster.mirrored
    let blocked = ScopeSet(cluster.images.flatMap { $0.blockedRegistries?.values ?? [] })
    for item in mirrored.firstEntries {
      let source = item.source.value
      guard let parent = mirrored.parent(of: source), let forbidding = mirrored.forbidding(parent),
        !blocked.covers(source), mirrored[source].allSatisfy(Self.saysNothing)
      else { continue }
      var fixes: [Fix] = []
      if mirrored[source].count == 1,
        let edit = PolicyInsertion.edit(.neverContactSource, into: item.entry, of: item.set)
      {
        fixes = [Fix("Forbid the nested source too", safety: .unsafe, edits: [edit])]
      }
      findings.report(
        "source '\(source)' may be contacted, while '\(parent)' may not", at: item.source.span,
        field: item.set.field(item.entry, "source"), resource: item.set.resource,
        related: [
          Label("NeverContactSource for '\(parent)'", at: forbidding.entry.policy?.span ?? forbidding.source.span)
        ],
        help: "a nested source does not inherit the policy: nodes that find no mirror for '\(source)' go to the "
          + "source; write the policy that is meant into this entry",
        fixes: fixes)
    }
  }

  /// No policy is written, or none can be.
  private static func saysNothing(_ item: ClusterMirrors) -> Bool {
    item.set.hasKnownPolicy(item.entry) && (!item.set.hasPolicies || item.entry.policy == nil)
  }
}
