import Diagnostics
import RegistryConfig

/// One of the two repositories of a release without the other.
public struct ReleaseSourceMissingSibling: Rule {
  public static let documentation = RuleDocumentation(
    id: "release-source-missing-sibling", code: "MIR215", category: .mirror, severity: .warning, effect: .pullsFail,
    fixing: .unsafe,
    summary: "Only one of the two repositories of an OpenShift release has mirrors.",
    why: """
      A release is an image of `quay.io/openshift-release-dev/ocp-release` that names some 190 images of \
      `quay.io/openshift-release-dev/ocp-v4.0-art-dev`. Where quay.io cannot be reached, an update needs mirrors for \
      both: without the first the release cannot be found, without the second its pods cannot start. Nightly builds \
      are images of `quay.io/openshift-release-dev/ocp-release-nightly` instead of the first.
      """,
    instead: "Mirror both; `oc adm release mirror` and oc-mirror write both entries.",
    sources: ["oc adm release mirror", "OCPBUGS-47688"])

  private static let release = "quay.io/openshift-release-dev/ocp-release"
  /// What nightly builds are named by, with the same content.
  private static let nightly = "quay.io/openshift-release-dev/ocp-release-nightly"
  private static let content = "quay.io/openshift-release-dev/ocp-v4.0-art-dev"

  public static let examples: [RuleExample] = [
    .bad(
      "the release without its content",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: release
      spec:
        imageDigestMirrors:
        - source: ⟦quay.io/openshift-release-dev/ocp-release⟧
          mirrors: [mirror.lab.example.com:5000/openshift/release-images]
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: release
        spec:
          imageDigestMirrors:
          - source: quay.io/openshift-release-dev/ocp-release
            mirrors: [mirror.lab.example.com:5000/openshift/release-images]
          - source: quay.io/openshift-release-dev/ocp-v4.0-art-dev
            mirrors: [mirror.lab.example.com:5000/openshift/release-images]
        """, message: "'quay.io/openshift-release-dev/ocp-v4.0-art-dev' has none"),
    .good(
      "both, one of them through its namespace",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: release
      spec:
        imageDigestMirrors:
        - source: quay.io/openshift-release-dev
          mirrors: [mirror.lab.example.com:5000/openshift-release-dev]
      ---
      apiVersion: operator.openshift.io/v1alpha1
      kind: ImageContentSourcePolicy
      metadata:
        name: release
      spec:
        repositoryDigestMirrors:
        - source: quay.io/openshift-release-dev/ocp-release
          mirrors: [mirror.lab.example.com:5000/openshift/release-images]
      """),
    .good(
      "nightly builds",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: release
      spec:
        imageDigestMirrors:
        - source: quay.io/openshift-release-dev/ocp-release-nightly
          mirrors: [mirror.lab.example.com:5000/openshift/release-images]
        - source: quay.io/openshift-release-dev/ocp-v4.0-art-dev
          mirrors: [mirror.lab.example.com:5000/openshift/release]
      """),
    .bad(
      "nightly builds without their content",
      """
      apiVersion: operator.openshift.io/v1alpha1
      kind: ImageContentSourcePolicy
      metadata:
        name: release
      spec:
        repositoryDigestMirrors:
        - source: ⟦quay.io/openshift-release-dev/ocp-release-nightly⟧
          mirrors: [mirror.lab.example.com:5000/openshift/release-images]
      """, message: "'quay.io/openshift-release-dev/ocp-v4.0-art-dev' has none", testOnly: true),
    .good(
      "the other source may be in the template",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: release
      spec:
        imageDigestMirrors:
        - source: quay.io/openshift-release-dev/ocp-release
          mirrors: [mirror.lab.example.com:5000/openshift/release-images]
        - source: "{{ content_source }}"
          mirrors: [mirror.lab.example.com:5000/openshift/release]
      """),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    guard cluster.knowsAllSources else { return }
    let mirrored = cluster.mirrored
    func isCovered(_ source: String) -> Bool { mirrored.contains(source) || mirrored.parent(of: source) != nil }
    let release = mirrored.contains(Self.release) ? Self.release : Self.nightly
    for (present, missing) in [(release, Self.content), (Self.content, Self.release)] {
      guard let item = mirrored.first(of: present), !isCovered(missing),
        missing == Self.content || !isCovered(Self.nightly)
      else { continue }
      findings.report(
        "source '\(present)' has mirrors, and '\(missing)' has none", at: item.source.span,
        field: item.set.field(item.entry, "source"), resource: item.set.resource,
        help: missing == Self.content
          ? "the release comes from the mirror, and the images it names still come from quay.io; mirror both where "
            + "nodes cannot reach it"
          : "the images of a release come from the mirror, and the release itself still comes from quay.io; mirror "
            + "both where nodes cannot reach it",
        fixes: MirrorEntryInsertion.fixes(
          for: missing, mirrors: item.mirrors(for: present), as: item,
          "Mirror both at one place, as `oc adm release mirror` does"))
    }
  }
}
