import Diagnostics
import RegistryConfig

/// Two objects that say the same.
public struct DuplicateMirrorObject: Rule {
  public static let documentation = RuleDocumentation(
    id: "duplicate-mirror-object", code: "HYG503", category: .hygiene, severity: .note, effect: .none, fixing: .unsafe,
    summary: "Two mirror objects of one kind and one cluster have the same entries under different names.",
    why: "The Machine Config Operator merges them, so the second changes nothing until one of the two is edited.",
    instead: "Keep one of them. Removing the other changes no file on any node.",
    sources: ["runtime-utils pkg/registries/registries.go (mergedMirrorsSets)"])

  public static let examples: [RuleExample] = [
    .bad(
      "a copy under another name",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: idms-operator-0
      spec:
        imageDigestMirrors:
        - source: quay.io/team
          mirrors: [mirror.lab.example.com/team]
      ---
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: ⟦idms-operator-1⟧
      spec:
        imageDigestMirrors:
        - mirrors:
          - mirror.lab.example.com/team
          source: quay.io/team
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: idms-operator-0
        spec:
          imageDigestMirrors:
          - source: quay.io/team
            mirrors: [mirror.lab.example.com/team]

        """, message: "same entries as ImageDigestMirrorSet 'idms-operator-0'"),
    .good(
      "other kinds, other entries, the same object again",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: global
      spec:
        imageDigestMirrors:
        - source: quay.io/team
          mirrors: [mirror.lab.example.com/team]
      ---
      apiVersion: config.openshift.io/v1
      kind: ImageTagMirrorSet
      metadata:
        name: global
      spec:
        imageTagMirrors:
        - source: quay.io/team
          mirrors: [mirror.lab.example.com/team]
      ---
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: other
      spec:
        imageDigestMirrors:
        - source: quay.io/team
          mirrors: [mirror.lab.example.com/team]
          mirrorSourcePolicy: NeverContactSource
      ---
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: global
      spec:
        imageDigestMirrors:
        - source: quay.io/team
          mirrors: [mirror.lab.example.com/team]
      """),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    var first: [[String]: MirrorSet] = [:]
    for set in cluster.readMirrorSets where set.isComplete && !set.entries.isEmpty {
      guard let name = set.resource.name, let content = Self.content(of: set) else { continue }
      guard let known = first[content] else {
        first[content] = set
        continue
      }
      // The same object twice is `duplicate-object-name`.
      if known.resource.name?.value == name.value { continue }
      findings.report(
        "\(set.title) has the same entries as \(known.title)", at: name.span, field: "metadata.name",
        resource: set.resource, related: known.resource.name.map { [Label("the other", at: $0.span)] } ?? [],
        help: "the operator merges them; one can go without a change on any node",
        fixes: NewDocument.removal(of: set.resource).map {
          [Fix("Remove this object", safety: .unsafe, edits: [$0])]
        } ?? [])
    }
  }

  /// What the object says, comparable; `nil` when a part of it is unknown.
  private static func content(of set: MirrorSet) -> [String]? {
    var content = [set.resource.kind.rawValue]
    for entry in set.entries {
      guard entry.isComplete, set.hasKnownPolicy(entry), let source = entry.source else { return nil }
      content += [source.value, set.effectivePolicy(entry).rawValue, "\(entry.mirrors.count)"]
      content += entry.mirrors.map(\.value)
    }
    return content
  }
}
