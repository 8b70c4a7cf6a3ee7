import Diagnostics
import RegistryConfig
import SourceText

/// `""` in a list of registries.
public struct RegistryEntryEmpty: Rule {
  public static let documentation = RuleDocumentation(
    id: "registry-entry-empty", code: "IMG103", category: .image, severity: .error, effect: .refused, fixing: .both,
    summary: "An entry of `allowedRegistries`, `blockedRegistries` or `insecureRegistries` is an empty string.",
    why: """
      From 4.23 on the API server refuses the object. Before that it takes it, and the Machine Config Operator stops \
      at the entry with "invalid entry for insecure registries": every node keeps its old registries.conf and \
      policy.json, also for all later changes.
      """,
    instead: "Remove the entry.",
    sources: [
      "machine-config-operator pkg/controller/container-runtime-config/helpers.go (validateRegistriesConfScopes)",
      "openshift/api config/v1/types_image.go (MinLength, 4.23)", "OCPBUGS-43353",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "an entry that was meant to be filled in",
      ImageExample.sources(
        """
        insecureRegistries:
        - registry.lab:5000
        - ⟦""⟧
        """),
      fixed: ImageExample.sources(
        """
        insecureRegistries:
        - registry.lab:5000
        """)),
    .bad(
      "before the API server looked", ImageExample.sources("allowedRegistries: [⟦''⟧, quay.io]"),
      fixed: ImageExample.sources("allowedRegistries: [quay.io]"), release: Release(4, 16)),
    .bad(
      "the only entry: no list without entries means the same",
      ImageExample.sources(
        """
        blockedRegistries:
        - ⟦""⟧
        """), testOnly: true),
    .good("no empty entry", ImageExample.sources("insecureRegistries: [registry.lab:5000]")),
    .good("an empty list is no empty entry", ImageExample.sources("insecureRegistries: []")),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let image = resource.image else { return }
    let isRefused = resource.settings.release >= .checksRegistryEntries
    for list in image.scopeLists {
      for entry in list.known(.empty) {
        findings.report(
          "an entry of \(list.name) is empty ('')", at: entry.span, field: list.field(of: entry),
          effect: isRefused ? .refused : .frozen,
          help: isRefused
            ? "the API server refuses the object; remove the entry"
            : "the Machine Config Operator cannot render and all nodes keep their old registries.conf and policy.json; "
              + "remove the entry",
          fixes: ListEdits.removalFix("Remove the empty entry", of: entry, in: list))
      }
    }
  }
}
