import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// `additionalTrustedCA` that is not `name: …`.
public struct CaEmptyRef: Rule {
  public static let documentation = RuleDocumentation(
    id: "ca-empty-ref", code: "CA320", category: .ca, severity: .error, effect: .refused, fixing: .unsafe,
    summary: "`additionalTrustedCA` has no `name`, or is no mapping.",
    why: "The API server refuses the whole Image: the CRD wants a mapping with a `name`.",
    instead: "Write `additionalTrustedCA:` and below it `name:` with the name of the ConfigMap, or leave both out.",
    sources: ["openshift/api config/v1 (ConfigMapNameReference)"])

  public static let examples: [RuleExample] = [
    .bad(
      "no name", ImageExample.spec("⟦additionalTrustedCA⟧: {}\nregistrySources: {}"),
      fixed: ImageExample.spec("registrySources: {}"), message: "'additionalTrustedCA' has no 'name'"),
    .bad(
      "the name alone", ImageExample.spec("additionalTrustedCA: ⟦registry-cas⟧"),
      fixed: ImageExample.spec("additionalTrustedCA: {name: registry-cas}"),
      message: "'additionalTrustedCA' is a string"),
    .good("the name of a ConfigMap", CAExample.image),
    .good("a template writes it", ImageExample.spec("additionalTrustedCA:\n  {{- toYaml .Values.ca | nindent 4 }}")),
    .good("an empty name is the default", ImageExample.spec("additionalTrustedCA:\n  name: \"\"")),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard resource.resource.kind == .image else { return }
    for violation in resource.schema.violations(of: .subjectRule) {
      switch violation.problem {
      case .requiredMissing where violation.field == "spec.additionalTrustedCA.name":
        guard !resource.resource.isPatch else { continue }
        findings.report(
          "'additionalTrustedCA' has no 'name'", at: violation.span, field: violation.field,
          help: "the API server refuses the whole object; write the name of a ConfigMap in openshift-config, or leave "
            + "the key out",
          fixes: removal(resource.resource))
      case .wrongType(_, let found) where violation.field == "spec.additionalTrustedCA":
        findings.report(
          "'additionalTrustedCA' is \(found.words), not a mapping with 'name'", at: violation.span,
          field: violation.field,
          help:
            "the API server refuses the whole object; write 'name: ' and the name of a ConfigMap in openshift-config "
            + "below it",
          fixes: naming(violation))
      default: continue
      }
    }
  }

  private func removal(_ image: Resource) -> [Fix] {
    guard let spec = image.spec, spec.entries.count > 1, let entry = spec.entry("additionalTrustedCA"),
      entry.value.entries.isEmpty, let edit = LineRemoval.ofEntry(key: entry.key.span, value: entry.value.span)
    else { return [] }
    return [Fix("Remove the empty reference", safety: .unsafe, in: entry.key.span.file, [edit])]
  }

  private func naming(_ violation: SchemaViolation) -> [Fix] {
    guard let value = violation.value, let name = value.string, !name.isEmpty, value.isPlainText, !value.isAlias,
      value.scalar?.style != .literal, value.scalar?.style != .folded
    else { return [] }
    let edit = TextEdit(range: value.span.range, replacement: "{name: \(value.span.text)}")
    return [Fix("Write it as the name of the ConfigMap", safety: .unsafe, in: value.span.file, [edit])]
  }
}
