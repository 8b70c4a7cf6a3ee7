import Diagnostics
import RegistryConfig
import SourceText

/// A search list that replaces the default one.
public struct SearchDropsDefault: Rule {
  public static let documentation = RuleDocumentation(
    id: "search-drops-default", code: "IMG143", category: .image, severity: .note, effect: .none,
    summary: "`containerRuntimeSearchRegistries` leaves out both default search registries.",
    why: """
      The list replaces the default `registry.access.redhat.com, docker.io`, it does not extend it: short names such \
      as `ubi9` or `nginx` are then looked for in the listed registries only.
      """,
    instead: """
      Nothing, when that is meant. Otherwise add `registry.access.redhat.com`; images of docker.io are better written \
      with their full name.
      """,
    sources: ["machine-config-operator templates/*/01-*-container-runtime/_base/files/container-registries.yaml"])

  public static let examples: [RuleExample] = [
    .bad("one private registry", ImageExample.sources("⟦containerRuntimeSearchRegistries⟧: [registry.lab]")),
    .good(
      "extended", ImageExample.sources("containerRuntimeSearchRegistries: [registry.lab, registry.access.redhat.com]")),
    .good("no list", ImageExample.sources("insecureRegistries: [registry.lab]")),
    .good(
      "not known yet", ImageExample.sources("containerRuntimeSearchRegistries: [registry.lab, '{{ .Values.second }}']"),
      testOnly: true),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard !resource.resource.isPatch, let list = resource.image?.searchRegistries, list.isComplete,
      !list.entries.isEmpty
    else { return }
    // An entry that does not load is a worse finding, and what it stands for is anybody's guess.
    guard
      list.known.allSatisfy({
        SearchEntryForm.isHost($0.value) && !SearchListEdits.defaults.contains(ImageName($0.value).host)
      })
    else { return }
    findings.report(
      "the search list has neither 'registry.access.redhat.com' nor 'docker.io', which it replaces", at: list.keySpan,
      field: list.field,
      help: "short names such as 'ubi9' are looked for in the listed registries only; add registry.access.redhat.com "
        + "when that is not meant")
  }
}
