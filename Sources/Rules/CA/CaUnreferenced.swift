import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// Registry CAs that no Image names.
public struct CaUnreferenced: Rule {
  public static let documentation = RuleDocumentation(
    id: "ca-unreferenced", code: "CA309", category: .ca, severity: .warning, effect: .notApplied, fixing: .unsafe,
    summary: "A ConfigMap of registry CAs lies in openshift-config, but the Image of the cluster does not name it.",
    why: """
      The operators read only the ConfigMap that `additionalTrustedCA` of Image/cluster names, and only one. Any other \
      is an object without effect, however right its keys are.
      """,
    instead: "Name it in `additionalTrustedCA`, or move its keys into the ConfigMap that is named there.",
    sources: ["machine-config-operator pkg/operator/sync.go"])

  public static let examples: [RuleExample] = [
    .bad(
      "the Image names none",
      """
      \(ImageExample.spec("registrySources:\n  insecureRegistries: [registry.lab]"))
      ---
      \(CAExample.map("registry.example.com..5000", CAExample.ca).replacing("name: registry-cas", with: "name: ⟦registry-cas⟧"))
      """,
      fixed: """
        \(ImageExample.spec(
          "additionalTrustedCA:\n  name: registry-cas\nregistrySources:\n  insecureRegistries: [registry.lab]"))
        ---
        \(CAExample.map("registry.example.com..5000", CAExample.ca))
        """, message: "nothing names the ConfigMap 'registry-cas' of registry CAs"),
    .bad(
      "the Image names another one",
      """
      \(CAExample.image)
      ---
      \(CAExample.map("registry.example.com..5000", CAExample.ca))
      ---
      \(CAExample.map("other.example.com..5000", CAExample.ca).replacing("name: registry-cas", with: "name: ⟦more-cas⟧"))
      """),
    .good(
      "the Image names it",
      """
      \(CAExample.image)
      ---
      \(CAExample.map("registry.example.com..5000", CAExample.ca))
      """),
    .good("without an Image nobody knows", CAExample.map("registry.example.com..5000", CAExample.ca)),
    .good(
      "a template may name it",
      """
      \(ImageExample.spec("additionalTrustedCA:\n  name: {{ .Values.ca }}"))
      ---
      \(CAExample.map("registry.example.com..5000", CAExample.ca))
      """),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    let images = cluster.images.filter(\.isInForce)
    guard !images.isEmpty, !images.contains(where: \.hasUnreadableTrustedCA) else { return }
    // A name without a ConfigMap is one finding: which of these was meant is said there.
    guard cluster.referencedConfigMaps.allSatisfy({ !$0.found.isEmpty || !$0.misplaced.isEmpty }) else { return }
    for map in cluster.unreferencedCertificateMaps {
      guard let name = map.resource.name else { continue }
      let named = images.compactMap(\.trustedCA).first { !$0.value.isEmpty }
      findings.report(
        "nothing names the ConfigMap \(Quoted.text(name.value)) of registry CAs", at: name.span, field: "metadata.name",
        resource: map.resource,
        related: [
          named.map { Label("the Image names '\($0.value)'", at: $0.span) }
            ?? Label("this Image has no additionalTrustedCA", at: images[0].resource.kindName.span)
        ],
        help: "no node gets these CAs; "
          + (named == nil
            ? "set additionalTrustedCA of the Image" : "the Image can name one ConfigMap only: move the keys there"),
        fixes: named == nil ? Self.naming(name.value, in: images) : [])
    }
  }

  private static func naming(_ name: String, in images: [ImageConfiguration]) -> [Fix] {
    guard let image = images.only, let spec = image.resource.spec, spec.collectionStyle == .block, !spec.isAlias,
      spec.entry("additionalTrustedCA") == nil, case .mapping(let entries) = spec.content, let first = entries.first,
      let edit = EntryInsertion.before(first, text: ["additionalTrustedCA:", "  name: \(name)"])
    else { return [] }
    return [Fix("Name it in the Image", safety: .unsafe, in: first.key.span.file, [edit])]
  }
}
