import Diagnostics
import RegistryConfig
import SourceText

/// The same registry twice in the search list.
public struct SearchDuplicate: Rule {
  public static let documentation = RuleDocumentation(
    id: "search-duplicate", code: "IMG142", category: .image, severity: .error, effect: .refused, fixing: .both,
    summary: "`containerRuntimeSearchRegistries` lists a registry twice.",
    why: "The list is a set for the API server: it refuses the whole object for a repetition.",
    instead: "Keep the first: the order is the order of the search.",
    sources: ["openshift/api config/v1/types_image.go (listType=set)"])

  public static let examples: [RuleExample] = [
    .bad(
      "twice",
      ImageExample.sources(
        """
        containerRuntimeSearchRegistries:
        - registry.lab
        - registry.access.redhat.com
        - ⟦registry.lab⟧
        """),
      fixed: ImageExample.sources(
        """
        containerRuntimeSearchRegistries:
        - registry.lab
        - registry.access.redhat.com
        """), message: "'registry.lab' stands twice"),
    .good("two ports", ImageExample.sources("containerRuntimeSearchRegistries: [registry.lab, registry.lab:5000]")),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let list = resource.image?.searchRegistries else { return }
    var first: [[UInt8]: RegistryEntry] = [:]
    for entry in list.known {
      guard let other = first.updateValue(entry, forKey: Array(entry.value.utf8)) else { continue }
      first[Array(entry.value.utf8)] = other
      let what = ImageName(entry.value).hasSecret ? "an entry" : entry.quoted
      findings.report(
        "\(what) stands twice in containerRuntimeSearchRegistries", at: entry.span, field: list.field(of: entry),
        related: [Label("first written here", at: other.span)],
        help: "the API server refuses the object (\"Duplicate value\"); remove the second one",
        fixes: ListEdits.removalFix("Remove the repetition", of: entry, in: list))
    }
  }
}
