import Diagnostics
import NodeConfig
import RegistryConfig
import SourceText

/// A blocked entry that covers the content of the payload, which nobody guards.
public struct BlocksPayloadContent: Rule {
  public static let documentation = RuleDocumentation(
    id: "blocks-payload-content", code: "IMG121", category: .image, severity: .error, effect: .pullsFail,
    fixing: .unsafe,
    summary: "An entry of `blockedRegistries` covers `quay.io/openshift-release-dev/ocp-v4.0-art-dev`.",
    why: """
      The operator keeps a cluster from blocking its release image, but not the repository of the images that the \
      release consists of. policy.json then rejects every one of them, also when mirrors have them: the policy is \
      asked for the name of the source. Pods of the cluster itself end in ImagePullBackOff.
      """,
    instead: """
      To keep nodes from contacting quay.io, use `mirrorSourcePolicy: NeverContactSource` in the mirror sets instead \
      of blockedRegistries.
      """,
    sources: [
      "machine-config-operator pkg/controller/container-runtime-config/helpers.go",
      "containers/image docker/docker_image_src.go (the policy is asked for the source)", "BZ 1960553",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "the repository alone",
      ImageExample.sources("blockedRegistries: [⟦quay.io/openshift-release-dev/ocp-v4.0-art-dev⟧]"),
      message: "'quay.io/openshift-release-dev/ocp-v4.0-art-dev'"),
    .bad(
      "the whole registry, although it is mirrored", PayloadExample.mirrored(blocked: "- docker.io\n- ⟦quay.io⟧"),
      fixed: PayloadExample.mirrored(blocked: "- docker.io")),
    .good(
      "the release image, which the operator leaves open", PayloadExample.mirrored(
        blocked: "- docker.io\n- quay.io/openshift-release-dev/ocp-release")),
    .good(
      "dropped by the operator, another finding", ImageExample.sources("blockedRegistries: [quay.io]"), testOnly: true),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    guard let image = cluster.image, let list = image.blockedRegistries, cluster.rendering.error == nil,
      PayloadRepositories(releaseImage: cluster.rendering.releaseImage).repositories.contains(
        PayloadRepositories.content)
    else { return }
    let dropped = Set(cluster.rendering.droppedBlockedRegistries.map(\.span))
    for entry in list.known(.valid)
    where !dropped.contains(entry.span) && ScopeNesting.isNested(PayloadRepositories.content, in: entry.value) {
      findings.report(
        "\(entry.quoted) in blockedRegistries covers the images of the payload, '\(PayloadRepositories.content)'",
        at: entry.span, field: list.field(of: entry), resource: image.resource,
        help: "policy.json rejects every image of the release, also when a mirror has it; use mirrorSourcePolicy: "
          + "NeverContactSource in the mirror sets instead",
        fixes: ListEdits.removal(of: entry, in: list).map {
          [Fix("Do not block the payload", safety: .unsafe, in: entry.span.file, [$0.edit])]
        } ?? [])
    }
  }
}
