import Diagnostics
import RegistryConfig
import SourceText

/// `*.tld`: insecure or blocked for a whole top-level domain.
public struct InsecureTooWide: Rule {
  public static let documentation = RuleDocumentation(
    id: "insecure-too-wide", code: "IMG128", category: .image, severity: .warning, effect: .exposed,
    summary: "A wildcard of `insecureRegistries` or `blockedRegistries` covers a whole top-level domain.",
    why: """
      `*.corp` turns TLS verification off for every host that ever gets a name below it, and `*.com` does for half of \
      the internet. A blocked `*.com` also blocks Red Hat's registries.
      """,
    instead: "Name the hosts, or a wildcard of a domain that belongs to you: `*.registry.example.com`.",
    sources: ["containers/image pkg/sysregistriesv2 (refMatchingSubdomainPrefix)"])

  public static let examples: [RuleExample] = [
    .bad("a whole intranet", ImageExample.sources("insecureRegistries: [⟦'*.corp'⟧]"), message: "'*.corp'"),
    .bad(
      "Red Hat's registries are in it", ImageExample.sources("blockedRegistries: [⟦'*.com'⟧]"),
      message: "registry.access.redhat.com"),
    .good(
      "a domain of one's own, a country that is not wanted",
      ImageExample.sources("insecureRegistries: ['*.lab.example.com']\nblockedRegistries: ['*.ru', '*.io']")),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let image = resource.image else { return }
    for entry in image.insecureRegistries?.known(.valid) ?? [] where Self.isTooWide(entry.value) {
      findings.report(
        "\(entry.quoted) makes every host of a top-level domain insecure", at: entry.span,
        field: image.insecureRegistries?.field(of: entry),
        help: "nodes verify the certificate of no host below it; name the hosts or a longer domain")
    }
    for entry in image.blockedRegistries?.known(.valid) ?? [] where Self.isTooWide(entry.value) {
      // What covers the release image is a finding of its own.
      guard let victim = Self.needed.first(where: { ScopeNesting.isNested($0, in: entry.value) }),
        !ScopeNesting.isNested("quay.io", in: entry.value)
      else { continue }
      findings.report(
        "\(entry.quoted) blocks a top-level domain, '\(victim)' with it", at: entry.span,
        field: image.blockedRegistries?.field(of: entry), effect: .pullsFail,
        help: "nodes pull no image of '\(victim)'; name the hosts or a longer domain")
    }
  }

  /// A wildcard with one label.
  static func isTooWide(_ scope: String) -> Bool {
    scope.hasPrefix("*.") && !scope.utf8.dropFirst(2).contains(UInt8(ascii: "."))
  }

  private static let needed = ["registry.redhat.io", "registry.access.redhat.com"]
}
