import Diagnostics
import RegistryConfig
import SourceText

/// The same entry twice in one list.
public struct AllowedDuplicate: Rule {
  public static let documentation = RuleDocumentation(
    id: "allowed-duplicate", code: "IMG119", category: .image, severity: .note, effect: .none, fixing: .both,
    summary: "An entry stands twice in `allowedRegistries`, `blockedRegistries` or `insecureRegistries`.",
    why: "The operator takes equal entries once. The second one only makes the list harder to read.",
    instead: "Remove the repetition.",
    sources: ["machine-config-operator pkg/controller/container-runtime-config/helpers.go"])

  public static let examples: [RuleExample] = [
    .bad(
      "grown over time",
      ImageExample.sources(
        """
        allowedRegistries:
        - quay.io
        - registry.redhat.io
        - ⟦"quay.io"⟧
        """),
      fixed: ImageExample.sources(
        """
        allowedRegistries:
        - quay.io
        - registry.redhat.io
        """), message: "'quay.io' stands twice in allowedRegistries"),
    .bad(
      "in flow style", ImageExample.sources("insecureRegistries: [a.lab, ⟦a.lab⟧, b.lab]"),
      fixed: ImageExample.sources("insecureRegistries: [a.lab, b.lab]"), testOnly: true),
    .good(
      "in two lists, and nested",
      ImageExample.sources("allowedRegistries: [registry.lab, registry.lab:5000]\ninsecureRegistries: [registry.lab]")),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let image = resource.image else { return }
    for list in image.scopeLists {
      var first: [[UInt8]: RegistryEntry] = [:]
      for entry in list.known where !entry.value.isEmpty && entry.form != .secret {
        let key = Array(entry.value.utf8)
        guard let other = first[key] else {
          first[key] = entry
          continue
        }
        findings.report(
          "\(entry.quoted) stands twice in \(list.name)", at: entry.span, field: list.field(of: entry),
          related: [Label("first written here", at: other.span)],
          fixes: ListEdits.removalFix("Remove the repetition", of: entry, in: list))
      }
    }
  }
}
