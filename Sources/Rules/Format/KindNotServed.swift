import Diagnostics
import RegistryConfig
import SourceText

/// A kind or version that came with a later release, that only preview clusters serve, or that none does.
public struct KindNotServed: Rule {
  public static let documentation = RuleDocumentation(
    id: "kind-not-served", code: "FMT316", category: .format, severity: .error, effect: .refused,
    summary: "A kind or version that the release does not serve.",
    why: """
      ClusterImagePolicy and ImagePolicy are served as config.openshift.io/v1 from 4.20 on. Before that they are a \
      preview under v1alpha1, which only clusters with the TechPreviewNoUpgrade feature set serve; all others answer \
      `no matches for kind`. They answer the same to a kind that is written in the plural or with other capitals.
      """,
    instead: "Write the kind as it is served. Leave the object out for clusters of this release, or name the cluster's "
      + "release in the configuration.",
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
    .bad(
      "the plural, which is the name of the resource",
      """
      apiVersion: config.openshift.io/v1
      kind: ⟦ImageDigestMirrorSets⟧
      metadata:
        name: mirrors
      spec:
        imageDigestMirrors:
        - source: quay.io/team
          mirrors: [mirror.lab/team]
      """, message: "there is no kind 'ImageDigestMirrorSets'"),
    .bad(
      "a plural in another group",
      """
      apiVersion: operator.openshift.io/v1alpha1
      kind: ⟦ImageContentSourcePolicies⟧
      metadata:
        name: mirrors
      """, message: "there is no kind 'ImageContentSourcePolicies'", testOnly: true),
    .bad(
      "other capitals",
      """
      apiVersion: config.openshift.io/v1
      kind: ⟦imageDigestMirrorset⟧
      metadata:
        name: mirrors
      """, message: "there is no kind 'imageDigestMirrorset'", testOnly: true),
    .good(
      "kinds of others, and lists",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSetList
      metadata: {}
      ---
      apiVersion: config.openshift.io/v1
      kind: ImageRegistry
      ---
      apiVersion: example.com/v1
      kind: ImageDigestMirrorSets
      """, testOnly: true),
  ]

  public init() {}

  public func check(_ file: LintedFile, _ findings: inout Findings) {
    for object in file.carriers {
      guard case .misspelt(let meant) = object.kind, let kind = object.root.located("kind"),
        let version = object.apiVersion
      else { continue }
      let expected = KindSchema.of(meant).preferredAPIVersion
      let group = version.value == expected ? "" : " of \(expected)"
      findings.report(
        "there is no kind \(Quoted.text(kind.value)) in '\(version.value)'", at: kind.span, field: "kind",
        reference: ResourceReference(object),
        help: "the cluster refuses the object: no matches for kind \"\(kind.value)\" in version \"\(version.value)\"; "
          + "write \(meant.rawValue)\(group)")
    }
  }

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
