import Diagnostics
import RegistryConfig
import SourceText

/// A signature policy of the preview version, after v1 came.
public struct CipV1alpha1: Rule {
  public static let documentation = RuleDocumentation(
    id: "cip-v1alpha1", code: "XRS409", category: .cross, severity: .error, effect: .refused, fixing: .safe,
    summary: "ClusterImagePolicy or ImagePolicy as v1alpha1, for a release that has v1.",
    why: """
      v1alpha1 was a preview of 4.16 to 4.19, for clusters with the TechPreviewNoUpgrade feature set. From 4.20 on the \
      release payload holds the CRDs with v1 alone, and the cluster answers `no matches for kind`; from 4.22 on the \
      API does not know the preview at all.
      """,
    instead: "Write `apiVersion: config.openshift.io/v1`; the fields are the same.",
    sources: ["openshift/api payload-manifests/crds of release-4.19 to release-4.22"])

  public static let examples: [RuleExample] = [
    .bad(
      "the preview on a release that dropped it",
      """
      apiVersion: ⟦config.openshift.io/v1alpha1⟧
      kind: ClusterImagePolicy
      metadata:
        name: signed
      spec:
        scopes: [quay.io/team]
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ClusterImagePolicy
        metadata:
          name: signed
        spec:
          scopes: [quay.io/team]
        """, release: Release(4, 22), message: "OpenShift 4.22 serves ClusterImagePolicy as config.openshift.io/v1 only"
    ),
    .bad(
      "on the first release with v1",
      """
      apiVersion: ⟦config.openshift.io/v1alpha1⟧
      kind: ImagePolicy
      metadata:
        name: signed
        namespace: team
      spec:
        scopes: [quay.io/team]
      """, release: Release(4, 20)),
    .good(
      "v1",
      """
      apiVersion: config.openshift.io/v1
      kind: ClusterImagePolicy
      metadata:
        name: signed
      spec:
        scopes: [quay.io/team]
      """),
    .good(
      "a release that has the preview alone: another rule's matter",
      """
      apiVersion: config.openshift.io/v1alpha1
      kind: ClusterImagePolicy
      metadata:
        name: signed
      spec:
        scopes: [quay.io/team]
      """, release: Release(4, 18)),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    let release = resource.settings.release
    guard resource.signaturePolicy != nil, release >= Release(4, 20), let apiVersion = resource.resource.apiVersion,
      apiVersion.value == "config.openshift.io/v1alpha1"
    else { return }
    let current = KindSchema.of(resource.resource.kind).preferredAPIVersion
    let fix = resource.resource.root["apiVersion"]?.rewritten(as: current).map {
      Fix("Write \(current)", safety: .safe, in: apiVersion.span.file, [$0])
    }
    findings.report(
      "OpenShift \(release) serves \(resource.resource.kind.rawValue) as \(current) only, not as '\(apiVersion.value)'",
      at: apiVersion.span, field: "apiVersion", severity: release < Release(4, 22) ? .warning : .error,
      help: "the cluster refuses the object; write \(current), the fields are the same", fixes: fix.map { [$0] } ?? [])
  }
}
