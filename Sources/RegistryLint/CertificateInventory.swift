import Diagnostics
import RegistryConfig
import Reporting
import Rules
import SourceText

/// The registry CAs of an input with what the rules say of each.
public struct CertificateInventory: Sendable {
  public let rows: [CertificateReport.Row]
  public let notifications: [Notification]

  public init(_ request: LintRequest) async throws {
    var request = request
    request.keepsAllConfigMaps = true
    let reading = try await ClusterReading(request)
    let rules = RuleRegistry.all.filter { $0.documentation.category == .ca }
    let engine = RuleEngine(rules: rules)
    let diagnostics = reading.input.files.flatMap { engine.check($0) } + reading.clusters.flatMap { engine.check($0) }
    rows = reading.input.resources.compactMap(\.configMap).flatMap(\.certificates).map { item in
      CertificateReport.Row(item, problems: Self.problems(of: item.entry, in: diagnostics))
    }
    notifications = reading.notifications
  }

  /// The rules with a finding in the key or the value, each once.
  private static func problems(of entry: CertificateConfigMap.Entry, in diagnostics: [Diagnostic]) -> [String] {
    var problems: [String] = []
    let range = entry.key.span.range.lowerBound..<max(entry.key.span.range.upperBound, entry.node.span.range.upperBound)
    for diagnostic in diagnostics
    where diagnostic.span.file === entry.key.span.file && range.contains(diagnostic.span.range.lowerBound)
      && !problems.contains(diagnostic.rule)
    {
      problems.append(diagnostic.rule)
    }
    return problems
  }
}
