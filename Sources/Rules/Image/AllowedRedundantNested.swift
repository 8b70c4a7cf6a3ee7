import Diagnostics
import RegistryConfig
import SourceText

/// An allowed scope inside of another allowed scope.
public struct AllowedRedundantNested: Rule {
  public static let documentation = RuleDocumentation(
    id: "allowed-redundant-nested", code: "IMG115", category: .image, severity: .note, effect: .none, fixing: .both,
    summary: "An entry of `allowedRegistries` lies in another entry of the list.",
    why: "The outer entry already allows it: the inner one changes nothing and may be taken for a restriction.",
    instead: "Remove the inner entry, or the outer one when the restriction was meant.",
    sources: ["containers/image docker/policyconfiguration/naming.go", "runtime-utils ScopeIsNestedInsideScope"])

  public static let examples: [RuleExample] = [
    .bad(
      "a namespace of an allowed registry",
      ImageExample.sources(
        """
        allowedRegistries:
        - quay.io
        - ⟦quay.io/openshift-release-dev⟧
        - registry.redhat.io
        """),
      fixed: ImageExample.sources(
        """
        allowedRegistries:
        - quay.io
        - registry.redhat.io
        """), message: "'quay.io/openshift-release-dev' in allowedRegistries lies in 'quay.io'"),
    .bad(
      "a host below a wildcard, with a comment of its own",
      ImageExample.sources(
        """
        allowedRegistries:
        - "*.lab.example.com"
        - ⟦a.lab.example.com:5000⟧  # team A
        """),
      fixed: ImageExample.sources(
        """
        allowedRegistries:
        - "*.lab.example.com"
        """), testOnly: true),
    .good(
      "a port is another registry, and a wildcard has no apex",
      ImageExample.sources("allowedRegistries: [quay.io, 'quay.io:443', '*.example.com', example.com]")),
    .good(
      "nested entries of other lists have an effect",
      ImageExample.sources("insecureRegistries: [registry.lab, registry.lab/team]")),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let list = resource.image?.allowedRegistries else { return }
    let valid = list.known(.valid)
    guard valid.count > 1 else { return }
    let scopes = ScopeSet(valid.map(\.value))
    let places = Dictionary(valid.map { ($0.value, $0.span) }) { first, _ in first }
    for entry in valid {
      guard let outer = scopes.enclosing(entry.value) else { continue }
      findings.report(
        "\(entry.quoted) in allowedRegistries lies in '\(outer)', which is allowed too", at: entry.span,
        field: list.field(of: entry), related: places[outer].map { [Label("the outer entry", at: $0)] } ?? [],
        fixes: ListEdits.removalFix("Remove the inner entry", of: entry, in: list))
    }
  }
}
