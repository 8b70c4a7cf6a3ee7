import Diagnostics
import RegistryConfig
import SourceText

/// A ConfigMap of registry CAs in a namespace where nobody looks.
public struct CaWrongNamespace: Rule {
  public static let documentation = RuleDocumentation(
    id: "ca-wrong-namespace", code: "CA308", category: .ca, severity: .error, effect: .notApplied, fixing: .both,
    summary: "The ConfigMap that `additionalTrustedCA` names is not in the namespace openshift-config.",
    why: """
      The reference has no namespace: all operators look in openshift-config. They do not find the ConfigMap, the \
      registry operator becomes degraded, and no node gets a CA.
      """,
    instead: "Write `namespace: openshift-config`.",
    sources: [
      "openshift/api config/v1 (ImageSpec.additionalTrustedCA)", "machine-config-operator pkg/operator/sync.go",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "in the namespace of the registry",
      """
      \(CAExample.image)
      ---
      \(CAExample.map("registry.example.com..5000", CAExample.ca)
        .replacing("openshift-config", with: "⟦openshift-image-registry⟧"))
      """,
      fixed: """
        \(CAExample.image)
        ---
        \(CAExample.map("registry.example.com..5000", CAExample.ca))
        """, message: "the ConfigMap 'registry-cas' is in namespace 'openshift-image-registry'"),
    .good(
      "in openshift-config",
      """
      \(CAExample.image)
      ---
      \(CAExample.map("registry.example.com..5000", CAExample.ca))
      """),
    .good(
      "a copy for something else beside it",
      """
      \(CAExample.image)
      ---
      \(CAExample.map("registry.example.com..5000", CAExample.ca))
      ---
      \(CAExample.map("registry.example.com..5000", CAExample.ca)
        .replacing("openshift-config", with: "multicluster-engine"))
      """),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    for reference in cluster.referencedConfigMaps where reference.found.isEmpty {
      for map in reference.misplaced {
        guard let namespace = map.resource.namespace else { continue }
        // Of several in different namespaces nobody but the user knows which one is meant.
        var fixes: [Fix] = []
        if let edit = ScalarReplacement.edit(namespace.span, with: "openshift-config") {
          fixes = [
            Fix(
              "Put it into openshift-config", safety: reference.misplaced.count == 1 ? .safe : .unsafe,
              in: namespace.span.file, [edit])
          ]
        }
        findings.report(
          "the ConfigMap \(Quoted.text(reference.name.value)) is in namespace \(Quoted.text(namespace.value)), not in "
            + "openshift-config",
          at: namespace.span, field: "metadata.namespace", resource: map.resource,
          related: [Label("additionalTrustedCA names it here", at: reference.name.span)],
          help:
            "additionalTrustedCA is looked up in openshift-config only: the registry operator becomes degraded and no "
            + "node gets a CA; write 'namespace: openshift-config'",
          fixes: fixes)
      }
    }
  }
}
