import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// Blanks or line breaks in a registry string.
public struct WhitespaceInEntry: Rule {
  public static let documentation = RuleDocumentation(
    id: "whitespace-in-entry", code: "FMT312", category: .format, severity: .error, effect: .refused, fixing: .safe,
    summary: "A blank or line break in a registry, source, mirror or scope.",
    why: """
      CRDs with a grammar refuse the object. Where there is none (registry lists before 4.23, \
      ImageContentSourcePolicy) the text is taken as it is: it reaches registries.conf with its blank and matches no \
      image, or stops the operator. An item that is indented deeper than the line above is folded into that value: \
      `source: a` and below it `  - b` make the one text `a - b`.
      """,
    instead: "Write the name without blanks, and every list item under the key of its list.",
    sources: [
      "openshift/api CRDs (pattern, CEL)", "machine-config-operator pkg/controller/container-runtime-config/helpers.go",
      "YAML 1.1 section 9.1.3 (plain multi-line scalars)",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "in quotes",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources:
          insecureRegistries:
          - ⟦" registry.lab"⟧
          - ⟦'registry.lab:5000 '⟧
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata:
          name: cluster
        spec:
          registrySources:
            insecureRegistries:
            - "registry.lab"
            - 'registry.lab:5000'
        """, message: "' registry.lab' begins with a blank"),
    .bad(
      "a mirror that was folded into the source above",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: mirrors
      spec:
        imageDigestMirrors:
        - mirrors:
          - quay.io/team/one
          source: ⟦registry.redhat.io/team/one
            - quay.io/team/two⟧
      """, message: "the line '- quay.io/team/two' was read as a part of 'registry.redhat.io/team/one'"),
    .bad(
      "before 4.23 nodes get the blank",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources:
          blockedRegistries:
          - ⟦bad.example.com and.more⟧
      """, release: Release(4, 16), message: "'bad.example.com and.more' holds a blank"),
    .bad(
      "a block text ends with a line break",
      """
      apiVersion: operator.openshift.io/v1alpha1
      kind: ImageContentSourcePolicy
      metadata:
        name: mirrors
      spec:
        repositoryDigestMirrors:
        - mirrors:
          - ⟦|
            mirror.lab/team⟧
          source: quay.io/team
      """, testOnly: true),
    .good(
      "no blanks",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: mirrors
      spec:
        imageDigestMirrors:
        - source:   registry.redhat.io/team
          mirrors: [ mirror.lab/team ]   # a comment
      """),
    .good(
      "blanks of a template",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: mirrors
      spec:
        imageDigestMirrors:
        - source: "{{ .Values.registry }}/team one"
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    for entry in resource.registryTexts
    where entry.text.utf8.contains(where: Self.isBlank) && !ImageName(entry.text).hasSecret {
      let effect = effect(of: entry, in: resource)
      let folded = foldedItem(entry.node)
      findings.report(
        message(entry.text, folded), at: entry.node.span, field: entry.field,
        severity: effect == .notApplied && folded == nil ? .warning : nil, effect: effect, help: help(effect, folded),
        fixes: fix(entry).map { [$0] } ?? [])
    }
  }

  static func isBlank(_ byte: UInt8) -> Bool { byte <= 0x20 || byte == 0x7F }

  private func message(_ text: String, _ folded: (before: String, item: String)?) -> String {
    if let folded {
      return "the line '\(folded.item.shortened())' was read as a part of '\(folded.before.shortened())'"
    }
    let shown = text.shortened()
    guard let first = text.utf8.first, let last = text.utf8.last else { return "'\(shown)' holds a blank" }
    if text.utf8.allSatisfy(Self.isBlank) { return "'\(shown)' is nothing but blanks" }
    if Self.isBlank(first) { return "'\(shown)' begins with a blank" }
    if last == UInt8(ascii: "\n") { return "'\(shown)' ends with a line break" }
    return Self.isBlank(last) ? "'\(shown)' ends with a blank" : "'\(shown)' holds a blank"
  }

  /// The item that a plain text of several lines has swallowed: `a`, below it deeper `- b`.
  private func foldedItem(_ node: Node) -> (before: String, item: String)? {
    guard let scalar = node.scalar, scalar.style == .plain, !node.isAlias,
      node.span.file.bytes[node.span.range].contains(UInt8(ascii: "\n"))
    else { return nil }
    let lines = node.span.text.split(whereSeparator: \.isNewline).map { $0.drop { $0 == " " } }
    guard let first = lines.first, let item = lines.dropFirst().first(where: { $0.hasPrefix("- ") }) else { return nil }
    return (String(first), String(item))
  }

  private func effect(of entry: RegistryText, in resource: LintedResource) -> Effect {
    if resource.schema.refuses(entry.node.span) { return .refused }
    switch entry.role {
    case .search: return .pullsFail
    case .source, .mirror:
      let isRead = resource.resource.kind == .imageContentSourcePolicy
      return isRead && resource.settings.release >= Release(4, 16) ? .frozen : .notApplied
    default: return .notApplied
    }
  }

  private func help(_ effect: Effect, _ folded: (before: String, item: String)?) -> String {
    let consequence =
      switch effect {
      case .refused: "the API server refuses the whole object"
      case .frozen: "the operator stops with 'invalid format' and all nodes keep their old configuration"
      case .pullsFail: "nodes cannot load the search list, and every pull on them fails"
      default: "nodes get the text with its blank, which matches no image"
      }
    return folded == nil
      ? "\(consequence); write the name without blanks"
      : "\(consequence); the line is indented deeper than the value above it: move it under the key of its list"
  }

  private func fix(_ entry: RegistryText) -> Fix? {
    var trimmed = entry.text.utf8[...]
    while let first = trimmed.first, Self.isBlank(first) { trimmed.removeFirst() }
    while let last = trimmed.last, Self.isBlank(last) { trimmed.removeLast() }
    let text = String(decoding: trimmed, as: UTF8.self)
    guard !text.isEmpty, !trimmed.contains(where: Self.isBlank), let edit = entry.node.rewritten(as: text) else {
      return nil
    }
    return Fix("Remove the blanks", safety: .safe, in: entry.node.span.file, [edit])
  }
}
