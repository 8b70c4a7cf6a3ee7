import Diagnostics
import NodeConfig
import RegistryConfig
import SourceText

/// A blocked entry that the operator drops without a word.
public struct BlocksPayload: Rule {
  public static let documentation = RuleDocumentation(
    id: "blocks-payload", code: "IMG120", category: .image, severity: .error, effect: .notApplied, fixing: .unsafe,
    summary: "An entry of `blockedRegistries` covers the release image, and no unblocked digest mirror has it.",
    why: """
      The Machine Config Operator does not let a cluster block its own release image. It drops the entry from \
      registries.conf and policy.json and writes only a line to its log ("cannot block the repository being used by \
      the payload"): the registry that the manifest blocks stays open on every node, unless a mirror set with \
      `mirrorSourcePolicy: NeverContactSource` blocks it too. Mirrors by tag do not count.
      """,
    instead: """
      Mirror `quay.io/openshift-release-dev/ocp-release` and `…/ocp-v4.0-art-dev` with an ImageDigestMirrorSet, or \
      block narrower scopes than the whole registry.
      """,
    sources: [
      "machine-config-operator pkg/controller/container-runtime-config/helpers.go "
        + "(getValidBlockedAndAllowedRegistries)",
      "BZ 1686509, BZ 1960553",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "the registry of the release",
      ImageExample.sources(
        """
        blockedRegistries:
        - docker.io
        - ⟦quay.io⟧
        """),
      fixed: ImageExample.sources(
        """
        blockedRegistries:
        - docker.io
        """), message: "'quay.io' in blockedRegistries covers the release image"),
    .good(
      "another repository of it", ImageExample.sources("blockedRegistries: [docker.io, quay.io/team]")),
    .good(
      "with a mirror", PayloadExample.mirrored(blocked: "- quay.io/openshift-release-dev/ocp-release\n- docker.io")),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    // A mirror that is not known yet may be the one that is missing.
    guard cluster.mirrorSets.allSatisfy({ $0.isComplete && $0.entries.allSatisfy(\.isComplete) }),
      let image = cluster.image, let list = image.blockedRegistries
    else { return }
    let entries = Dictionary(list.entries.map { ($0.span, $0) }) { first, _ in first }
    for origin in cluster.rendering.droppedBlockedRegistries {
      let consequence = consequence(of: origin.value, in: cluster.rendering)
      findings.report(
        "\(Quoted.text(origin.value)) in blockedRegistries covers the release image, which no unblocked mirror has",
        at: origin.span, field: origin.field, resource: image.resource,
        help: "the operator drops the entry and only logs it\(consequence); mirror "
          + "the release image by digest, or block narrower scopes",
        fixes: entries[origin.span].flatMap { ListEdits.removal(of: $0, in: list) }.map {
          [Fix("Remove the entry that has no effect", safety: .unsafe, in: origin.span.file, [$0.edit])]
        } ?? [])
    }
  }
}

extension BlocksPayload {
  /// What nodes do without the entry: a mirror set or a narrower entry may block the registry, or a part of it, as
  /// well.
  private func consequence(of scope: String, in rendering: NodeRendering) -> String {
    let name = Quoted.text(scope)
    guard rendering.error == nil else { return ", so it does not keep nodes from \(name)" }
    let registries = rendering.registriesConf.registries
    let nearest = registries.filter { ScopeNesting.isNested(scope, in: $0.scope) }
      .max { $0.scope.utf8.count < $1.scope.utf8.count }
    if let nearest, nearest.isBlocked {
      let isByPolicy = nearest.blockedOrigins.contains {
        if case .mirrorSourcePolicy = $0.place { true } else { false }
      }
      return ", so policy.json does not reject \(name); nodes do not contact it all the same: registries.conf blocks it"
        + (isByPolicy ? " for the NeverContactSource of a mirror set" : "")
    }
    let parts = registries.filter { $0.isBlocked && ScopeNesting.isNested($0.scope, in: scope) }
    guard let first = parts.first else { return ", so every node still pulls from \(name)" }
    let more = parts.count > 1 ? " and \(parts.count - 1) more" : ""
    return ", so every node still pulls from \(name), but for '\(first.scope)'\(more), blocked otherwise"
  }
}

extension LintedCluster {
  /// The one Image that the cluster reads.
  var image: ImageConfiguration? { images.last { $0.resource.name?.value == "cluster" } }
}

/// A cluster whose payload is mirrored.
enum PayloadExample {
  /// - Parameter more: Other lines of `registrySources`.
  static func mirrored(blocked entries: String?, more: String = "") -> String {
    """
    \(ImageExample.sources(entries.map { more + "blockedRegistries:\n" + $0 } ?? String(more.dropLast())))
    ---
    apiVersion: config.openshift.io/v1
    kind: ImageDigestMirrorSet
    metadata:
      name: release
    spec:
      imageDigestMirrors:
      - source: quay.io/openshift-release-dev/ocp-release
        mirrors: [mirror.lab/ocp/release]
      - source: quay.io/openshift-release-dev/ocp-v4.0-art-dev
        mirrors: [mirror.lab/ocp/content]
    """
  }
}
