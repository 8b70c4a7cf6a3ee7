import Diagnostics
import RegistryConfig
import SourceText

/// A search registry whose images are rejected.
public struct SearchNotAllowed: Rule {
  public static let documentation = RuleDocumentation(
    id: "search-not-allowed", code: "IMG144", category: .image, severity: .warning, effect: .pullsFail, fixing: .unsafe,
    summary: "A search registry is not in `allowedRegistries`, or is in `blockedRegistries`.",
    why: """
      Each search registry completes a short name to a candidate, and each candidate is judged by policy.json and \
      registries.conf like any other image: this one is always rejected.
      """,
    instead: "Allow the registry, or remove it from the search list.",
    sources: ["containers/image pkg/shortnames, docker/policyconfiguration"])

  public static let examples: [RuleExample] = [
    .bad(
      "not allowed",
      ImageExample.sources(
        """
        allowedRegistries: [quay.io, registry.redhat.io]
        containerRuntimeSearchRegistries:
        - registry.redhat.io
        - ⟦registry.lab:5000⟧
        """),
      fixed: ImageExample.sources(
        """
        allowedRegistries: [quay.io, registry.redhat.io, registry.lab:5000]
        containerRuntimeSearchRegistries:
        - registry.redhat.io
        - registry.lab:5000
        """), message: "'registry.lab:5000' is searched for short names but is not in allowedRegistries"),
    .bad(
      "blocked",
      ImageExample.sources(
        """
        blockedRegistries: [docker.io]
        containerRuntimeSearchRegistries: [registry.lab, ⟦docker.io⟧]
        """),
      fixed: ImageExample.sources(
        """
        blockedRegistries: [docker.io]
        containerRuntimeSearchRegistries: [registry.lab, registry.access.redhat.com]
        """), message: "is in blockedRegistries"),
    .good(
      "a part of it is allowed",
      ImageExample.sources(
        """
        allowedRegistries: [docker.io/library, "*.lab"]
        containerRuntimeSearchRegistries: [registry.lab, docker.io]
        """)),
    .good(
      "no restriction", ImageExample.sources("containerRuntimeSearchRegistries: [registry.lab]\nallowedRegistries: []"),
      testOnly: true),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let image = resource.image, let list = image.searchRegistries else { return }
    let allowed = image.allowedRegistries.flatMap { $0.isComplete && !$0.entries.isEmpty ? $0 : nil }
    let allowedScopes = allowed.map { MeantScopes($0) }
    let allowedHosts = allowed.map(AllowedPortMismatch.hosts) ?? []
    let blocked = image.blockedRegistries.map { $0.known(.valid) } ?? []
    let blockedScopes = ScopeSet(blocked.map(\.value))
    let places = Dictionary(blocked.map { ($0.value, $0.span) }) { first, _ in first }
    for entry in list.known where SearchEntryForm.isHost(entry.value) {
      let registry = ImageName(entry.value).registry
      if let outer = blockedScopes.covering(registry) {
        findings.report(
          "'\(registry)' is searched for short names but is in blockedRegistries", at: entry.span,
          field: list.field(of: entry),
          related: places[outer].map { [Label("blocked here", at: $0)] } ?? [],
          help: "nodes reject every image that a short name is completed to with it; remove it from one of the lists",
          fixes: SearchListEdits.removal("Remove it from the search list", of: entry, in: list, image))
      } else if let allowed, let allowedScopes, !allowedScopes.touches(registry),
        !allowedHosts.contains(ImageName(registry).host)
      {
        findings.report(
          "'\(registry)' is searched for short names but is not in allowedRegistries", at: entry.span,
          field: list.field(of: entry), related: [Label("the allowed registries", at: allowed.keySpan)],
          help:
            "policy.json rejects every image that a short name is completed to with it; allow it, or remove it here",
          fixes: ListEdits.insertion(of: [registry], at: allowed).map {
            [Fix("Allow the registry", safety: .unsafe, in: allowed.span.file, [$0])]
          } ?? [])
      }
    }
  }
}
