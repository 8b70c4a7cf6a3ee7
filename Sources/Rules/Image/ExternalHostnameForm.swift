import Diagnostics
import RegistryConfig
import SourceText

/// An external registry hostname that is no host.
public struct ExternalHostnameForm: Rule {
  public static let documentation = RuleDocumentation(
    id: "external-hostname-form", code: "IMG151", category: .image, severity: .warning, effect: .notApplied,
    fixing: .unsafe, summary: "An entry of `externalRegistryHostnames` is no `host[:port]`.",
    why: """
      The first entry becomes the beginning of `status.publicDockerImageRepository` of every image stream. With a \
      scheme or a path in it, nobody can pull by what image streams say.
      """,
    instead: "Write the host of the registry's route, with a port where it has one.",
    sources: ["openshift/api config/v1/types_image.go (externalRegistryHostnames)"])

  public static let examples: [RuleExample] = [
    .bad(
      "the address of the route",
      ImageExample.spec("externalRegistryHostnames:\n- ⟦https://registry.apps.example.com/⟧"),
      fixed: ImageExample.spec("externalRegistryHostnames:\n- registry.apps.example.com"), message: "https"),
    .good("the host", ImageExample.spec("externalRegistryHostnames: [registry.apps.example.com, 'registry.lab:5000']")),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let list = resource.image?.externalRegistryHostnames else { return }
    for entry in list.known {
      let name = ImageName(entry.value)
      let isHost = !entry.value.utf8.contains(UInt8(ascii: "/")) && RegistryScope.isMirror(entry.value)
      guard !isHost, ![.secret, .whitespace].contains(entry.form) else { continue }
      let better = name.registry
      let edit =
        name.userInfo == nil && RegistryScope.isMirror(better) && better != entry.value
        ? ScalarReplacement.edit(entry.span, with: better) : nil
      findings.report(
        "\(entry.quoted) in externalRegistryHostnames is no host[:port]", at: entry.span, field: list.field(of: entry),
        help: "image streams show a publicDockerImageRepository that cannot be pulled; "
          + (edit == nil ? "write a host" : "write '\(better)'"),
        fixes: edit.map { [Fix("Write the host alone", safety: .unsafe, in: entry.span.file, [$0])] } ?? [])
    }
  }
}
