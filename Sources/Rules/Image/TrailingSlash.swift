import Diagnostics
import RegistryConfig
import SourceText

/// `registry.example.com/` in the insecure or blocked list.
public struct TrailingSlash: Rule {
  public static let documentation = RuleDocumentation(
    id: "trailing-slash", code: "IMG108", category: .image, severity: .error, effect: .refused, fixing: .safe,
    summary: "An entry of `insecureRegistries` or `blockedRegistries` ends with a slash.",
    why: """
      From 4.23 on the API server refuses the object. Before that the operator takes `reg.io/` and `reg.io` for two \
      registries, but containers/image cuts the slash: when both are written with different settings it says \
      "registry 'reg.io' is defined multiple times", and every pull on every node fails. In policy.json a blocked \
      entry with a slash never matches.
      """,
    instead: "Write the entry without the slash.",
    sources: [
      "containers/image pkg/sysregistriesv2/system_registries_v2.go (parseLocation, postProcessRegistries)",
      "openshift/api config/v1/types_image.go (4.23)",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "refused by the API server", ImageExample.sources("insecureRegistries: [⟦registry.lab:5000/⟧]"),
      fixed: ImageExample.sources("insecureRegistries: [registry.lab:5000]"), message: "'registry.lab:5000/'"),
    .bad(
      "before that, one registry under two names",
      ImageExample.sources(
        """
        blockedRegistries:
        - ⟦docker.io/⟧
        insecureRegistries:
        - docker.io
        """),
      fixed: ImageExample.sources(
        """
        blockedRegistries:
        - docker.io
        insecureRegistries:
        - docker.io
        """), release: Release(4, 16), message: "defined multiple times"),
    .bad(
      "before that, alone", ImageExample.sources("insecureRegistries: [⟦registry.lab/team/⟧]"),
      fixed: ImageExample.sources("insecureRegistries: [registry.lab/team]"), release: Release(4, 16), testOnly: true),
    .good("without slash", ImageExample.sources("insecureRegistries: [registry.lab:5000/team]")),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let image = resource.image else { return }
    let isRefused = resource.settings.release >= .checksRegistryEntries
    let lists = [image.blockedRegistries, image.insecureRegistries].compactMap { $0 }
    for list in lists {
      let entries = list.known(.trailingSlash)
      guard !entries.isEmpty else { continue }
      let others = lists.filter { $0.field != list.field }.flatMap { $0.known }
      let byRepository = Dictionary(others.map { (ImageName($0.value).repository, $0) }) { first, _ in first }
      for entry in entries {
        let better = ImageName(entry.value).repository
        // The same registry in the other list, written otherwise: two entries with different flags.
        let other = byRepository[better].flatMap { $0.value == entry.value ? nil : $0 }
        let isFatal = !isRefused && other != nil
        let consequence =
          isRefused
          ? "the API server refuses the object"
          : isFatal
            ? "CRI-O cannot load registries.conf (\"registry '\(better)' is defined multiple times\") and every pull "
              + "on every node fails"
            : list.field == image.blockedRegistries?.field
              ? "registries.conf blocks it, policy.json does not"
              : "mirrors of '\(better)' are not treated as insecure"
        findings.report(
          "\(entry.quoted) in \(list.name) ends with a slash"
            + (isFatal ? ", so that '\(better)' is defined multiple times" : ""),
          at: entry.span, field: list.field(of: entry), severity: isRefused || isFatal ? .error : .warning,
          effect: isRefused ? .refused : isFatal ? .pullsFail : .notApplied,
          related: isFatal ? other.map { [Label("the same registry", at: $0.span)] } ?? [] : [],
          help: "\(consequence); write '\(better)'",
          fixes: ScalarReplacement.edit(entry.span, with: better).map {
            [Fix("Remove the slash", safety: .safe, in: entry.span.file, [$0])]
          } ?? [])
      }
    }
  }
}
