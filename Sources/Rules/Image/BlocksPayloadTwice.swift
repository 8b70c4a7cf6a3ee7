import Diagnostics
import NodeConfig
import RegistryConfig
import SourceText

/// Two blocked entries over the mirrored release image freeze the cluster.
public struct BlocksPayloadTwice: Rule {
  public static let documentation = RuleDocumentation(
    id: "blocks-payload-twice", code: "IMG122", category: .image, severity: .error, effect: .frozen, fixing: .unsafe,
    summary: "Two entries of `blockedRegistries` cover the mirrored release image.",
    why: """
      For each blocked entry that covers the release image the operator adds the image's repository to what \
      policy.json allows. With one it notices its own addition; with two it takes them for a list of the user and \
      stops with "only one of AllowedRegistries or BlockedRegistries may be specified": every node keeps its old \
      configuration.
      """,
    instead: "Keep the wider entry.",
    sources: ["machine-config-operator pkg/controller/container-runtime-config/helpers.go"])

  public static let examples: [RuleExample] = [
    .bad(
      "a registry and a namespace of it",
      PayloadExample.mirrored(blocked: "- quay.io\n- ⟦quay.io/openshift-release-dev⟧"),
      fixed: PayloadExample.mirrored(blocked: "- quay.io"), message: "'quay.io' and 'quay.io/openshift-release-dev'"),
    .good("one entry", PayloadExample.mirrored(blocked: "- quay.io\n- docker.io")),
    .good(
      "without a mirror the operator drops both",
      ImageExample.sources("blockedRegistries: [quay.io, quay.io/openshift-release-dev]")),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    guard let image = cluster.image, let list = image.blockedRegistries,
      image.allowedRegistries?.entries.isEmpty != false,
      cluster.rendering.error?.stage == .policy
    else { return }
    let release = ImageName(cluster.rendering.releaseImage).repository
    let dropped = Set(cluster.rendering.droppedBlockedRegistries.map(\.span))
    let covering = list.known.filter { !dropped.contains($0.span) && ScopeNesting.isNested(release, in: $0.value) }
    guard covering.count > 1 else { return }
    for entry in covering.dropFirst() {
      findings.report(
        "\(covering[0].quoted) and \(entry.quoted) in blockedRegistries both cover the release image '\(release)'",
        at: entry.span, field: list.field(of: entry), resource: image.resource,
        related: [Label("covers it too", at: covering[0].span)],
        help: "the operator cannot render and all nodes keep their old registries.conf and policy.json; keep one entry",
        fixes: ListEdits.removal(of: entry, in: list).map {
          [Fix("Remove the second entry", safety: .unsafe, in: entry.span.file, [$0.edit])]
        } ?? [])
    }
  }
}
