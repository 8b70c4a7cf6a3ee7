import Diagnostics
import RegistryConfig

/// A mirror whose path is one step off from what all other entries do.
public struct MirrorPathShape: Rule {
  public static let documentation = RuleDocumentation(
    id: "mirror-path-shape", code: "MIR213", category: .mirror, severity: .warning, effect: .notApplied,
    summary: "A mirror is deeper or shallower than its source, where the object's other entries keep the path.",
    why: """
      A node replaces the source at the start of an image's name by the mirror and keeps the rest: with source \
      `registry.redhat.io/rhel9` and mirror `m.io/rhel9/postgresql` it looks for `m.io/rhel9/postgresql/httpd-24`, and \
      the registry answers "manifest unknown". Reported only when at least three other entries of the object put the \
      source's whole path behind the same prefix.
      """,
    instead: "Give the mirror the path of its source, behind the prefix that the other entries have.",
    sources: ["containers/image pkg/sysregistriesv2 (rewriteReference)", "OCPBUGS-47688", "OCPBUGS-31608"])

  public static let examples: [RuleExample] = [
    .bad(
      "a repository for a namespace, a namespace for a repository",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: operators
      spec:
        imageDigestMirrors:
        - source: registry.redhat.io/rhel8
          mirrors: [mirror.lab.example.com:5000/ocp/rhel8]
        - source: registry.redhat.io/ubi9
          mirrors: [mirror.lab.example.com:5000/ocp/ubi9]
        - source: registry.redhat.io/lvms4
          mirrors: [mirror.lab.example.com:5000/ocp/lvms4]
        - source: registry.redhat.io/rhel9
          mirrors:
          - ⟦mirror.lab.example.com:5000/ocp/rhel9/postgresql⟧
        - source: registry.redhat.io/odf4/mcg-operator
          mirrors:
          - ⟦mirror.lab.example.com:5000/ocp/odf4⟧
      """, message: "is deeper than its source"),
    .good(
      "paths of their own",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: release
      spec:
        imageDigestMirrors:
        - source: registry.redhat.io/rhel8
          mirrors: [mirror.lab.example.com:5000/rhel8]
        - source: registry.redhat.io/rhel9
          mirrors: [mirror.lab.example.com:5000/rhel9]
        - source: registry.redhat.io/ubi9
          mirrors: [mirror.lab.example.com:5000/ubi9]
        - source: quay.io/openshift-release-dev/ocp-release
          mirrors: [mirror.lab.example.com:5000/openshift/release-images]
        - source: registry.redhat.io/team
          mirrors: [quay.io/team/builds]
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let set = resource.mirrorSet, set.isRead, set.entries.count > Self.witnesses else { return }
    /// How often a registry and prefix stand before the whole path of a source.
    var kept: [String: [String: Int]] = [:]
    for entry in set.entries {
      guard let path = Self.sourcePath(entry) else { continue }
      for mirror in entry.mirrors {
        let name = ImageName(mirror.value)
        guard let prefix = Self.prefix(of: name.path ?? "", before: path) else { continue }
        kept[name.registry, default: [:]][prefix, default: 0] += 1
      }
    }
    let usual = kept.compactMapValues { prefixes in
      prefixes.filter { $0.value >= Self.witnesses }.max { ($0.value, $1.key) < ($1.value, $0.key) }
    }
    guard !usual.isEmpty else { return }
    for entry in set.entries {
      guard let path = Self.sourcePath(entry), let source = entry.source else { continue }
      for (place, mirror) in entry.mirrors.enumerated() where RegistryScope.isMirror(mirror.value) {
        let name = ImageName(mirror.value)
        guard let witness = usual[name.registry], let mirrorPath = name.path,
          Self.prefix(of: mirrorPath, before: path) == nil
        else { continue }
        let expected = witness.key + path
        let isDeeper = mirrorPath.hasPrefix(expected + "/")
        let isShallower = expected.hasPrefix(mirrorPath + "/") && mirrorPath.utf8.count > witness.key.utf8.count
        guard isDeeper || isShallower else { continue }
        findings.report(
          "mirror '\(mirror.value)' is \(isDeeper ? "deeper" : "shallower") than its source '\(source.value)'",
          at: mirror.span, field: set.field(entry, mirror: place), related: [Label("the source", at: source.span)],
          help: "a node looks for '\(source.value)/x' at '\(mirror.value)/x'; \(witness.value) other entries keep the "
            + "path of their source, which gives '\(name.registry)/\(expected)' here")
      }
    }
  }

  /// So many entries show what is usual.
  private static let witnesses = 3

  private static func sourcePath(_ entry: MirrorSet.Entry) -> String? {
    guard let source = entry.validSource, let path = ImageName(source.value).path, !path.isEmpty else { return nil }
    return path
  }

  /// What stands before `path` at the end of a mirror's path: empty, or ending with a slash.
  private static func prefix(of mirrorPath: String, before path: String) -> String? {
    guard mirrorPath.hasSuffix(path) else { return nil }
    let prefix = String(decoding: mirrorPath.utf8.dropLast(path.utf8.count), as: UTF8.self)
    return prefix.isEmpty || prefix.hasSuffix("/") ? prefix : nil
  }
}
