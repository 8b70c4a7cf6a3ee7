import Diagnostics
import RegistryConfig
import SourceText

/// A kind or version that came with a later release, or that only preview clusters serve.
public struct KindNotServed: Rule {
  public static let documentation = RuleDocumentation(
    id: "kind-not-served", code: "FMT316", category: .format, severity: .error, effect: .refused,
    summary: "A kind or version that the release does not serve.",
    why: """
      ClusterImagePolicy and ImagePolicy are served as config.openshift.io/v1 from 4.20 on. Before that they are a \
      preview under v1alpha1, which only clusters with the TechPreviewNoUpgrade feature set serve; all others answer \
      `no matches for kind`.
      """,
    instead: "Leave the object out for clusters of this release, or name the cluster's release in the configuration.",
    sources: ["openshift/api CRDs of release-4.16 to release-4.22 (feature-set annotations)"])

  public static let examples: [RuleExample] = [
    .bad(
      "before its release",
      """
      apiVersion: config.openshift.io/v1
      kind: ⟦ClusterImagePolicy⟧
      metadata:
        name: signed
      spec:
        scopes: [quay.io/team]
        policy:
          rootOfTrust:
            policyType: PublicKey
      """, release: Release(4, 18), message: "OpenShift 4.18 does not serve ClusterImagePolicy"),
    .bad(
      "a preview",
      """
      apiVersion: ⟦config.openshift.io/v1alpha1⟧
      kind: ImagePolicy
      metadata:
        name: signed
        namespace: team
      spec:
        scopes: [quay.io/team]
        policy:
          rootOfTrust:
            policyType: PublicKey
      """, release: Release(4, 18), message: "only with the TechPreviewNoUpgrade feature set"),
    .good(
      "in its release",
      """
      apiVersion: config.openshift.io/v1
      kind: ClusterImagePolicy
      metadata:
        name: signed
      spec:
        scopes: [quay.io/team]
        policy:
          rootOfTrust:
            policyType: PublicKey
      """, release: Release(4, 20)),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    for violation in resource.schema.violations(of: .kindNotServed) {
      guard case .notServed(let reason) = violation.problem else { continue }
      let kind = resource.resource.kind.rawValue
      let release = resource.settings.release
      let refusal = "the cluster refuses the object: \(violation.serverMessage)"
      switch reason.reason {
      case .techPreview:
        findings.report(
          "OpenShift \(release) serves \(kind) under '\(violation.span.text)' only with the TechPreviewNoUpgrade "
            + "feature set",
          at: violation.span, field: violation.field,
          help: "\(refusal); clusters without that feature set know the kind from 4.20 on, as \(reason.expected)")
      case .release(let since) where violation.value?.string == reason.expected:
        findings.report(
          "OpenShift \(release) does not serve \(kind): it came with OpenShift \(since)",
          at: resource.resource.kindName.span, field: "kind", help: refusal)
      case .release, .removed, .apiVersion:
        findings.report(
          "OpenShift \(release) does not serve \(kind) under '\(violation.span.text)'", at: violation.span,
          field: violation.field, help: "\(refusal); from 4.20 on it is a kind of \(reason.expected)")
      }
    }
  }
}
