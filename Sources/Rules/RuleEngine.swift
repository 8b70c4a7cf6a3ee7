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
    guard let first = rules.first else { return [] }
    var findings = Findings(rule: first.documentation)
    for type in rules {
      findings.rule = type.documentation
      type.init().check(file, &findings)
    }
    var diagnostics = findings.diagnostics
    for resource in file.resources {
      var findings = Findings(rule: first.documentation, subject: resource.resource)
      for type in rules {
        findings.rule = type.documentation
        type.init().check(resource, &findings)
      }
      diagnostics += findings.diagnostics
    }
    return diagnostics
  }

  /// The findings of every rule that needs a whole cluster to decide.
  public func check(_ cluster: LintedCluster) -> [Diagnostic] {
    guard let first = rules.first else { return [] }
    var findings = Findings(rule: first.documentation, cluster: cluster.name)
    for type in rules {
      findings.rule = type.documentation
      type.init().check(cluster, &findings)
    }
    return findings.diagnostics
  }
}
