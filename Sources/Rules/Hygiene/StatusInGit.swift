import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// `status` in a manifest.
public struct StatusInGit: Rule {
  public static let documentation = RuleDocumentation(
    id: "status-in-git", code: "HYG501", category: .hygiene, severity: .warning, effect: .none, fixing: .both,
    summary: "A manifest holds `status`.",
    why: """
      Operators write the status; what a manifest says there is ignored and soon wrong. `status: {}` of generated \
      files does no harm.
      """,
    instead: "Remove it.",
    sources: ["openshift/api config/v1 (status subresource of Image)"])

  public static let examples: [RuleExample] = [
    .bad(
      "copied from a cluster",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec: {}
      ⟦status⟧:
        internalRegistryHostname: image-registry.openshift-image-registry.svc:5000
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata:
          name: cluster
        spec: {}
        """, message: "the Image holds a 'status'"),
    .bad(
      "written by a generator",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: idms-release-0
      spec: {}
      ⟦status⟧: {}
      """, message: "an empty 'status'"),
    .good(
      "without it",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec: {}
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    // A ConfigMap has no status at all: there it is an unknown field.
    guard resource.configMap == nil, let entry = resource.resource.root.entry("status"), !entry.value.isUnknown else {
      return
    }
    let isEmpty =
      entry.value.isNull || (entry.value.isMapping && entry.value.entries.isEmpty && !entry.value.isIncomplete)
    findings.report(
      "the \(resource.resource.kind.rawValue) holds \(isEmpty ? "an empty 'status'" : "a 'status'")",
      at: entry.key.span,
      field: "status", severity: isEmpty ? .note : .warning,
      help: "the cluster ignores it: operators write the status; remove it",
      fixes: EntryRemoval.fix("Remove the status", [entry]))
  }
}
