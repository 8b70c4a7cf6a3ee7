import Diagnostics
import RegistryConfig
import SourceText

/// `https://` before or `/` behind an allowed registry.
public struct AllowedEntrySchemeOrSlash: Rule {
  public static let documentation = RuleDocumentation(
    id: "allowed-entry-scheme-or-slash", code: "IMG107", category: .image, severity: .error, effect: .refused,
    fixing: .safe,
    summary: "An entry of `allowedRegistries` begins with a URI scheme or ends with a slash.",
    why: """
      From 4.23 on the API server refuses the object. Before that the entry becomes a key of policy.json as it is. \
      Image references have neither scheme nor trailing slash, so the key never matches, and every image of the \
      registry that was meant to be allowed is rejected.
      """,
    instead: "Write `host[:port][/path]` alone.",
    sources: [
      "containers/image docker/policyconfiguration/naming.go", "openshift/api config/v1/types_image.go (4.23)",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "an address and a folder",
      ImageExample.sources(
        """
        allowedRegistries:
        - ⟦https://registry.example.com⟧ # the mirror
        - ⟦quay.io/⟧
        """),
      fixed: ImageExample.sources(
        """
        allowedRegistries:
        - registry.example.com # the mirror
        - quay.io
        """), release: Release(4, 18), message: "'https://registry.example.com'"),
    .bad(
      "refused by the API server", ImageExample.sources("allowedRegistries: [⟦'quay.io/openshift/'⟧]"),
      fixed: ImageExample.sources("allowedRegistries: ['quay.io/openshift']"), message: "ends with a slash"),
    .good("host, port and path", ImageExample.sources("allowedRegistries: [registry.example.com:5000/team]")),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let list = resource.image?.allowedRegistries else { return }
    let isRefused = resource.settings.release >= .checksRegistryEntries
    for entry in list.known(.scheme, .trailingSlash) {
      let name = ImageName(entry.value)
      let better = name.repository
      findings.report(
        "\(entry.quoted) in allowedRegistries \(name.scheme == nil ? "ends with a slash" : "begins with a URI scheme")",
        at: entry.span, field: list.field(of: entry), effect: isRefused ? .refused : .pullsFail,
        help: (isRefused
          ? "the API server refuses the object"
          : "the key of policy.json matches no image, so every image of '\(better)' is rejected")
          + "; write '\(better)'",
        fixes: ScalarReplacement.edit(entry.span, with: better).map {
          [Fix("Write host and path alone", safety: .safe, in: entry.span.file, [$0])]
        } ?? [])
    }
  }
}
