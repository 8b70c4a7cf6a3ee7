import Diagnostics
import RegistryConfig
import SourceText

/// An entry of a registry list that is no `host[:port][/path]`, for a reason that has no rule of its own.
public struct RegistryEntryGrammar: Rule {
  public static let documentation = RuleDocumentation(
    id: "registry-entry-grammar", code: "IMG102", category: .image, severity: .error, effect: .refused, fixing: .unsafe,
    summary: """
      An entry of `allowedRegistries`, `blockedRegistries` or `insecureRegistries` is no `host[:port][/path]` and no \
      `*.host`.
      """,
    why: """
      From 4.23 on the API server refuses the object. Before that it takes it and the operator copies the entry to the \
      nodes, where no image reference ever equals it: references have lower-case repositories, hosts without \
      underscores, and are looked up in registries.conf without tag and digest.
      """,
    instead: "Write `host`, `host:port`, `host[:port]/path` in lower case, or `*.domain` for all hosts below a domain.",
    sources: [
      "openshift/api config/v1/types_image.go (CEL rule on each entry, 4.23; api PR 2787)", "OCPBUGS-43353",
      "containers/image pkg/sysregistriesv2, docker/reference",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "a repository with a tag",
      ImageExample.sources(
        """
        allowedRegistries:
        - quay.io
        - ⟦reg1.io/myrepo/myapp:latest⟧
        """),
      fixed: ImageExample.sources(
        """
        allowedRegistries:
        - quay.io
        - reg1.io/myrepo/myapp
        """), message: "'reg1.io/myrepo/myapp:latest' in allowedRegistries has the tag 'latest'"),
    .bad(
      "upper case in a path, an underscore in a host",
      ImageExample.sources(
        """
        insecureRegistries:
        - ⟦registry.lab/Team/app⟧
        - ⟦my_registry:5000⟧
        """),
      fixed: ImageExample.sources(
        """
        insecureRegistries:
        - registry.lab/team/app
        - my_registry:5000
        """), message: "has upper case in its path"),
    .bad(
      "before the API server looked", ImageExample.sources("insecureRegistries: [⟦'[fd00::1]:5000'⟧]"),
      release: Release(4, 16),
      message: "is an IPv6 address"),
    .bad(
      "other characters",
      ImageExample.sources(
        """
        blockedRegistries:
        - ⟦registry.lab:port⟧/x
        """.replacing("⟧/x", with: "/x⟧")), testOnly: true),
    .bad(
      "a digest", ImageExample.sources("insecureRegistries: [⟦reg.io/a@sha256:4c2e8d1b6a7f4a3f6f7c1a0f4b9f8e7d⟧]"),
      fixed: ImageExample.sources("insecureRegistries: [reg.io/a]"), release: Release(4, 12), testOnly: true),
    .good(
      "unusual and right",
      ImageExample.sources(
        """
        insecureRegistries:
        - registry
        - localhost:5000/a--b/c__d
        - 10.0.0.14:8081/quay.io/opstree
        - Registry.Lab
        - "*.example.com"
        """)),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let image = resource.image else { return }
    let isRefused = resource.settings.release >= .checksRegistryEntries
    for list in image.scopeLists {
      // Letters of other alphabets are a matter of non-ascii-or-upper-host.
      for entry in list.known(.tagOrDigest, .other) where entry.value.utf8.allSatisfy({ $0 < 0x80 }) {
        let name = ImageName(entry.value)
        let isReference = entry.form == .tagOrDigest
        // Until the API server refuses them, tags in the two lists of policy.json have rules of their own.
        if isReference, !isRefused, list.name != "insecureRegistries" { continue }
        findings.report(
          "\(entry.quoted) in \(list.name) \(Self.reason(name, isReference: isReference))", at: entry.span,
          field: list.field(of: entry), severity: isRefused ? .error : .warning,
          effect: isRefused ? .refused : .notApplied,
          help: (isRefused ? "the API server refuses the object" : "no image reference on a node ever matches it")
            + "; write host[:port][/path] or *.domain",
          fixes: fixes(entry, name, isReference: isReference))
      }
    }
  }

  /// What is wrong, as the end of a sentence.
  private static func reason(_ name: ImageName, isReference: Bool) -> String {
    if isReference {
      if let digest = name.digest { return "has the digest \(Quoted.text(digest))" }
      return "has the tag \(Quoted.text(name.tag ?? ""))"
    }
    if name.host.hasPrefix("[") { return "is an IPv6 address, which no image reference can hold" }
    if name.host.utf8.contains(UInt8(ascii: "_")) { return "has an underscore in its host" }
    if name.path?.utf8.contains(where: { (0x41...0x5A).contains($0) }) == true { return "has upper case in its path" }
    if name.userInfo != nil { return "holds a user name" }
    if name.host.utf8.contains(UInt8(ascii: ":")) { return "has a port that is no number" }
    return "is no host[:port][/path]"
  }

  private func fixes(_ entry: RegistryEntry, _ name: ImageName, isReference: Bool) -> [Fix] {
    if isReference {
      return ScalarReplacement.edit(entry.span, with: name.repository).map {
        [Fix("Take the whole repository", safety: .unsafe, in: entry.span.file, [$0])]
      } ?? []
    }
    guard let path = name.path, name.userInfo == nil, name.tag == nil, name.digest == nil else { return [] }
    let lowered = "\(name.registry)/\(path.lowercased())"
    guard lowered != entry.value, RegistryScope.isMirror(lowered) else { return [] }
    return ScalarReplacement.edit(entry.span, with: lowered).map {
      [Fix("Write the path in lower case", safety: .unsafe, in: entry.span.file, [$0])]
    } ?? []
  }
}
