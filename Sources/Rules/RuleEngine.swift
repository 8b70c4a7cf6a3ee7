import Diagnostics
import RegistryConfig
import SourceText

/// Runs rules over files and clusters.
public struct RuleEngine: Sendable {
  public let rules: [any Rule.Type]

  public init(rules: [any Rule.Type]) {
    self.rules = rules
  }

  /// The findings of every rule that needs one file to decide, in it and in its resources.
  public func check(_ file: LintedFile) -> [Diagnostic] {
    checkText(of: file) + file.resources.flatMap { check($0) }
  }

  /// The findings of every rule that needs the text of a file to decide.
  public func checkText(of file: LintedFile) -> [Diagnostic] {
    guard let first = rules.first else { return [] }
    var findings = Findings(rule: first)
    for type in rules {
      findings.rule = type
      type.init().check(file, &findings)
    }
    return findings.diagnostics
  }

  /// The findings of every rule that needs one resource to decide, written or composed.
  public func check(_ resource: LintedResource) -> [Diagnostic] {
    guard let first = rules.first else { return [] }
    var findings = Findings(rule: first, subject: resource.resource)
    for type in rules {
      findings.rule = type
      type.init().check(resource, &findings)
    }
    return findings.diagnostics
  }

  /// The findings of every rule that needs a whole cluster to decide.
  public func check(_ cluster: LintedCluster) -> [Diagnostic] {
    guard let first = rules.first else { return [] }
    var findings = Findings(rule: first, cluster: cluster.name)
    for type in rules {
      findings.rule = type
      type.init().check(cluster, &findings)
    }
    return findings.diagnostics
  }

  /// The findings of every rule that needs two states of a cluster to decide.
  public func check(_ change: LintedChange) -> [Diagnostic] {
    guard let first = rules.first else { return [] }
    var findings = Findings(rule: first, cluster: change.new.name)
    for type in rules where type.documentation.needsBase {
      findings.rule = type
      type.init().check(change, &findings)
    }
    return findings.diagnostics
  }
}
