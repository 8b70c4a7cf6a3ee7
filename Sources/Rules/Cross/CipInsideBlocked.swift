import Diagnostics
import RegistryConfig

/// A ClusterImagePolicy with a scope inside of blockedRegistries.
public struct CipInsideBlocked: Rule {
  public static let documentation = RuleDocumentation(
    id: "cip-inside-blocked", code: "XRS415", category: .cross, severity: .error, effect: .frozen, fixing: .unsafe,
    summary: "A scope of a ClusterImagePolicy lies inside of `blockedRegistries`.",
    why: """
      The operator compares every scope of signature policies with the registry lists and stops at the first that does \
      not fit: "clusterimagePolicy configured for the scope … is nested inside blockedRegistries". \
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
      "below a blocked registry", SignatureExample.text(.cluster, "blockedRegistries: [ghcr.io]", "⟦ghcr.io/team⟧"),
      message: "scope 'ghcr.io/team' lies inside the blocked 'ghcr.io'"),
    .bad(
      "beside another scope",
      SignatureExample.text(.cluster, "blockedRegistries: [ghcr.io]", "quay.io/team, ⟦ghcr.io/team⟧"),
      fixed: SignatureExample.text(.cluster, "blockedRegistries: [ghcr.io]", "quay.io/team"), testOnly: true),
    .good(
      "wider than what is blocked", SignatureExample.text(.cluster, "blockedRegistries: [ghcr.io/team]", "ghcr.io")),
    .good("elsewhere", SignatureExample.text(.cluster, "blockedRegistries: [docker.io]", "ghcr.io/team")),
    .good(
      "an entry that the operator drops",
      SignatureExample.text(.cluster, "blockedRegistries: [quay.io]", "quay.io/team"),
      testOnly: true),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    findings.reportInsideBlocked(cluster, namespaced: false)
  }
}
