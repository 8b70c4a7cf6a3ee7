import Diagnostics
import NodeConfig
import RegistryConfig
import SourceText

/// A mirror that nodes may not contact.
public struct MirrorBlocked: Rule {
  public static let documentation = RuleDocumentation(
    id: "mirror-blocked", code: "XRS402", category: .cross, severity: .warning, effect: .pullsFail, fixing: .unsafe,
    summary: "`blockedRegistries` blocks a mirror.",
    why: """
      Before a node contacts an endpoint, a mirror too, it looks the endpoint's own name up in registries.conf. A \
      blocked one is refused ("registry … is blocked in /etc/containers/registries.conf") and the next is tried. In \
      registries.conf a host covers all of its ports.
      """,
    instead: "Take the mirror's registry off blockedRegistries, block narrower scopes, or name another mirror.",
    sources: ["containers/image docker/docker_client.go, pkg/sysregistriesv2"])

  public static let examples: [RuleExample] = [
    .bad(
      "the only mirror", example(blocked: "⟦mirror.lab⟧", mirrors: "'mirror.lab:5000/team'"),
      message: "'mirror.lab' blocks 'mirror.lab:5000/team', a mirror of 'ghcr.io/team'"),
    .bad(
      "one of two", example(blocked: "docker.io, ⟦old.lab/team⟧", mirrors: "old.lab/team, new.lab/team"),
      fixed: example(blocked: "docker.io", mirrors: "old.lab/team, new.lab/team")),
    .good("another port", example(blocked: "'mirror.lab:5000'", mirrors: "mirror.lab/team")),
    .good("another repository of it", example(blocked: "mirror.lab/team/app", mirrors: "mirror.lab/team")),
    .good("not known yet", example(blocked: "'${BLOCKED}'", mirrors: "'mirror.lab:5000/team'"), testOnly: true),
  ]

  private static func example(blocked: String, mirrors: String) -> String {
    """
    \(ImageExample.sources("blockedRegistries: [\(blocked)]"))
    ---
    apiVersion: config.openshift.io/v1
    kind: ImageDigestMirrorSet
    metadata:
      name: mirrors
    spec:
      imageDigestMirrors:
      - source: ghcr.io/team
        mirrors: [\(mirrors)]
    """
  }

  /// What an entry blocks.
  private struct Blocked {
    let origin: Origin
    let mirror: Origin
    let source: String
    var places: Set<SourceSpan> = []
    var isLast = false
  }

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    guard cluster.image?.blockedRegistries?.entries.isEmpty == false, cluster.rendering.error == nil else { return }
    let resolver = cluster.resolver
    guard resolver.problem == nil else { return }
    var order: [SourceSpan] = []
    var blocked: [SourceSpan: Blocked] = [:]
    for item in cluster.mirrored.firstEntries {
      let source = item.source.value
      for form in [MirrorSet.PullForm.digest, .tag] {
        guard let pull = resolver.resolve(ProbeImage.below(source, form)).candidates.first, pull.matchedPrefix == source
        else { continue }
        let mirrors = pull.sources.filter(\.isMirror)
        let isLast = !mirrors.isEmpty && mirrors.allSatisfy(\.isBlocked)
        for mirror in mirrors where mirror.isBlocked {
          guard let origin = mirror.blockedOrigins.first(where: \.isListEntry), let place = mirror.origins.first
          else { continue }
          if blocked[origin.span] == nil {
            order.append(origin.span)
            blocked[origin.span] = Blocked(origin: origin, mirror: place, source: source)
          }
          blocked[origin.span]?.places.insert(place.span)
          if isLast { blocked[origin.span]?.isLast = true }
        }
      }
    }
    let list = cluster.image?.blockedRegistries
    for item in order.compactMap({ blocked[$0] }) {
      let entry = list?.entries.first { $0.span == item.origin.span }
      let more = item.places.count > 1 ? " and \(item.places.count - 1) more" : ""
      findings.report(
        "\(Quoted.text(item.origin.value)) blocks '\(item.mirror.value)', a mirror of '\(item.source)'\(more)",
        at: item.origin.span, field: item.origin.field, resource: cluster.resource(of: item.origin),
        severity: item.isLast && cluster.knowsAllSources ? .error : .warning,
        effect: item.isLast ? .pullsFail : .notApplied, related: [Label("the mirror", at: item.mirror.span)],
        help: "nodes refuse to contact it ('registry \(item.origin.value) is blocked in "
          + "/etc/containers/registries.conf')"
          + (item.isLast ? " and '\(item.source)' has no mirror left" : " and go on to the next mirror")
          + "; take it off the list, block narrower scopes or name another mirror",
        fixes: list.flatMap { list in entry.flatMap { ListEdits.removal(of: $0, in: list) } }.map {
          [Fix("Do not block the mirror", safety: .unsafe, in: item.origin.span.file, [$0.edit])]
        } ?? [])
    }
  }
}
