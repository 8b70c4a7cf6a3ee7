import Diagnostics
import RegistryConfig

/// A long list of mirrors for one source.
public struct TooManyMirrors: Rule {
  /// Each of them can cost a pull the time-outs of a registry that does not answer.
  static let limit = 5

  public static let documentation = RuleDocumentation(
    id: "too-many-mirrors", code: "MIR227", category: .mirror, severity: .note, effect: .none,
    summary: "A source has more than five mirrors.",
    why: """
      For every pull a node tries the mirrors in turn until one has the image. A mirror that does not answer costs its \
      time-outs before the next is tried, and an image that no mirror has costs all of them.
      """,
    instead: "Keep the mirrors that hold the image and can be reached from the nodes.",
    sources: ["containers/image docker/docker_image_src.go (newImageSource)"])

  public static let examples: [RuleExample] = [
    .bad(
      "six",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: team
      spec:
        imageDigestMirrors:
        - source: ⟦quay.io/team⟧
          mirrors: [a.example.com, b.example.com, c.example.com, d.example.com, e.example.com, f.example.com]
      """, message: "has 6 mirrors"),
    .good(
      "five",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: team
      spec:
        imageDigestMirrors:
        - source: quay.io/team
          mirrors: [a.example.com, b.example.com, c.example.com, d.example.com, e.example.com]
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let set = resource.mirrorSet, set.isRead else { return }
    for entry in set.entries where entry.mirrors.count > Self.limit {
      let count = Set(entry.mirrors.map(\.value)).count
      guard count > Self.limit, let source = entry.source else { continue }
      findings.report(
        "source '\(source.value)' has \(count) mirrors", at: source.span, field: set.field(entry, "source"),
        help: "a node tries them in turn for every pull, and waits for each that does not answer")
    }
  }
}
