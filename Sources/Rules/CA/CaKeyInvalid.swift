import Certificates
import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// A key that the API server does not take.
public struct CaKeyInvalid: Rule {
  public static let documentation = RuleDocumentation(
    id: "ca-key-invalid", code: "CA301", category: .ca, severity: .error, effect: .refused, fixing: .both,
    summary: "A key of a ConfigMap holds characters that no key may have, such as the `:` before a port.",
    why: """
      The API server refuses the whole ConfigMap ("a valid config key must consist of alphanumeric characters, '-', \
      '_' or '.'"). The `Image` that names it then points at nothing, and the registry operator becomes degraded.
      """,
    instead: "Write `host..port` for a registry with a port: nodes put a colon in place of the two dots.",
    sources: [
      "k8s.io/apimachinery pkg/util/validation (IsConfigMapKey)",
      "machine-config-operator pkg/daemon/certificate_writer.go",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "a colon before the port", CAExample.map("⟦registry.example.com:5000⟧", CAExample.ca),
      fixed: CAExample.map("registry.example.com..5000", CAExample.ca),
      message: "'registry.example.com:5000' cannot be a key of a ConfigMap"),
    .bad(
      "a URL", CAExample.map("⟦\"https://registry.example.com:5000/\"⟧", CAExample.ca),
      fixed: CAExample.map("\"registry.example.com..5000\"", CAExample.ca)),
    .bad(
      "a repository: certificates belong to a whole registry",
      CAExample.map("⟦registry.example.com/team⟧", CAExample.ca)),
    .bad("a wildcard", CAExample.map("⟦\"*.example.com\"⟧", CAExample.ca)),
    .bad("an IPv6 address", CAExample.map("⟦fd00::12⟧", CAExample.ca)),
    .good("two dots before the port", CAExample.map("registry.example.com..5000", CAExample.ca)),
    .good(
      "a key that a template writes",
      CAExample.map("'{{ (lookup \"route.openshift.io/v1\" \"Route\" \"quay\" \"quay\").spec.host }}'", CAExample.ca)),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let map = resource.configMap else { return }
    for violation in resource.schema.violations(of: .subjectRule) {
      guard case .key(.configMapKey) = violation.problem, let node = violation.key, !node.isUnknown,
        let text = node.keyText
      else { continue }
      let suggestion = Self.suggestion(for: text)
      let entry = map.entries.first { $0.key.span == node.span }
      var fixes: [Fix] = []
      if let suggestion, let entry {
        let isOnlyTheColon = suggestion == text.replacing(":", with: "..")
        fixes = RegistryCertificates(configMap: map.resource, entry: entry)
          .renaming(to: suggestion, isOnlyTheColon ? .safe : .unsafe)
      }
      findings.report(
        "\(Quoted.text(text)) cannot be a key of a ConfigMap", at: node.span, field: violation.field,
        help: "the API server refuses the whole object: \(Self.reason(text)); "
          + (suggestion.map { "write '\($0)'" }
            ?? "the key of a registry CA is the host, or host..port; wildcards, paths and IPv6 addresses are impossible"),
        fixes: fixes)
    }
  }

  private static func reason(_ text: String) -> String {
    switch RegistryCertificateKey(text).faults.first {
    case .tooLong: "a key has at most 253 characters"
    case .dot, .dotDot, .startsWithDotDot: "a key is neither '.' nor begins with '..'"
    default: "a key consists of letters, digits, '-', '_' and '.'"
    }
  }

  /// `host..port` for `host:port`, also without a scheme before it and slashes behind it.
  private static func suggestion(for text: String) -> String? {
    let name = ImageName(text)
    guard name.userInfo == nil, name.tag == nil, name.digest == nil,
      name.path?.utf8.allSatisfy({ $0 == UInt8(ascii: "/") }) != false
    else { return nil }
    let key = RegistryCertificateKey(name.port.map { "\(name.host)..\($0)" } ?? name.host)
    guard key.isLegal, key.suspicions.allSatisfy({ $0 == .defaultPort || $0.isUpperCase }) else { return nil }
    return key.rawValue
  }
}

extension RegistryCertificateKey.Suspicion {
  var isUpperCase: Bool { if case .upperCase = self { true } else { false } }
}
