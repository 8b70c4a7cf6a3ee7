import Diagnostics
import RegistryConfig
import SourceText

/// A path or a scheme where a host is due.
public struct ImportDomainPath: Rule {
  public static let documentation = RuleDocumentation(
    id: "import-domain-path", code: "IMG130", category: .image, severity: .error, effect: .notApplied, fixing: .unsafe,
    summary: "`allowedRegistriesForImport[].domainName` has a path or a scheme.",
    why: """
      openshift-apiserver splits the value at its colon into a host and a port and compares these with the image's. A \
      path is taken for a part of the host and a scheme for the host, so nothing ever matches, and image stream \
      imports from the registry are refused ("not allowed by whitelist").
      """,
    instead: "Write `host` or `host:port`; `*` and `?` stand for any run of characters and for one.",
    sources: [
      "openshift-apiserver pkg/image/apis/image/validation/whitelist/whitelister.go",
      "openshift/image-registry issue 322",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "a namespace and an address",
      ImageExample.spec(
        """
        allowedRegistriesForImport:
        - domainName: ⟦quay.io/openshift-release-dev⟧
        - domainName: ⟦"https://registry.lab"⟧
          insecure: false
        """),
      fixed: ImageExample.spec(
        """
        allowedRegistriesForImport:
        - domainName: quay.io
        - domainName: "registry.lab"
          insecure: false
        """), message: "'quay.io/openshift-release-dev'"),
    .good(
      "hosts, ports and globs",
      ImageExample.spec(
        """
        allowedRegistriesForImport:
        - domainName: quay.io
        - domainName: registry.lab:5000
        - domainName: "*.example.com:*"
        """)),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    for domain in resource.image?.allowedRegistriesForImport ?? [] {
      guard let name = domain.domainName, name.value.utf8.contains(UInt8(ascii: "/")),
        name.value.utf8.count(where: { $0 == UInt8(ascii: ":") }) < 2, !ImageName(name.value).hasSecret
      else { continue }
      let parts = ImageName(name.value)
      let better = parts.registry
      let isUsable = !better.isEmpty && parts.userInfo == nil
      findings.report(
        "the domainName \(Quoted.text(name.value)) has a \(parts.scheme == nil ? "path" : "scheme")", at: name.span,
        field: "spec.allowedRegistriesForImport[\(domain.index)].domainName",
        help: "openshift-apiserver compares host and port only, so nothing matches and imports from the registry are "
          + "refused; " + (isUsable ? "write '\(better)'" : "write host[:port]"),
        fixes: isUsable
          ? ScalarReplacement.edit(name.span, with: better).map {
            [Fix("Write the host alone", safety: .unsafe, in: name.span.file, [$0])]
          } ?? [] : [])
    }
  }
}
