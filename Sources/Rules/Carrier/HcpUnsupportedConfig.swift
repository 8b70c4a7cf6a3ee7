import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// A manifest in a NodePool's configuration that HyperShift does not take.
public struct HcpUnsupportedConfig: Rule {
  public static let documentation = RuleDocumentation(
    id: "hcp-unsupported-config", code: "XRS421", category: .cross, severity: .error, effect: .refused,
    summary:
      "An ImageTagMirrorSet, an Image or another kind that NodePools do not take, in a ConfigMap of `spec.config`.",
    why: "A NodePool takes MachineConfig, KubeletConfig, ContainerRuntimeConfig, ImageContentSourcePolicy, "
      + "ImageDigestMirrorSet and ClusterImagePolicy. Anything else is an \"unsupported config type\", and the "
      + "NodePool stays as it is.",
    instead: "Lists of registries in `spec.configuration.image` of the HostedCluster; mirrors of digests in "
      + "`spec.imageContentSources`. Mirrors of tags do not exist there.",
    sources: ["openshift/hypershift hypershift-operator/controllers/nodepool/config.go", "openshift/hypershift#6205"])

  private static func example(_ manifest: String) -> String {
    """
    apiVersion: hypershift.openshift.io/v1beta1
    kind: NodePool
    metadata:
      name: pool
      namespace: clusters
    spec:
      clusterName: demo
      config:
      - name: pool-config
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: pool-config
      namespace: clusters
    data:
      config: |
    \(CAExample.indented(manifest, by: 4))
    """
  }

  public static let examples: [RuleExample] = [
    .bad(
      "mirrors of tags",
      example(
        """
        apiVersion: config.openshift.io/v1
        kind: ⟦ImageTagMirrorSet⟧
        metadata:
          name: tags
        spec:
          imageTagMirrors:
          - source: quay.io/team
            mirrors: [mirror.lab.example.com/team]
        """), message: "ImageTagMirrorSet"),
    .good(
      "mirrors of digests",
      example(
        """
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: digests
        spec:
          imageDigestMirrors:
          - source: quay.io/team
            mirrors: [mirror.lab.example.com/team]
        """)),
    .good(
      "a ConfigMap that no NodePool names",
      example(
        """
        apiVersion: config.openshift.io/v1
        kind: ImageTagMirrorSet
        metadata:
          name: tags
        """
      ).replacing("- name: pool-config", with: "- name: other")),
  ]

  private static let taken: Set<String> = [
    "MachineConfig", "KubeletConfig", "ContainerRuntimeConfig", "ImageContentSourcePolicy", "ImageDigestMirrorSet",
    "ClusterImagePolicy",
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    var seen: Set<SourceSpan> = []
    for pool in cluster.carriers(.nodePool) {
      for reference in pool.spec?["config"]?.items ?? [] {
        guard let name = reference.located("name") else { continue }
        for map in cluster.carriedConfigMaps(name.value, in: pool.namespace?.value) {
          guard let text = map.root["data"]?["config"], let documents = EmbeddedYAML(text)?.documents else { continue }
          for root in documents.compactMap(\.root) {
            guard let kind = root.located("kind"), !Self.taken.contains(kind.value), seen.insert(kind.span).inserted
            else { continue }
            findings.report(
              "a NodePool takes no \(Quoted.text(kind.value)) in its configuration", at: kind.span,
              field: "data[config]",
              reference: ResourceReference(map), related: [Label("the NodePool\(pool.quotedName)", at: name.span)],
              help: Self.advice(kind.value))
          }
        }
      }
    }
  }

  private static func advice(_ kind: String) -> String {
    let refusal = "the NodePool reports 'unsupported config type' and its nodes are not updated; "
    return switch kind {
    case "ImageTagMirrorSet": refusal + "hosted clusters have no mirrors of tags: pull by digest"
    case "Image": refusal + "write the lists in spec.configuration.image of the HostedCluster"
    default: refusal + "take it out of spec.config"
    }
  }
}
