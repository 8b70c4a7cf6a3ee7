import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// The old list of mirrors in install-config.
public struct InstallConfigImageContentSourcesDeprecated: Rule {
  public static let documentation = RuleDocumentation(
    id: "install-config-image-content-sources-deprecated", code: "XRS426", category: .cross, severity: .warning,
    effect: .none, fixing: .safe,
    summary: "`imageContentSources` in an install-config (4.14 and later).",
    why:
      "The field is deprecated for `imageDigestSources` since 4.14. The installer makes ImageContentSourcePolicies of "
      + "it, which are deprecated as well. HostedCluster has a field of this name that is not deprecated.",
    instead: "`imageDigestSources` with the same entries.",
    sources: ["openshift/installer pkg/types/installconfig.go, DeprecatedImageContentSources"])

  public static let examples: [RuleExample] = [
    .bad(
      "the key is renamed",
      """
      apiVersion: v1
      baseDomain: example.com
      metadata:
        name: demo
      platform:
        none: {}
      ⟦imageContentSources⟧: # the bastion
      - mirrors:
        - mirror.lab.example.com:5000/ocp/release
        source: quay.io/openshift-release-dev/ocp-release
      """,
      fixed: """
        apiVersion: v1
        baseDomain: example.com
        metadata:
          name: demo
        platform:
          none: {}
        imageDigestSources: # the bastion
        - mirrors:
          - mirror.lab.example.com:5000/ocp/release
          source: quay.io/openshift-release-dev/ocp-release
        """),
    .bad(
      "JSON inside of a string is not rewritten",
      #"""
      apiVersion: extensions.hive.openshift.io/v1beta1
      kind: AgentClusterInstall
      metadata:
        name: demo
        annotations:
          agent-install.openshift.io/install-config-overrides: '{⟦"imageContentSources"⟧: [{"source": "quay.io", "mirrors": ["mirror.lab.example.com/quay"]}]}'
      """#, testOnly: true),
    .good(
      "before 4.14 it is the only one",
      """
      apiVersion: v1
      baseDomain: example.com
      platform:
        none: {}
      imageContentSources:
      - mirrors: [mirror.lab.example.com:5000/ocp/release]
        source: quay.io/openshift-release-dev/ocp-release
      """, release: Release(4, 13)),
    .good(
      "the field of HostedCluster is another one",
      """
      apiVersion: hypershift.openshift.io/v1beta1
      kind: HostedCluster
      metadata:
        name: demo
        namespace: clusters
      spec:
        imageContentSources:
        - mirrors: [mirror.lab.example.com:5000/ocp/release]
          source: quay.io/openshift-release-dev/ocp-release
      """),
    .good(
      "so is the parameter of a Tekton task",
      """
      apiVersion: tekton.dev/v1
      kind: PipelineRun
      spec:
        params:
        - name: imageContentSources
          value: |
            - source: quay.io
              mirrors: [mirror.lab.example.com/quay]
      """),
  ]

  public init() {}

  public func check(_ file: LintedFile, _ findings: inout Findings) {
    guard file.settings.release >= Release(4, 14) else { return }
    for object in file.carriers where object.isInstallConfig {
      guard let entry = object.root.entry("imageContentSources"), !entry.key.isUnknown, !entry.value.isUnknown,
        !entry.value.items.isEmpty
      else { continue }
      var fixes: [Fix] = []
      if object.isEditable, object.root.entry("imageDigestSources") == nil,
        let edit = ScalarReplacement.edit(entry.key.span, with: "imageDigestSources")
      {
        fixes = [Fix("Rename it to imageDigestSources", safety: .safe, in: entry.key.span.file, [edit])]
      }
      findings.report(
        "'imageContentSources' of \(object.kindName) is deprecated since 4.14", at: entry.key.span,
        field: "imageContentSources", reference: ResourceReference(object),
        help: "write imageDigestSources with the same entries: the installer then makes an ImageDigestMirrorSet",
        fixes: fixes)
    }
  }
}
