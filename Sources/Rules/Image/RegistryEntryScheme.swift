import Diagnostics
import RegistryConfig
import SourceText

/// `https://` before an insecure or blocked registry.
public struct RegistryEntryScheme: Rule {
  public static let documentation = RuleDocumentation(
    id: "registry-entry-scheme", code: "IMG106", category: .image, severity: .error, effect: .refused, fixing: .safe,
    summary: "An entry of `insecureRegistries` or `blockedRegistries` begins with a URI scheme.",
    why: """
      From 4.23 on the API server refuses the object. Before that the entry goes to registries.conf as it is, and \
      there "URI schemes are not supported": CRI-O cannot load the file, and every pull of every image on every node \
      fails, not only those of this registry.
      """,
    instead: "Write the host without `https://`; `insecureRegistries` already allows plain HTTP.",
    sources: [
      "containers/image pkg/sysregistriesv2/system_registries_v2.go (parseLocation)",
      "openshift/api config/v1/types_image.go (4.23)",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "an address from the browser",
      ImageExample.sources(
        """
        insecureRegistries:
        - ⟦"http://registry.lab:5000/"⟧
        """),
      fixed: ImageExample.sources(
        """
        insecureRegistries:
        - "registry.lab:5000"
        """), release: Release(4, 16), message: "'http://registry.lab:5000/'"),
    .bad(
      "refused by the API server", ImageExample.sources("blockedRegistries: [⟦docker://docker.io⟧]"),
      fixed: ImageExample.sources("blockedRegistries: [docker.io]")),
    .good("host and port", ImageExample.sources("insecureRegistries: [registry.lab:5000]")),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let image = resource.image else { return }
    let isRefused = resource.settings.release >= .checksRegistryEntries
    for list in [image.blockedRegistries, image.insecureRegistries].compactMap({ $0 }) {
      for entry in list.known(.scheme) {
        // The loader compares the two schemes as they are; another one is a host that no image has.
        let isFatal = entry.value.hasPrefix("http://") || entry.value.hasPrefix("https://")
        let better = ImageName(entry.value).repository
        let consequence =
          isRefused
          ? "the API server refuses the object"
          : isFatal
            ? "CRI-O cannot load registries.conf (\"URI schemes are not supported\") and every pull on every node fails"
            : "no image reference ever matches it"
        findings.report(
          "\(entry.quoted) in \(list.name) begins with a URI scheme", at: entry.span, field: list.field(of: entry),
          effect: isRefused ? .refused : isFatal ? .pullsFail : .notApplied,
          help: "\(consequence); write '\(better)'",
          fixes: ScalarReplacement.edit(entry.span, with: better).map {
            [Fix("Write the registry without its scheme", safety: .safe, in: entry.span.file, [$0])]
          } ?? [])
      }
    }
  }
}
