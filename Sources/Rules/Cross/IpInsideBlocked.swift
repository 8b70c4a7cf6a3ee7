import Diagnostics
import RegistryConfig

/// An ImagePolicy with a scope inside of blockedRegistries.
public struct IpInsideBlocked: Rule {
  public static let documentation = RuleDocumentation(
    id: "ip-inside-blocked", code: "XRS417", category: .cross, severity: .error, effect: .frozen, fixing: .unsafe,
    summary: "A scope of an ImagePolicy lies inside of `blockedRegistries`.",
    why: """
      The operator compares every scope of signature policies with the registry lists and stops at the first that does \
      not fit: "imagePolicy configured for the scope … is nested inside blockedRegistries". \
      Nothing is rendered, and every node keeps its old files.
      """,
    instead: """
      Take the scope out of the policy, or the entry out of the list. A scope that is wider than a blocked \
      entry is fine.
      """,
    sources: [
      "machine-config-operator pkg/controller/container-runtime-config/helpers.go "
        + "(validateImagePolicyWithAllowedBlockedRegistries)"
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "below a blocked registry", SignatureExample.text(.namespaced, "blockedRegistries: [ghcr.io]", "⟦ghcr.io/team⟧"),
      message: "scope 'ghcr.io/team' lies inside the blocked 'ghcr.io'"),
    .bad(
      "beside another scope",
      SignatureExample.text(.namespaced, "blockedRegistries: [ghcr.io]", "quay.io/team, ⟦ghcr.io/team⟧"),
      fixed: SignatureExample.text(.namespaced, "blockedRegistries: [ghcr.io]", "quay.io/team"), testOnly: true),
    .good(
      "wider than what is blocked", SignatureExample.text(.namespaced, "blockedRegistries: [ghcr.io/team]", "ghcr.io")),
    .good("elsewhere", SignatureExample.text(.namespaced, "blockedRegistries: [docker.io]", "ghcr.io/team")),
    .good(
      "an entry that the operator drops",
      SignatureExample.text(.namespaced, "blockedRegistries: [quay.io]", "quay.io/team"),
      testOnly: true),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    findings.reportInsideBlocked(cluster, namespaced: true)
  }
}
