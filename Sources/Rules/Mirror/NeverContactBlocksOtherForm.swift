import Diagnostics
import RegistryConfig

/// A source that is forbidden for digests because its tags have mirrors.
public struct NeverContactBlocksOtherForm: Rule {
  public static let documentation = RuleDocumentation(
    id: "never-contact-blocks-other-form", code: "MIR211", category: .mirror, severity: .warning, effect: .pullsFail,
    fixing: .unsafe,
    summary: "`NeverContactSource` in an ImageTagMirrorSet, and no digest mirrors for the source.",
    why: """
      The policy blocks the source for every pull, not only for those that the object has mirrors for. Pulls by \
      digest do not ask tag mirrors, so they have no place left to go to: "registry … is blocked". Imports of image \
      streams fail in the same way.
      """,
    instead: "Write the source into an ImageDigestMirrorSet too, with the same policy.",
    sources: [
      "containers/image pkg/sysregistriesv2 (pull-from-mirror, blocked)", "OCPBUGS-44432",
      "runtime-utils pkg/registries/registries.go",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "tags only",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageTagMirrorSet
      metadata:
        name: team
      spec:
        imageTagMirrors:
        - source: quay.io/team
          mirrors: [mirror.lab.example.com/team]
          mirrorSourcePolicy: ⟦NeverContactSource⟧
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ImageTagMirrorSet
        metadata:
          name: team
        spec:
          imageTagMirrors:
          - source: quay.io/team
            mirrors: [mirror.lab.example.com/team]
            mirrorSourcePolicy: NeverContactSource
        ---
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: team-digests
        spec:
          imageDigestMirrors:
          - source: quay.io/team
            mirrors:
            - mirror.lab.example.com/team
            mirrorSourcePolicy: NeverContactSource
        """, message: "pulls of 'quay.io/team' by digest"),
    .good(
      "both forms",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageTagMirrorSet
      metadata:
        name: team
      spec:
        imageTagMirrors:
        - source: quay.io/team
          mirrors: [mirror.lab.example.com/team]
          mirrorSourcePolicy: NeverContactSource
      ---
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
    .good(
      "digests only: tags may never be asked for",
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

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    guard cluster.knowsAllSources else { return }
    let mirrored = cluster.mirrored
    for item in mirrored.firstEntries where item.set.neverContactsSource(item.entry) && item.set.pullForm == .tag {
      let source = item.source.value
      guard !mirrored.hasMirrors(for: .digest, of: source), let policy = item.entry.policy,
        !ScopeNesting.isNested(source, in: "quay.io/openshift-release-dev")
      else { continue }
      findings.report(
        "NeverContactSource leaves pulls of '\(source)' by digest nowhere to go", at: policy.span,
        field: item.set.field(item.entry, "mirrorSourcePolicy"), resource: item.set.resource,
        related: [Label("the source", at: item.source.span)],
        help: "the policy blocks the source for all pulls, and no ImageDigestMirrorSet has mirrors for it: pulls by "
          + "digest fail with 'registry is blocked'; write the source into an ImageDigestMirrorSet too",
        fixes: MirrorEntryInsertion.otherForm(
          of: item, source: source, mirrors: item.mirrors(for: source), neighbour: nil, in: cluster
        ).map { [Fix("Mirror the source for pulls by digest too", safety: .unsafe, edits: [$0])] } ?? [])
    }
  }
}
