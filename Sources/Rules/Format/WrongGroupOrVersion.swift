import Diagnostics
import RegistryConfig
import SourceText

/// A kind under the group or version of another.
public struct WrongGroupOrVersion: Rule {
  public static let documentation = RuleDocumentation(
    id: "wrong-group-or-version", code: "FMT303", category: .format, severity: .error, effect: .refused, fixing: .safe,
    summary: "A kind under an `apiVersion` that does not serve it.",
    why: """
      The cluster answers `no matches for kind … in version …` and stores nothing. Mirror sets under \
      operator.openshift.io/v1alpha1 stand in at least fourteen public repositories: tools that match on apiVersion \
      and kind skip such a file and everything wrong in it.
      """,
    instead: "Write the apiVersion of the kind: config.openshift.io/v1 for all but ImageContentSourcePolicy, which has "
      + "operator.openshift.io/v1alpha1.",
    sources: ["openshift/api CRDs (spec.group, spec.versions)"])

  public static let examples: [RuleExample] = [
    .bad(
      "a mirror set in the operator's group",
      """
      apiVersion: ⟦operator.openshift.io/v1alpha1⟧
      kind: ImageDigestMirrorSet
      metadata:
        name: mirrors
      spec: {}
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: mirrors
        spec: {}
        """, message: "no ImageDigestMirrorSet is served by 'operator.openshift.io/v1alpha1'"),
    .bad(
      "the second guess",
      """
      apiVersion: ⟦"operator.openshift.io/v1"⟧
      kind: ImageContentSourcePolicy
      metadata:
        name: mirrors
      spec: {}
      """,
      fixed: """
        apiVersion: "operator.openshift.io/v1alpha1"
        kind: ImageContentSourcePolicy
        metadata:
          name: mirrors
        spec: {}
        """),
    .good(
      "right groups",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageTagMirrorSet
      metadata:
        name: mirrors
      spec: {}
      ---
      apiVersion: operator.openshift.io/v1alpha1
      kind: ImageContentSourcePolicy
      metadata:
        name: mirrors
      spec: {}
      """),
    .good(
      "kinds of other projects",
      """
      apiVersion: image.openshift.io/v1
      kind: Image
      metadata:
        name: sha256:4c2e
      ---
      apiVersion: image.toolkit.fluxcd.io/v1beta2
      kind: ImagePolicy
      metadata:
        name: podinfo
      spec: {}
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    for violation in resource.schema.violations(of: .wrongGroupOrVersion) {
      guard case .notServed(let reason) = violation.problem, let apiVersion = resource.resource.apiVersion else {
        continue
      }
      let kind = resource.resource.kind.rawValue
      let fix = violation.value?.rewritten(as: reason.expected).map {
        Fix("Write \(reason.expected)", safety: .safe, in: violation.span.file, [$0])
      }
      findings.report(
        "no \(kind) is served by '\(apiVersion.value.shortened())': it is a kind of \(reason.expected)",
        at: violation.span, field: violation.field,
        help: "the cluster refuses the object: \(violation.serverMessage.shortened(to: 200)); write \(reason.expected)",
        fixes: fix.map { [$0] } ?? [])
    }
  }
}
