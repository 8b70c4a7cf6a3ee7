import Diagnostics
import RegistryConfig
import SourceText

/// A key that an object cannot do without.
public struct MissingRequired: Rule {
  public static let documentation = RuleDocumentation(
    id: "missing-required", code: "FMT306", category: .format, severity: .error, effect: .refused, fixing: .safe,
    summary: "A required key is missing: `apiVersion`, `metadata.name`, `spec`, `source`, `policy`, `scopes`.",
    why: "The API server refuses the whole object (`Required value`); without apiVersion or name `oc` does not even "
      + "send it.",
    instead: "Write the key. An entry of a mirror list needs a source; an empty spec is written `spec: {}`.",
    sources: ["openshift/api CRDs (required, x-kubernetes-validations)"])

  public static let examples: [RuleExample] = [
    .bad(
      "an entry without source: one finding, although its mirrors are null as well",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: mirrors
      spec:
        imageDigestMirrors:
        - ⟦mirrors⟧:
        - source: quay.io/team
          mirrors: [mirror.lab/team]
      """, message: "the entry has no 'source', and its 'mirrors' is null"),
    .bad(
      "no spec",
      """
      apiVersion: config.openshift.io/v1
      kind: ⟦Image⟧
      metadata:
        name: cluster
      """, message: "the Image has no 'spec'"),
    .bad(
      "a key that was damaged while editing",
      """
      ⟦complianccompliancepiVersion⟧: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: mirrors
      spec: {}
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: mirrors
        spec: {}
        """, message: "the ImageDigestMirrorSet has no 'apiVersion', is 'complianccompliancepiVersion' meant to be it?"),
    .bad(
      "a policy without what its type needs",
      """
      apiVersion: config.openshift.io/v1
      kind: ClusterImagePolicy
      metadata:
        name: signed
      spec:
        scopes: [quay.io/team]
        policy:
          ⟦rootOfTrust⟧:
            policyType: PKI
      """, message: "'rootOfTrust' has no 'pki'"),
    .bad(
      "a search list without entries",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources:
          containerRuntimeSearchRegistries: ⟦[]⟧
      """, message: "'containerRuntimeSearchRegistries' needs at least 1 entry"),
    .good(
      "nothing is missing",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: mirrors
      spec:
        imageDigestMirrors:
        - source: quay.io/team
      """),
    .good(
      "a template may supply it",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: mirrors
      spec:
        imageDigestMirrors:
        {{- range .Values.mirrors }}
        - mirrors: [mirror.lab/team]
          {{- toYaml . | nindent 4 }}
        {{- end }}
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    let missing = resource.schema.violations(of: .missingRequired)
    // What misses from one object is one finding.
    var keys: [String: [String]] = [:]
    for violation in missing {
      guard case .requiredMissing(let key) = violation.problem, resource.schema.misspelling(of: violation) == nil else {
        continue
      }
      keys[violation.parentField, default: []].append("'\(key)'")
    }
    for violation in missing {
      switch violation.problem {
      case .requiredMissing(let key):
        if let misspelling = resource.schema.misspelling(of: violation) {
          report(violation, key, misspelling, resource, &findings)
        } else if let names = keys.removeValue(forKey: violation.parentField) {
          report(violation, names, resource, &findings)
        }
      case .object(let rule): report(violation, rule, &findings)
      case .tooFewItems(let limit, _):
        findings.report(
          "'\(violation.keyName)' needs at least \(limit) \(limit == 1 ? "entry" : "entries")", at: violation.span,
          field: violation.field,
          help: "the API server refuses the whole object; leave the key out to keep the defaults of the nodes")
      default: break
      }
    }
  }

  private func report(
    _ violation: SchemaViolation, _ keys: [String], _ resource: LintedResource, _ findings: inout Findings
  ) {
    var message = "\(owner(violation, resource)) has no \(keys.joined(separator: ", "))"
    for empty in resource.schema.emptyKeys(in: violation.parentField).prefix(2) where !violation.parentField.isEmpty {
      message += ", and its '\(empty.keyName)' is null"
    }
    let isSpec = keys == ["'spec'"]
    findings.report(
      message, at: violation.span, field: violation.field,
      help: "the API server refuses the whole object" + (isSpec ? "; an empty spec is written 'spec: {}'" : ""))
  }

  private func report(
    _ violation: SchemaViolation, _ key: String, _ misspelling: SchemaViolation, _ resource: LintedResource,
    _ findings: inout Findings
  ) {
    var fixes: [Fix] = []
    if case .unknownField(let suggestions) = misspelling.problem, suggestions.only?.isRename == true,
      let edit = misspelling.key?.rewritten(as: key)
    {
      fixes = [Fix("Rename it to \(key)", safety: .safe, in: misspelling.span.file, [edit])]
    }
    findings.report(
      "\(owner(violation, resource)) has no '\(key)', is '\(misspelling.keyName.shortened())' meant to be it?",
      at: misspelling.span, field: violation.field,
      help: "the API server refuses the whole object, and would drop the key that it does not know", fixes: fixes)
  }

  private func report(_ violation: SchemaViolation, _ rule: ObjectRule, _ findings: inout Findings) {
    let name = violation.keyName
    let message: String =
      switch rule {
      case .presentExactlyWhen(let key, let discriminator, let value):
        "'\(name)' has no '\(key)', which its \(discriminator) '\(value)' needs"
      case .atLeastOne(let keys, _):
        "'\(name)' has neither " + keys.map { "'\($0)'" }.joined(separator: " nor ")
      case .atMostOne: "'\(name)': \(rule.message)"
      }
    findings.report(
      message, at: violation.key?.span ?? violation.span, field: violation.field,
      help: "the API server refuses the whole object: \(rule.message)")
  }

  private func owner(_ violation: SchemaViolation, _ resource: LintedResource) -> String {
    let parent = violation.parentField
    if parent.isEmpty { return "the \(resource.resource.kind.rawValue)" }
    if parent.hasSuffix("]") { return "the entry" }
    let last = parent.utf8.lastIndex(of: UInt8(ascii: ".")).map { parent.utf8.index(after: $0) } ?? parent.startIndex
    return "'\(parent[last...])'"
  }
}
