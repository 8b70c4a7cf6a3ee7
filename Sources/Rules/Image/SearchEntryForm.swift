import Diagnostics
import RegistryConfig
import SourceText

/// An entry of the search list that is no `host[:port]`.
public struct SearchEntryForm: Rule {
  public static let documentation = RuleDocumentation(
    id: "search-entry-form", code: "IMG140", category: .image, severity: .error, effect: .pullsFail, fixing: .unsafe,
    summary: "An entry of `containerRuntimeSearchRegistries` is no `host[:port]`.",
    why: """
      No API check looks at the entries. The operator writes them to \
      /etc/containers/registries.conf.d/01-image-searchRegistries.conf, where containers/image takes a bare host only: \
      with "Invalid unqualified-search-registries entry" the whole configuration does not load, and every pull of \
      every image on every node fails.
      """,
    instead: "Write the host, with its port where it has one, without scheme, path and tag.",
    sources: [
      "containers/image pkg/sysregistriesv2/system_registries_v2.go (postProcessRegistries)",
      "openshift/api config/v1/types_image.go (format: hostname stands on the list and checks nothing)",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "an address and a namespace",
      ImageExample.sources(
        """
        containerRuntimeSearchRegistries:
        - ⟦https://registry.lab⟧
        - ⟦quay.io/team⟧
        - docker.io
        """),
      fixed: ImageExample.sources(
        """
        containerRuntimeSearchRegistries:
        - registry.lab
        - quay.io
        - docker.io
        """), message: "'https://registry.lab'"),
    .bad(
      "empty, with a tag, a wildcard",
      ImageExample.sources("containerRuntimeSearchRegistries: [⟦''⟧, ⟦reg.io:latest⟧, ⟦'*.reg.io'⟧]"), testOnly: true),
    .good(
      "hosts",
      ImageExample.sources(
        "containerRuntimeSearchRegistries: [registry.lab:5000, localhost, registry.access.redhat.com]")),
    .good(
      "a slash at the end is cut", ImageExample.sources("containerRuntimeSearchRegistries: [registry.lab/]"),
      testOnly: true),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let list = resource.image?.searchRegistries else { return }
    for entry in list.known {
      let name = ImageName(entry.value)
      guard !Self.isHost(entry.value), ![.secret, .whitespace].contains(entry.form) else { continue }
      let better = name.registry
      let fixes =
        name.userInfo == nil && Self.isHost(better) && better != entry.value && name.tag == nil
        ? ScalarReplacement.edit(entry.span, with: better) : nil
      findings.report(
        "\(entry.quoted) in containerRuntimeSearchRegistries is no host[:port]", at: entry.span,
        field: list.field(of: entry),
        help: "CRI-O cannot load 01-image-searchRegistries.conf (\"Invalid unqualified-search-registries entry\") and "
          + "every pull on every node fails; " + (fixes == nil ? "write a host" : "write '\(better)'"),
        fixes: fixes.map { [Fix("Write the host alone", safety: .unsafe, in: entry.span.file, [$0])] } ?? [])
    }
  }

  /// containers/image cuts slashes at the end before it looks.
  static func isHost(_ value: String) -> Bool {
    var host = value[...]
    while host.utf8.last == UInt8(ascii: "/") { host = host.dropLast() }
    return !host.utf8.contains(UInt8(ascii: "/")) && RegistryScope.isMirror(String(host))
  }
}
