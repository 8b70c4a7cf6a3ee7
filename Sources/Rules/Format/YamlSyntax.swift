import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// A document that is no YAML.
public struct YamlSyntax: Rule {
  public static let documentation = RuleDocumentation(
    id: "yaml-syntax", code: "FMT314", category: .format, severity: .error, effect: .refused,
    summary: "A document that is no YAML.",
    why: "Neither `oc` nor kustomize nor Argo CD can read the document, so nothing of it is applied, and nothing in it "
      + "was checked here.",
    instead: "Correct the text at the place that is shown; it is where reading stopped, and the cause may be a line "
      + "above.",
    sources: ["YAML 1.1", "libyaml"])

  public static let examples: [RuleExample] = [
    .bad(
      "an item and a key at once",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: mirrors
      spec:
        imageDigestMirrors:
        - mirrors:
          - mirror.lab/team
            source⟦:⟧ quay.io/team
      """, message: "mapping values are not allowed"),
    .bad(
      "a tab",
      """
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: ca
        namespace: openshift-config
      data:
      ⟦\t⟧registry.lab: text
      """, message: "a tab is used for indentation"),
    .good(
      "YAML",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec: {}
      """),
    .good(
      "a template that is no YAML before it is rendered",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources: {{ .Values.sources }}
       {{ .Values.more }}: [
      """),
    .good(
      "a definition, which only speaks of our kinds",
      """
      apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata:
          name: imagedigestmirrorsets.config.openshift.io
      """, testOnly: true),
  ]

  public init() {}

  public func check(_ file: LintedFile, _ findings: inout Findings) {
    for problem in Self.problems(in: file) {
      findings.report(
        problem.message, at: problem.span,
        related: problem.context.map { [Label("what could not be finished begins here", at: $0)] } ?? [],
        help: "nothing can read the document, so the cluster gets nothing of it"
          + (problem.hint.map { "; \($0)" } ?? ""))
    }
  }

  /// Why documents that may hold resources of ours cannot be read.
  public static func problems(in file: LintedFile) -> [SyntaxProblem] {
    file.stream.documents.compactMap { document in
      // A limit is the program's own, which the run reports; it says nothing of the text.
      guard !document.isTemplated, let problem = document.problem, problem.kind != .limit, !problem.isWildcard else {
        return nil
      }
      // A definition of our kinds holds none of them.
      return UnreadText.isDefinition(file.file.bytes[document.range]) ? nil : problem
    }
  }
}
