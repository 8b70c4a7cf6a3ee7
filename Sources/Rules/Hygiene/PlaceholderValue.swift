import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// `<registry>` where a registry should stand by now.
public struct PlaceholderValue: Rule {
  public static let documentation = RuleDocumentation(
    id: "placeholder-value", code: "HYG513", category: .hygiene, severity: .note, effect: .notApplied,
    summary: "A registry, source or mirror still is the placeholder of a documentation example.",
    why: "A file that was copied from documentation and not filled in does nothing useful when it is applied. A mirror "
      + "set with `<…>` in a source or mirror, or an Image from OpenShift 4.23 on, is refused by its CRD's pattern.",
    instead: "Write the value. A file that is meant as a sample may stay as it is.",
    sources: ["https://konflux-ci.dev/docs (images-mirror-set.yaml)", "openshift-docs, mirroring examples"])

  public static let examples: [RuleExample] = [
    .bad(
      "not filled in",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: mirrors
      spec:
        imageDigestMirrors:
        - source: registry.redhat.io/team
          mirrors:
          - ⟦<registry.example.com:8443>/team⟧
          - "<second mirror>"
      """, message: "'<registry.example.com:8443>/team' and 1 more"),
    .bad(
      "the repository of the Konflux documentation",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: mirrors
      spec:
        imageDigestMirrors:
        - source: registry.redhat.io/team
          mirrors:
          - ⟦quay.io/my-namespace/valid-repo⟧
      """),
    .bad("in an Image", ImageExample.sources("insecureRegistries: [⟦<registry>⟧]"), testOnly: true),
    .good(
      "a template, which somebody fills in",
      ImageExample.sources("insecureRegistries: ['{{ .Values.registry }}', '${REGISTRY}']")),
    .good("a host for examples is still a host", ImageExample.sources("insecureRegistries: [registry.example.com]")),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    var values: [(text: String, span: SourceSpan, field: String)] = []
    func collect(_ node: Node?, _ field: @autoclosure () -> String) {
      guard let node, let scalar = node.scalar, Self.isPlaceholder(scalar.text, isUnknown: node.isUnknown) else {
        return
      }
      values.append((scalar.text, node.span, field()))
    }
    let spec = resource.resource.spec
    if resource.image != nil {
      let sources = spec?["registrySources"]
      for key in ["allowedRegistries", "blockedRegistries", "insecureRegistries", "containerRuntimeSearchRegistries"] {
        for (index, item) in (sources?[key]?.items ?? []).enumerated() {
          collect(item, "spec.registrySources.\(key)[\(index)]")
        }
      }
      for (index, item) in (spec?["allowedRegistriesForImport"]?.items ?? []).enumerated() {
        collect(item["domainName"], "spec.allowedRegistriesForImport[\(index)].domainName")
      }
    } else if let set = resource.mirrorSet {
      for (index, item) in (spec?[set.listName]?.items ?? []).enumerated() {
        collect(item["source"], "spec.\(set.listName)[\(index)].source")
        for (place, mirror) in (item["mirrors"]?.items ?? []).enumerated() {
          collect(mirror, "spec.\(set.listName)[\(index)].mirrors[\(place)]")
        }
      }
    }
    values.sort { $0.span.range.lowerBound < $1.span.range.lowerBound }
    guard let first = values.first else { return }
    findings.report(
      "\(Quoted.text(first.text))\(values.count > 1 ? " and \(values.count - 1) more" : "") "
        + "\(values.count > 1 ? "are" : "is") still a placeholder",
      at: first.span, field: first.field,
      effect: values.contains { refuses($0.text, at: $0.field, resource) } ? .refused : nil,
      related: values.dropFirst().prefix(3).map { Label("another placeholder", at: $0.span) })
  }

  /// `<…>` with a name in it, or a value that documentation shows and nobody has.
  private static func isPlaceholder(_ text: String, isUnknown: Bool) -> Bool {
    if known.contains(text) { return true }
    guard isUnknown, let open = text.utf8.firstIndex(of: UInt8(ascii: "<")),
      text[open...].utf8.contains(UInt8(ascii: ">"))
    else { return false }
    return true
  }

  /// Whether the API server refuses the text where it stands; `<` is in no pattern of a CRD that has one.
  private func refuses(_ text: String, at field: String, _ resource: LintedResource) -> Bool {
    guard !Self.known.contains(text) else { return false }
    switch resource.resource.kind {
    case .imageDigestMirrorSet, .imageTagMirrorSet: return true
    case .image: return field.hasPrefix("spec.registrySources.") && resource.settings.release >= .checksRegistryEntries
    default: return false
    }
  }

  private static let known = ["quay.io/my-namespace/valid-repo"]
}
