import Diagnostics
import RegistryConfig

/// An object of a kind that has a CRD and no reader.
public struct DeadImageContentPolicy: Rule {
  public static let documentation = RuleDocumentation(
    id: "dead-image-content-policy", code: "MIR223", category: .mirror, severity: .warning, effect: .notApplied,
    fixing: .unsafe,
    summary: "An ImageContentPolicy: nothing in the cluster reads it.",
    why: """
      The kind was planned as the successor of ImageContentSourcePolicy and its CRD is still installed, so the API \
      server takes the object. Neither the Machine Config Operator nor builds nor imports read it: no node gets a \
      mirror.
      """,
    instead: "Write an ImageDigestMirrorSet, and an ImageTagMirrorSet for pulls by tag.",
    sources: ["openshift/api config/v1/types_image_content_policy.go", "machine-config-operator (no informer for it)"])

  public static let examples: [RuleExample] = [
    .bad(
      "an object without effect",
      """
      apiVersion: config.openshift.io/v1
      kind: ⟦ImageContentPolicy⟧
      metadata:
        name: mirrors
      spec:
        repositoryDigestMirrors:
        - source: registry.redhat.io
          mirrors:
          - mirror.lab.example.com/redhat
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: mirrors
        spec:
          imageDigestMirrors:
          - source: registry.redhat.io
            mirrors:
            - mirror.lab.example.com/redhat
        """, message: "nothing reads it"),
    .bad(
      "pulls by tag need another kind",
      """
      apiVersion: config.openshift.io/v1
      kind: ⟦ImageContentPolicy⟧
      metadata:
        name: mirrors
      spec:
        repositoryDigestMirrors:
        - source: registry.redhat.io
          allowMirrorByTags: true
          mirrors: [mirror.lab.example.com/redhat]
      """),
    .good(
      "an ImageDigestMirrorSet",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: mirrors
      spec:
        imageDigestMirrors:
        - source: registry.redhat.io
          mirrors: [mirror.lab.example.com/redhat]
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let set = resource.mirrorSet, !set.isRead else { return }
    let hasSuccessor = resource.settings.release >= Release(4, 13)
    var fixes: [Fix] = []
    if hasSuccessor, let migration = MirrorSetMigration(set, in: resource.resource) {
      fixes = [Fix("Rewrite it as an ImageDigestMirrorSet", safety: .unsafe, edits: migration.edits)]
    }
    findings.report(
      "\(set.title) has no effect: nothing reads it", at: resource.resource.kindName.span, field: "kind",
      help: hasSuccessor
        ? "no node gets its mirrors; write an ImageDigestMirrorSet, and an ImageTagMirrorSet for pulls by tag"
        : "no node gets its mirrors; write an ImageContentSourcePolicy (operator.openshift.io/v1alpha1)",
      fixes: fixes)
  }
}
