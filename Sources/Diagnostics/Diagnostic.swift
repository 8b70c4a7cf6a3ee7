import RegistryConfig
import SourceText

/// How bad a finding is.
public enum Severity: String, Hashable, Comparable, Sendable, CaseIterable {
  case note, warning, error

  public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .note: 0
    case .warning: 1
    case .error: 2
    }
  }
}

/// What a finding does to a cluster. Every report shows it.
public enum Effect: String, Hashable, Sendable, CaseIterable {
  /// The API server, an admission plugin or the installer refuses the object.
  case refused
  /// The Machine Config Operator cannot render: all nodes keep the old configuration.
  case frozen
  /// Nodes cannot pull images.
  case pullsFail = "pulls-fail"
  /// The cluster ignores what is written: pruned, dropped, never matches, wrong name or namespace.
  case notApplied = "not-applied"
  /// Security.
  case exposed
  /// Nodes drain or reboot.
  case disruptive
  /// Style and hygiene.
  case none
}

/// A place that explains a diagnostic, with its own words; it may be in another file.
public struct Label: Hashable, Sendable {
  public let span: SourceSpan
  public let message: String

  public init(_ message: String, at span: SourceSpan) {
    self.message = message
    self.span = span
  }
}

/// The object that a diagnostic speaks of.
public struct ResourceReference: Hashable, Sendable {
  public let apiVersion: String?
  public let kind: String
  public let namespace: String?
  public let name: String?

  public init(apiVersion: String?, kind: String, namespace: String?, name: String?) {
    self.apiVersion = apiVersion
    self.kind = kind
    self.namespace = namespace
    self.name = name
  }

  public init(_ resource: Resource) {
    if let written = resource.writtenAs {
      self.init(
        apiVersion: written.apiVersion, kind: written.kindName, namespace: written.namespace, name: written.name)
      return
    }
    self.init(
      apiVersion: resource.apiVersion?.value, kind: resource.kindName.value, namespace: resource.namespace?.value,
      name: resource.name?.value)
  }
}

/// One finding of one rule.
public struct Diagnostic: Sendable {
  /// The rule's id, `allowed-and-blocked`.
  public var rule: String
  public var severity: Severity
  public var effect: Effect
  /// One sentence with the actual value, without a full stop.
  public var message: String
  public var span: SourceSpan
  public var resource: ResourceReference?
  /// The Kubernetes field path, `spec.imageDigestMirrors[0].source`.
  public var field: String?
  /// The clusters it holds for; empty when the finding holds whatever cluster reads the file.
  public var clusters: [String]
  public var related: [Label]
  /// What to write instead, and why.
  public var help: String?
  public var fixes: [Fix]
  /// The number of findings that this one stands for; more than 1 when a file has very many of one rule.
  public var count: Int
  /// The suppression that hides it.
  public var suppression: Suppression?
  /// The same over commits as long as rule, resource, field and value are: set when a run is complete.
  public var fingerprint: String

  public init(
    rule: String, severity: Severity, effect: Effect, message: String, span: SourceSpan,
    resource: ResourceReference? = nil, field: String? = nil, clusters: [String] = [], related: [Label] = [],
    help: String? = nil, fixes: [Fix] = [], count: Int = 1, suppression: Suppression? = nil, fingerprint: String = ""
  ) {
    self.rule = rule
    self.severity = severity
    self.effect = effect
    self.message = message
    self.span = span
    self.resource = resource
    self.field = field
    self.clusters = clusters
    self.related = related
    self.help = help
    self.fixes = fixes
    self.count = count
    self.suppression = suppression
    self.fingerprint = fingerprint
  }
}
