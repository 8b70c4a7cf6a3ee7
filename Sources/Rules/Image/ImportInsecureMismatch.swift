import Diagnostics
import RegistryConfig
import SourceText

/// `insecure` decides the port of an import domain that has none.
public struct ImportInsecureMismatch: Rule {
  public static let documentation = RuleDocumentation(
    id: "import-insecure-mismatch", code: "IMG133", category: .image, severity: .warning, effect: .notApplied,
    fixing: .unsafe,
    summary: "An import domain without port is `insecure: true`, or is not although the registry is insecure.",
    why: """
      A `domainName` without port stands for port 443, with `insecure: true` for port 80. An import by `https` on 443 \
      does not match the first, an import marked insecure, which asks for port 80, not the second: both are refused \
      ("not allowed by whitelist").
      """,
    instead: "Write the port: `registry.lab:443`, or `registry.lab:*` for any.",
    sources: ["openshift-apiserver pkg/image/apis/image/validation/whitelist/whitelister.go"])

  public static let examples: [RuleExample] = [
    .bad(
      "port 80 by accident",
      ImageExample.spec(
        """
        allowedRegistriesForImport:
        - domainName: ⟦registry.lab⟧
          insecure: true
        """),
      fixed: ImageExample.spec(
        """
        allowedRegistriesForImport:
        - domainName: "registry.lab:*"
          insecure: true
        """), message: "'registry.lab' stands for port 80"),
    .bad(
      "insecure in one list only",
      ImageExample.spec(
        """
        allowedRegistriesForImport:
        - domainName: ⟦registry.lab⟧
        registrySources:
          insecureRegistries: [registry.lab]
        """), message: "'registry.lab' stands for port 443"),
    .good(
      "ports, and secure registries",
      ImageExample.spec(
        """
        allowedRegistriesForImport:
        - domainName: registry.lab:5000
          insecure: true
        - domainName: quay.io
        registrySources:
          insecureRegistries: [registry.lab:5000, other.lab]
        """)),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let image = resource.image else { return }
    let insecure = Dictionary(
      (image.insecureRegistries?.known ?? []).map { ($0.value, $0.span) }, uniquingKeysWith: { first, _ in first })
    for domain in image.allowedRegistriesForImport ?? [] {
      guard let name = domain.domainName, !name.value.isEmpty,
        !name.value.utf8.contains(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") })
      else { continue }
      let field = "spec.allowedRegistriesForImport[\(domain.index)].domainName"
      if domain.insecure {
        findings.report(
          "\(Quoted.text(name.value)) stands for port 80, because it is insecure and has no port", at: name.span,
          field: field,
          help: "imports over HTTPS from port 443 are refused; write the port, as in '\(name.value):443', or "
            + "'\(name.value):*'",
          fixes: fixes(name))
      } else if let place = insecure[name.value] {
        findings.report(
          "\(Quoted.text(name.value)) stands for port 443, but the registry is in insecureRegistries", at: name.span,
          field: field, related: [Label("insecure here", at: place)],
          help: "imports that are marked insecure ask for port 80 and are refused; write the port, as in "
            + "'\(name.value):80', or '\(name.value):*'",
          fixes: fixes(name))
      }
    }
  }

  private func fixes(_ name: Located<String>) -> [Fix] {
    guard let edit = ScalarReplacement.edit(name.span, with: name.value + ":*") else { return [] }
    return [Fix("Allow every port of the registry", safety: .unsafe, in: name.span.file, [edit])]
  }
}
