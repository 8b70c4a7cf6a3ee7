import Diagnostics

/// Reported by the pipeline, which knows what every suppression hid; there is nothing to check in a resource.
public struct UnusedSuppression: Rule {
  public static let documentation = RuleDocumentation(
    id: "unused-suppression", code: "SUP601", category: .suppression, severity: .warning, effect: .none,
    summary: "A suppression comment hides nothing.",
    why: "What it was written for is repaired or was never found; left in place it would hide the next mistake on its "
      + "line.",
    instead: "Remove the comment, or the rules in it that hide nothing")

  public static let examples: [RuleExample] = []

  public init() {}
}
