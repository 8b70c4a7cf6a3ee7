import Diagnostics
import SourceText
import YAMLSyntax

/// A template that cannot be read before it is rendered.
public struct UnrenderedTemplate: Rule {
  public static let documentation = RuleDocumentation(
    id: "unrendered-template", code: "HYG510", category: .hygiene, severity: .note, effect: .none,
    summary: "A Helm, Jinja or Go template that is no YAML before it is rendered: it was not checked.",
    why: "Placeholders are hidden from the YAML reader and never judged. What is no YAML even so cannot be read at all, "
      + "which is no error of the template.",
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
    let unread = file.stream.documents.filter { $0.isTemplated && $0.problem.map { $0.kind != .limit } ?? false }
    guard let first = unread.first, let problem = first.problem else { return }
    findings.report(
      unread.count == 1
        ? "a template that is no YAML before it is rendered was not checked: \(problem.message)"
        : "\(unread.count) templates that are no YAML before they are rendered were not checked: \(problem.message)",
      at: problem.span, help: "check the rendered text, as in 'helm template … | registrylint -'")
  }
}
