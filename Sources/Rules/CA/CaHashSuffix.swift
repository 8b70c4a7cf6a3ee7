import Diagnostics
import RegistryConfig
import SourceText

public struct CaHashSuffix: Rule {
  public static let documentation = RuleDocumentation(
    id: "ca-hash-suffix", code: "CA318", category: .ca, severity: .error, effect: .pullsFail,
    summary: "The ConfigMap of `additionalTrustedCA` gets a hash suffix from kustomize, and the reference does not.",
    why: """
      kustomize appends a hash of the content to the name of what a configMapGenerator makes, and changes the \
      references that it knows. `spec.additionalTrustedCA.name` of an Image is none of them, so the Image names a \
      ConfigMap that does not exist: the registry operator becomes degraded and no node gets a CA.
      """,
    instead: "Set `disableNameSuffixHash: true` in the generator's `options`",
    sources: [
      "kustomize api/internal/accumulator/namereferencetransformer.go, api/internal/konfig/builtinpluginconsts",
      "cluster-image-registry-operator pkg/resource/caconfig.go",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "what a generator without options makes",
      """
      \(marked)
      ---
      \(CAExample.map("registry.example.com..5000", CAExample.ca).replacing("registry-cas", with: "registry-cas-4h2mbtbbt6"))
      """, message: "'registry-cas-4h2mbtbbt6'"),
    .good(
      "disableNameSuffixHash",
      """
      \(CAExample.image)
      ---
      \(CAExample.map("registry.example.com..5000", CAExample.ca))
      """),
    .good(
      "both are there",
      """
      \(CAExample.image)
      ---
      \(CAExample.map("registry.example.com..5000", CAExample.ca))
      ---
      \(CAExample.map("registry.example.com..5000", CAExample.ca).replacing("registry-cas", with: "registry-cas-4h2mbtbbt6"))
      """, testOnly: true),
    .good(
      "a suffix that is no hash",
      """
      \(CAExample.image)
      ---
      \(CAExample.map("registry.example.com..5000", CAExample.ca).replacing("registry-cas", with: "registry-cas-production"))
      """, testOnly: true),
  ]

  private static var marked: String { CAExample.image.replacing("registry-cas", with: "⟦registry-cas⟧") }

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    for reference in cluster.referencedConfigMaps where reference.found.isEmpty {
      guard let map = cluster.generatedConfigMap(for: reference.name.value), let name = map.resource.name else {
        continue
      }
      findings.report(
        "additionalTrustedCA names \(Quoted.text(reference.name.value)), and the ConfigMap is called "
          + "\(Quoted.text(name.value)) when kustomize has built it",
        at: reference.name.span, field: "spec.additionalTrustedCA.name", resource: reference.image.resource,
        related: [Label("made here, with a hash suffix", at: name.span)],
        help: "the registry operator becomes degraded and no node gets a CA; set 'disableNameSuffixHash: true' in the "
          + "generator's options")
    }
  }
}

extension LintedCluster {
  /// The ConfigMap of openshift-config whose name is this one with a hash of kustomize behind it.
  func generatedConfigMap(for name: String) -> CertificateConfigMap? {
    configMaps.first { map in
      guard map.isWhereReferencesLook, let own = map.resource.name?.value.utf8, own.starts(with: "\(name)-".utf8),
        own.count == name.utf8.count + 11
      else { return false }
      return own.suffix(10).allSatisfy(Self.hashLetters.contains)
    }
  }

  /// Hexadecimal digits as kustomize writes them (api/hasher): 0, 1, 3, a and e are replaced.
  private static let hashLetters = Set("gh2k456789mbcdtf".utf8)
}
