import Diagnostics
import RegistryConfig
import YAMLSyntax

/// An entry that gives no mirror.
public struct UselessMirrorSet: Rule {
  public static let documentation = RuleDocumentation(
    id: "useless-mirror-set", code: "MIR208", category: .mirror, severity: .warning, effect: .notApplied,
    fixing: .unsafe,
    summary: "An entry has no mirrors, or only its own source.",
    why: """
      The Machine Config Operator leaves such an entry out, and its `mirrorSourcePolicy` with it: NeverContactSource \
      without a mirror does not keep nodes from the source. The object still makes the operator write registries.conf.
      """,
    instead: """
      Name a mirror, or remove the entry. To keep nodes from a registry, list it in `blockedRegistries` of the \
      cluster's Image.
      """,
    sources: ["runtime-utils pkg/registries/registries.go (mergedMirrorsSets ignores entries without other mirrors)"])

  public static let examples: [RuleExample] = [
    .bad(
      "only itself, and no mirrors",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: team
      spec:
        imageDigestMirrors:
        - source: registry.redhat.io/team
          mirrors: [mirror.lab.example.com/team]
        - mirrors:
          - registry.redhat.io/other
          source: ⟦registry.redhat.io/other⟧
        - source: ⟦docker.io⟧
          mirrorSourcePolicy: NeverContactSource
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: team
        spec:
          imageDigestMirrors:
          - source: registry.redhat.io/team
            mirrors: [mirror.lab.example.com/team]
        """, message: "has no mirror but itself"),
    .good(
      "placeholders, wrong types and null are not judged here",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: team
      spec:
        imageDigestMirrors:
        - source: registry.redhat.io/team
          mirrors: ["${MIRROR}/team"]
        - source: registry.redhat.io/other
          mirrors: null
      """),
    .good(
      "the source among other mirrors orders them",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: team
      spec:
        imageDigestMirrors:
        - source: registry.redhat.io/team
          mirrors: [registry.redhat.io/team, mirror.lab.example.com/team]
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let set = resource.mirrorSet, set.isRead, !resource.resource.isPatch else { return }
    for entry in set.entries where !entry.hasEffectiveMirrors && entry.isComplete {
      guard let source = entry.validSource, let node = set.node(entry), !Self.hasWrongMirrors(entry, node["mirrors"])
      else { continue }
      let neverContacts = set.neverContactsSource(entry)
      // A rule of its own: the operator stops.
      if neverContacts, !entry.mirrors.isEmpty { continue }
      let hasComments = CommentLines.touch(entry.span.range, in: entry.span.file)
      var fixes: [Fix] = []
      if set.entries.count > 1, !hasComments, let edit = ItemRemoval.edit(of: node, previous: nil) {
        fixes = [Fix("Remove the entry", safety: .unsafe, edits: [edit])]
      }
      let policy =
        neverContacts
        ? ", NeverContactSource included: to forbid the source, list it in blockedRegistries of the Image" : ""
      findings.report(
        "source '\(source.value)' has no mirror\(entry.mirrors.isEmpty ? "" : " but itself")", at: source.span,
        field: set.field(entry, "source"),
        // Comments in its place: a base that is completed elsewhere.
        severity: hasComments && entry.mirrors.isEmpty ? .note : .warning,
        help: "the operator leaves the entry out\(policy); name a mirror or remove the entry", fixes: fixes)
    }
  }

  /// Mirrors that are no list of strings are findings of their own.
  private static func hasWrongMirrors(_ entry: MirrorSet.Entry, _ mirrors: Node?) -> Bool {
    guard let mirrors else { return false }
    return !mirrors.isSequence || mirrors.items.count != entry.mirrors.count
  }
}
