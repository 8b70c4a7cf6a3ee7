import Diagnostics
import RegistryConfig

/// A source that cuts its images off from mirrors which a wider source has.
public struct ChildHidesParentMirrors: Rule {
  public static let documentation = RuleDocumentation(
    id: "child-hides-parent-mirrors", code: "MIR212", category: .mirror, severity: .warning, effect: .notApplied,
    fixing: .unsafe,
    summary:
      "A nested source has mirrors for tags or digests only and so hides the wider source's mirrors for the other.",
    why: """
      A node uses the entry with the longest matching source and nothing else. When `registry.example.com/team` \
      stands in an ImageTagMirrorSet only and `registry.example.com` in an ImageDigestMirrorSet, pulls of team's \
      images by digest find an entry without digest mirrors and go to the source.
      """,
    instead: "Write the nested source into both kinds.",
    sources: ["containers/image pkg/sysregistriesv2 (findRegistryWithParsedConfig)", "runtime-utils pkg/registries"])

  public static let examples: [RuleExample] = [
    .bad(
      "tags below digests",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: all
      spec:
        imageDigestMirrors:
        - source: registry.redhat.io
          mirrors: [mirror.lab.example.com/redhat]
      ---
      apiVersion: config.openshift.io/v1
      kind: ImageTagMirrorSet
      metadata:
        name: team
      spec:
        imageTagMirrors:
        - source: ⟦registry.redhat.io/team⟧
          mirrors: [mirror.lab.example.com/team]
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: all
        spec:
          imageDigestMirrors:
          - source: registry.redhat.io
            mirrors: [mirror.lab.example.com/redhat]
          - source: registry.redhat.io/team
            mirrors: [mirror.lab.example.com/redhat/team]
        ---
        apiVersion: config.openshift.io/v1
        kind: ImageTagMirrorSet
        metadata:
          name: team
        spec:
          imageTagMirrors:
          - source: registry.redhat.io/team
            mirrors: [mirror.lab.example.com/team]
        """, message: "hides the digest mirrors of 'registry.redhat.io'"),
    .good(
      "one kind, or both",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: all
      spec:
        imageDigestMirrors:
        - source: registry.redhat.io
          mirrors: [mirror.lab.example.com/redhat]
        - source: registry.redhat.io/rhel9
          mirrors: [quay.io/rhel9]
        - source: registry.redhat.io/team
          mirrors: [mirror.lab.example.com/team]
      ---
      apiVersion: config.openshift.io/v1
      kind: ImageTagMirrorSet
      metadata:
        name: team
      spec:
        imageTagMirrors:
        - source: registry.redhat.io/team
          mirrors: [mirror.lab.example.com/team]
        - source: quay.io/other
          mirrors: [mirror.lab.example.com/other]
      """),
    .good(
      "a digest-only entry hides nothing below a digest-only parent",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: all
      spec:
        imageDigestMirrors:
        - source: registry.redhat.io/rhel9
          mirrors: [mirror.lab.example.com/rhel9]
        - source: registry.redhat.io/rhel9/postgresql
          mirrors: [mirror.lab.example.com/postgresql]
      ---
      apiVersion: config.openshift.io/v1
      kind: ImageTagMirrorSet
      metadata:
        name: hub
      spec:
        imageTagMirrors:
        - source: docker.io
          mirrors: [mirror.lab.example.com/hub]
      """, testOnly: true),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    let mirrored = cluster.mirrored
    for item in mirrored.firstEntries {
      let source = item.source.value
      let missing = item.set.pullForm.other
      guard !mirrored.hasMirrors(for: missing, of: source), let parent = mirrored.parent(of: source),
        let hidden = mirrored.first(of: parent, for: missing)
      else { continue }
      // Forbidden tag sources are a case of their own: the pull does not reach the source either.
      if missing == .digest, mirrored.forbidding(source) != nil { continue }
      findings.report(
        "source '\(source)' has mirrors for pulls by \(missing.other.rawValue) only and hides the \(missing.rawValue) "
          + "mirrors of '\(parent)'",
        at: item.source.span, field: item.set.field(item.entry, "source"), resource: item.set.resource,
        related: [Label("the hidden mirrors, in \(hidden.set.title)", at: hidden.source.span)],
        help: "nodes use the longest matching source alone: pulls of '\(source)' by \(missing.rawValue) go to the "
          + "source; write '\(source)' into an \(missing == .tag ? "ImageTagMirrorSet" : "ImageDigestMirrorSet") as well",
        fixes: MirrorEntryInsertion.otherForm(
          of: item, source: source, mirrors: hidden.mirrors(for: source), neighbour: hidden, in: cluster
        ).map { [Fix("Give it the \(missing.rawValue) mirrors of '\(parent)'", safety: .unsafe, edits: [$0])] } ?? [])
    }
  }
}
