import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// Both lists of mirrors in one install-config.
public struct InstallConfigBothLists: Rule {
  public static let documentation = RuleDocumentation(
    id: "install-config-both-lists", code: "XRS420", category: .cross, severity: .error, effect: .refused,
    summary: "An install-config with both `imageContentSources` and `imageDigestSources`.",
    why: "The installer refuses it: \"cannot set imageContentSources and imageDigestSources at the same time\".",
    instead: "All entries under `imageDigestSources`; its entries have the same shape.",
    sources: ["openshift/installer pkg/types/validation/installconfig.go", "OCPBUGS-56451"])

  public static let examples: [RuleExample] = [
    .bad(
      "only one of them may be set",
      """
      apiVersion: v1
      baseDomain: example.com
      metadata:
        name: demo
      platform:
        none: {}
      imageContentSources:
      - mirrors: [mirror.lab.example.com:5000/ocp/release]
        source: quay.io/openshift-release-dev/ocp-release
      ⟦imageDigestSources⟧:
      - mirrors: [mirror.lab.example.com:5000/ocp/release]
        source: quay.io/openshift-release-dev/ocp-release
      """, message: "both"),
    .bad(
      "in the overrides of a ClusterInstance",
      #"""
      apiVersion: siteconfig.open-cluster-management.io/v1alpha1
      kind: ClusterInstance
      metadata:
        name: edge
      spec:
        installConfigOverrides: |
          {"imageContentSources": [{"source": "quay.io", "mirrors": ["mirror.lab.example.com/quay"]}],
           ⟦"imageDigestSources"⟧: [{"source": "quay.io", "mirrors": ["mirror.lab.example.com/quay"]}]}
      """#),
    .good(
      "an empty list is none",
      """
      apiVersion: v1
      baseDomain: example.com
      metadata:
        name: demo
      platform:
        none: {}
      imageContentSources: []
      imageDigestSources:
      - mirrors: [mirror.lab.example.com:5000/ocp/release]
        source: quay.io/openshift-release-dev/ocp-release
      """),
  ]

  public init() {}

  public func check(_ file: LintedFile, _ findings: inout Findings) {
    for object in file.carriers where object.isInstallConfig {
      guard let old = object.root.entry("imageContentSources"), let new = object.root.entry("imageDigestSources"),
        !old.value.items.isEmpty, !new.value.items.isEmpty
      else { continue }
      findings.report(
        "\(object.kindName) has both 'imageContentSources' and 'imageDigestSources'", at: new.key.span,
        field: "imageDigestSources", reference: ResourceReference(object),
        related: [Label("the other list", at: old.key.span)],
        help: "the installer refuses it: cannot set imageContentSources and imageDigestSources at the same time; move all "
          + "entries to imageDigestSources")
    }
  }
}
