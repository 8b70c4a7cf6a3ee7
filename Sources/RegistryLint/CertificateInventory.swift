import Diagnostics
import RegistryConfig
import Reporting
import Rules
import SourceText

/// The registry CAs of an input with what the rules say of each.
public struct CertificateInventory: Sendable {
  public let rows: [CertificateReport.Row]
  public let notifications: [Notification]

  /// - Parameter cluster: Only what this cluster gets.
  public init(_ request: LintRequest, cluster: String? = nil) async throws {
    var request = request
    request.keepsAllConfigMaps = true
    let reading = try await ClusterReading(request, cluster: cluster)
    var subjects = reading.clusters.flatMap(\.resources)
    if cluster == nil {
      // What is composed is shown as it is composed; everything else as it is written.
      let composed = reading.assembly.composedPaths
      subjects += reading.input.resources.filter { !composed.contains($0.file.path) }
    }
    var seen: Set<ObjectIdentifier> = []
    subjects = subjects.filter { seen.insert(ObjectIdentifier($0)).inserted }
    let engine = RuleEngine(rules: RuleRegistry.all.filter { $0.documentation.category == .ca })
    let diagnostics =
      reading.input.files.flatMap { engine.checkText(of: $0) } + subjects.flatMap { engine.check($0) }
      + reading.clusters.flatMap { engine.check($0) }
    var shown: Set<Shown> = []
    rows = subjects.compactMap(\.configMap).flatMap(\.certificates).filter { shown.insert(Shown($0)).inserted }.map {
      CertificateReport.Row($0, problems: Self.problems(of: $0.entry, in: diagnostics))
    }
    notifications = reading.notifications
  }

  /// What tells one row from another: overlays of one base have the same.
  private struct Shown: Hashable {
    let namespace: String?
    let name: String?
    let key: Located<String>
    let value: SourceSpan

    init(_ certificates: RegistryCertificates) {
      namespace = certificates.configMap.namespace?.value
      name = certificates.configMap.name?.value
      key = certificates.entry.key
      value = certificates.entry.node.span
    }
  }

  /// The rules with a finding in the key or the value, each once.
  private static func problems(of entry: CertificateConfigMap.Entry, in diagnostics: [Diagnostic]) -> [String] {
    var problems: [String] = []
    let (key, value) = (entry.key.span, entry.node.span)
    for diagnostic in diagnostics where !problems.contains(diagnostic.rule) {
      let (file, start) = (diagnostic.span.file, diagnostic.span.range.lowerBound)
      // A generator may take the value from a file of its own.
      let isFound =
        key.file === value.file
        ? file === key.file
          && (key.range.lowerBound..<max(key.range.upperBound, value.range.upperBound)).contains(start)
        : file === key.file && key.range.contains(start) || file === value.file && value.range.contains(start)
      if isFound { problems.append(diagnostic.rule) }
    }
    return problems
  }
}
