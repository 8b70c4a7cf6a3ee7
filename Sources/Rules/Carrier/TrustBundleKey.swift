import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// A ConfigMap of a trust bundle under another key.
public struct TrustBundleKey: Rule {
  public static let documentation = RuleDocumentation(
    id: "trust-bundle-key", code: "CA311", category: .ca, severity: .error, effect: .notApplied, fixing: .unsafe,
    summary:
      "The ConfigMap that a Proxy's `trustedCA` or a HostedCluster's `additionalTrustBundle` names, without the key "
      + "`ca-bundle.crt`.",
    why: "The operators read this one key. Without it the Proxy's bundle is ignored (the network operator becomes "
      + "degraded), and a HostedCluster does not come up. ConfigMaps of `additionalTrustedCA` are of another form: "
      + "their keys are registries.",
    instead: "The certificates of all CAs under the key `ca-bundle.crt`.",
    sources: [
      "openshift/cluster-network-operator pkg/util/validation/trustbundle.go",
      "openshift/hypershift api/hypershift/v1beta1/hostedcluster_types.go, additionalTrustBundle",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "a host in place of the key",
      """
      apiVersion: config.openshift.io/v1
      kind: Proxy
      metadata:
        name: cluster
      spec:
        trustedCA:
          name: user-ca-bundle
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: ⟦user-ca-bundle⟧
        namespace: openshift-config
      data:
        registry.lab.example.com: "-----BEGIN CERTIFICATE-----"
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: Proxy
        metadata:
          name: cluster
        spec:
          trustedCA:
            name: user-ca-bundle
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: user-ca-bundle
          namespace: openshift-config
        data:
          ca-bundle.crt: "-----BEGIN CERTIFICATE-----"
        """, message: "ca-bundle.crt"),
    .bad(
      "of a HostedCluster",
      """
      apiVersion: hypershift.openshift.io/v1beta1
      kind: HostedCluster
      metadata:
        name: demo
        namespace: clusters
      spec:
        additionalTrustBundle:
          name: user-ca-bundle
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: ⟦user-ca-bundle⟧
        namespace: clusters
      data:
        ca.crt: "-----BEGIN CERTIFICATE-----"
      """),
    .good(
      "the right key",
      """
      apiVersion: config.openshift.io/v1
      kind: Proxy
      metadata:
        name: cluster
      spec:
        trustedCA:
          name: user-ca-bundle
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: user-ca-bundle
        namespace: openshift-config
      data:
        ca-bundle.crt: "-----BEGIN CERTIFICATE-----"
      """),
    .good(
      "a ConfigMap of that name for something else",
      """
      apiVersion: config.openshift.io/v1
      kind: Proxy
      metadata:
        name: cluster
      spec:
        trustedCA:
          name: user-ca-bundle
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: user-ca-bundle
        namespace: argocd
      data:
        registry.lab.example.com: "-----BEGIN CERTIFICATE-----"
      """),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    var seen: Set<SourceSpan> = []
    for reference in TrustBundleReference.all(in: cluster) {
      for map in reference.maps {
        guard let keys = map.dataKeys, !keys.contains(TrustBundleReference.key), seen.insert(map.nameSpan).inserted
        else { continue }
        var fixes: [Fix] = []
        if map.isEditable, let only = map.root["data"]?.entries.only, only.key.span.file === map.file,
          let edit = ScalarReplacement.edit(only.key.span, with: TrustBundleReference.key)
        {
          fixes = [Fix("Rename the key to ca-bundle.crt", safety: .unsafe, in: map.file, [edit])]
        }
        findings.report(
          "the ConfigMap\(map.quotedName) of a trust bundle has no key 'ca-bundle.crt'", at: map.nameSpan,
          field: "metadata.name", reference: ResourceReference(map),
          related: [Label("\(reference.object.kindName) names it here", at: reference.name.span)],
          help: "only the key ca-bundle.crt is read, the CAs of other keys are not trusted; write all of them there",
          fixes: fixes)
      }
    }
  }
}
