import Diagnostics
import NodeConfig
import RegistryConfig
import SourceText

/// A mirrored host without port, and images that are pulled from a port of it.
public struct HostSourceWithPortImages: Rule {
  public static let documentation = RuleDocumentation(
    id: "host-source-with-port-images", code: "MIR221", category: .mirror, severity: .warning, effect: .pullsFail,
    fixing: .unsafe,
    summary: "A source is a host without port, and a workload names an image with the host and a port.",
    why: """
      In registries.conf a host matches its ports too, and the node puts what follows the match behind the mirror: of \
      `reg.io:5000/app` that is `:5000/app`. The mirror `mirror.lab` becomes `mirror.lab:5000`, and `mirror.lab/team` \
      becomes `mirror.lab/team:5000/app`, which is no reference and fails the pull ("rewriting reference").
      """,
    instead: "Add a source with the port.",
    sources: ["containers/image pkg/sysregistriesv2 (rewriteReference)"])

  public static let examples: [RuleExample] = [
    .bad(
      "a mirror with a path", text(source: "⟦reg.lab⟧", mirror: "mirror.lab/all", image: "'reg.lab:5000/app:1'"),
      fixed: text(
        source: "reg.lab", mirror: "mirror.lab/all", image: "'reg.lab:5000/app:1'",
        more: "\n  - source: reg.lab:5000\n    mirrors: [mirror.lab/all]"),
      message: "source 'reg.lab' takes the port of 'reg.lab:5000/app:1' for a part of the path"),
    .bad(
      "a mirror that is a host", text(source: "⟦reg.lab⟧", mirror: "mirror.lab", image: "'reg.lab:5000/app:1'")),
    .bad(
      "a wildcard",
      text(source: "⟦'*.lab'⟧", mirror: "mirror.test/all", image: "'reg.lab:5000/app:1'"), testOnly: true),
    .good(
      "with a source of its own",
      text(
        source: "reg.lab", mirror: "mirror.lab/all", image: "'reg.lab:5000/app:1'",
        more: "\n  - source: reg.lab:5000\n    mirrors: [mirror.lab/all]")),
    .good("without port", text(source: "reg.lab", mirror: "mirror.lab/all", image: "reg.lab/app:1")),
    .good(
      "a path, which matches no port",
      text(source: "reg.lab/app", mirror: "mirror.lab/app", image: "'reg.lab:5000/app:1'")),
  ]

  private static func text(source: String, mirror: String, image: String, more: String = "") -> String {
    """
    apiVersion: config.openshift.io/v1
    kind: ImageTagMirrorSet
    metadata:
      name: mirrors
    spec:
      imageTagMirrors:
      - source: \(source)
        mirrors: [\(mirror)]\(more)
    ---
    apiVersion: v1
    kind: Pod
    metadata:
      name: app
    spec:
      containers:
      - name: app
        image: \(image)
    """
  }

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    guard cluster.rendering.isComplete, cluster.knowsAllSources else { return }
    var reported: Set<String> = []
    let mirrored = cluster.mirrored
    for pull in cluster.workloadPulls {
      let candidate = pull.candidate
      guard candidate.takesPortForPath, candidate.policyVerdict != .reject,
        candidate.error != nil || candidate.sources.contains(where: \.isMirror),
        let source = candidate.matchedOrigins.first(where: \.isSource),
        reported.insert("\(candidate.matchedPrefix) \(ImageName(candidate.reference).registry)").inserted
      else { continue }
      let registry = ImageName(candidate.reference).registry
      let consequence =
        candidate.error.map { "the pull fails ('\($0)')" }
        ?? "nodes ask for '\(candidate.sources.first?.reference ?? "")'"
      findings.report(
        "source '\(candidate.matchedPrefix)' takes the port of \(Quoted.text(pull.image.reference.value)) for a part "
          + "of the path",
        at: source.span, field: source.field, resource: cluster.resource(of: source),
        severity: candidate.error == nil ? .warning : .error,
        related: [Label("the image", at: pull.image.reference.span)],
        help: "what follows '\(candidate.matchedPrefix)' in the image goes behind the mirror, so \(consequence); add a "
          + "source '\(registry)'",
        fixes: mirrored.entries.first { $0.source.span == source.span }.map {
          MirrorEntryInsertion.fixes(
            for: registry, mirrors: $0.mirrors(for: $0.source.value), as: $0, "Mirror '\(registry)' in the same way")
        } ?? [])
    }
  }
}

extension Origin {
  fileprivate var isSource: Bool { if case .mirrorSource = place { true } else { false } }
}
