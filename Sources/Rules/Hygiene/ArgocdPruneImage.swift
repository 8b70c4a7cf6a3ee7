import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// Image/cluster under Argo CD without protection from pruning.
public struct ArgocdPruneImage: Rule {
  public static let documentation = RuleDocumentation(
    id: "argocd-prune-image", code: "HYG506", category: .hygiene, severity: .note, effect: .disruptive, fixing: .unsafe,
    summary: "An Image that Argo CD manages may be pruned.",
    why: """
      When the file is moved or its Application is removed, an Application that prunes deletes Image/cluster. The \
      cluster makes a new one that is empty: allowed and blocked registries, search lists and CAs are gone from every \
      node, which drains or reboots for it.
      """,
    instead: "Add the annotation `argocd.argoproj.io/sync-options: Prune=false`, best with `Delete=false`.",
    sources: ["Argo CD user guide, sync options (No Prune Resources)"])

  public static let examples: [RuleExample] = [
    .bad(
      "in a sync wave",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        annotations:
          ⟦argocd.argoproj.io/sync-wave⟧: "-50"
        name: cluster
      spec: {}
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata:
          annotations:
            argocd.argoproj.io/sync-wave: "-50"
            argocd.argoproj.io/sync-options: Prune=false
          name: cluster
        spec: {}
        """, message: "the Image 'cluster' is managed by Argo CD and may be pruned"),
    .bad(
      "with other options",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        annotations:
          ⟦argocd.argoproj.io/sync-options⟧: ServerSideApply=true
        name: cluster
      spec: {}
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata:
          annotations:
            argocd.argoproj.io/sync-options: ServerSideApply=true,Prune=false
          name: cluster
        spec: {}
        """),
    .good(
      "protected",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        annotations:
          argocd.argoproj.io/sync-wave: "-50"
          argocd.argoproj.io/sync-options: ServerSideApply=true, Prune=false
        name: cluster
      spec: {}
      """),
    .good(
      "not managed by Argo CD, as far as can be seen",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec: {}
      """),
    .good(
      "a mirror set can be made again",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        annotations:
          argocd.argoproj.io/sync-wave: "-50"
        name: mirrors
      spec: {}
      """),
  ]

  private static let prefix = "argocd.argoproj.io/"
  private static let options = "argocd.argoproj.io/sync-options"

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let image = resource.image, image.isInForce, let metadata = image.resource.root["metadata"],
      let annotations = metadata["annotations"], !annotations.isUnknown, !annotations.isIncomplete
    else { return }
    let own = annotations.entries.filter { $0.key.keyText?.hasPrefix(Self.prefix) == true }
    guard let first = own.first, !own.contains(where: { $0.key.isUnknown || $0.value.isUnknown }) else { return }
    // Never applied, or kept on purpose.
    if let hook = annotations["argocd.argoproj.io/hook"]?.string, !hook.isEmpty { return }
    let options = annotations.entry(Self.options)
    let text = options?.value.string ?? ""
    let values = text.split(separator: ",").map { $0.filter { $0 != " " } }
    if values.contains("Prune=false") || values.contains("Prune=confirm") { return }
    findings.report(
      "the Image 'cluster' is managed by Argo CD and may be pruned", at: (options ?? first).key.span,
      field: "metadata.annotations",
      help: "an Application that prunes deletes it when the file moves, and every node loses its registry "
        + "configuration; add the sync option Prune=false",
      fixes: Self.fixes(options, behind: first, text))
  }

  private static func fixes(_ options: Node.Entry?, behind first: Node.Entry, _ text: String) -> [Fix] {
    let edit: TextEdit?
    if let options {
      guard !text.isEmpty else { return [] }
      edit = options.value.rewritten(as: text + ",Prune=false")
    } else {
      edit = EntryInsertion.after(first, text: ["\(Self.options): Prune=false"])
    }
    guard let edit else { return [] }
    return [Fix("Add the sync option Prune=false", safety: .unsafe, in: first.key.span.file, [edit])]
  }
}
