import Diagnostics
import RegistryConfig
import SourceText

/// A namespace on a kind that has none.
public struct NamespaceOnClusterScoped: Rule {
  public static let documentation = RuleDocumentation(
    id: "namespace-on-cluster-scoped", code: "FMT305", category: .format, severity: .warning, effect: .notApplied,
    fixing: .both,
    summary: "A `metadata.namespace` on a cluster-scoped kind.",
    why: "The API server drops it: the object is one for the whole cluster, and two objects of one name in two "
      + "namespaces overwrite each other.",
    instead: "Remove the namespace. Of the kinds here only ImagePolicy and ConfigMap have one.",
    sources: ["openshift/api CRDs (spec.scope)"])

  public static let examples: [RuleExample] = [
    .bad(
      "an Image is one for the cluster",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
        namespace: ⟦openshift-config⟧
      spec: {}
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata:
          name: cluster
        spec: {}
        """, message: "an Image has no namespace, but 'openshift-config' is set"),
    .bad(
      "in one line",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata: {name: mirrors, namespace: ⟦team⟧}
      spec: {}
      """, testOnly: true),
    .good(
      "kinds with a namespace",
      """
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: ca
        namespace: openshift-config
      data: {}
      ---
      apiVersion: config.openshift.io/v1
      kind: ImageTagMirrorSet
      metadata:
        name: mirrors
      spec: {}
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    let kind = resource.resource.kind
    guard !KindSchema.of(kind).isNamespaced, let namespace = resource.resource.namespace,
      let entry = resource.resource.root["metadata"]?.entry("namespace"),
      // A kustomization sets it for all that it composes; some of that needs one.
      namespace.span.file === resource.file
    else { return }
    findings.report(
      "\(kind.rawValue.first.map { "AEIOU".contains($0) } == true ? "an" : "a") \(kind.rawValue) has no namespace, but "
        + "'\(namespace.value.shortened())' is set",
      at: namespace.span, field: "metadata.namespace",
      help: "the API server drops the namespace: the object holds for the whole cluster; remove it",
      fixes: EntryRemoval.fix("Remove the namespace", [entry]))
  }
}
