import Diagnostics
import RegistryConfig

/// A mirror that leads back to a source.
public struct MirrorLoop: Rule {
  public static let documentation = RuleDocumentation(
    id: "mirror-loop", code: "MIR217", category: .mirror, severity: .warning, effect: .none, fixing: .unsafe,
    summary: "A mirror is the source or lies in it, in a source that is forbidden, or has the source as its mirror.",
    why: """
      Nodes look up the entry of the mirror before they contact it, but do not follow that entry's mirrors. A mirror \
      inside of a source with NeverContactSource is therefore blocked, and the attempt fails. Without the policy the \
      source's registry is contacted as its own mirror: when it does not answer, neither does the mirror. The source \
      as the last mirror says nothing, since nodes ask it after all mirrors anyway; mostly another name was meant. \
      (Further up in the list it says when to ask it, and is not reported.)
      """,
    instead: "Name a mirror outside of the source.",
    sources: ["containers/image docker/docker_image_src.go (newImageSourceAttempt: blocked endpoints)"])

  public static let examples: [RuleExample] = [
    .bad(
      "a mirror that the policy blocks",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: quay
      spec:
        imageDigestMirrors:
        - source: quay.io
          mirrors:
          - ⟦quay.io/mirror⟧
          mirrorSourcePolicy: NeverContactSource
        - source: registry.redhat.io/team
          mirrors: [⟦quay.io/team⟧, mirror.lab.example.com/team]
      """, message: "lies in source 'quay.io'"),
    .bad(
      "a mirror in its own source, and two sources that mirror each other",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: loops
      spec:
        imageDigestMirrors:
        - source: registry.example.com
          mirrors: [⟦registry.example.com/proxy⟧]
        - source: a.example.com/team
          mirrors: [b.example.com/team]
        - source: b.example.com/team
          mirrors: [⟦a.example.com/team⟧]
      """),
    .bad(
      "the source as the last mirror",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: build
      spec:
        imageDigestMirrors:
        - source: registry.redhat.io/team/app
          mirrors:
          - quay.io/team-tenant/app
          - ⟦registry.redhat.io/team/app⟧
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: build
        spec:
          imageDigestMirrors:
          - source: registry.redhat.io/team/app
            mirrors:
            - quay.io/team-tenant/app
        """, message: "is the source itself"),
    .good(
      "a nested source of the mirror may be contacted; another organisation of the registry",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: quay
      spec:
        imageDigestMirrors:
        - source: quay.io
          mirrors: [mirror.lab.example.com/quay]
          mirrorSourcePolicy: NeverContactSource
        - source: quay.io/builds
          mirrors: [mirror.lab.example.com/builds]
          mirrorSourcePolicy: AllowContactingSource
        - source: registry.redhat.io/team
          mirrors: [quay.io/builds/team]
        - source: registry.stage.redhat.io/team
          mirrors: [registry.stage.redhat.io/team-2, registry.stage.redhat.io/team, mirror.lab.example.com/team]
      """),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    let mirrored = cluster.mirrored
    // A mirror that is a source is rare, and only then somebody asks.
    lazy var links = Self.links(of: mirrored)
    var pairs: Set<Link> = []
    for item in mirrored.entries {
      let source = item.source.value
      reportSourceAsLastMirror(item, &findings)
      for (place, mirror) in item.entry.mirrors.enumerated()
      where mirror.value != source && RegistryScope.isMirror(mirror.value) {
        let field = item.set.field(item.entry, mirror: place)
        let entry = mirrored.contains(mirror.value) ? mirror.value : mirrored.parent(of: mirror.value)
        if let entry, let forbidding = mirrored.forbidding(entry) {
          findings.report(
            "mirror '\(mirror.value)' lies in source '\(entry)', which NeverContactSource blocks", at: mirror.span,
            field: field, resource: item.set.resource, effect: .pullsFail,
            related: [Label("the policy", at: forbidding.entry.policy?.span ?? forbidding.source.span)],
            help: "nodes refuse to contact the mirror ('registry \(entry) is blocked'); name a mirror outside of "
              + "'\(entry)', or give '\(mirror.value)' an entry of its own that may be contacted",
            fixes: Self.removal(of: place, item))
        } else if ScopeNesting.isNested(mirror.value, in: source) {
          findings.report(
            "mirror '\(mirror.value)' lies in its own source '\(source)'", at: mirror.span, field: field,
            resource: item.set.resource, severity: .note, related: [Label("the source", at: item.source.span)],
            help: "when the source's registry does not answer, neither does this mirror; name a mirror elsewhere",
            fixes: Self.removal(of: place, item))
        } else if mirrored.contains(mirror.value), let back = links[Link(source: mirror.value, mirror: source)] {
          // The second of the two is the one to speak of, once.
          pairs.insert(Link(source: source, mirror: mirror.value))
          guard pairs.contains(Link(source: mirror.value, mirror: source)) else { continue }
          findings.report(
            "'\(source)' and '\(mirror.value)' are mirrors of each other", at: mirror.span, field: field,
            resource: item.set.resource, severity: .note, related: [Label("the way back", at: back.source.span)],
            help:
              "nodes do not follow the mirrors of a mirror: each of the two is asked once for an image of the other",
            fixes: Self.removal(of: place, item))
        }
      }
    }
  }

  private func reportSourceAsLastMirror(_ item: ClusterMirrors, _ findings: inout Findings) {
    let mirrors = item.entry.mirrors
    guard let last = mirrors.last, last.value == item.source.value, item.entry.isComplete,
      // Listed twice, and with NeverContactSource: rules of their own.
      !mirrors.dropLast().contains(where: { $0.value == last.value }), !item.set.neverContactsSource(item.entry)
    else { return }
    findings.report(
      "mirror '\(last.value)' is the source itself", at: last.span,
      field: item.set.field(item.entry, mirror: mirrors.count - 1), resource: item.set.resource,
      related: [Label("the source", at: item.source.span)],
      help: "nodes ask the source after all mirrors anyway; write the name that was meant, or leave it out",
      fixes: Self.removal(of: mirrors.count - 1, item))
  }

  /// The mirror goes, when another one is left.
  private static func removal(of place: Int, _ item: ClusterMirrors) -> [Fix] {
    guard item.entry.mirrors.count > 1, let nodes = item.set.mirrorNodes(item.entry, at: place),
      let edit = ItemRemoval.edit(of: nodes.node, previous: nodes.previous)
    else { return [] }
    return [Fix("Remove the mirror", safety: .unsafe, edits: [edit])]
  }

  /// The first entry that sends a source to a mirror.
  private static func links(of mirrored: MirroredSources) -> [Link: ClusterMirrors] {
    var links: [Link: ClusterMirrors] = [:]
    for item in mirrored.entries {
      for mirror in item.entry.mirrors {
        let link = Link(source: item.source.value, mirror: mirror.value)
        if links[link] == nil { links[link] = item }
      }
    }
    return links
  }

  private struct Link: Hashable {
    let source: String
    let mirror: String
  }
}
