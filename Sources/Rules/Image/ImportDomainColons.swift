import Diagnostics
import RegistryConfig
import SourceText

/// Two colons in a `domainName`: openshift-apiserver does not start.
public struct ImportDomainColons: Rule {
  public static let documentation = RuleDocumentation(
    id: "import-domain-colons", code: "IMG131", category: .image, severity: .error, effect: .notApplied,
    fixing: .unsafe,
    summary: "`allowedRegistriesForImport[].domainName` has two colons or more.",
    why: """
      openshift-apiserver splits the value at its colons into a host and a port. With a third part it cannot build the \
      list, which is fatal at its start: new pods of openshift-apiserver crash, and image streams, routes, builds and \
      projects stop working when the old ones go.
      """,
    instead: "Write `host` or `host:port`, without scheme; IPv6 addresses cannot be written.",
    sources: [
      "openshift-apiserver pkg/image/apis/image/validation/whitelist/whitelister.go",
      "pkg/image/apiserver/apiserver.go",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "an address with a port",
      ImageExample.spec(
        """
        allowedRegistriesForImport:
        - domainName: ⟦https://registry.lab:5000⟧
          insecure: true
        - domainName: ⟦"[fd00::1]:5000"⟧
        """),
      fixed: ImageExample.spec(
        """
        allowedRegistriesForImport:
        - domainName: registry.lab:5000
          insecure: true
        - domainName: "[fd00::1]:5000"
        """), message: "'https://registry.lab:5000'"),
    .good("one colon", ImageExample.spec("allowedRegistriesForImport: [{domainName: 'registry.lab:5000'}]")),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    for domain in resource.image?.allowedRegistriesForImport ?? [] {
      guard let name = domain.domainName, name.value.utf8.count(where: { $0 == UInt8(ascii: ":") }) >= 2 else {
        continue
      }
      let parts = ImageName(name.value)
      let better = parts.registry
      let isUsable = parts.scheme != nil && parts.userInfo == nil && RegistryScope.isMirror(better)
      // With a password in it the value is not repeated.
      let value = parts.userInfo == nil ? Quoted.text(name.value) : "of '\(better)'"
      findings.report(
        "the domainName \(value) has more than one colon", at: name.span,
        field: "spec.allowedRegistriesForImport[\(domain.index)].domainName",
        help: "openshift-apiserver fails to start with it; " + (isUsable ? "write '\(better)'" : "write host[:port]"),
        fixes: isUsable
          ? ScalarReplacement.edit(name.span, with: better).map {
            [Fix("Write host and port alone", safety: .unsafe, in: name.span.file, [$0])]
          } ?? [] : [])
    }
  }
}
