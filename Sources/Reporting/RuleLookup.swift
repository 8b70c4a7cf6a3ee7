import Diagnostics
import Rules

extension Diagnostic {
  /// The page of the diagnostic's rule.
  var url: String? { RuleRegistry.rule(rule)?.documentation.url }
}

extension Effect {
  /// What the effect means, for people.
  var consequence: String? {
    switch self {
    case .refused: "the cluster refuses this object"
    case .frozen: "the operator cannot render: all nodes keep their old configuration"
    case .pullsFail: "nodes cannot pull images"
    case .notApplied: "the cluster ignores this"
    case .exposed: "this weakens security"
    case .disruptive: "nodes drain or reboot"
    case .none: nil
    }
  }
}
