import Diagnostics
import RegistryConfig

/// A host that a wildcard of the same length beats.
public struct OneCharLabelTie: Rule {
  public static let documentation = RuleDocumentation(
    id: "one-char-label-tie", code: "MIR225", category: .mirror, severity: .warning, effect: .notApplied,
    summary: "A source whose host begins with a label of one character loses against a wildcard source.",
    why: """
      Nodes take the longest matching prefix, counted in characters, and of two that are equally long the first in \
      byte order. `*.example.com` and `x.example.com` are equally long and `*` comes first: the mirrors of \
      `x.example.com` are never used.
      """,
    instead:
      "Name the repositories below the host (`x.example.com/team`), or write the hosts in place of the wildcard.",
    sources: ["containers/image pkg/sysregistriesv2/system_registries_v2.go (findRegistryWithParsedConfig)"])

  public static let examples: [RuleExample] = [
    .bad(
      "the wildcard wins",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: example
      spec:
        imageDigestMirrors:
        - source: "*.example.com"
          mirrors: [mirror.lab.example.net/all]
        - source: ⟦x.example.com⟧
          mirrors: [mirror.lab.example.net/x]
      """, message: "loses against '*.example.com'"),
    .good(
      "longer sources win",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: example
      spec:
        imageDigestMirrors:
        - source: "*.example.com"
          mirrors: [mirror.lab.example.net/all]
        - source: xy.example.com
          mirrors: [mirror.lab.example.net/xy]
        - source: x.example.com/team
          mirrors: [mirror.lab.example.net/x]
      """),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    // Before 4.16 no wildcard source is taken at all.
    guard cluster.settings.release >= Release(4, 16) else { return }
    let mirrored = cluster.mirrored
    for item in mirrored.firstEntries {
      let source = item.source.value
      let bytes = Array(source.utf8)
      guard bytes.count > 2, bytes[1] == UInt8(ascii: "."), bytes[0] != UInt8(ascii: "*"),
        !bytes.contains(UInt8(ascii: "/")), !bytes.contains(UInt8(ascii: ":"))
      else { continue }
      let wildcard = "*" + String(decoding: bytes[1...], as: UTF8.self)
      guard let winner = mirrored.first(of: wildcard) else { continue }
      findings.report(
        "source '\(source)' loses against '\(wildcard)', which is as long", at: item.source.span,
        field: item.set.field(item.entry, "source"), resource: item.set.resource,
        related: [Label("the wildcard, in \(winner.set.title)", at: winner.source.span)],
        help: "nodes take the first of two equally long matches in byte order, and '*' comes before every letter; name "
          + "the repositories below the host")
    }
  }
}
