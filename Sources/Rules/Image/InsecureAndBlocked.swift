import Diagnostics
import RegistryConfig
import SourceText

/// A registry that is both insecure and blocked.
public struct InsecureAndBlocked: Rule {
  public static let documentation = RuleDocumentation(
    id: "insecure-and-blocked", code: "IMG126", category: .image, severity: .note, effect: .notApplied, fixing: .both,
    summary: "The same entry stands in `insecureRegistries` and `blockedRegistries`.",
    why: "Nothing is pulled from a blocked registry, so how it would be reached has no effect.",
    instead: "Remove the insecure entry, or the blocked one.",
    sources: ["containers/image pkg/sysregistriesv2"])

  public static let examples: [RuleExample] = [
    .bad(
      "in both lists",
      ImageExample.sources(
        """
        blockedRegistries:
        - old.lab:5000
        insecureRegistries:
        - ⟦old.lab:5000⟧
        - new.lab:5000
        """),
      fixed: ImageExample.sources(
        """
        blockedRegistries:
        - old.lab:5000
        insecureRegistries:
        - new.lab:5000
        """), message: "'old.lab:5000'"),
    .good(
      "a part of an insecure registry is blocked",
      ImageExample.sources("blockedRegistries: [registry.lab/old]\ninsecureRegistries: [registry.lab]")),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let image = resource.image, let list = image.insecureRegistries, let blocked = image.blockedRegistries else {
      return
    }
    let places = Dictionary(blocked.known(.valid).map { ($0.value, $0.span) }) { first, _ in first }
    for entry in list.known(.valid) {
      guard let place = places[entry.value] else { continue }
      findings.report(
        "\(entry.quoted) is insecure and blocked", at: entry.span, field: list.field(of: entry),
        related: [Label("blocked here", at: place)],
        help: "nothing is pulled from it, so the insecure entry has no effect; remove one of the two",
        fixes: ListEdits.removalFix("Remove the insecure entry", of: entry, in: list))
    }
  }
}
