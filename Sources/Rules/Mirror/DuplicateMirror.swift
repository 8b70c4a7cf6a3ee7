import Diagnostics
import RegistryConfig

/// One mirror twice in one list.
public struct DuplicateMirror: Rule {
  public static let documentation = RuleDocumentation(
    id: "duplicate-mirror", code: "MIR207", category: .mirror, severity: .error, effect: .refused, fixing: .both,
    summary: "A mirror stands twice in the `mirrors` of one entry.",
    why: """
      `mirrors` of ImageDigestMirrorSet and ImageTagMirrorSet is a list of type set: the API server refuses an object \
      with a duplicate in it. An ImageContentSourcePolicy is taken, and the operator writes the mirror once; but the \
      duplicate contradicts the order of the list, so the mirrors can end up sorted by name.
      """,
    instead: "Keep the first.",
    sources: [
      "openshift/api config/v1/types_image_digest_mirror_set.go (listType=set)",
      "runtime-utils pkg/registries/topo.go (cycles are broken by name)",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "in block and flow style",
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
          - mirror.lab.example.com/team
          - ⟦quay.io/team⟧
        - source: registry.redhat.io/other
          mirrors: ["quay.io/other", ⟦"quay.io/other"⟧]
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
            - mirror.lab.example.com/team
          - source: registry.redhat.io/other
            mirrors: ["quay.io/other"]
        """, message: "mirror 'quay.io/team' is in the list already"),
    .bad(
      "an item with a comment is left to its author",
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
          - ⟦quay.io/team⟧ # the fast one
      """),
    .bad(
      "an ImageContentSourcePolicy takes it",
      """
      apiVersion: operator.openshift.io/v1alpha1
      kind: ImageContentSourcePolicy
      metadata:
        name: team
      spec:
        repositoryDigestMirrors:
        - source: registry.redhat.io/team
          mirrors:
          - quay.io/team
          - ⟦quay.io/team⟧
      """,
      fixed: """
        apiVersion: operator.openshift.io/v1alpha1
        kind: ImageContentSourcePolicy
        metadata:
          name: team
        spec:
          repositoryDigestMirrors:
          - source: registry.redhat.io/team
            mirrors:
            - quay.io/team
        """),
    .good(
      "one mirror for two sources",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: release
      spec:
        imageDigestMirrors:
        - source: quay.io/openshift-release-dev/ocp-release
          mirrors: [mirror.lab.example.com/ocp4/openshift4]
        - source: quay.io/openshift-release-dev/ocp-v4.0-art-dev
          mirrors: [mirror.lab.example.com/ocp4/openshift4]
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let set = resource.mirrorSet, set.isRead else { return }
    let isRefused = set.hasPolicies
    for entry in set.entries where entry.mirrors.count > 1 {
      var first: [String: Int] = [:]
      for (place, mirror) in entry.mirrors.enumerated() {
        guard let known = first[mirror.value] else {
          first[mirror.value] = place
          continue
        }
        var fixes: [Fix] = []
        if let nodes = set.mirrorNodes(entry, at: place),
          let edit = ItemRemoval.edit(of: nodes.node, previous: nodes.previous)
        {
          // The operator's order of an ICSP's mirrors can change with it.
          fixes = [Fix("Remove the duplicate", safety: isRefused ? .safe : .unsafe, edits: [edit])]
        }
        findings.report(
          "mirror '\(mirror.value)' is in the list already", at: mirror.span, field: set.field(entry, mirror: place),
          severity: isRefused ? .error : .note, effect: isRefused ? .refused : Effect.none,
          related: [Label("the first", at: entry.mirrors[known].span)],
          help: isRefused
            ? "the API server refuses the object, since the list is a set ('Duplicate value'); keep the first"
            : "the operator writes it once, but may then sort the mirrors by name; keep the first",
          fixes: fixes)
      }
    }
  }
}
