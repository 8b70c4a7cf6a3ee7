import Diagnostics
import RegistryConfig

/// A wildcard source on a release whose operator does not know them.
public struct WildcardSourceVersion: Rule {
  public static let documentation = RuleDocumentation(
    id: "wildcard-source-version", code: "MIR222", category: .mirror, severity: .error, effect: .frozen,
    fixing: .unsafe,
    summary: "A wildcard source before 4.16.",
    why: """
      The API server takes `*.example.com` as a source on every release, and from 4.16 on so does the Machine Config \
      Operator. Before, the operator stops with "wildcard entries are not supported with mirror configuration" and \
      renders nothing for any pool.
      """,
    instead: """
      Write one entry for each host, or upgrade first. As nodes get nothing from the entry, `--unsafe-fixes` takes it \
      out, so that the operator goes on with the others; pulls from these hosts then go to the hosts themselves.
      """,
    sources: ["machine-config-operator release-4.15 pkg/controller/container-runtime-config/helpers.go"])

  public static let examples: [RuleExample] = [
    .bad(
      "on 4.14",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: apps
      spec:
        imageDigestMirrors:
        - source: ⟦"*.apps.example.com"⟧
          mirrors: [mirror.lab.example.com/apps]
      """, release: Release(4, 14), message: "'*.apps.example.com'"),
    .bad(
      "beside other entries",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: apps
      spec:
        imageDigestMirrors:
        - source: quay.io/team
          mirrors: [mirror.lab.example.com/team]
        - source: ⟦"*.apps.example.com"⟧
          mirrors: [mirror.lab.example.com/apps]
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: apps
        spec:
          imageDigestMirrors:
          - source: quay.io/team
            mirrors: [mirror.lab.example.com/team]
        """, release: Release(4, 14)),
    .good(
      "on 4.16",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: apps
      spec:
        imageDigestMirrors:
        - source: "*.apps.example.com"
          mirrors: [mirror.lab.example.com/apps]
      """, release: Release(4, 16)),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    let release = resource.settings.release
    guard release < Release(4, 16), let set = resource.mirrorSet, set.isRead else { return }
    // Before 4.13 the API server knows no mirror set, and the operator never sees one.
    guard release >= Release(4, 13) || set.resource.kind == .imageContentSourcePolicy else { return }
    for entry in set.entries {
      guard let source = entry.source, RegistryScope.isWildcard(source.value) else { continue }
      findings.report(
        "source '\(source.value)' is a wildcard, which OpenShift \(release) does not support in mirror objects",
        at: source.span, field: set.field(entry, "source"),
        help: "the operator stops with 'wildcard entries are not supported with mirror configuration', and all nodes "
          + "keep their old files; write one entry for each host",
        fixes: Self.removal(of: entry, in: set))
    }
  }

  /// Takes the entry out of a set that has others.
  private static func removal(of entry: MirrorSet.Entry, in set: MirrorSet) -> [Fix] {
    guard let items = set.resource.spec?[set.listName]?.items, items.count > 1, items.indices.contains(entry.index),
      let edit = ItemRemoval.edit(of: items[entry.index], previous: entry.index > 0 ? items[entry.index - 1] : nil)
    else { return [] }
    return [Fix("Remove the entry, which no node gets", safety: .unsafe, edits: [edit])]
  }
}
