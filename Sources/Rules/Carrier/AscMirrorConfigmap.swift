import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// The mirrors of an AgentServiceConfig without a registries.conf.
public struct AscMirrorConfigmap: Rule {
  public static let documentation = RuleDocumentation(
    id: "asc-mirror-configmap", code: "XRS423", category: .cross, severity: .error, effect: .notApplied,
    summary:
      "A ConfigMap that an AgentServiceConfig's `mirrorRegistryRef` names, without a key `registries.conf` or with "
      + "TOML in it that cannot be read.",
    why:
      "The assisted service reads its mirrors from the key `registries.conf` (TOML), and the CA from `ca-bundle.crt`. "
      + "Without the first it does not reconcile, and no host can be discovered.",
    instead: "The key `registries.conf` with `[[registry]]` and `[[registry.mirror]]` tables.",
    sources: ["openshift/assisted-service internal/controller/controllers/agentserviceconfig_controller.go"])

  private static func example(_ data: String) -> String {
    """
    apiVersion: agent-install.openshift.io/v1beta1
    kind: AgentServiceConfig
    metadata:
      name: agent
    spec:
      mirrorRegistryRef:
        name: mirror-registries
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: mirror-registries
      namespace: multicluster-engine
    data:
    \(CAExample.indented(data, by: 2))
    """
  }

  public static let examples: [RuleExample] = [
    .bad(
      "the CA alone",
      example("ca-bundle.crt: \"-----BEGIN CERTIFICATE-----\"").replacing(
        "name: mirror-registries\n  namespace", with: "name: ⟦mirror-registries⟧\n  namespace"),
      message: "registries.conf"),
    .bad(
      "broken TOML",
      example(
        """
        registries.conf: |
          [[registry]]
            location = "quay.io"
            [[registry.mirror]]
              location = ⟦"mirror.lab.example.com⟧
        """)),
    .good(
      "as it should be",
      example(
        """
        registries.conf: |
          unqualified-search-registries = ["registry.access.redhat.com", "docker.io"]
          [[registry]]
            location = "quay.io"
            [[registry.mirror]]
              location = "mirror.lab.example.com"
        """)),
    .good(
      "a ConfigMap elsewhere",
      example("a: b").replacing("name: mirror-registries\n  namespace", with: "name: other\n  namespace")),
    .good(
      "a key that the template names", example("{{ .key }}: |\n  [[registry]]")),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    var seen: Set<SourceSpan> = []
    for service in cluster.carriers(.agentServiceConfig) {
      guard let name = service.spec?["mirrorRegistryRef"]?.located("name") else { continue }
      for map in cluster.carriedConfigMaps(name.value, in: nil) where !map.isPartial {
        guard seen.insert(map.nameSpan).inserted else { continue }
        let label = Label("the AgentServiceConfig names it here", at: name.span)
        if let entry = map.root["data"]?.entry("registries.conf") {
          check(entry, of: map, label, &findings)
        } else if map.dataKeys != nil {
          findings.report(
            "the ConfigMap\(map.quotedName) of mirrors has no key 'registries.conf'", at: map.nameSpan, field: "data",
            reference: ResourceReference(map), related: [label],
            help: "the assisted service does not reconcile; write the mirrors as TOML under registries.conf")
        }
      }
    }
  }

  private func check(_ entry: Node.Entry, of map: CarrierObject, _ label: Label, _ findings: inout Findings) {
    guard let text = NodeFileText(inline: entry.value) else { return }
    let conf = NodeRegistriesText(
      object: map, place: Located("registries.conf", at: entry.key.span), field: "data[registries.conf]", text: text,
      isDropIn: false)
    guard !conf.isTemplated else { return }
    switch conf.document {
    case .failure(let problem):
      findings.report(
        "'registries.conf' of the ConfigMap\(map.quotedName) is no TOML: \(problem.message)",
        at: text.span(problem.range), field: conf.field, reference: ResourceReference(map), related: [label],
        help: "the assisted service does not reconcile; repair the TOML")
    case .success(let document):
      for defect in RegistriesConfDefects(document).defects {
        findings.report(
          "container tools refuse 'registries.conf' of the ConfigMap\(map.quotedName): \(defect.message)",
          at: text.span(defect.range), field: conf.field, reference: ResourceReference(map), effect: .pullsFail,
          related: [label], help: "every pull on the hosts that boot from it fails: loading registries configuration")
      }
    }
  }
}
