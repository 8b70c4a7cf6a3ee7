import RegistryConfig

/// What a change of configuration does to nodes that are running.
/// Source: machine-config-operator, pkg/daemon/update.go and drain.go, pkg/apihelpers/apihelpers.go (default node
/// disruption policies; a cluster can have its own in MachineConfiguration/cluster).
public struct Disruption: Sendable {
  /// What the Machine Config Daemon does after it has written the files.
  public enum Action: String, Hashable, Sendable {
    case reboot = "Reboot"
    case reloadCRIO = "Reload:crio.service"
    /// registries.conf has its own rule: CRI-O is reloaded, and the contents decide whether the node is drained.
    case registriesConf = "Special"
  }

  /// A difference that matters, with the manifest entries behind it on the side that has it.
  public struct Cause: Sendable {
    /// One sentence without a full stop.
    public let words: String
    public let origins: [Origin]

    init(_ words: String, _ origins: [Origin] = []) {
      self.words = words
      self.origins = origins
    }
  }

  /// An object that goes while another one brings what it had: nodes are drained when it goes first.
  public struct Replacement: Sendable {
    public let old: Resource
    public let new: Resource
    /// For people, to follow words on nodes that are not disturbed.
    public let words: String

    /// - Parameters:
    ///   - isAdded: The new object is not there before; else it is changed.
    ///   - others: How many more objects go like this.
    public init(of old: Resource, by new: Resource, isAdded: Bool, others: Int) {
      (self.old, self.new) = (old, new)
      let more = others == 0 ? "" : " (and \(others) more like it)"
      words = "as long as \(new.title) \(isAdded ? "is there" : "is changed") before \(old.title) goes\(more)"
    }
  }

  /// Paths, sorted; removed files too.
  public let filesChanged: [String]
  /// Sorted by their words, each once.
  public let actions: [Action]
  public let drain: Bool
  public let reboot: Bool
  /// Why nodes are rebooted, then why they are drained, by scope; empty when they are not.
  public let causes: [Cause]
  /// One or two sentences for people, naming the change that causes it.
  public private(set) var reason: String
  /// The same for who has said already whether nodes are drained or rebooted: the causes alone.
  public private(set) var explanation: String
  /// The objects whose order decides whether nodes are spared, when it does.
  public private(set) var replacement: Replacement?
  /// The new side does not render: nothing is applied, and no later change is until it does.
  public let error: OperatorError?
  /// The old side does not render, so what nodes have now is unknown, and with it what the change does to them.
  public let oldError: OperatorError?
  /// The operator's log-only warnings of both sides, when there are any.
  public let warnings: (old: String?, new: String?)

  /// False when nothing can be said: the old side does not render, or not all of the configuration is there.
  public var isKnown: Bool { oldError == nil && isWhole }

  /// False for parts that are merged into a configuration that is not there, and for one that is not known.
  public let isWhole: Bool

  /// What a change does of parts that are merged into what a cluster has, or of a configuration that is not known.
  /// - Parameter reason: A sentence without a full stop.
  public static func ofParts(reason: String) -> Disruption { Disruption(ofPartsFor: reason) }

  /// What a change does that only installations to come read: nothing to nodes that run.
  /// - Parameters:
  ///   - source: Where it is written, for people.
  ///   - new: What nodes of a new cluster get.
  public static func ofInstallation(by source: String, new: NodeRendering) -> Disruption {
    let words = "no node drains: \(source) only matters for new installations"
    guard let error = new.error else { return Disruption(nil, new, reason: words) }
    return Disruption(
      nil, new, reason: "\(words), which fail: the operator refuses this configuration: \(error.message)")
  }

  /// Compares two renderings of one cluster.
  public static func between(old: NodeRendering, new: NodeRendering) -> Disruption {
    if let error = new.error {
      return Disruption(
        old, new,
        reason: "the operator refuses the new configuration, so nodes keep the old one and no later change of "
          + "registries reaches them: \(error.message)")
    }
    if let error = old.error {
      return Disruption(
        old, new, reason: "the operator refused the old configuration, so what nodes have now is not known: "
          + error.message)
    }
    return Disruption(old, new)
  }

  /// The same, said on the condition that the new object is there before the old one goes.
  public func provided(_ replacement: Replacement) -> Disruption {
    var provided = self
    provided.replacement = replacement
    if filesChanged.isEmpty {
      provided.reason += " \(replacement.words), else nodes drain"
      provided.explanation = provided.reason
    } else {
      provided.reason += " \(replacement.words)"
      provided.explanation += "; nodes are not drained \(replacement.words)"
    }
    return provided
  }

  private init(ofPartsFor reason: String) {
    isWhole = false
    filesChanged = []
    actions = []
    drain = false
    reboot = false
    causes = []
    self.reason = reason
    explanation = reason
    error = nil
    oldError = nil
    warnings = (nil, nil)
  }

  private init(_ old: NodeRendering?, _ new: NodeRendering, reason: String) {
    isWhole = true
    filesChanged = []
    actions = []
    drain = false
    reboot = false
    causes = []
    self.reason = reason
    explanation = reason
    error = new.error
    oldError = new.error == nil ? old?.error : nil
    warnings = (old?.warning, new.warning)
  }

  private init(_ old: NodeRendering, _ new: NodeRendering) {
    let changed = Set(old.files.keys).union(new.files.keys).filter { old.files[$0]?.content != new.files[$0]?.content }
      .sorted { Bytewise($0) < Bytewise($1) }
    let kinds = Set(changed.map(Self.action))
    var causes: [Cause] = []
    // The first cause is the one that is shown: what reboots a node counts for more than what drains it.
    if kinds.contains(.reboot) { causes.append(Self.rebootCause(old, new)) }
    if kinds.contains(.registriesConf) { causes += RegistriesConfChange(old: old, new: new).unsafeChanges }
    actions = kinds.contains(.reboot) ? [.reboot] : kinds.sorted { $0.rawValue < $1.rawValue }
    isWhole = true
    filesChanged = changed
    reboot = kinds.contains(.reboot)
    drain = reboot || !causes.isEmpty
    self.causes = causes
    (reason, explanation) = Self.words(changed: changed, reboot: reboot, causes: causes)
    error = nil
    oldError = nil
    warnings = (old.warning, new.warning)
  }

  /// The default policy for a path; a path that no policy names takes a reboot.
  private static func action(for path: String) -> Action {
    switch path {
    case NodePath.registriesConf: .registriesConf
    case NodePath.policy: .reloadCRIO
    case _ where path.startsWithBytes("/etc/containers/registries.d/"): .reloadCRIO
    case _ where path.startsWithBytes(NodePath.namespacedPolicies + "/"): .reloadCRIO
    default: .reboot
    }
  }

  private static func rebootCause(_ old: NodeRendering, _ new: NodeRendering) -> Cause {
    let verb = old.searchRegistries == nil ? "is new" : new.searchRegistries == nil ? "is removed" : "changes"
    return Cause(
      "containerRuntimeSearchRegistries \(verb), and no node disruption policy covers \(NodePath.searchRegistries)",
      (new.searchRegistries == nil ? old : new).searchOrigins)
  }

  private static func words(
    changed: [String], reboot: Bool, causes: [Cause]
  ) -> (reason: String, explanation: String) {
    guard !changed.isEmpty else { return ("no file on a node changes", "no file on a node changes") }
    guard let first = causes.first else {
      let files = changed.joined(separator: ", ")
      return ("CRI-O reloads \(files), nodes are not drained", files + (changed.count == 1 ? " changes" : " change"))
    }
    let place = first.origins.first.map { " (\($0.description))" } ?? ""
    let more = causes.count > 1 ? ", and \(causes.count - 1) more" : ""
    let explanation = first.words + place + more
    return ("nodes are drained\(reboot ? " and rebooted" : ""): \(explanation)", explanation)
  }
}
