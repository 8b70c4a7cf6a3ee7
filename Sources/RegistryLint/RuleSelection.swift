import Diagnostics
import Rules

/// Which rules run, and how severe each is.
public struct RuleSelection: Sendable {
  public let rules: [any Rule.Type]
  public let ids: Set<String>
  /// The rules that decide by one state: of the others it is not known whether a suppression hides something.
  let idsOfStates: Set<String>
  /// What the user selected by name.
  private let named: Set<String>
  private let severity: [String: Configuration.Level]

  /// - Parameters:
  ///   - select: Rules to run; empty means the default ones. A rule that is off by default runs when it is named here.
  ///   - ignore: Rules not to run.
  ///   - isOnly: `select` means these rules alone (the command line); else these besides the default ones.
  public init(
    select: [String], isOnly: Bool, ignore: [String], severity: [String: Configuration.Level]
  ) {
    let ignored = Set(ignore)
    let selected = Set(select)
    rules = RuleRegistry.all.filter { rule in
      let documentation = rule.documentation
      guard !ignored.contains(documentation.id), severity[documentation.id] != .off else { return false }
      if selected.contains(documentation.id) { return true }
      return !documentation.isOptIn && (selected.isEmpty || !isOnly)
    }
    ids = Set(rules.map { $0.documentation.id })
    idsOfStates = Set(rules.lazy.map { $0.documentation }.filter { !$0.needsBase }.map(\.id))
    self.severity = severity
    named = selected
  }

  func isNamed(_ id: String) -> Bool { named.contains(id) }

  /// The diagnostic with the severity that the user gave to its rule.
  public func adjusted(_ diagnostic: Diagnostic) -> Diagnostic {
    guard let level = severity[diagnostic.rule], let severity = Severity(rawValue: level.rawValue) else {
      return diagnostic
    }
    var result = diagnostic
    result.severity = severity
    return result
  }

  /// The id, when there is such a rule; its code (`IMG101`) is taken too.
  public static func known(_ name: String) throws(UsageError) -> String {
    if RuleRegistry.rule(name) != nil { return name }
    if let rule = RuleRegistry.documentation.first(where: { $0.code == name }) { return rule.id }
    let near = nearest(to: name, in: RuleRegistry.documentation.map(\.id))
    throw UsageError("unknown rule '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? ""))
  }
}
