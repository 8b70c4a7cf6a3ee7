import Diagnostics
import RegistryConfig

/// A source whose first component is no host.
public struct SourceWithoutRegistry: Rule {
  public static let documentation = RuleDocumentation(
    id: "source-without-registry", code: "MIR206", category: .mirror, severity: .warning, effect: .notApplied,
    fixing: .unsafe,
    summary: "A source names no registry: its first component has no dot and no port and is not `localhost`.",
    why: """
      Nodes complete a name before they look for its mirrors: `team/app` is asked as `docker.io/team/app` or under a \
      registry of the search list. A source without registry matches none of these, so its mirrors are never used. \
      Older versions of oc-mirror wrote such sources.
      """,
    instead: "Put the registry in front: `registry.redhat.io/team`, `docker.io/team`.",
    sources: ["containers/image docker/reference/normalize.go (splitDockerDomain)", "openshift/oc-mirror#322"])

  public static let examples: [RuleExample] = [
    .bad(
      "a namespace alone",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: operators
      spec:
        imageDigestMirrors:
        - source: ⟦operator-framework⟧
          mirrors: [mirror.lab.example.com/operator-framework]
        - source: ⟦team/app⟧
          mirrors: [mirror.lab.example.com/team/app]
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: operators
        spec:
          imageDigestMirrors:
          - source: docker.io/operator-framework
            mirrors: [mirror.lab.example.com/operator-framework]
          - source: docker.io/team/app
            mirrors: [mirror.lab.example.com/team/app]
        """, message: "source 'operator-framework' names no registry"),
    .good(
      "registries",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: operators
      spec:
        imageDigestMirrors:
        - source: registry:5000/team
          mirrors: [mirror.lab.example.com/team]
        - source: localhost/team
          mirrors: [mirror.lab.example.com/team]
        - source: quay.io
          mirrors: [mirror.lab.example.com/quay]
        - source: "*.example"
          mirrors: [mirror.lab.example.com/example]
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let set = resource.mirrorSet, set.isRead else { return }
    for entry in set.entries {
      guard let source = entry.source, RegistryScope.isMirror(source.value), !Self.hasRegistry(source.value) else {
        continue
      }
      findings.report(
        "source '\(source.value)' names no registry", at: source.span, field: set.field(entry, "source"),
        help: "no image name begins with it once nodes have completed the name (docker.io/\(source.value)/…), so its "
          + "mirrors are never used; put the registry in front",
        fixes: source.rewriting("docker.io/\(source.value)").map {
          [Fix("Take it for a name of docker.io", safety: .unsafe, edits: [$0])]
        } ?? [])
    }
  }

  /// An upper-case letter makes a host of a first component too.
  private static func hasRegistry(_ source: String) -> Bool {
    let name = ImageName(source)
    return name.port != nil || name.host == "localhost"
      || name.host.utf8.contains { $0 == UInt8(ascii: ".") || (0x41...0x5A).contains($0) }
  }
}
