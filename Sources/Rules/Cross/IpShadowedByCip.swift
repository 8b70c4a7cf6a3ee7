import Diagnostics
import NodeConfig
import RegistryConfig
import SourceText

/// A scope of a namespace's policy that the cluster's policy takes over.
public struct IpShadowedByCip: Rule {
  public static let documentation = RuleDocumentation(
    id: "ip-shadowed-by-cip", code: "XRS407", category: .cross, severity: .warning, effect: .notApplied,
    fixing: .unsafe,
    summary: "A scope of an ImagePolicy lies in a scope of a ClusterImagePolicy.",
    why: """
      The operator leaves such a scope out of `/etc/crio/policies/<namespace>.json`: what the namespace asks for is \
      never checked, only what the ClusterImagePolicy asks for. An ImagePolicy with no other scope writes no file.
      """,
    instead: "Take the scope out of the ImagePolicy, or narrow the scope of the ClusterImagePolicy.",
    sources: [
      "machine-config-operator pkg/controller/container-runtime-config/container_runtime_config_controller.go "
        + "(getValidScopePolicies)"
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "below a scope of the cluster", text(cluster: "ghcr.io", namespace: "⟦ghcr.io/team⟧, quay.io/team"),
      fixed: text(cluster: "ghcr.io", namespace: "quay.io/team"),
      message: "scope 'ghcr.io/team' lies in 'ghcr.io' of ClusterImagePolicy 'signed'"),
    .bad("the same scope", text(cluster: "ghcr.io/team", namespace: "⟦ghcr.io/team⟧"), testOnly: true),
    .good("wider than that of the cluster", text(cluster: "ghcr.io/team", namespace: "ghcr.io")),
  ]

  private static func text(cluster: String, namespace: String) -> String {
    SignatureExample.policy(.cluster, cluster) + "\n---\n" + SignatureExample.policy(.namespaced, namespace)
  }

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    let shadowed = cluster.rendering.shadowedImagePolicyScopes
    guard !shadowed.isEmpty else { return }
    var covering: [String: SignatureScopesInForce.Scope] = [:]
    for scope in SignatureScopesInForce(cluster, namespaced: false).scopes where covering[scope.entry.value] == nil {
      covering[scope.entry.value] = scope
    }
    for origin in shadowed {
      var outer: SignatureScopesInForce.Scope?
      Scope.forEachEnclosing(origin.value) { if outer == nil { outer = covering[$0] } }
      guard let outer else { continue }
      findings.report(
        "scope \(Quoted.text(origin.value)) lies in \(outer.entry.quoted) of ClusterImagePolicy "
          + "'\(outer.policy.resource.name?.value ?? "")'",
        at: origin.span, field: origin.field, resource: cluster.resource(of: origin),
        related: [Label("the scope of the cluster", at: outer.entry.span)],
        help:
          "the operator leaves it out of /etc/crio/policies/\(origin.namespace ?? "<namespace>").json: only what the "
          + "ClusterImagePolicy asks for is checked; take the scope out, or narrow that of the cluster",
        fixes: Self.removal(at: origin.span, cluster))
    }
  }

  private static func removal(at span: SourceSpan, _ cluster: LintedCluster) -> [Fix] {
    for policy in cluster.signaturePolicies where policy.isNamespaced {
      guard let list = policy.scopes, let entry = list.entries.first(where: { $0.span == span }) else { continue }
      return SignatureScopesInForce.Scope(policy: policy, list: list, entry: entry).removal
    }
    return []
  }
}
