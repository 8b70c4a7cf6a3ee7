import Diagnostics
import Formatting
import RegistryConfig
import SourceText

/// An object that `format` would put in another order.
public struct ListOrder: Rule {
  public static let documentation = RuleDocumentation(
    id: "list-order", code: "FMT308", category: .format, severity: .note, effect: .none, fixing: .safe, isOptIn: true,
    summary: "An object whose lists or keys are not in canonical order.",
    why: """
      The order of `allowedRegistries`, `blockedRegistries`, `insecureRegistries`, of mirror entries of different \
      sources and of keys means nothing to a cluster. In one order duplicates meet, and changes are small and easy to \
      read. Search registries and the mirrors of a source are tried in the order in which they stand: that is never \
      touched.
      """,
    instead: "Run `registrylint format`; `format --check` finds the same for whole repositories.",
    sources: ["docs/canonical-order.md"])

  public static let examples: [RuleExample] = [
    .bad(
      "a list",
      """
      apiVersion: config.openshift.io/v1
      kind: ⟦Image⟧
      metadata:
        name: cluster
      spec:
        registrySources:
          insecureRegistries:
          - registry.lab:5000
          - registry.example.com
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata:
          name: cluster
        spec:
          registrySources:
            insecureRegistries:
            - registry.example.com
            - registry.lab:5000
        """, message: "Image 'cluster' is not in canonical order"),
    .good(
      "search registries are tried in their order",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources:
          containerRuntimeSearchRegistries:
          - registry.redhat.io
          - docker.io
      """),
  ]

  public init() {}

  public func check(_ file: LintedFile, _ findings: inout Findings) {
    // A defect of the formatter is told by `format`, which then leaves the file alone.
    guard let formatted = try? Formatter.format(file.stream) else { return }
    var left = formatted.edits
    for resource in file.resources {
      let range = resource.resource.root.span.range
      let own = left.filter { range.overlaps($0.range) }
      guard !own.isEmpty else { continue }
      left.removeAll { range.overlaps($0.range) }
      let name = resource.resource.name.map { " '\($0.value)'" } ?? ""
      findings.report(
        "\(resource.resource.kind.rawValue)\(name) is not in canonical order", at: resource.resource.kindName.span,
        field: "kind", resource: resource.resource,
        fixes: [Fix("Put it in canonical order", safety: .safe, in: file.file, own)])
    }
  }
}
