import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// A trust bundle in install-config that pods and operators of the installed cluster do not trust.
public struct TrustBundlePolicy: Rule {
  public static let documentation = RuleDocumentation(
    id: "trust-bundle-policy", code: "XRS422", category: .cross, severity: .note, effect: .none, fixing: .unsafe,
    summary: "An install-config with `additionalTrustBundle` and private mirrors, without a proxy and without "
      + "`additionalTrustBundlePolicy: Always`.",
    why: "Nodes trust the bundle under either policy: the Machine Config Operator writes `user-ca-bundle` to them, and "
      + "pulls from the mirror work. The policy `Proxyonly`, the default, lets `Proxy/cluster` name the bundle only "
      + "when a proxy is configured; without that, pods and operators which use the cluster's trust do not get it, "
      + "image imports among them.",
    instead: "`additionalTrustBundlePolicy: Always`, when they contact the registry as well.",
    sources: [
      "openshift/installer pkg/types/installconfig.go, PolicyType", "pkg/asset/manifests/proxy.go",
      "machine-config-operator pkg/operator/sync.go, getTrustedBundle",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "a private mirror with its CA",
      """
      apiVersion: v1
      baseDomain: example.com
      metadata:
        name: demo
      platform:
        none: {}
      imageDigestSources:
      - mirrors:
        - mirror.lab.example.com:5000/ocp/release
        source: quay.io/openshift-release-dev/ocp-release
      ⟦additionalTrustBundle⟧: |
      \(CAExample.indented(CAExample.ca, by: 2))
      """,
      fixed: """
        apiVersion: v1
        baseDomain: example.com
        metadata:
          name: demo
        platform:
          none: {}
        imageDigestSources:
        - mirrors:
          - mirror.lab.example.com:5000/ocp/release
          source: quay.io/openshift-release-dev/ocp-release
        additionalTrustBundlePolicy: Always
        additionalTrustBundle: |
        \(CAExample.indented(CAExample.ca, by: 2))
        """, message: "Proxyonly"),
    .bad(
      "the policy written out",
      """
      apiVersion: v1
      baseDomain: example.com
      platform:
        none: {}
      additionalTrustBundlePolicy: ⟦Proxyonly⟧
      imageDigestSources:
      - {source: quay.io/openshift-release-dev/ocp-release, mirrors: ["mirror.lab.example.com:5000/ocp/release"]}
      additionalTrustBundle: "-----BEGIN CERTIFICATE-----"
      """, testOnly: true),
    .good(
      "with a proxy",
      """
      apiVersion: v1
      baseDomain: example.com
      platform:
        none: {}
      proxy:
        httpsProxy: http://proxy.example.com:3128
      imageDigestSources:
      - {source: quay.io/openshift-release-dev/ocp-release, mirrors: ["mirror.lab.example.com:5000/ocp/release"]}
      additionalTrustBundle: "-----BEGIN CERTIFICATE-----"
      """),
    .good(
      "without mirrors nobody knows what the bundle is for",
      """
      apiVersion: v1
      baseDomain: example.com
      platform:
        none: {}
      additionalTrustBundle: "-----BEGIN CERTIFICATE-----"
      """),
  ]

  public init() {}

  public func check(_ file: LintedFile, _ findings: inout Findings) {
    for object in file.carriers where object.kind == .installConfig("install-config") && !object.isPartial {
      let root = object.root
      guard let bundle = root.entry("additionalTrustBundle"), bundle.value.string?.isEmpty == false, !root.isIncomplete,
        root.entry("proxy") == nil, let mirror = Self.privateMirror(of: root)
      else { continue }
      let policy = root.entry("additionalTrustBundlePolicy")
      if let policy { guard policy.value.string == "Proxyonly", !policy.value.isUnknown else { continue } }
      var fixes: [Fix] = []
      if let policy, let edit = ScalarReplacement.edit(policy.value.span, with: "Always") {
        fixes = [Fix("Trust the bundle always", safety: .unsafe, in: policy.value.span.file, [edit])]
      } else if policy == nil, object.isEditable,
        let edit = EntryInsertion.before(bundle, text: ["additionalTrustBundlePolicy: Always"])
      {
        fixes = [Fix("Trust the bundle always", safety: .unsafe, in: bundle.key.span.file, [edit])]
      }
      findings.report(
        "'additionalTrustBundle' without a proxy is for nodes alone: the policy is Proxyonly",
        at: policy?.value.span ?? bundle.key.span,
        field: policy == nil ? "additionalTrustBundle" : "additionalTrustBundlePolicy",
        reference: ResourceReference(object), related: [Label("a mirror that may need it", at: mirror.span)],
        help: "nodes pull from the mirror; pods and operators that contact it, as image imports do, fail with 'x509: "
          + "certificate signed by unknown authority'; write 'additionalTrustBundlePolicy: Always' for those",
        fixes: fixes)
    }
  }

  /// The first mirror that is on no registry of the public internet.
  private static func privateMirror(of root: Node) -> Located<String>? {
    for list in ["imageDigestSources", "imageContentSources"] {
      for item in root[list]?.items ?? [] {
        for mirror in (item["mirrors"]?.items ?? []).compactMap(\.locatedString)
        where !PublicRegistry.contains(ImageName(mirror.value).host) {
          return mirror
        }
      }
    }
    return nil
  }
}
