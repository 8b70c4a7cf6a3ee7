import Diagnostics
import RegistryConfig
import SourceText

/// Two objects of one kind and name.
public struct DuplicateObjectName: Rule {
  public static let documentation = RuleDocumentation(
    id: "duplicate-object-name", code: "HYG504", category: .hygiene, severity: .error, effect: .notApplied,
    summary: "A cluster gets two objects of the same kind and name.",
    why: "They are one object: the one that is applied last replaces the other, and its mirrors or CAs are gone. "
      + "kustomize refuses to build such a set.",
    instead: "Join them, or give one of them another name.",
    sources: ["kustomize api/resmap (may not add resource with an already registered id)"])

  public static let examples: [RuleExample] = [
    .bad(
      "two mirror sets",
      """
      \(CAExample.mirrors("- mirror.lab:5000/team"))
      ---
      \(CAExample.mirrors("- mirror.lab:5000/other", source: "quay.io/other")
        .replacing("name: mirrors", with: "name: ⟦mirrors⟧"))
      """, message: "a second ImageDigestMirrorSet 'mirrors'"),
    .bad(
      "two ConfigMaps of registry CAs",
      """
      \(CAExample.map("registry.example.com..5000", CAExample.ca))
      ---
      \(CAExample.map("other.example.com..5000", CAExample.ca).replacing("name: registry-cas", with: "name: ⟦registry-cas⟧"))
      """),
    .good(
      "mirror sets of two kinds",
      """
      \(CAExample.mirrors("- mirror.lab:5000/team"))
      ---
      \(CAExample.mirrors("- mirror.lab:5000/team", kind: "ImageTagMirrorSet"))
      """),
    .good(
      "ConfigMaps of two namespaces",
      """
      \(CAExample.map("registry.example.com..5000", CAExample.ca))
      ---
      \(CAExample.map("registry.example.com..5000", CAExample.ca).replacing("openshift-config", with: "other"))
      """),
  ]

  private struct Key: Hashable {
    let kind: ResourceKind
    let namespace: String?
    let name: String
  }

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    var first: [Key: LintedResource] = [:]
    for item in cluster.resources {
      let resource = item.resource
      // Of Images and of ConfigMaps that are no registry CAs others speak.
      if resource.isPatch || resource.kind == .image || (resource.kind == .configMap && item.certificates.isEmpty) {
        continue
      }
      guard let name = resource.name, resource.root["metadata"]?["namespace"]?.isUnknown != true else { continue }
      let isNamespaced = resource.kind == .configMap || resource.kind == .imagePolicy
      let key = Key(kind: resource.kind, namespace: isNamespaced ? resource.namespace?.value : nil, name: name.value)
      guard let earlier = first[key]?.resource else {
        first[key] = item
        continue
      }
      // Files of one directory may be alternatives of which somebody applies one.
      let isCertain = earlier.file === resource.file
      findings.report(
        "a second \(resource.kind.rawValue) \(Quoted.text(name.value)) for the same cluster", at: name.span,
        field: "metadata.name", resource: resource, severity: isCertain ? .error : .warning,
        related: earlier.name.map { [Label("the first", at: $0.span)] } ?? [],
        help: "the one that is applied last replaces the other; join them, or give one of them another name")
    }
  }
}
