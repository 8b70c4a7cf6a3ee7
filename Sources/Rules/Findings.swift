import Diagnostics
import RegistryConfig
import SourceText

/// Where rules put what they find.
public struct Findings {
  public private(set) var diagnostics: [Diagnostic] = []
  /// The rule that speaks. Most find nothing, so what it says of itself is asked for with a finding.
  var rule: any Rule.Type
  private let subject: Resource?
  private let cluster: String?

  init(rule: any Rule.Type, subject: Resource? = nil, cluster: String? = nil) {
    self.rule = rule
    self.subject = subject
    self.cluster = cluster
  }

  /// Reports a finding.
  /// - Parameters:
  ///   - message: One sentence with the actual value in single quotes, without a full stop.
  ///   - span: The value that is wrong, or the key when the key is.
  ///   - field: The Kubernetes field path of the value.
  ///   - resource: The resource it is about, when that is not the subject of the check.
  ///   - reference: The object it is about, when that is no resource of this program.
  ///   - severity: When it differs from the rule's, as by release.
  ///   - effect: When it differs from the rule's.
  ///   - related: Other places that explain it.
  ///   - help: What the node will do and what to write instead.
  ///   - fixes: Repairs; the first is the best.
  public mutating func report(
    _ message: String, at span: SourceSpan, field: String? = nil, resource: Resource? = nil,
    reference: ResourceReference? = nil, severity: Severity? = nil, effect: Effect? = nil,
    related: [Label] = [], help: String? = nil, fixes: [Fix] = []
  ) {
    let rule = self.rule.documentation
    let subject = resource ?? self.subject
    let fixes = subject.map { subject in fixes.filter { subject.takes($0) } } ?? fixes
    let field = subject?.writtenAs.map { written in field.map { written.path(of: $0) } } ?? field
    diagnostics.append(
      Diagnostic(
        rule: rule.id, severity: severity ?? rule.severity, effect: effect ?? rule.effect, message: message, span: span,
        resource: reference ?? subject.map(ResourceReference.init), field: field,
        clusters: cluster.map { [$0] } ?? [],
        related: related, help: help ?? rule.instead, fixes: fixes))
  }
}
