import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// A ClusterVersion that was written down to name the payload: only its status says it, and status is not applied.
public struct ClusterVersionWithoutSpec: Rule {
  public static let documentation = RuleDocumentation(
    id: "cluster-version-without-spec", code: "FMT318", category: .format, severity: .note, effect: .refused,
    summary: "A ClusterVersion names the payload in its `status` and has no `spec`.",
    why: """
      `spec` is required in a ClusterVersion, so the API server refuses to create this object; and `status`, which \
      names the payload, is never taken from a manifest. registrylint reads `status.desired.image` all the same, to \
      judge what the operator keeps pullable.
      """,
    instead: "Name the payload with `--release-image` or `release-image` in .registrylint.yaml.",
    sources: ["openshift/api config/v1/types_cluster_version.go (spec and spec.clusterID are required)"])

  public static let examples: [RuleExample] = [
    .bad(
      "only a status",
      """
      apiVersion: config.openshift.io/v1
      kind: ⟦ClusterVersion⟧
      metadata:
        name: version
      status:
        desired:
          image: quay.io/openshift-release-dev/ocp-release@sha256:4c2e8d1b6a7f4a3f6f7c1a0f4b9f8e7d6c5b4a39281706f5e4d3c2b1a0f9e8d7
      """),
    .good(
      "a channel to be applied to the cluster's own object",
      """
      apiVersion: config.openshift.io/v1
      kind: ClusterVersion
      metadata:
        name: version
      spec:
        channel: stable-4.16
      """),
    .good(
      "a reference that kube-compare compares with a live cluster: it is never applied",
      """
      apiVersion: config.openshift.io/v1
      kind: ClusterVersion
      metadata:
        name: version
      status:
        desired:
          version: {{ template "versionMatch" (list .status.desired.version "4.22") }}
      """),
  ]

  public init() {}

  public func check(_ file: LintedFile, _ findings: inout Findings) {
    for document in file.stream.documents {
      guard let root = document.root, let kind = root["kind"], kind.string == "ClusterVersion",
        root["apiVersion"]?.string?.hasPrefix("config.openshift.io/") == true, root.entry("spec") == nil,
        !root.isIncomplete, root.at("status", "desired", "image")?.locatedString != nil
      else { continue }
      findings.report(
        "this ClusterVersion has no spec, and its status is not applied", at: kind.span, field: "spec",
        help: "the API server refuses to create it; name the payload with --release-image instead")
    }
  }
}
