import Diagnostics
import RegistryConfig
import SourceText

/// Runs rules over files and clusters.
public struct RuleEngine: Sendable {
  public let rules: [any Rule.Type]

  public init(rules: [any Rule.Type]) {
    self.rules = rules
  }

  /// The findings of every rule that needs one file to decide.
  public func check(_ file: LintedFile) -> [Diagnostic] {
    var diagnostics: [Diagnostic] = []
    for type in rules {
      let rule = type.init()
      var findings = Findings(rule: type.documentation)
      rule.check(file, &findings)
      diagnostics += findings.diagnostics
      for resource in file.resources {
        var findings = Findings(rule: type.documentation, subject: resource.resource)
        rule.check(resource, &findings)
        diagnostics += findings.diagnostics
      }
    }
    return diagnostics
  }

  /// The findings of every rule that needs a whole cluster to decide.
  public func check(_ cluster: LintedCluster) -> [Diagnostic] {
    var diagnostics: [Diagnostic] = []
    for type in rules {
      var findings = Findings(rule: type.documentation, cluster: cluster.name)
      type.init().check(cluster, &findings)
      diagnostics += findings.diagnostics
    }
    return diagnostics
  }
}
