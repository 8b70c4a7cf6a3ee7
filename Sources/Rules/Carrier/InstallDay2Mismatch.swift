import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// Mirrors of the installation that differ from those of the cluster afterwards.
public struct InstallDay2Mismatch: Rule {
  public static let documentation = RuleDocumentation(
    id: "install-day2-mismatch", code: "XRS425", category: .cross, severity: .warning, effect: .pullsFail,
    summary:
      "A source with other mirrors, or with another policy, in install-config than in the mirror sets beside it.",
    why:
      "The installer makes a mirror set of install-config's list, which stays on the cluster. The mirrors of one "
      + "source are merged over all mirror sets, in an order that nobody wrote; two policies for one source stop the "
      + "Machine Config Operator.",
    instead: "The same mirrors in the same order, or the source in one of the two places.",
    sources: [
      "openshift/installer pkg/asset/manifests", "machine-config-operator pkg/controller/container-runtime-config",
    ])

  private static func example(_ mirrors: String, policy: String = "") -> String {
    """
    apiVersion: v1
    baseDomain: example.com
    metadata:
      name: demo
    platform:
      none: {}
    imageDigestSources:
    - source: quay.io/openshift-release-dev/ocp-release
      mirrors: [mirror.lab.example.com:5000/ocp/release]
    ---
    apiVersion: config.openshift.io/v1
    kind: ImageDigestMirrorSet
    metadata:
      name: release
    spec:
      imageDigestMirrors:
      - source: ⟦quay.io/openshift-release-dev/ocp-release⟧
        mirrors: [\(mirrors)]
    \(policy)
    """
  }

  public static let examples: [RuleExample] = [
    .bad("another mirror", example("bastion.example.com:5000/ocp/release"), message: "other mirrors"),
    .bad(
      "another policy",
      example("mirror.lab.example.com:5000/ocp/release", policy: "    mirrorSourcePolicy: NeverContactSource"),
      message: "policy"),
    .good(
      "the same",
      example("mirror.lab.example.com:5000/ocp/release").replacing("⟦", with: "").replacing("⟧", with: "")),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    let configs = cluster.carriers(.installConfig("install-config")).filter { !$0.isPartial }
    // Several of them are samples beside each other, or of several clusters.
    guard let config = configs.only else { return }
    var installed: [String: (mirrors: [String], policy: String?, source: Located<String>)] = [:]
    for list in ["imageDigestSources", "imageContentSources"] {
      for item in config.root[list]?.items ?? [] {
        guard let source = item.located("source"), let mirrors = item["mirrors"], !CarrierObject.isUncertain(mirrors),
          installed[source.value] == nil
        else { continue }
        let texts = mirrors.items.compactMap(\.locatedString)
        guard texts.count == mirrors.items.count else { continue }
        installed[source.value] = (texts.map(\.value), item.located("sourcePolicy")?.value, source)
      }
    }
    guard !installed.isEmpty else { return }
    for set in cluster.mirrorSets where set.resource.kind != .imageTagMirrorSet && set.isComplete {
      if case .derived = set.resource.carrier { continue }
      for entry in set.entries where entry.isComplete {
        guard let source = entry.source, let other = installed[source.value] else { continue }
        let policies = [entry.policy?.value, other.policy].map { $0 ?? "AllowContactingSource" }
        let message: String
        if entry.mirrors.map(\.value) != other.mirrors {
          message = "\(Quoted.text(source.value)) has other mirrors here than in install-config"
        } else if policies[0] != policies[1] {
          message =
            "\(Quoted.text(source.value)) has the policy '\(policies[0])' here and '\(policies[1])' in install-config"
        } else {
          continue
        }
        findings.report(
          message, at: source.span, field: set.field(entry, "source"), resource: set.resource,
          related: [Label("install-config", at: other.source.span)],
          help:
            "the installer's mirror set stays on the cluster: the mirrors of both are merged in an order that nobody "
            + "wrote, and two policies for one source stop the Machine Config Operator; write the same in both")
      }
    }
  }
}
