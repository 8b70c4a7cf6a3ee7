import Diagnostics
import NodeConfig
import RegistryConfig

/// A signature policy over the images of the cluster itself.
public struct CipOnPayload: Rule {
  public static let documentation = RuleDocumentation(
    id: "cip-on-payload", code: "XRS408", category: .cross, severity: .warning, effect: .pullsFail,
    summary: "A scope of a ClusterImagePolicy covers the images of the payload.",
    why: """
      Requirements of several policies on one scope all hold, and a narrower scope replaces a wider one. Every image \
      of an upgrade must carry the signature that is asked for: when it does not, or when its mirror has no \
      signatures, nodes cannot pull the new payload and the upgrade stops halfway. The cluster version operator brings \
      a policy named `openshift` for the release images itself.
      """,
    instead: "Narrow the scope to the repositories of your own images.",
    sources: [
      "openshift/api config/v1 types_cluster_image_policy.go", "cluster-version-operator ClusterImagePolicy openshift",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "the whole registry", SignatureExample.policy(.cluster, "⟦quay.io⟧"),
      message: "scope 'quay.io' covers 'quay.io/openshift-release-dev/ocp-release'"),
    .bad(
      "the content", SignatureExample.policy(.cluster, "⟦quay.io/openshift-release-dev/ocp-v4.0-art-dev⟧"),
      testOnly: true),
    .bad(
      "the release image of this cluster", SignatureExample.policy(.cluster, "⟦mirror.lab⟧"),
      releaseImage: "mirror.lab/ocp/release@sha256:4c2e8d1b6a7f4a3f6f7c1a0f4b9f8e7d6c5b4a39281706f5e4d3c2b1a0f9e8d7"),
    .good("one's own images", SignatureExample.policy(.cluster, "quay.io/team")),
    .good(
      "the policy that comes with OpenShift",
      SignatureExample.policy(.cluster, "quay.io/openshift-release-dev/ocp-release", name: "openshift")),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    let payload = PayloadRepositories(releaseImage: cluster.rendering.releaseImage).repositories
    for scope in SignatureScopesInForce(cluster, namespaced: false).scopes
    where scope.policy.resource.name?.value != "openshift" {
      guard let covered = payload.first(where: { Scope.isNested($0, inside: scope.entry.value) }) else { continue }
      findings.report(
        "scope \(scope.entry.quoted) covers '\(covered)', the images of the cluster itself", at: scope.entry.span,
        field: scope.list.field(of: scope.entry), resource: scope.policy.resource,
        help:
          "nodes refuse every image of the next payload that lacks this signature, or whose mirror has no signatures, "
          + "and the upgrade stops; narrow the scope to your own repositories")
    }
  }
}
