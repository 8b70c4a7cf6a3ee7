import Diagnostics
import RegistryConfig
import SourceText

/// A name that Kubernetes does not take.
public struct InvalidObjectName: Rule {
  public static let documentation = RuleDocumentation(
    id: "invalid-object-name", code: "FMT315", category: .format, severity: .error, effect: .refused, fixing: .unsafe,
    summary: "A `metadata.name` that is no RFC 1123 subdomain.",
    why: "The API server refuses the object. Names are lower-case letters, digits, `-` and `.`, begin and end with a "
      + "letter or digit, and have at most 253 bytes.",
    instead: "Write a name of lower-case letters, digits and hyphens.",
    sources: ["RFC 1123", "k8s.io/apimachinery pkg/util/validation IsDNS1123Subdomain"])

  public static let examples: [RuleExample] = [
    .bad(
      "upper case and underscores",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: ⟦Team_Mirrors⟧
      spec: {}
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: team-mirrors
        spec: {}
        """, message: "'Team_Mirrors' is no legal object name"),
    .bad(
      "a path",
      """
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: ⟦certs/ca⟧
      data: {}
      """),
    .good(
      "legal names",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: idms-operator-0.lab
      spec: {}
      """),
    .good(
      "a placeholder",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: ${NAME}_mirrors
      spec: {}
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    for violation in resource.schema.violations(of: .invalidObjectName) {
      guard let value = violation.value, let text = value.string else { continue }
      let name = lowercasedLabel(text)
      let edit = ObjectName.isSubdomain(name) ? value.rewritten(as: name) : nil
      findings.report(
        "'\(text.shortened())' is no legal object name", at: violation.span, field: violation.field,
        help: "the API server refuses the object: names are lower-case letters, digits, '-' and '.', and begin and end "
          + "with a letter or digit",
        fixes: edit.map { [Fix("Write \(name)", safety: .unsafe, in: value.span.file, [$0])] } ?? [])
    }
  }

  /// Lower case, and `-` for `_` and blanks. Everything else is the user's to say.
  private func lowercasedLabel(_ text: String) -> String {
    String(
      decoding: text.lowercased().utf8.map {
        $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: " ") ? UInt8(ascii: "-") : $0
      },
      as: UTF8.self)
  }
}
