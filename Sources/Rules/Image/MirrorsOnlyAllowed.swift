import Diagnostics
import RegistryConfig
import SourceText

/// The mirror is allowed and the mirrored source is not.
public struct MirrorsOnlyAllowed: Rule {
  public static let documentation = RuleDocumentation(
    id: "mirrors-only-allowed", code: "IMG118", category: .image, severity: .warning, effect: .pullsFail,
    fixing: .unsafe,
    summary: "`allowedRegistries` lists a mirror, but not the source that it mirrors.",
    why: """
      policy.json is asked for the name that a pod writes, the source, before any mirror is tried; the mirror's name \
      is never looked up. With the mirror alone in the list every image of the source is rejected, although the mirror \
      has it.
      """,
    instead: "Allow the source. The mirror needs an entry only for images that are named by the mirror's own host.",
    sources: ["containers/image docker/docker_image_src.go"])

  public static let examples: [RuleExample] = [
    .bad(
      "a disconnected cluster",
      example("[quay.io, registry.redhat.io, ⟦mirror.lab:5000⟧]"),
      fixed: example("[quay.io, registry.redhat.io, mirror.lab:5000, ghcr.io/team]"),
      message: "'mirror.lab:5000' is allowed, but 'ghcr.io/team', which it mirrors, is not"),
    .good("the source", example("[quay.io, registry.redhat.io, ghcr.io]")),
    .good("a part of the source", example("[quay.io, registry.redhat.io, ghcr.io/team/app, 'mirror.lab:5000']")),
  ]

  private static func example(_ allowed: String) -> String {
    """
    \(ImageExample.sources("allowedRegistries: \(allowed)"))
    ---
    apiVersion: config.openshift.io/v1
    kind: ImageDigestMirrorSet
    metadata:
      name: mirrors
    spec:
      imageDigestMirrors:
      - source: ghcr.io/team
        mirrors: [mirror.lab:5000/team]
    """
  }

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    guard let image = cluster.image, let allowed = image.allowedRegistries, allowed.isComplete, !allowed.entries.isEmpty
    else { return }
    let scopes = MeantScopes(allowed)
    let hosts = AllowedPortMismatch.hosts(allowed)
    let entries = Dictionary(allowed.known(.valid).map { ($0.value, $0) }) { first, _ in first }
    let set = ScopeSet(entries.keys)
    // A host at the apex of a wildcard is `wildcard-apex-missing`.
    let wildcards = Set(allowed.values)
    var missing: [String: [Located<String>]] = [:]
    var seen: Set<String> = []
    for mirrored in cluster.mirrorSets.flatMap(\.entries) {
      guard let source = mirrored.source, RegistryScope.isSource(source.value), !scopes.touches(source.value),
        !Self.isReportedElsewhere(source.value, hosts), !wildcards.contains("*." + ImageName(source.value).host),
        let outer = mirrored.mirrors.lazy.compactMap({ set.covering($0.value) }).first,
        seen.insert(source.value).inserted
      else { continue }
      missing[outer, default: []].append(source)
    }
    for entry in allowed.known(.valid) {
      guard let sources = missing.removeValue(forKey: entry.value) else { continue }
      let shown = sources.prefix(3).map(\.value)
      let names =
        sources.count > shown.count
        ? shown.map(Quoted.text).joined(separator: ", ") + " and \(sources.count - shown.count) more"
        : Quoted.list(shown)
      findings.report(
        "\(entry.quoted) is allowed, but \(names), which it mirrors, \(sources.count == 1 ? "is" : "are") not",
        at: entry.span, field: allowed.field(of: entry), resource: image.resource,
        related: sources.prefix(3).map { Label("the source", at: $0.span) },
        help: "policy.json is asked for the source and rejects it before a mirror is tried; allow the source",
        fixes: ListEdits.insertion(of: sources.map(\.value), at: allowed).map {
          [Fix("Allow the sources", safety: .unsafe, in: allowed.span.file, [$0])]
        } ?? [])
    }
  }

  /// The images of the cluster itself (`allowed-misses-payload`), and hosts with another port
  /// (`allowed-port-mismatch`).
  private static func isReportedElsewhere(_ source: String, _ hosts: Set<String>) -> Bool {
    let host = ImageName(source).host
    return hosts.contains(host) || host == "registry.redhat.io"
      || ScopeNesting.isNested(source, in: PayloadRepositories.namespace)
      || ScopeNesting.isNested(PayloadRepositories.namespace, in: source)
  }
}
