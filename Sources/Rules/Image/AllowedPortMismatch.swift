import Diagnostics
import RegistryConfig
import SourceText

/// An allowed host with another port than images are asked for with.
public struct AllowedPortMismatch: Rule {
  public static let documentation = RuleDocumentation(
    id: "allowed-port-mismatch", code: "IMG114", category: .image, severity: .warning, effect: .pullsFail,
    fixing: .unsafe,
    summary: "`allowedRegistries` lists a host with another port than the rest of the configuration.",
    why: """
      policy.json compares `host:port` as a whole: `registry.lab` does not allow `registry.lab:5000`, nor the reverse, \
      and `quay.io` does not allow `quay.io:443`. (registries.conf is different: there the host covers its ports.)
      """,
    instead: "Write the registry as image references have it, once for each port that they use.",
    sources: ["containers/image docker/policyconfiguration/naming.go"])

  public static let examples: [RuleExample] = [
    .bad(
      "the port is missing",
      ImageExample.sources(
        """
        allowedRegistries:
        - quay.io
        - ⟦registry.lab⟧
        insecureRegistries:
        - registry.lab:5000
        """),
      fixed: ImageExample.sources(
        """
        allowedRegistries:
        - quay.io
        - registry.lab
        - registry.lab:5000
        insecureRegistries:
        - registry.lab:5000
        """), message: "'registry.lab' in allowedRegistries does not allow 'registry.lab:5000'"),
    .bad(
      "a mirrored source",
      """
      \(ImageExample.sources("allowedRegistries: [quay.io, ⟦'registry.lab:443'⟧]"))
      ---
      apiVersion: config.openshift.io/v1
      kind: ImageTagMirrorSet
      metadata:
        name: mirrors
      spec:
        imageTagMirrors:
        - source: registry.lab/team
          mirrors: [mirror.lab/team]
      """),
    .bad(
      "an image of a workload",
      ImageRejected.text("allowedRegistries: [quay.io, ⟦registry.lab⟧]", image: "registry.lab:5000/team/app:1")),
    .good(
      "every port, by a wildcard or one by one",
      ImageExample.sources(
        """
        allowedRegistries: [registry.lab, 'registry.lab:5000', '*.example.com']
        insecureRegistries: ['registry.lab:5000', 'a.example.com:5000']
        """)),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    guard let image = cluster.image, let allowed = image.allowedRegistries, allowed.isComplete else { return }
    let scopes = MeantScopes(allowed)
    var byHost: [String: RegistryEntry] = [:]
    for entry in allowed.known(.valid) where !entry.value.hasPrefix("*") { byHost[ImageName(entry.value).host] = entry }
    var reported: Set<String> = []
    for (value, span) in Self.references(cluster, image) {
      let registry = ImageName(value).registry
      guard let entry = byHost[ImageName(value).host], ImageName(entry.value).registry != registry,
        !scopes.touches(value),
        !scopes.touches(registry), reported.insert(registry).inserted
      else { continue }
      findings.report(
        "\(entry.quoted) in allowedRegistries does not allow '\(registry)'", at: entry.span,
        field: allowed.field(of: entry), resource: image.resource, related: [Label("another port here", at: span)],
        help: "policy.json compares ports exactly and rejects every image of '\(registry)'; add '\(registry)'",
        fixes: ListEdits.insertion(of: [registry], at: allowed).map {
          [Fix("Allow the registry with its port", safety: .unsafe, in: allowed.span.file, [$0])]
        } ?? [])
    }
  }

  /// Registries that image references of the cluster probably name.
  private static func references(_ cluster: LintedCluster, _ image: ImageConfiguration) -> [(String, SourceSpan)] {
    let mirrors = MirrorScopes(cluster)
    var result: [(String, SourceSpan)] = []
    for set in cluster.mirrorSets {
      for source in set.entries.compactMap(\.source) where RegistryScope.isMirror(source.value) {
        result.append((source.value, source.span))
      }
    }
    for entry in image.insecureRegistries?.known(.valid) ?? []
    where !entry.value.hasPrefix("*") && !mirrors.touch(entry.value) {
      result.append((entry.value, entry.span))
    }
    for entry in image.searchRegistries?.known(.valid) ?? [] { result.append((entry.value, entry.span)) }
    for image in cluster.workloadImages {
      if let repository = image.repository { result.append((repository, image.reference.span)) }
    }
    return result
  }

  /// The hosts that an allowed list names with some port.
  static func hosts(_ allowed: RegistryList) -> Set<String> {
    Set(allowed.known(.valid).lazy.filter { !$0.value.hasPrefix("*") }.map { ImageName($0.value).host })
  }
}
