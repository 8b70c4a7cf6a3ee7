import Diagnostics
import RegistryConfig
import SourceText

/// A blocked registry with a port, whose host is used without it.
public struct BlockedPortAsymmetry: Rule {
  public static let documentation = RuleDocumentation(
    id: "blocked-port-asymmetry", code: "IMG125", category: .image, severity: .warning, effect: .notApplied,
    summary:
      "`blockedRegistries` lists a host with a port, and the rest of the configuration names the host without it.",
    why: """
      `registry.lab:5000` blocks that port alone: images of `registry.lab` are pulled as before. The reverse holds: in \
      registries.conf the host without port blocks its ports as well (policy.json compares exactly, but the endpoint \
      is blocked already).
      """,
    instead: "List the host without port, which blocks every port of it.",
    sources: [
      "containers/image pkg/sysregistriesv2 refMatchingPrefix", "containers/image docker/policyconfiguration/naming.go",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "an image of a workload",
      ImageRejected.text("blockedRegistries: [⟦'registry.lab:5000'⟧]", image: "registry.lab/team/app:1"),
      message: "'registry.lab:5000' in blockedRegistries leaves 'registry.lab' open"),
    .bad(
      "a mirrored source",
      """
      \(ImageExample.sources("blockedRegistries: [⟦'registry.lab:443'⟧]"))
      ---
      apiVersion: config.openshift.io/v1
      kind: ImageTagMirrorSet
      metadata:
        name: mirrors
      spec:
        imageTagMirrors:
        - source: registry.lab/team
          mirrors: [mirror.example.com/team]
      """),
    .good(
      "the host without port covers its ports",
      ImageRejected.text("blockedRegistries: [registry.lab]", image: "'registry.lab:5000/team/app:1'")),
    .good(
      "both are listed",
      ImageRejected.text("blockedRegistries: [registry.lab, 'registry.lab:5000']", image: "registry.lab/team/app:1")),
    .good("nobody uses the host without port", ImageExample.sources("blockedRegistries: ['registry.lab:5000']")),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    guard let image = cluster.image, let blocked = image.blockedRegistries, blocked.isComplete else { return }
    let scopes = ScopeSet(blocked.values)
    var uses: [String: SourceSpan] = [:]
    for source in cluster.mirrorSets.flatMap(\.entries).compactMap(\.source) where RegistryScope.isMirror(source.value)
    {
      let name = ImageName(source.value)
      if name.port == nil, uses[name.host] == nil, !scopes.covers(source.value) { uses[name.host] = source.span }
    }
    for image in cluster.workloadImages {
      guard let repository = image.repository, !scopes.covers(repository) else { continue }
      let name = ImageName(repository)
      if name.port == nil, uses[name.host] == nil { uses[name.host] = image.reference.span }
    }
    for entry in blocked.known(.valid) {
      let name = ImageName(entry.value)
      guard let port = name.port, name.path == nil, let use = uses[name.host] else { continue }
      findings.report(
        "\(entry.quoted) in blockedRegistries leaves '\(name.host)' open", at: entry.span,
        field: blocked.field(of: entry),
        resource: image.resource, related: [Label("named without the port here", at: use)],
        help:
          "nodes block port \(port) alone and pull from '\(name.host)' as before; write '\(name.host)', which covers "
          + "every port")
    }
  }
}
