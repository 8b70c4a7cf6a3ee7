import Diagnostics
import RegistryConfig
import SourceText

/// More than the CRD takes: entries of a list, or characters of an entry.
public struct EntryTooLongOrMany: Rule {
  public static let documentation = RuleDocumentation(
    id: "entry-too-long-or-many", code: "IMG109", category: .image, severity: .error, effect: .refused,
    summary: """
      A list of `allowedRegistries`, `blockedRegistries` or `insecureRegistries` has more than 1024 entries, or an \
      entry more than 256 characters.
      """,
    why: "From 4.23 on the API server refuses the object.",
    instead: "Write the registry or namespace that the entries have in common instead of each repository.",
    sources: ["openshift/api config/v1/types_image.go (MaxItems, MaxLength, 4.23)"])

  private static let longEntry = "registry.example.com/" + String(repeating: "a", count: 240)
  private static let manyEntries = (0..<1025).map { "- r\($0).example.com" }.joined(separator: "\n")

  public static let examples: [RuleExample] = [
    .bad(
      "an entry of 261 characters", ImageExample.sources("insecureRegistries:\n- ⟦\(longEntry)⟧"),
      message: "261 characters"),
    .bad(
      "1025 entries", ImageExample.sources("⟦blockedRegistries⟧:\n\(manyEntries)"), message: "1025 entries",
      testOnly: true),
    .good(
      "before 4.23 nothing counts", ImageExample.sources("insecureRegistries:\n- \(longEntry)"),
      release: Release(4, 22),
      testOnly: true),
    .good("a registry", ImageExample.sources("insecureRegistries:\n- registry.example.com")),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let image = resource.image, resource.settings.release >= .checksRegistryEntries else { return }
    for list in image.scopeLists {
      if list.entries.count > 1024, list.isComplete {
        findings.report(
          "\(list.name) has \(list.entries.count) entries, 1024 are allowed", at: list.keySpan, field: list.field,
          help: "the API server refuses the object (\"must have at most 1024 items\")")
      }
      for entry in list.known where entry.value.utf8.count > 256 {
        let length = entry.value.unicodeScalars.count
        guard length > 256, RegistryScope.isSource(entry.value) else { continue }
        findings.report(
          "\(entry.quoted) in \(list.name) has \(length) characters, 256 are allowed", at: entry.span,
          field: list.field(of: entry), help: "the API server refuses the object")
      }
    }
  }
}
