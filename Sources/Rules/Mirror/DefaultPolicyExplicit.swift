import Diagnostics
import RegistryConfig

/// The default policy, written out.
public struct DefaultPolicyExplicit: Rule {
  public static let documentation = RuleDocumentation(
    id: "default-policy-explicit", code: "HYG505", category: .hygiene, severity: .note, effect: .none, fixing: .safe,
    isOptIn: true,
    summary: "`mirrorSourcePolicy: AllowContactingSource` says what holds without it.",
    why:
      "An entry without `mirrorSourcePolicy` may contact its source: nodes get the same file without the line.",
    instead: "Leave the line out, or leave this rule off where the line is wanted as a reminder.",
    sources: ["openshift/api config/v1/types_image_digest_mirror_set.go (mirrorSourcePolicy)"])

  public static let examples: [RuleExample] = [
    .bad(
      "the default",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: team
      spec:
        imageDigestMirrors:
        - source: quay.io/team
          mirrors: [mirror.lab.example.com/team]
          mirrorSourcePolicy: ⟦AllowContactingSource⟧
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: team
        spec:
          imageDigestMirrors:
          - source: quay.io/team
            mirrors: [mirror.lab.example.com/team]
        """, message: "is the default"),
    .bad(
      "a line with a comment stays",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: team
      spec:
        imageDigestMirrors:
        - source: quay.io/team
          mirrors: [mirror.lab.example.com/team]
          mirrorSourcePolicy: ⟦AllowContactingSource⟧ # until the mirror is complete
      """),
    .good(
      "the other policy",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: team
      spec:
        imageDigestMirrors:
        - source: quay.io/team
          mirrors: [mirror.lab.example.com/team]
          mirrorSourcePolicy: NeverContactSource
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let set = resource.mirrorSet, set.hasPolicies else { return }
    for entry in set.entries {
      guard let policy = entry.policy, policy.value == MirrorSet.SourcePolicy.allowContactingSource.rawValue else {
        continue
      }
      var fixes: [Fix] = []
      if let line = set.node(entry)?.entry("mirrorSourcePolicy"), !line.value.isAlias, !line.value.holdsAnchor,
        !CommentLines.touch(line.key.span.range.lowerBound..<line.value.span.range.upperBound, in: policy.span.file),
        let edit = LineRemoval.ofEntry(key: line.key.span, value: line.value.span)
      {
        fixes = [Fix("Remove the default", safety: .safe, in: policy.span.file, [edit])]
      }
      findings.report(
        "mirrorSourcePolicy 'AllowContactingSource' is the default", at: policy.span,
        field: set.field(entry, "mirrorSourcePolicy"), help: "nodes get the same file without it", fixes: fixes)
    }
  }
}
