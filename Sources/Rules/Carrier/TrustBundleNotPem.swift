import Certificates
import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// A trust bundle without a certificate in it.
public struct TrustBundleNotPem: Rule {
  public static let documentation = RuleDocumentation(
    id: "trust-bundle-not-pem", code: "CA324", category: .ca, severity: .warning, effect: .notApplied,
    summary:
      "`additionalTrustBundle` of an install-config, or the `ca-bundle.crt` that a Proxy or HostedCluster names, "
      + "without a certificate that can be read.",
    why: "The installer refuses an `additionalTrustBundle` that it cannot parse. Of a ConfigMap, what is no PEM is "
      + "skipped: the cluster trusts nothing of it.",
    instead: "One or more `CERTIFICATE` blocks in PEM.",
    sources: ["openshift/installer pkg/types/validation/installconfig.go, validateCABundle"])

  public static let examples: [RuleExample] = [
    .bad(
      "a path in place of the certificate",
      """
      apiVersion: v1
      baseDomain: example.com
      platform:
        none: {}
      additionalTrustBundle: ⟦/etc/pki/ca-trust/source/anchors/registry.crt⟧
      """, message: "no certificate"),
    .bad(
      "in the ConfigMap that the Proxy names",
      """
      apiVersion: config.openshift.io/v1
      kind: Proxy
      metadata:
        name: cluster
      spec:
        trustedCA:
          name: user-ca-bundle
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: user-ca-bundle
        namespace: openshift-config
      data:
        ca-bundle.crt: |
          ⟦-----BEGIN CERTIFICATE -----⟧
          MIIBBDCBt6ADAgECAgEBMAUGAytlcDARMQ8wDQYDVQQDDAZMYWIgQ0EwIBcNMjAw
          -----END CERTIFICATE -----
      """),
    .good(
      "a bundle",
      """
      apiVersion: v1
      baseDomain: example.com
      platform:
        none: {}
      additionalTrustBundle: |
      \(CAExample.indented(CAExample.ca, by: 2))
      """),
    .good(
      "a placeholder",
      """
      apiVersion: v1
      baseDomain: example.com
      platform:
        none: {}
      additionalTrustBundle: |
        -----BEGIN CERTIFICATE-----
        <CA of the registry>
        -----END CERTIFICATE-----
      """),
    .good(
      "a bundle that the cluster fills in",
      """
      apiVersion: config.openshift.io/v1
      kind: Proxy
      metadata:
        name: cluster
      spec:
        trustedCA:
          name: user-ca-bundle
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: user-ca-bundle
        namespace: openshift-config
        labels:
          config.openshift.io/inject-trusted-cabundle: "true"
      data:
        ca-bundle.crt: ""
      """),
  ]

  public init() {}

  public func check(_ file: LintedFile, _ findings: inout Findings) {
    for object in file.carriers where object.isInstallConfig {
      guard let value = object.root["additionalTrustBundle"] else { continue }
      check(value, "additionalTrustBundle", of: object, effect: .refused, &findings)
    }
  }

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    var seen: Set<SourceSpan> = []
    for reference in TrustBundleReference.all(in: cluster) {
      for map in reference.maps where !map.isPartial {
        guard let value = map.root["data"]?[TrustBundleReference.key], seen.insert(value.span).inserted else {
          continue
        }
        check(value, "data[\(TrustBundleReference.key)]", of: map, effect: .notApplied, &findings)
      }
    }
  }

  private func check(
    _ value: Node, _ field: String, of object: CarrierObject, effect: Effect, _ findings: inout Findings
  ) {
    guard !value.isUnknown, let text = ScalarText(value), value.string != nil,
      text.bytes.contains(where: { $0 > 0x20 })
    else { return }
    let bundle = PEMBundle(decoding: text.bytes)
    guard bundle.certificates.isEmpty, bundle.placeholder == nil, !bundle.exceedsLimit else { return }
    let start = text.bytes.firstIndex { $0 > 0x20 } ?? 0
    let end = text.bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? text.bytes.count
    findings.report(
      "the trust bundle of \(object.kindName)\(object.quotedName) holds no certificate that can be read",
      at: text.span(start..<end), field: field, reference: ResourceReference(object), effect: effect,
      help: (effect == .refused
        ? "the installer refuses it" : "registries with certificates of this CA are not trusted")
        + "; write PEM blocks, from "
        + "'-----BEGIN CERTIFICATE-----' to '-----END CERTIFICATE-----'")
  }
}
