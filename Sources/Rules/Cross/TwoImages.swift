import Diagnostics
import RegistryConfig
import SourceText

/// Two objects that are both Image/cluster.
public struct TwoImages: Rule {
  public static let documentation = RuleDocumentation(
    id: "two-images", code: "XRS400", category: .cross, severity: .error, effect: .notApplied,
    summary: "A cluster gets more than one Image named `cluster`.",
    why: """
      There is one object of that name. Each apply replaces what the other wrote, so the last one wins and the other \
      lists are gone; two controllers that both apply fight over it, and nodes drain each time.
      """,
    instead: "Write one Image with all settings, or a kustomize patch for what differs.",
    sources: ["openshift/api config/v1 (Image is a singleton)"])

  public static let examples: [RuleExample] = [
    .bad(
      "one for the CA, one for the registries",
      """
      \(ImageExample.spec("additionalTrustedCA:\n  name: registry-cas"))
      ---
      \(ImageExample.spec("registrySources:\n  insecureRegistries: [registry.lab]", name: "⟦cluster⟧"))
      """, message: "a second Image 'cluster'"),
    .good("one", ImageExample.spec("registrySources:\n  insecureRegistries: [registry.lab]")),
    .good(
      "another name is another finding",
      """
      \(ImageExample.spec("registrySources:\n  insecureRegistries: [registry.lab]"))
      ---
      \(ImageExample.spec("registrySources:\n  insecureRegistries: [registry.lab]", name: "other"))
      """),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    let images = cluster.images.filter(\.isInForce)
    guard let first = images.first, let firstName = first.resource.name else { return }
    for image in images.dropFirst() {
      guard let name = image.resource.name else { continue }
      // Files of one directory may be alternatives of which somebody applies one.
      let isCertain = image.resource.file === first.resource.file
      findings.report(
        "a second Image 'cluster' for the same cluster", at: name.span, field: "metadata.name",
        resource: image.resource,
        severity: isCertain ? .error : .warning, related: [Label("the first", at: firstName.span)],
        help: "the one that is applied last wins, and what only the other one says is lost; put both into one object")
    }
  }
}
