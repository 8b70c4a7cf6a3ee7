import Diagnostics
import RegistryConfig

/// An ImagePolicy with a scope outside of allowedRegistries.
public struct IpOutsideAllowed: Rule {
  public static let documentation = RuleDocumentation(
    id: "ip-outside-allowed", code: "XRS416", category: .cross, severity: .error, effect: .frozen, fixing: .unsafe,
    summary: "A scope of an ImagePolicy lies outside of `allowedRegistries`.",
    why: """
      The operator compares every scope of signature policies with the registry lists and stops at the first that does \
      not fit: "imagePolicy configured for the scope … is not nested inside allowedRegistries". \
      Nothing is rendered, and every node keeps its old files.
      """,
    instead: "Allow a registry that covers the whole scope, or take the scope out of the policy.",
    sources: [
      "machine-config-operator pkg/controller/container-runtime-config/helpers.go "
        + "(validateImagePolicyWithAllowedBlockedRegistries)"
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "another registry",
      SignatureExample.text(.namespaced, "allowedRegistries: [quay.io, registry.redhat.io]", "⟦ghcr.io/team⟧"),
      fixed: SignatureExample.text(
        .namespaced, "allowedRegistries: [quay.io, registry.redhat.io, ghcr.io/team]", "ghcr.io/team"),
      message: "scope 'ghcr.io/team' lies outside of allowedRegistries"),
    .bad(
      "wider than what is allowed",
      SignatureExample.text(.namespaced, "allowedRegistries: [quay.io, ghcr.io/team]", "⟦ghcr.io⟧")),
    .bad(
      "the port counts",
      SignatureExample.text(.namespaced, "allowedRegistries: [quay.io, ghcr.io]", "⟦'ghcr.io:443/team'⟧"),
      testOnly: true),
    .good(
      "inside",
      SignatureExample.text(
        .namespaced, "allowedRegistries: [quay.io, ghcr.io, '*.lab']", "ghcr.io/team, 'reg.lab:5000/a'")),
    .good("no allowed list", SignatureExample.text(.namespaced, "insecureRegistries: [reg.lab]", "ghcr.io/team")),
    .good(
      "the list is not known yet",
      SignatureExample.text(.namespaced, "allowedRegistries: [quay.io, '${REGISTRY}']", "ghcr.io/team")),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    findings.reportOutsideAllowed(cluster, namespaced: true)
  }
}
