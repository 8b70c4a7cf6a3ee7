import Diagnostics

/// Reported by the pipeline, which composes; there is nothing to check in a resource.
public struct KustomizeNotComposed: Rule {
  public static let documentation = RuleDocumentation(
    id: "kustomize-not-composed", code: "XRS428", category: .cross, severity: .warning, effect: .none,
    summary: "A kustomization with registry configuration is not composed, so its cluster is not known.",
    why: """
      Either kustomize itself would refuse it, and nothing is applied; or it uses something that is never fetched or \
      run here (URLs, Helm charts, plugins), or is not composed with certainty. The rules about a whole cluster stay \
      silent for it, rather than judge what nobody applies. What only is not known here is a note, what kustomize \
      refuses a warning.
      """,
    instead: "Repair what kustomize refuses; lint the output of `kustomize build` where it needs what is not here",
    sources: ["kustomize api/krusty/kustomizer.go"])

  public static let examples: [RuleExample] = []

  public init() {}
}
