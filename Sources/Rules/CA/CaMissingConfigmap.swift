import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// `additionalTrustedCA` that names a ConfigMap which is not there.
public struct CaMissingConfigmap: Rule {
  public static let documentation = RuleDocumentation(
    id: "ca-missing-configmap", code: "CA300", category: .ca, severity: .error, effect: .pullsFail, fixing: .unsafe,
    summary: "`additionalTrustedCA` names a ConfigMap that the cluster does not get.",
    why: """
      The registry operator returns an error and becomes degraded; the Machine Config Operator only logs a warning, \
      and no node gets a CA. Pulls from registries with a private CA fail with "x509: certificate signed by unknown \
      authority".
      """,
    instead: """
      Add the ConfigMap in the namespace openshift-config. Where something else creates it (an operator, a secret \
      store), suppress the finding with that reason.
      """,
    sources: [
      "cluster-image-registry-operator pkg/resource/caconfig.go", "machine-config-operator pkg/operator/sync.go",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "no such ConfigMap", ImageExample.spec("additionalTrustedCA:\n  name: ⟦registry-cas⟧"),
      message: "additionalTrustedCA names the ConfigMap 'registry-cas', which is not there"),
    .bad(
      "under another name",
      """
      \(ImageExample.spec("additionalTrustedCA:\n  name: ⟦registry-ca⟧"))
      ---
      \(CAExample.map("registry.example.com..5000", CAExample.ca))
      """,
      fixed: """
        \(CAExample.image)
        ---
        \(CAExample.map("registry.example.com..5000", CAExample.ca))
        """, message: "is 'registry-cas' meant?"),
    .good(
      "it is there",
      """
      \(CAExample.image)
      ---
      \(CAExample.map("registry.example.com..5000", CAExample.ca))
      """),
    .good(
      "a template names one of them",
      """
      \(CAExample.image)
      ---
      \(CAExample.map("registry.example.com..5000", CAExample.ca).replacing("registry-cas", with: "{{ .Values.name }}"))
      """),
    .good("an empty name is no reference", ImageExample.spec("additionalTrustedCA:\n  name: \"\"")),
    .good(
      "an Image that no node reads", ImageExample.spec("additionalTrustedCA:\n  name: registry-cas", name: "other")),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    // A ConfigMap whose name is a placeholder may be the one.
    if cluster.configMaps.contains(where: { $0.resource.name == nil && $0.isWhereReferencesLook }) { return }
    for reference in cluster.referencedConfigMaps where reference.found.isEmpty && reference.misplaced.isEmpty {
      let name = reference.name
      // It is there under a name that the reference does not follow: ca-hash-suffix.
      guard cluster.generatedConfigMap(for: name.value) == nil else { continue }
      var related = reference.namesakes.compactMap { map in
        map.resource.namespace.map { Label("a ConfigMap of that name in namespace '\($0.value)'", at: $0.span) }
      }
      var message = "additionalTrustedCA names the ConfigMap \(Quoted.text(name.value)), which is not there"
      var advice = "add it in the namespace openshift-config"
      var fixes: [Fix] = []
      let elsewhere = cluster.elsewhere.filter { $0.configMap?.resource.name?.value == name.value }
        .compactMap(\.configMap).filter(\.isWhereReferencesLook)
      if let only = cluster.unreferencedCertificateMaps.only, let other = only.resource.name {
        message += "; is \(Quoted.text(other.value)) meant?"
        advice = "write the name of the ConfigMap that is there"
        related.append(Label("this one holds registry CAs", at: other.span))
        if let edit = ScalarReplacement.edit(name.span, with: other.value) {
          fixes = [Fix("Name the ConfigMap that is there", safety: .unsafe, in: name.span.file, [edit])]
        }
      } else if let place = elsewhere.first?.resource.name {
        message += " but in '\(place.span.file.path.text)'"
        advice = "include that file in what this cluster gets, if it is meant"
        related += elsewhere.prefix(3).compactMap(\.resource.name).map {
          Label("not part of this cluster", at: $0.span)
        }
      }
      findings.report(
        message, at: name.span, field: "spec.additionalTrustedCA.name", resource: reference.image.resource,
        related: related,
        help: "the registry operator becomes degraded and no node gets a CA; \(advice)", fixes: fixes)
    }
  }
}
