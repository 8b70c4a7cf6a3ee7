import Diagnostics
import RegistryConfig
import SourceText

/// A ConfigMap of registry CAs that does not say where it belongs.
public struct CaConfigmapNamespaceMissing: Rule {
  public static let documentation = RuleDocumentation(
    id: "ca-configmap-namespace-missing", code: "CA325", category: .ca, severity: .warning, effect: .notApplied,
    fixing: .unsafe,
    summary: "A ConfigMap of registry CAs has no namespace.",
    why: """
      `oc apply` creates it in the namespace that happens to be the current one. `additionalTrustedCA` is looked up in \
      openshift-config only: there the ConfigMap is missing, the registry operator becomes degraded, and no node gets \
      the CA.
      """,
    instead: "Write `namespace: openshift-config` under `metadata`.",
    sources: [
      "cluster-image-registry-operator pkg/resource/caconfig.go", "machine-config-operator pkg/operator/sync.go",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "no namespace",
      CAExample.withoutNamespace.replacing("name: registry-cas", with: "name: ⟦registry-cas⟧"),
      fixed: CAExample.map("registry.example.com..5000", CAExample.ca),
      message: "the ConfigMap 'registry-cas' of registry CAs has no namespace"),
    .good("with it", CAExample.map("registry.example.com..5000", CAExample.ca)),
    .good(
      "a template supplies it",
      CAExample.map("registry.example.com..5000", CAExample.ca).replacing(
        "openshift-config", with: "{{ .Values.namespace }}")),
    .good(
      "some other ConfigMap",
      """
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: settings
      data:
        registry: openshift-config
      """),
  ]

  public init() {}

  // Of a cluster, because kustomize may have supplied a namespace there.
  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    let names = Set(cluster.trustedCAs.map(\.name.value))
    for resource in cluster.resources {
      guard let map = resource.configMap, map.hasNoNamespace, !map.resource.isPatch,
        map.resource.destination == .applied, let name = map.resource.name,
        !resource.certificates.isEmpty || names.contains(name.value)
      else { continue }
      findings.report(
        "the ConfigMap \(Quoted.text(name.value)) of registry CAs has no namespace", at: name.span,
        field: "metadata.namespace", resource: map.resource,
        help: "it is created in whatever namespace is the current one, and the Image looks for it in openshift-config; "
          + "write 'namespace: openshift-config'",
        fixes: fixes(map.resource))
    }
  }

  private func fixes(_ resource: Resource) -> [Fix] {
    guard let entry = resource.root["metadata"]?.entry("name"),
      let edit = EntryInsertion.after(entry, text: ["namespace: openshift-config"])
    else { return [] }
    return [Fix("Add the namespace openshift-config", safety: .unsafe, in: entry.key.span.file, [edit])]
  }
}
