import Diagnostics

/// Reported by the pipeline, which knows what every suppression hid; there is nothing to check in a resource.
public struct SuppressionWithoutReason: Rule {
  public static let documentation = RuleDocumentation(
    id: "suppression-without-reason", code: "SUP602", category: .suppression, severity: .warning, effect: .none,
    summary: """
      A suppression comment cannot be obeyed: it has no reason, no rule, a day that is none, or speaks of a file from \
      behind the first key.
      """,
    why:
      "A finding that is hidden without a reason cannot be judged by whoever reads the file next, so it is not hidden.",
    instead:
      "Write `# registrylint:ignore RULE -- reason`, with `until=2027-01-31` before the dashes when it should end")

  public static let examples: [RuleExample] = []

  public init() {}
}
