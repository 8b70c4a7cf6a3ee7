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
    /// A source of which it blocks mirrors.
    struct Source {
      let name: String
      let mirror: Origin
      /// The pulls that would ask a mirror which is blocked, and those of them that have no other mirror.
      var forms: Set<MirrorSet.PullForm> = []
      var bareForms: Set<MirrorSet.PullForm> = []

      /// `'ghcr.io/team' has no mirror left for pulls by tag`
      var words: String {
        let form = bareForms.count < forms.count ? bareForms.first.map { " for pulls by \($0.rawValue)" } : nil
        return "'\(name)' has no mirror left\(form ?? "")"
      }
    }

    let entry: Origin
    var sources: [Source] = []
    var places: Set<SourceSpan> = []

    /// The sources come one after the other.
    mutating func add(_ mirror: Origin, of source: String, _ form: MirrorSet.PullForm, isLast: Bool) {
      if sources.last?.name != source { sources.append(Source(name: source, mirror: mirror)) }
      sources[sources.count - 1].forms.insert(form)
      if isLast { sources[sources.count - 1].bareForms.insert(form) }
      places.insert(mirror.span)
    }

    /// The sources that have no mirror left.
    var bare: [Source] { sources.filter { !$0.bareForms.isEmpty } }

    /// What nodes do, for each source as it is.
    var outcome: String {
      let bare = bare
      guard let first = bare.first else { return "and go on to the next mirror" }
      let more = bare.count > 1 ? ", nor have \(bare.count - 1) more" : ""
      let others = bare.count < sources.count ? "; of other sources they ask the next mirror" : ""
      return "and \(first.words)\(more)\(others)"
    }
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
        let isLast = mirrors.allSatisfy(\.isBlocked)
        for mirror in mirrors where mirror.isBlocked {
          guard let origin = mirror.blockedOrigins.first(where: \.isListEntry), let place = mirror.origins.first
          else { continue }
          if blocked[origin.span] == nil { order.append(origin.span) }
          blocked[origin.span, default: Blocked(entry: origin)].add(place, of: source, form, isLast: isLast)
        }
      }
    }
    for span in order { blocked[span].map { report($0, cluster, &findings) } }
  }

  private func report(_ blocked: Blocked, _ cluster: LintedCluster, _ findings: inout Findings) {
    let isLast = !blocked.bare.isEmpty
    guard let shown = blocked.bare.first ?? blocked.sources.first else { return }
    let list = cluster.image?.blockedRegistries
    let entry = list?.entries.first { $0.span == blocked.entry.span }
    let more = blocked.places.count > 1 ? " and \(blocked.places.count - 1) more" : ""
    findings.report(
      "\(Quoted.text(blocked.entry.value)) blocks '\(shown.mirror.value)', a mirror of '\(shown.name)'\(more)",
      at: blocked.entry.span, field: blocked.entry.field, resource: cluster.resource(of: blocked.entry),
      severity: isLast && cluster.knowsAllSources ? .error : .warning, effect: isLast ? .pullsFail : .notApplied,
      related: [Label("the mirror", at: shown.mirror.span)],
      help: "nodes refuse to contact it ('registry \(blocked.entry.value) is blocked in "
        + "/etc/containers/registries.conf') \(blocked.outcome); take it off the list, block narrower scopes or name "
        + "another mirror",
      fixes: list.flatMap { list in entry.flatMap { ListEdits.removal(of: $0, in: list) } }.map {
        [Fix("Do not block the mirror", safety: .unsafe, in: blocked.entry.span.file, [$0.edit])]
      } ?? [])
  }
}
