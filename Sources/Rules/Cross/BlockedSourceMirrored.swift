import Diagnostics
import NodeConfig
import RegistryConfig
import SourceText

/// A blocked registry whose images are to come from mirrors.
public struct BlockedSourceMirrored: Rule {
  public static let documentation = RuleDocumentation(
    id: "blocked-source-mirrored", code: "XRS401", category: .cross, severity: .error, effect: .pullsFail,
    fixing: .unsafe,
    summary: "`blockedRegistries` covers a source that has mirrors.",
    why: """
      The operator writes blocked registries into policy.json as `reject`. The policy is asked for the name that the \
      pod writes, the source, before any mirror is tried: every pull is refused ("is rejected by policy"), also when a \
      mirror has the image. Only the repository of the release image is let through.
      """,
    instead: """
      To keep nodes from the source, take it off blockedRegistries and set `mirrorSourcePolicy: NeverContactSource` \
      for it in the mirror sets.
      """,
    sources: [
      "containers/image docker/docker_image_src.go (the policy is asked for the source)", "containers/image issue 2497",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "blocked and mirrored",
      example(blocked: "- docker.io/team\n- ⟦ghcr.io/team⟧"),
      fixed: example(blocked: "- docker.io/team", policy: "\n    mirrorSourcePolicy: NeverContactSource"),
      message: "'ghcr.io/team' is blocked, so its mirrors are never asked"),
    .bad(
      "by a wider entry", example(blocked: "- ⟦ghcr.io⟧"),
      message: "'ghcr.io' blocks the mirrored source 'ghcr.io/team'"),
    .good("a part of the source", example(blocked: "- ghcr.io/team/bad")),
    .good("the registry of the source on another port", example(blocked: "- ghcr.io:5000"), testOnly: true),
    .good(
      "the release image, which the operator lets through",
      PayloadExample.mirrored(blocked: "- quay.io/openshift-release-dev/ocp-release\n- docker.io")),
    .good(
      "the content of the payload has a rule of its own",
      PayloadExample.mirrored(blocked: "- quay.io/openshift-release-dev/ocp-v4.0-art-dev"), testOnly: true),
    .good(
      "only the source itself as mirror", example(blocked: "- ghcr.io/team", mirror: "ghcr.io/team"), testOnly: true),
  ]

  private static func example(blocked: String, mirror: String = "mirror.lab:5000/team", policy: String = "") -> String {
    """
    \(ImageExample.sources("blockedRegistries:\n" + blocked))
    ---
    apiVersion: config.openshift.io/v1
    kind: ImageDigestMirrorSet
    metadata:
      name: mirrors
    spec:
      imageDigestMirrors:
      - source: ghcr.io/team\(policy)
        mirrors: [\(mirror)]
    """
  }

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    guard let image = cluster.image, let list = image.blockedRegistries else { return }
    let payload = PayloadRepositories(releaseImage: cluster.rendering.releaseImage).repositories
    // What covers the content of the payload is `blocks-payload-content`, the worse of the two.
    let entries = cluster.keptBlockedEntries.filter { entry in
      !payload.dropFirst().contains { ScopeNesting.isNested($0, in: entry.value) }
    }
    let scopes = ScopeSet(entries.map(\.value))
    guard !scopes.isEmpty else { return }
    let mirrored = cluster.mirrored
    // Another error may keep the operator from writing anything.
    let policy =
      cluster.rendering.error == nil
      ? "policy.json has" : "as soon as the operator can render again, which it now refuses, policy.json gets"
    var blocked: [String: [ClusterMirrors]] = [:]
    for item in mirrored.firstEntries where item.source.value != payload.first {
      if let scope = scopes.covering(item.source.value) { blocked[scope, default: []].append(item) }
    }
    for entry in entries {
      guard let items = blocked.removeValue(forKey: entry.value), let first = items.first else { continue }
      let more = items.count > 1 ? " and \(items.count - 1) more" : ""
      findings.report(
        first.source.value == entry.value && items.count == 1
          ? "\(entry.quoted) is blocked, so its mirrors are never asked"
          : "\(entry.quoted) blocks the mirrored source '\(first.source.value)'\(more)",
        at: entry.span, field: list.field(of: entry), resource: image.resource,
        related: items.prefix(3).map { Label("mirrored here", at: $0.source.span) },
        help: "\(policy) \"\(entry.value)\": [{\"type\": \"reject\"}], which rejects the source's name before a "
          + "mirror is tried, and pods stay in ImagePullBackOff; take it off the list and set mirrorSourcePolicy: "
          + "NeverContactSource for the source",
        fixes: fixes(entry, list, items, mirrored))
    }
  }

  /// The entry goes and the policy comes, when that is the same: one source, and every entry of it can have a policy.
  private func fixes(
    _ entry: RegistryEntry, _ list: RegistryList, _ items: [ClusterMirrors], _ mirrored: MirroredSources
  ) -> [Fix] {
    guard items.count == 1, items.first?.source.value == entry.value,
      let removal = ListEdits.removal(of: entry, in: list)
    else { return [] }
    var edits = [Fix.FileEdit(file: entry.span.file, edit: removal.edit)]
    for item in mirrored[entry.value] where !item.set.neverContactsSource(item.entry) {
      guard let edit = PolicyInsertion.edit(.neverContactSource, into: item.entry, of: item.set) else { return [] }
      edits.append(edit)
    }
    return [Fix("Forbid the source in its mirror sets instead", safety: .unsafe, edits: edits)]
  }
}
