import Diagnostics
import NodeConfig
import RegistryConfig
import SourceText

/// An image of a workload that its mirrors do not serve, for its form.
public struct TagImagesWithDigestMirror: Rule {
  public static let documentation = RuleDocumentation(
    id: "tag-images-with-digest-mirror", code: "MIR210", category: .mirror, severity: .warning, effect: .notApplied,
    fixing: .unsafe,
    summary: "A workload names an image by tag and only digests of it have mirrors, or the other way round.",
    why: """
      ImageDigestMirrorSets and ImageContentSourcePolicies serve pulls by digest only, ImageTagMirrorSets pulls by tag \
      only (`pull-from-mirror` in registries.conf). An image of the other form is pulled from the source, which on a \
      disconnected cluster does not answer.
      """,
    instead: "Name the image by digest, or add an ImageTagMirrorSet for the source.",
    sources: ["containers/image pkg/sysregistriesv2 (pull-from-mirror)", "okd issue 226", "okd issue 1693"])

  public static let examples: [RuleExample] = [
    .bad(
      "a tag", text(image: "⟦ghcr.io/team/app:1.2⟧"),
      fixed: text(
        image: "ghcr.io/team/app:1.2",
        more: "\n---\n" + set("Tag", name: "mirrors-tags", mirrors: "\n    mirrors:\n    - mirror.lab/team")),
      message: "'ghcr.io/team/app:1.2' is pulled by tag, and the mirrors of 'ghcr.io/team' serve digests only"),
    .bad("neither tag nor digest is the tag latest", text(image: "⟦ghcr.io/team/app⟧"), testOnly: true),
    .bad(
      "a digest", text(image: "⟦ghcr.io/team/app@\(digest)⟧", kind: "Tag"), message: "is pulled by digest"),
    .good("a digest", text(image: "ghcr.io/team/app:1.2@\(digest)")),
    .good("another repository", text(image: "ghcr.io/other/app:1.2")),
    .good(
      "mirrors of both",
      text(image: "ghcr.io/team/app:1.2") + "\n---\n" + set("Tag")),
  ]

  private static let digest = "sha256:4c2e8d1b6a7f4a3f6f7c1a0f4b9f8e7d6c5b4a39281706f5e4d3c2b1a0f9e8d7"

  private static func set(
    _ kind: String, name: String = "mirrors", mirrors: String = "\n    mirrors: [mirror.lab/team]"
  ) -> String {
    """
    apiVersion: config.openshift.io/v1
    kind: Image\(kind)MirrorSet
    metadata:
      name: \(name)
    spec:
      image\(kind)Mirrors:
      - source: ghcr.io/team\(mirrors)
    """
  }

  private static func text(image: String, kind: String = "Digest", more: String = "") -> String {
    """
    \(set(kind))\(more)
    ---
    apiVersion: batch/v1
    kind: CronJob
    metadata:
      name: nightly
    spec:
      jobTemplate:
        spec:
          template:
            spec:
              containers:
              - name: app
                image: \(image)
    """
  }

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    guard cluster.rendering.isComplete, cluster.knowsAllSources else { return }
    let mirrored = cluster.mirrored
    // What no node can pull is `image-rejected`.
    for pull in cluster.workloadPulls where pull.candidate.isPullable {
      let candidate = pull.candidate
      guard let skipped = candidate.skippedMirrors.first, !candidate.sources.contains(where: \.isMirror) else {
        continue
      }
      let isTag = skipped.pullMode == .digestOnly
      let knowsTags = cluster.settings.release >= Release(4, 13)
      findings.report(
        "\(Quoted.text(pull.image.reference.value)) is pulled by \(isTag ? "tag" : "digest"), and the mirrors of "
          + "'\(candidate.matchedPrefix)' serve \(isTag ? "digests" : "tags") only",
        at: pull.image.reference.span, field: pull.image.field, reference: pull.image.owner,
        related: skipped.origins.prefix(1).map { Label("a mirror that is not asked", at: $0.span) },
        help: "nodes pull it from '\(ImageName(candidate.reference).registry)' itself, past every mirror; "
          + (isTag
            ? "name it by digest" + (knowsTags ? ", or mirror the source in an ImageTagMirrorSet too" : "")
            : "mirror the source in an ImageDigestMirrorSet too"),
        fixes: mirrored.first(of: candidate.matchedPrefix, for: isTag ? .digest : .tag).flatMap {
          MirrorEntryInsertion.otherForm(
            of: $0, source: $0.source.value, mirrors: $0.mirrors(for: $0.source.value), neighbour: nil, in: cluster)
        }.map { [Fix("Mirror the source for pulls by \(isTag ? "tag" : "digest") too", safety: .unsafe, edits: [$0])] }
          ?? [])
    }
  }
}
