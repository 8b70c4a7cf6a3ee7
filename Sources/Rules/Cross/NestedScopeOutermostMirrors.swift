import Diagnostics
import NodeConfig
import RegistryConfig
import SourceText

/// An insecure scope below two mirrored sources takes the mirrors of the wrong one.
public struct NestedScopeOutermostMirrors: Rule {
  public static let documentation = RuleDocumentation(
    id: "nested-scope-outermost-mirrors", code: "XRS405", category: .cross, severity: .warning, effect: .pullsFail,
    fixing: .unsafe,
    summary: "An insecure registry lies below two mirrored sources, one in the other, and has no mirrors of its own.",
    why: """
      An entry of registries.conf without mirrors gets a copy of those of a source that it lies in. The operator goes \
      from the shortest source to longer ones and stops at the first: the entry gets the mirrors of the outermost \
      source, while everything beside it uses those of the nearest.
      """,
    instead: "Give the registry a source of its own with the mirrors that are meant.",
    sources: ["runtime-utils pkg/registries/registries.go (EditRegistriesConfig)"])

  public static let examples: [RuleExample] = [
    .bad(
      "below a registry and a namespace of it", example(insecure: "⟦reg.lab/team/app⟧"),
      fixed: example(
        insecure: "reg.lab/team/app", more: "\n  - source: reg.lab/team/app\n    mirrors: [mirror.lab/team/app]"),
      message: "'reg.lab/team/app' takes the mirrors of 'reg.lab', not those of the nearer 'reg.lab/team'"),
    .good("below one source", example(insecure: "reg.lab/other")),
    .good(
      "with mirrors of its own",
      example(insecure: "reg.lab/team/app", more: "\n  - source: reg.lab/team/app\n    mirrors: [mirror.lab/app]")),
    .good("the source itself", example(insecure: "reg.lab/team"), testOnly: true),
  ]

  private static func example(insecure: String, more: String = "") -> String {
    """
    \(ImageExample.sources("insecureRegistries: [\(insecure)]"))
    ---
    apiVersion: config.openshift.io/v1
    kind: ImageDigestMirrorSet
    metadata:
      name: mirrors
    spec:
      imageDigestMirrors:
      - source: reg.lab
        mirrors: [mirror.lab/all]
      - source: reg.lab/team
        mirrors: [mirror.lab/team]\(more)
    """
  }

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    guard cluster.rendering.error == nil, cluster.knowsAllSources else { return }
    let mirrored = cluster.mirrored
    // Where an entry is blocked the policy rejects its images, whatever mirrors it has.
    for registry in cluster.rendering.registriesConf.registries where !registry.isBlocked {
      guard let outer = registry.inheritsMirrorsOf, let origin = registry.origins.first(where: \.isListEntry),
        let nearer = mirrored.parent(of: registry.scope), nearer != outer, let source = mirrored.first(of: nearer),
        let first = registry.mirrors.first
      else { continue }
      findings.report(
        "'\(registry.scope)' takes the mirrors of '\(outer)', not those of the nearer '\(nearer)'", at: origin.span,
        field: origin.field, resource: cluster.resource(of: origin),
        related: [Label("the nearer source", at: source.source.span)],
        help: "registries.conf has location = \"\(registry.scope)\" with [[registry.mirror]] location = "
          + "\"\(first.location)\", and nodes look for its images there; give '\(registry.scope)' a source of "
          + "its own with the mirrors that are meant",
        fixes: MirrorEntryInsertion.fixes(for: registry.scope, as: source))
    }
  }
}
