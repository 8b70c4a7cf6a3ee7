import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// One prefix twice in a registries.conf.
public struct RegistriesConfDuplicateLocation: Rule {
  public static let documentation = RuleDocumentation(
    id: "registries-conf-duplicate-location", code: "XRS427", category: .cross, severity: .warning, effect: .notApplied,
    summary: "A registries.conf in a MachineConfig, a Butane file or a ConfigMap that has one prefix twice.",
    why: "The first entry of a prefix counts, the mirrors of the others are never tried.",
    instead: "One `[[registry]]` with all its mirrors.",
    sources: ["containers/image pkg/sysregistriesv2/system_registries_v2.go, postProcessRegistries"])

  public static let examples: [RuleExample] = [
    .bad(
      "in the ConfigMap of an AgentServiceConfig",
      """
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: mirror-registries
        namespace: multicluster-engine
      data:
        registries.conf: |
          [[registry]]
            prefix = ""
            location = "quay.io/edge-infrastructure"
            [[registry.mirror]]
              location = "mirror.lab.example.com/edge"
          [[registry]]
            location = ⟦"quay.io/edge-infrastructure"⟧
            [[registry.mirror]]
              location = "mirror.lab.example.com/infrastructure"
      """, message: "twice"),
    .good(
      "a prefix inside of another one",
      """
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: mirror-registries
        namespace: multicluster-engine
      data:
        registries.conf: |
          [[registry]]
            location = "quay.io"
          [[registry]]
            location = "quay.io/edge-infrastructure"
          [[registry]]
            prefix = "quay.io/other"
            location = "quay.io"
          [[registry]]
            location = "<registry>"
          [[registry]]
            location = "<registry>"
      """),
  ]

  public init() {}

  public func check(_ file: LintedFile, _ findings: inout Findings) {
    for text in NodeRegistriesText.all(in: file) where !text.isTemplated {
      guard case .success(let document) = text.document else { continue }
      var first: [String: ByteRange] = [:]
      for registry in TOMLRegistry.all(in: document) {
        guard let prefix = registry.prefix, !NodeRegistriesText.isPlaceholder(prefix.text) else { continue }
        guard let earlier = first[prefix.text] else {
          first[prefix.text] = prefix.range
          continue
        }
        findings.report(
          "\(Quoted.text(prefix.text)) stands twice in \(Quoted.text(text.place.value))",
          at: text.text.span(prefix.range),
          field: text.field, reference: ResourceReference(text.object),
          related: [Label("this entry counts", at: text.text.span(earlier))],
          help:
            "the first entry of a prefix counts and the mirrors of this one are never tried; put them into the first")
      }
    }
  }
}
