import Diagnostics
import RegistryConfig
import YAMLSyntax

/// One source in two entries of one object.
public struct SourceSameEntryTwice: Rule {
  public static let documentation = RuleDocumentation(
    id: "source-same-entry-twice", code: "MIR220", category: .mirror, severity: .note, effect: .none, fixing: .safe,
    summary: "A source stands in two entries of one object.",
    why: """
      The Machine Config Operator merges the entries of a source, so an exact copy changes nothing. Entries with other \
      mirrors are legal as well; the order between the mirrors of two entries is the operator's, and often a copied \
      entry was meant for another source.
      """,
    instead: "Write one entry with all mirrors, in the order in which nodes are to try them.",
    sources: [
      "runtime-utils pkg/registries/registries.go (mergedMirrorsSets)", "openshift/oc testdata idmsFile64921.yaml",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "a copy",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: team
      spec:
        imageDigestMirrors:
        - source: registry.redhat.io/team
          mirrors:
          - quay.io/team
        - source: registry.redhat.io/other
          mirrors: [quay.io/other]
        - mirrors:
          - quay.io/team
          source: ⟦registry.redhat.io/team⟧
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: team
        spec:
          imageDigestMirrors:
          - source: registry.redhat.io/team
            mirrors:
            - quay.io/team
          - source: registry.redhat.io/other
            mirrors: [quay.io/other]
        """, message: "copy of entry 1"),
    .bad(
      "other mirrors are merged and never removed",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: team
      spec:
        imageDigestMirrors:
        - source: registry.redhat.io/rocm62
          mirrors: [quay.io/rocm62]
        - source: ⟦registry.redhat.io/rocm62⟧
          mirrors: [quay.io/rocm64]
      """, message: "with other mirrors"),
    .bad(
      "a copy with a comment is left to its author",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: team
      spec:
        imageDigestMirrors:
        - source: registry.redhat.io/team
          mirrors: [quay.io/team]
        # for the second operator
        - source: ⟦registry.redhat.io/team⟧
          mirrors: [quay.io/team]
      """),
    .good(
      "nested sources are different sources",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: team
      spec:
        imageDigestMirrors:
        - source: registry.redhat.io
          mirrors: [mirror.lab.example.com/redhat]
        - source: registry.redhat.io/rhel9
          mirrors: [quay.io/rhel9]
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let set = resource.mirrorSet, set.isRead else { return }
    var firstOfSource: [String: MirrorSet.Entry] = [:]
    var firstOfContent: [[String]: MirrorSet.Entry] = [:]
    for (place, entry) in set.entries.enumerated() where entry.isComplete {
      guard let source = entry.source else { continue }
      let content = [source.value, entry.policy?.value ?? ""] + entry.mirrors.map(\.value)
      if let copy = firstOfContent[content] {
        report(entry, at: place, of: set, copyOf: copy, &findings)
        continue
      }
      firstOfContent[content] = entry
      guard let first = firstOfSource[source.value] else {
        firstOfSource[source.value] = entry
        continue
      }
      // Different policies stop the operator: a rule of its own.
      guard set.effectivePolicy(first) == set.effectivePolicy(entry) else { continue }
      findings.report(
        "source '\(source.value)' is in entry \(first.index + 1) already, with other mirrors", at: source.span,
        field: set.field(entry, "source"),
        related: [Label("entry \(first.index + 1)", at: first.source?.span ?? first.span)],
        help: "the operator merges both; if this entry is not a copy that was meant for another source, write one "
          + "entry with all mirrors in the order to try them")
    }
  }

  private func report(
    _ entry: MirrorSet.Entry, at place: Int, of set: MirrorSet, copyOf first: MirrorSet.Entry,
    _ findings: inout Findings
  ) {
    guard let source = entry.source else { return }
    var fixes: [Fix] = []
    if let node = set.node(entry), Self.holdsOnlyKnownKeys(node) {
      let previous = place > 0 ? set.node(set.entries[place - 1]) : nil
      if let edit = ItemRemoval.edit(of: node, previous: previous) {
        fixes = [Fix("Remove the copy", safety: .safe, edits: [edit])]
      }
    }
    findings.report(
      "the entry of source '\(source.value)' is a copy of entry \(first.index + 1)", at: source.span,
      field: set.field(entry, "source"),
      related: [Label("entry \(first.index + 1)", at: first.source?.span ?? first.span)],
      help: "the operator merges both into one; remove the copy", fixes: fixes)
  }

  private static func holdsOnlyKnownKeys(_ node: Node) -> Bool {
    node.entries.allSatisfy { ["source", "mirrors", "mirrorSourcePolicy"].contains($0.key.keyText ?? "") }
  }
}
