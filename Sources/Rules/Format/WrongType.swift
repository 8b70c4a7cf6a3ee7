import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// A value of another type than the field has.
public struct WrongType: Rule {
  public static let documentation = RuleDocumentation(
    id: "wrong-type", code: "FMT302", category: .format, severity: .error, effect: .refused, fixing: .unsafe,
    summary: "A value of another type than its field has: a string for a list, null for a list, a number for a string.",
    why: """
      The API server refuses the whole object (`in body must be of type …`). Types are those of Kubernetes' YAML \
      reader: a plain `5000` is a number, a plain `yes`, `on` or `no` is a boolean, and a key without value is null, \
      which is not the same as an empty list or as no key.
      """,
    instead: "Write a value of the field's type: a list even for one entry, quotes around what looks like a number or "
      + "a boolean, no key at all instead of a key without value.",
    sources: [
      "openshift/api CRDs (structural schemas)", "k8s.io/kube-openapi pkg/validation/validate/type.go",
      "gopkg.in/yaml.v2 resolve.go",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "one registry in place of a list",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources:
          allowedRegistries: ⟦quay.io⟧
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata:
          name: cluster
        spec:
          registrySources:
            allowedRegistries: [quay.io]
        """, message: "'allowedRegistries' must be a list, but 'quay.io' is a string"),
    .bad(
      "registries for import are mappings",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        allowedRegistriesForImport:
        - ⟦quay.io⟧
        - domainName: registry.redhat.io
          insecure: ⟦"false"⟧
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata:
          name: cluster
        spec:
          allowedRegistriesForImport:
          - domainName: quay.io
          - domainName: registry.redhat.io
            insecure: false
        """),
    .bad(
      "a key without value",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources:
          ⟦insecureRegistries⟧:
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata:
          name: cluster
        spec:
          registrySources:
            insecureRegistries: []
        """, message: "'insecureRegistries' is null, but must be a list"),
    .bad(
      "what YAML reads as a number",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: mirrors
        labels:
          release: ⟦4.16⟧
      spec:
        imageDigestMirrors:
        - source: quay.io/team
          mirrors:
          - ⟦5000⟧
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: mirrors
          labels:
            release: "4.16"
        spec:
          imageDigestMirrors:
          - source: quay.io/team
            mirrors:
            - "5000"
        """),
    .good(
      "right types",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
        labels: {release: "4.16"}
        annotations:
      spec:
        allowedRegistriesForImport:
        - domainName: quay.io
          insecure: yes
        registrySources:
          insecureRegistries: []
      """),
    .good(
      "null in a ConfigMap is an empty text",
      """
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: ca
        namespace: openshift-config
      data:
        registry.lab..5000:
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    for violation in resource.schema.violations(of: .wrongType) {
      guard case .wrongType(let expected, let found) = violation.problem, let value = violation.value else { continue }
      let isNull = found == .null
      findings.report(
        message(violation, expected, found), at: isNull ? violation.key?.span ?? violation.span : violation.span,
        field: violation.field,
        // A base that a patch completes often holds nothing but comments below such a key.
        severity: isNull && hasCommentBelow(violation) ? .note : nil,
        help: help(expected, found, violation),
        fixes: fix(value, expected, found, violation).map { [$0] } ?? [])
    }
  }

  private func message(_ violation: SchemaViolation, _ expected: JSONType, _ found: JSONType) -> String {
    let isItem = violation.key == nil && violation.field.hasSuffix("]")
    let subject = isItem ? "an item of '\(violation.keyName)'" : "'\(violation.keyName.shortened())'"
    if found == .null { return "\(subject) is null, but must be \(expected.words)" }
    // A value of a ConfigMap may be secret.
    let isPublic = violation.field.hasPrefix("spec") || violation.field.hasPrefix("metadata")
    guard isPublic, let text = violation.value?.scalar?.text, !ImageName(text).hasSecret else {
      return "\(subject) must be \(expected.words), not \(found.words)"
    }
    return "\(subject) must be \(expected.words), but '\(text.shortened())' is \(found.words)"
  }

  private func help(_ expected: JSONType, _ found: JSONType, _ violation: SchemaViolation) -> String {
    let refused = "the API server refuses the whole object"
    switch (expected, found) {
    case (_, .null):
      return "\(refused): null is neither an empty \(expected == .array ? "list" : "value") nor an absent "
        + "key; remove the key or give it a value"
    case (.array, _): return "\(refused); write a list even for one entry"
    case (.string, .integer), (.string, .number), (.string, .boolean):
      return "\(refused): YAML reads this text as \(found.words); put it in quotes"
    case (.object, .string) where violation.fieldPattern == "spec.allowedRegistriesForImport[]":
      return "\(refused); write 'domainName:' before the registry"
    default: return "\(refused); write \(expected.words)"
    }
  }

  private func hasCommentBelow(_ violation: SchemaViolation) -> Bool {
    guard let key = violation.key else { return false }
    let file = key.span.file
    let line = file.lines.lineIndex(of: key.span.range.lowerBound) + 1
    guard line < file.lines.starts.count else { return false }
    return file.bytes[file.lineRange(line)].first { $0 != UInt8(ascii: " ") } == UInt8(ascii: "#")
  }

  private func fix(
    _ value: Node, _ expected: JSONType, _ found: JSONType, _ violation: SchemaViolation
  ) -> Fix? {
    guard !value.isAlias, value.anchor == nil, value.tag == nil else { return nil }
    let source = value.span.text
    func make(_ description: String, _ replacement: String) -> Fix {
      Fix(
        description, safety: .unsafe, in: value.span.file,
        [TextEdit(range: value.span.range, replacement: replacement)])
    }
    switch (expected, found) {
    case (.array, .string) where value.isPlainText && value.scalar?.style != .literal && value.scalar?.style != .folded:
      return make("Make it a list of one entry", "[\(source)]")
    case (.string, .integer), (.string, .number), (.string, .boolean):
      guard value.scalar?.style == .plain else { return nil }
      return make("Put it in quotes", "\"\(source)\"")
    case (.boolean, .string):
      guard let text = value.scalar?.text, ["true", "false"].contains(text.lowercased()) else { return nil }
      return make("Write \(text.lowercased()) without quotes", text.lowercased())
    case (.object, .string) where violation.fieldPattern == "spec.allowedRegistriesForImport[]" && value.isPlainText:
      return make("Make it a domainName", value.followsDash ? "domainName: \(source)" : "{domainName: \(source)}")
    case (.array, .null), (.object, .null):
      return emptyValue(value, expected, violation)
    default: return nil
    }
  }

  /// `[]` or `{}` in place of null, where that is legal and means nothing.
  private func emptyValue(_ value: Node, _ expected: JSONType, _ violation: SchemaViolation) -> Fix? {
    let legal = [
      "spec", "spec.registrySources", "spec.registrySources.insecureRegistries", "spec.allowedRegistriesForImport",
      "spec.externalRegistryHostnames", "spec.imageDigestMirrors", "spec.imageTagMirrors",
      "spec.repositoryDigestMirrors", "spec.imageDigestMirrors[].mirrors", "spec.imageTagMirrors[].mirrors",
      "spec.repositoryDigestMirrors[].mirrors",
    ]
    guard legal.contains(violation.fieldPattern), let key = violation.key else { return nil }
    let empty = expected == .array ? "[]" : "{}"
    let range = value.span.range
    let isWritten = !range.isEmpty
    // Nothing is written: the value goes right behind the colon.
    guard isWritten || range.lowerBound <= key.span.range.upperBound + 1 else { return nil }
    return Fix(
      "Write \(empty)", safety: .unsafe, in: value.span.file,
      [TextEdit(range: range, replacement: isWritten ? empty : " \(empty)")])
  }
}
