import RegistryConfig

/// What a change of configuration does to nodes that are running.
/// Source: machine-config-operator, pkg/daemon/update.go and drain.go, pkg/apihelpers/apihelpers.go (default node
/// disruption policies; a cluster can have its own in MachineConfiguration/cluster).
public struct Disruption: Sendable {
  /// What the Machine Config Daemon does after it has written the files.
  public struct Action: RawRepresentable, Hashable, Sendable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public static let reboot = Action(rawValue: "Reboot")
    public static let drain = Action(rawValue: "Drain")
    public static let daemonReload = Action(rawValue: "DaemonReload")
    /// registries.conf has its own rule: CRI-O is reloaded, and the contents decide whether the node is drained.
    public static let registriesConf = Action(rawValue: "Special")
    public static let reloadCRIO = reload("crio.service")

    static func reload(_ unit: String) -> Action { Action(rawValue: "Reload:\(unit)") }
    static func restart(_ unit: String) -> Action { Action(rawValue: "Restart:\(unit)") }

    var reloadsCRIO: Bool { self == .reloadCRIO || self == .registriesConf }
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
  /// The manifest entries behind the first cause, else behind another order of the same entries.
  public let origins: [Origin]
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

  /// What the node disruption policies of the cluster do with later changes, when they become others.
  public let policyChange: String?
  /// The node disruption policies of the cluster are not here, and may say otherwise.
  public let mayBeOverruled: Bool

  /// Whether CRI-O reads its files again, and nothing else happens.
  public var onlyReloadsCRIO: Bool { !drain && !actions.isEmpty && actions.allSatisfy(\.reloadsCRIO) }

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
  /// - Parameter policies: What decides on files that change, before and after.
  public static func between(
    old: NodeRendering, new: NodeRendering,
    policies: (old: NodeDisruptionPolicies, new: NodeDisruptionPolicies) = (.standard, .standard)
  ) -> Disruption {
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
    return Disruption(old, new, new.release.hasNodeDisruptionPolicies ? policies : (.fixed, .fixed))
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
    origins = []
    self.reason = reason
    explanation = reason
    error = nil
    oldError = nil
    warnings = (nil, nil)
    policyChange = nil
    mayBeOverruled = false
  }

  private init(_ old: NodeRendering?, _ new: NodeRendering, reason: String) {
    isWhole = true
    filesChanged = []
    actions = []
    drain = false
    reboot = false
    causes = []
    origins = []
    self.reason = reason
    explanation = reason
    error = new.error
    oldError = new.error == nil ? old?.error : nil
    warnings = (old?.warning, new.warning)
    policyChange = nil
    mayBeOverruled = false
  }

  private init(
    _ old: NodeRendering, _ new: NodeRendering, _ policies: (old: NodeDisruptionPolicies, new: NodeDisruptionPolicies)
  ) {
    let paths = Set(old.files.keys).union(new.files.keys).filter { old.files[$0]?.content != new.files[$0]?.content }
    let changed = paths.sorted { Bytewise($0) < Bytewise($1) }.map { FileChange($0, policies.new) }
    let kinds = Set(changed.flatMap(\.actions))
    // The first cause is the one that is shown: what reboots a node counts for more than what drains it.
    var causes = changed.compactMap { $0.rebootCause(old, new, policies.new) }
    if kinds.contains(.registriesConf) { causes += RegistriesConfChange(old: old, new: new).unsafeChanges }
    causes += changed.compactMap(\.drainCause)
    actions = kinds.contains(.reboot) ? [.reboot] : kinds.sorted { $0.rawValue < $1.rawValue }
    isWhole = true
    filesChanged = changed.map(\.path)
    reboot = kinds.contains(.reboot)
    drain = !causes.isEmpty
    self.causes = causes
    let isReordered = causes.isEmpty && paths.contains(NodePath.registriesConf)
    let moved = isReordered ? RegistriesConfChange.reordered(old: old, new: new) : []
    origins = causes.first?.origins ?? moved
    policyChange = policies.new.words(from: policies.old)
    mayBeOverruled = !policies.new.areKnown
    (reason, explanation) = Self.words(changed: changed, reboot: reboot, causes: causes, moved: moved)
    error = nil
    oldError = nil
    warnings = (old.warning, new.warning)
    if changed.isEmpty, let policyChange {
      reason += "; \(policyChange)"
      explanation = reason
    }
  }

  private static func words(
    changed: [FileChange], reboot: Bool, causes: [Cause], moved: [Origin]
  ) -> (reason: String, explanation: String) {
    guard !changed.isEmpty else { return ("no file on a node changes", "no file on a node changes") }
    let order = moved.first.map { ["the same entries have another order (\($0.description))"] } ?? []
    let more = (order + changed.compactMap(\.wordsIfUnread)).map { "; \($0)" }.joined()
    guard let first = causes.first else {
      let own = changed.compactMap(\.wordsOfOwnPolicy)
      let reloaded = changed.filter { $0.wordsOfOwnPolicy == nil }.map(\.path)
      let files = reloaded.joined(separator: ", ")
      let ofDefaults = reloaded.isEmpty ? [] : ["CRI-O reloads \(files)"]
      let changes = reloaded.isEmpty ? [] : [files + (reloaded.count == 1 ? " changes" : " change")]
      return (
        (ofDefaults + own).joined(separator: ", ") + ", nodes are not drained\(more)",
        (changes + own).joined(separator: ", ") + more
      )
    }
    let place = first.origins.first.map { " (\($0.description))" } ?? ""
    let others = causes.count > 1 ? ", and \(causes.count - 1) more" : ""
    let explanation = first.words + place + others + more
    return ("nodes are drained\(reboot ? " and rebooted" : ""): \(explanation)", explanation)
  }
}

/// A file of nodes that changes, and what is done for it.
private struct FileChange {
  let path: String
  /// `nil` where none covers the path.
  private let policy: NodeDisruptionPolicies.Policy?

  init(_ path: String, _ policies: NodeDisruptionPolicies) {
    self.path = path
    policy = policies.policy(for: path)
  }

  var actions: [Disruption.Action] {
    policy.map { $0.actions ?? NodeDisruptionPolicies.defaultActions(for: path) } ?? [.reboot]
  }

  /// The cluster's own policy, when it decides and says so.
  private var own: NodeDisruptionPolicies.Policy? { policy?.span == nil || policy?.actions == nil ? nil : policy }

  func rebootCause(
    _ old: NodeRendering, _ new: NodeRendering, _ policies: NodeDisruptionPolicies
  ) -> Disruption.Cause? {
    guard actions.contains(.reboot) else { return nil }
    let isSearch = path == NodePath.searchRegistries
    let origins = isSearch ? (new.searchRegistries == nil ? old : new).searchOrigins : []
    if let own { return Disruption.Cause("\(path) changes, and \(own.words) asks for a reboot", origins) }
    let verb = old.searchRegistries == nil ? "is new" : new.searchRegistries == nil ? "is removed" : "changes"
    let words = "containerRuntimeSearchRegistries \(verb), which takes a reboot"
    guard policy == nil, new.release.hasNodeDisruptionPolicies else { return Disruption.Cause(words, origins) }
    let condition =
      policies.areKnown
      ? ", for no node disruption policy covers \(path)"
      : " unless a node disruption policy in MachineConfiguration/cluster covers \(path)"
    return Disruption.Cause(words + condition, origins)
  }

  var drainCause: Disruption.Cause? {
    guard let own, actions.contains(.drain) else { return nil }
    return Disruption.Cause("\(path) changes, and \(own.words) asks for a drain")
  }

  /// What the cluster's own policy asks for, when that spares nodes the drain.
  var wordsOfOwnPolicy: String? {
    guard let own else { return nil }
    let asked = actions.isEmpty ? "nothing" : actions.map(\.rawValue).joined(separator: ", ")
    return "\(path) changes, and \(own.words) asks for \(asked)"
  }

  /// The cluster's own policy decides, and nobody here knows how.
  var wordsIfUnread: String? {
    guard let policy, policy.span != nil, policy.actions == nil else { return nil }
    return "for \(path) \(policy.words) decides, which cannot be read"
  }
}
