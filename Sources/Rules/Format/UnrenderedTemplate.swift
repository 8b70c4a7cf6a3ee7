import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// A template that cannot be read before it is rendered.
public struct UnrenderedTemplate: Rule {
  public static let documentation = RuleDocumentation(
    id: "unrendered-template", code: "HYG510", category: .hygiene, severity: .note, effect: .none,
    summary: "A Helm, Jinja or Go template that is no YAML before it is rendered: it was not checked.",
    why:
      "Placeholders are hidden from the YAML reader and never judged. What is no YAML even so cannot be read at all, "
      + "which is no error of the template. Templates of other things, which only mention registries, are passed over.",
    instead: "Check what the template renders to, as in `helm template … | registrylint -`.")

  public static let examples: [RuleExample] = [
    .bad(
      "a template that writes structure: one note for the file",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: mirrors
      spec:
        imageDigestMirrors:
        - mirrors: [ {{ .Values.first }},
      ⟦-⟧--
      kind: ImageTagMirrorSet
      spec: { {{ .Values.spec }}
      """),
    .good(
      "a template that is YAML",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: {{ .Values.name }}
      spec:
        imageDigestMirrors:
        {{- range .Values.mirrors }}
        - source: {{ .source }}
        {{- end }}
      """),
    .good(
      "a template of something else, though it speaks of openshift-config",
      """
      apiVersion: cert-manager.io/v1
      kind: Certificate
      metadata:
        name: api-server-certificate
        namespace: openshift-config
      spec:
        dnsNames:{{- if .spec.dnsNames }}
      {{ .spec.dnsNames | toYaml | indent 2 }}
      {{- else }} []{{ end }}
        isCA: false
      """),
    .bad(
      "a ConfigMap of openshift-config may hold registry CAs",
      """
      kind: ConfigMap
      metadata:
        name: cas
        namespace: openshift-config
      data: {
        {{- range .Values.cas }}
      ⟦-⟧ {{ . }}
      """, testOnly: true),
    .good(
      "no template",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec: [
      """),
  ]

  public init() {}

  public func check(_ file: LintedFile, _ findings: inout Findings) {
    let unread = file.stream.documents.filter { document in
      guard document.isTemplated, let problem = document.problem, problem.kind != .limit else { return false }
      return UnreadText.declaresRegistries(file.file.bytes[document.range])
    }
    guard let first = unread.first, let problem = first.problem else { return }
    findings.report(
      unread.count == 1
        ? "a template that is no YAML before it is rendered was not checked: \(problem.message)"
        : "\(unread.count) templates that are no YAML before they are rendered were not checked: \(problem.message)",
      at: problem.span, help: "check the rendered text, as in 'helm template … | registrylint -'")
  }
}
