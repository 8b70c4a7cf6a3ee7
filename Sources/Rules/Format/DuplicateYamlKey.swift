import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// The same key twice in one mapping.
public struct DuplicateYamlKey: Rule {
  public static let documentation = RuleDocumentation(
    id: "duplicate-yaml-key", code: "FMT307", category: .format, severity: .error, effect: .notApplied,
    summary: "The same key twice in one mapping.",
    why: """
      Kubernetes' YAML reader lets the last one win without a word: everything below the first is lost. kustomize and \
      Argo CD stop with `mapping key already defined`. A key in both data and binaryData of a ConfigMap is refused by \
      the API server.
      """,
    instead: "Merge the two values under one key.",
    sources: ["sigs.k8s.io/yaml", "gopkg.in/yaml.v3", "k8s.io/kubernetes pkg/apis/core/validation ValidateConfigMap"])

  public static let examples: [RuleExample] = [
    .bad(
      "the first list is lost",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources:
          insecureRegistries:
          - one.lab
          ⟦insecureRegistries⟧:
          - two.lab
      """, message: "'insecureRegistries' stands here a second time"),
    .bad(
      "in both maps of a ConfigMap",
      """
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: ca
        namespace: openshift-config
      data:
        registry.lab: text
      binaryData:
        ⟦registry.lab⟧: dGV4dA==
      """),
    .good(
      "a template decides",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        {{- if .Values.lab }}
        registrySources: {insecureRegistries: [one.lab]}
        {{- else }}
        registrySources: {insecureRegistries: [two.lab]}
        {{- end }}
      """),
    .good(
      "the same key in different mappings",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: mirrors
      spec:
        imageDigestMirrors:
        - source: quay.io/a
        - source: quay.io/b
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    // The paths are made only where there is something to say.
    if Self.repeatsKey(in: resource.resource.root) { walk(resource.resource.root, path: "", &findings) }
    for violation in resource.schema.violations(of: .duplicateKey) {
      guard case .keyInBothMaps(let first) = violation.problem else { continue }
      findings.report(
        "'\(violation.keyName.shortened())' stands in data and in binaryData", at: violation.span,
        field: violation.field, effect: .refused, related: [Label("the first", at: first)],
        help: "the API server refuses the whole object; keep one of the two")
    }
  }

  private static func repeatsKey(in node: Node) -> Bool {
    if node.isAlias { return false }
    switch node.content {
    case .scalar: return false
    case .sequence(let items): return items.contains(where: repeatsKey)
    case .mapping(let entries):
      let keys = entries.compactMap { $0.key.isUnknown ? nil : $0.key.keyText }
      // Most mappings are smaller than a hash table is worth.
      let repeats =
        keys.count < 12 ? keys.indices.contains { keys[..<$0].contains(keys[$0]) } : Set(keys).count < keys.count
      return repeats || entries.contains { repeatsKey(in: $0.value) }
    }
  }

  private func walk(_ node: Node, path: String, _ findings: inout Findings) {
    // The node that an alias names is walked where it is written.
    if node.isAlias { return }
    switch node.content {
    case .scalar: break
    case .sequence(let items):
      for (index, item) in items.enumerated() where item.scalar == nil {
        walk(item, path: "\(path)[\(index)]", &findings)
      }
    case .mapping(let entries):
      var first: [String: Node] = [:]
      for entry in entries {
        guard !entry.key.isUnknown, let key = entry.key.keyText else { continue }
        let field = path.isEmpty ? key : "\(path).\(key)"
        if let earlier = first[key], !node.isIncomplete, key != "<<" {
          findings.report(
            "'\(key.shortened())' stands here a second time", at: entry.key.span, field: field,
            related: [Label("what stands here is lost", at: earlier.span)],
            help: "`oc apply` takes the last of the two without a word, kustomize and Argo CD stop; merge the values")
        } else {
          first[key] = entry.key
        }
        if entry.value.scalar == nil { walk(entry.value, path: field, &findings) }
      }
    }
  }
}
