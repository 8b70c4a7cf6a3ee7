import Diagnostics
import RegistryConfig
import SourceText

/// A public registry without TLS verification.
public struct InsecurePublicRegistry: Rule {
  public static let documentation = RuleDocumentation(
    id: "insecure-public-registry", code: "IMG127", category: .image, severity: .warning, effect: .exposed,
    fixing: .unsafe,
    summary: "`insecureRegistries` lists a public registry.",
    why: """
      Nodes then take any certificate for the registry, and plain HTTP when TLS fails: whoever stands between can hand \
      out images and read the credentials of the pull secret. Public registries have certificates that nodes trust.
      """,
    instead: """
      Remove the entry. When a proxy breaks TLS, trust its CA instead (`additionalTrustedCA`, or `trustedCA` of the \
      proxy).
      """,
    sources: ["containers/image docker/docker_client.go"])

  public static let examples: [RuleExample] = [
    .bad(
      "a registry with a public certificate",
      ImageExample.sources("insecureRegistries: [registry.lab:5000, ⟦quay.io⟧]"),
      fixed: ImageExample.sources("insecureRegistries: [registry.lab:5000]"), message: "'quay.io'"),
    .bad(
      "a namespace, a wildcard",
      ImageExample.sources(
        """
        insecureRegistries:
        - ⟦docker.io/library⟧
        - ⟦"*.redhat.io"⟧
        """), testOnly: true),
    .good(
      "private registries", ImageExample.sources("insecureRegistries: [registry.lab:5000, '*.quay.lab', 10.0.0.1]")),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let list = resource.image?.insecureRegistries else { return }
    for entry in list.known(.valid) {
      let host = ImageName(entry.value).host
      let isPublic =
        host.hasPrefix("*.")
        ? Self.redHat.contains { ScopeNesting.isNested($0, in: host) } && !InsecureTooWide.isTooWide(host)
          || PublicRegistry.contains(String(host.dropFirst(2)))
        : PublicRegistry.contains(host)
      guard isPublic else { continue }
      findings.report(
        "the public registry \(entry.quoted) is insecure", at: entry.span, field: list.field(of: entry),
        help: "nodes do not verify its certificate and fall back to plain HTTP, so that anybody on the way can replace "
          + "images; remove the entry",
        fixes: ListEdits.removal(of: entry, in: list).map {
          [Fix("Remove the insecure entry", safety: .unsafe, in: entry.span.file, [$0.edit])]
        } ?? [])
    }
  }

  private static let redHat = ["registry.redhat.io", "registry.access.redhat.com", "registry.connect.redhat.com"]
}
