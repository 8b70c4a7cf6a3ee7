import Diagnostics

/// Reported by the pipeline, which knows what every suppression hid; there is nothing to check in a resource.
public struct ExpiredSuppression: Rule {
  public static let documentation = RuleDocumentation(
    id: "expired-suppression", code: "SUP603", category: .suppression, severity: .warning, effect: .none,
    summary: "The day of a suppression comment is over.",
    why: "The findings that it hid are reported again.",
    instead: "Repair what it hid, or give it a new day with a reason")

  public static let examples: [RuleExample] = []

  public init() {}
}
