import Diagnostics
import RegistryConfig
import SourceText

/// A registry where anybody may push, as a place to search for short names.
public struct SearchPublic: Rule {
  public static let documentation = RuleDocumentation(
    id: "search-public", code: "IMG141", category: .image, severity: .warning, effect: .exposed, fixing: .unsafe,
    summary: "`containerRuntimeSearchRegistries` lists a registry where anybody can publish images.",
    why: """
      A pod that asks for `team/app` gets the first image of that name that a search registry has. Where anybody can \
      open an account, anybody can publish that name, and nodes send the registry their credentials and the names of \
      private images. OpenShift's documentation warns of it.
      """,
    instead: "Search private registries only, and write the full name of images from public ones.",
    sources: ["openshift-docs: Importance when adding short names to the search list (PR 28152)"])

  public static let examples: [RuleExample] = [
    .bad(
      "Docker Hub for short names",
      ImageExample.sources("containerRuntimeSearchRegistries: [registry.lab, ⟦docker.io⟧]"),
      fixed: ImageExample.sources("containerRuntimeSearchRegistries: [registry.lab, registry.access.redhat.com]"),
      message: "'docker.io'"),
    .bad(
      "beside the other default",
      ImageExample.sources("containerRuntimeSearchRegistries: [registry.access.redhat.com, ⟦docker.io⟧]"),
      fixed: ImageExample.sources("containerRuntimeSearchRegistries: [registry.access.redhat.com]"), testOnly: true),
    .good(
      "private registries, and those of Red Hat",
      ImageExample.sources(
        "containerRuntimeSearchRegistries: [registry.lab, registry.redhat.io, registry.access.redhat.com]")),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let image = resource.image, let list = image.searchRegistries else { return }
    for entry in list.known where SearchEntryForm.isHost(entry.value) {
      let host = ImageName(entry.value).host
      guard PublicRegistry.isOpenToEverybody(host) else { continue }
      findings.report(
        "short names are searched in '\(host)', where anybody can publish images", at: entry.span,
        field: list.field(of: entry),
        help: "a pod that asks for 'team/app' may get a stranger's image of that name; write full names for images of "
          + "'\(host)' and remove it here",
        fixes: SearchListEdits.removal("Remove the public registry", of: entry, in: list, image))
    }
  }
}
