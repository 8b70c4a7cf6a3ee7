import Diagnostics
import RegistryConfig
import SourceText

/// A `*` that is not the whole first label of a host.
public struct WildcardForm: Rule {
  public static let documentation = RuleDocumentation(
    id: "wildcard-form", code: "IMG104", category: .image, severity: .error, effect: .refused, fixing: .unsafe,
    summary: "A `*` stands elsewhere than in `*.domain`.",
    why: """
      `*.domain` alone is understood: no port, no path, no second star, and it stands for hosts, not for repositories. \
      From 4.23 on the API server refuses anything else. Before that the Machine Config Operator stops at it ("invalid \
      entry for allowed registries"), and every node keeps its old registries.conf and policy.json.
      """,
    instead: """
      A plain `host` already covers every repository of that host. `*.domain` covers every host below the domain, on \
      every port in policy.json; the domain itself wants an entry of its own.
      """,
    sources: [
      "machine-config-operator pkg/controller/container-runtime-config/helpers.go",
      "runtime-utils pkg/registries IsValidRegistriesConfScope", "openshift/api config/v1/types_image.go (4.23)",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "a star for repositories, a port behind a wildcard",
      ImageExample.sources(
        """
        allowedRegistries:
        - ⟦quay.io/*⟧
        - ⟦"*.lab.example.com:5000"⟧
        """),
      fixed: ImageExample.sources(
        """
        allowedRegistries:
        - quay.io
        - "*.lab.example.com"
        """), message: "'quay.io/*'"),
    .bad(
      "before the API server looked",
      ImageExample.sources(
        """
        blockedRegistries:
        - ⟦'*'⟧
        - ⟦registry.*.example.com⟧
        - ⟦"*example.com"⟧
        """),
      fixed: ImageExample.sources(
        """
        blockedRegistries:
        - '*'
        - registry.*.example.com
        - "*.example.com"
        """), release: Release(4, 16)),
    .good("all hosts below a domain", ImageExample.sources("allowedRegistries: ['*.example.com', example.com]")),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let image = resource.image else { return }
    let isRefused = resource.settings.release >= .checksRegistryEntries
    for list in image.scopeLists {
      for entry in list.known(.wildcard) {
        let passesOperator = Self.isAcceptedByOperator(entry.value)
        let better = Self.better(entry.value)
        findings.report(
          "\(entry.quoted) in \(list.name) is no wildcard that the cluster understands", at: entry.span,
          field: list.field(of: entry), severity: isRefused || !passesOperator ? .error : .warning,
          effect: isRefused ? .refused : passesOperator ? .notApplied : .frozen,
          help: Self.consequence(isRefused: isRefused, passesOperator: passesOperator) + "; "
            + (better.map { "write '\($0)'" } ?? "write *.domain, or the hosts one by one"),
          fixes: better.flatMap { ScalarReplacement.edit(entry.span, with: $0) }.map {
            [Fix("Write the scope without the misplaced star", safety: .unsafe, in: entry.span.file, [$0])]
          } ?? [])
      }
    }
  }

  private static func consequence(isRefused: Bool, passesOperator: Bool) -> String {
    if isRefused { return "the API server refuses the object" }
    if passesOperator { return "it is copied to the nodes and matches no image" }
    return "the Machine Config Operator cannot render and all nodes keep their old registries.conf and policy.json"
  }

  /// runtime-utils: `*.` and then none of `/ @ : *`.
  private static func isAcceptedByOperator(_ value: String) -> Bool {
    value.hasPrefix("*.") && !value.utf8.dropFirst(2).contains { "/@:*".utf8.contains($0) }
  }

  /// What was probably meant; `nil` when that is anybody's guess.
  private static func better(_ value: String) -> String? {
    if let star = value.utf8.firstIndex(of: UInt8(ascii: "*")), star > value.startIndex {
      // `host/path/*`: a scope covers what is below it.
      guard value.utf8.index(after: star) == value.endIndex else { return nil }
      let scope = ImageName(String(value[..<star])).repository
      return value[..<star].hasSuffix("/") && RegistryScope.isMirror(scope) ? scope : nil
    }
    let rest = value.dropFirst()
    let host = ImageName(String(rest.hasPrefix(".") ? rest.dropFirst() : rest)).host
    let wildcard = "*." + host
    return RegistryScope.isWildcard(wildcard) && host.utf8.contains(UInt8(ascii: ".")) ? wildcard : nil
  }
}
