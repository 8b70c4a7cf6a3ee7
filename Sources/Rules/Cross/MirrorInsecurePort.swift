import Diagnostics
import NodeConfig
import RegistryConfig
import SourceText

/// An insecure host that does not reach the mirror on one of its ports.
public struct MirrorInsecurePort: Rule {
  public static let documentation = RuleDocumentation(
    id: "mirror-insecure-port", code: "XRS403", category: .cross, severity: .warning, effect: .pullsFail,
    fixing: .unsafe,
    summary: "`insecureRegistries` has a host without port, and a mirror is on a port of it.",
    why: """
      The operator marks a mirror in registries.conf insecure when an insecure entry equals it or encloses it at a \
      `/`. It does not understand ports: `mirror.lab` does not cover the mirror `mirror.lab:5000/team`, which stays \
      without `insecure = true`, so nodes verify its certificate and never use HTTP. (Images named by \
      `mirror.lab:5000` itself are covered.)
      """,
    instead: "Write the mirror's `host:port` into insecureRegistries.",
    sources: ["runtime-utils pkg/registries/registries.go (ScopeIsNestedInsideScope)"])

  public static let examples: [RuleExample] = [
    .bad(
      "the port is missing", example("- ⟦mirror.lab⟧"), fixed: example("- mirror.lab\n- mirror.lab:5000"),
      message: "'mirror.lab' does not make the mirror 'mirror.lab:5000/team' insecure"),
    .bad("a namespace", example("- ⟦mirror.lab/team⟧"), fixed: example("- mirror.lab/team\n- mirror.lab:5000/team")),
    .good("with the port", example("- mirror.lab\n- mirror.lab:5000")),
    .good("a wildcard covers every port", example("- '*.lab'")),
    .good("another namespace", example("- mirror.lab/other")),
  ]

  private static func example(_ insecure: String) -> String {
    """
    \(ImageExample.sources("insecureRegistries:\n" + insecure))
    ---
    apiVersion: config.openshift.io/v1
    kind: ImageDigestMirrorSet
    metadata:
      name: mirrors
    spec:
      imageDigestMirrors:
      - source: ghcr.io/team
        mirrors: ['mirror.lab:5000/team']
    """
  }

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    guard let image = cluster.image, let list = image.insecureRegistries, list.isComplete else { return }
    let entries = Dictionary(
      list.known(.valid).filter { !RegistryScope.isWildcard($0.value) && ImageName($0.value).port == nil }
        .map { ($0.value, $0) }
    ) { first, _ in first }
    guard !entries.isEmpty else { return }
    let scopes = ScopeSet(entries.keys)
    var reported: Set<String> = []
    for mirror in cluster.rendering.registriesConf.registries.lazy.flatMap(\.mirrors) where !mirror.isInsecure {
      let name = ImageName(mirror.location)
      guard let port = name.port, let origin = mirror.origins.first,
        let entry = scopes.covering(name.path.map { "\(name.host)/\($0)" } ?? name.host).flatMap({ entries[$0] })
      else { continue }
      let path = ImageName(entry.value).path.map { "/\($0)" } ?? ""
      let addition = "\(name.host):\(port)\(path)"
      guard reported.insert(addition).inserted else { continue }
      findings.report(
        "\(entry.quoted) does not make the mirror '\(mirror.location)' insecure", at: entry.span,
        field: list.field(of: entry), resource: image.resource, related: [Label("the mirror", at: origin.span)],
        help:
          "registries.conf has [[registry.mirror]] location = \"\(mirror.location)\" without insecure = true, so nodes "
          + "verify the certificate and use no HTTP; add '\(addition)'",
        fixes: ListEdits.insertion(of: [addition], at: list).map {
          [Fix("Add the host with its port", safety: .unsafe, in: list.span.file, [$0])]
        } ?? [])
    }
  }
}
