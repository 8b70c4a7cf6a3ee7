import Diagnostics
import RegistryConfig
import SourceText

/// `reg.io: 5000`, which YAML reads as a mapping.
public struct HostPortMap: Rule {
  public static let documentation = RuleDocumentation(
    id: "host-port-map", code: "FMT311", category: .format, severity: .error, effect: .refused, fixing: .unsafe,
    summary: "A registry with a blank behind the colon, `reg.io: 5000`, which YAML reads as a mapping.",
    why: "The value is a mapping with the key `reg.io`, no text; the API server refuses the whole object.",
    instead: "Write the port right behind the colon: `reg.io:5000`.",
    sources: ["YAML 1.1 section 4.6 (plain scalars)"])

  public static let examples: [RuleExample] = [
    .bad(
      "a blank too many",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources:
          insecureRegistries:
          - ⟦registry.lab: 5000⟧
          - ⟦localhost:⟧
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata:
          name: cluster
        spec:
          registrySources:
            insecureRegistries:
            - registry.lab:5000
            - localhost
        """, message: "'registry.lab: 5000' is a mapping"),
    .good(
      "no blank",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources:
          insecureRegistries:
          - registry.lab:5000
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    for violation in resource.schema.violations(of: .hostPortMap) {
      guard let value = violation.value, let entry = value.hostAndPort, let host = entry.key.scalar?.text else {
        continue
      }
      let port = entry.value.scalar?.text ?? ""
      let end = max(value.span.range.upperBound, colonEnd(entry.key.span))
      let span = SourceSpan(file: value.span.file, range: value.span.range.lowerBound..<end)
      var fixes: [Fix] = []
      if value.collectionStyle == .block, !value.isAlias, entry.value.scalar?.style == .plain,
        entry.key.scalar?.style == .plain
      {
        let text = port.isEmpty ? host : "\(host):\(port)"
        fixes = [Fix("Write \(text)", safety: .unsafe, in: span.file, [TextEdit(range: span.range, replacement: text)])]
      }
      findings.report(
        "'\(span.text.shortened())' is a mapping where a registry must stand", at: span, field: violation.field,
        help: "the API server refuses the whole object; write "
          + (port.isEmpty ? "'\(host)' without the colon" : "'\(host):\(port)' without the blank"),
        fixes: fixes)
    }
  }

  /// Behind the colon of a key, where the value is empty and has no range.
  private func colonEnd(_ key: SourceSpan) -> Int {
    let end = key.range.upperBound
    return end < key.file.bytes.count && key.file.bytes[end] == UInt8(ascii: ":") ? end + 1 : end
  }
}
