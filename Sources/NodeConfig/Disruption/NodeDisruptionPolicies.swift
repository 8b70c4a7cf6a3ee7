import RegistryConfig
import SourceText
import YAMLSyntax

/// What the Machine Config Daemon does where files change: the operator's defaults, and what a cluster asks for in
/// `MachineConfiguration/cluster`, whose policy for a path takes the place of the default one.
/// Source: machine-config-operator, pkg/apihelpers/apihelpers.go, `MergeClusterPolicies` and
/// `FindClosestFilePolicyPathMatch`.
public struct NodeDisruptionPolicies: Sendable {
  /// The policy for a file or for everything in a folder.
  struct Policy: Sendable {
    let path: String
    /// Without `None`, which asks for nothing; `nil` where it cannot be read.
    let actions: [Disruption.Action]?
    /// What stands there when it cannot be read.
    let unread: String?
    /// Where a cluster's own stands; `nil` for a default.
    let span: SourceSpan?

    /// How much of a path it is for; `nil` when it is not for it.
    fileprivate func matchLength(in path: String) -> Int? {
      let own = self.path.withoutTrailingSlashes
      guard path.startsWithBytes(own) else { return nil }
      let rest = path.utf8.dropFirst(own.utf8.count)
      return rest.isEmpty || rest.first == UInt8(ascii: "/") ? own.utf8.count : nil
    }

    /// Whether both do the same, wherever they stand.
    fileprivate func asksTheSame(as other: Policy?) -> Bool {
      other.map { actions == $0.actions && unread == $0.unread } ?? false
    }
  }

  private let policies: [Policy]
  /// Whether the cluster's own are known, all of them.
  public let areKnown: Bool
  /// The file with the cluster's own, for people.
  private let source: String?

  /// Those of a cluster of which nobody knows whether it has its own.
  public static let standard = NodeDisruptionPolicies(own: [], areKnown: false, source: nil)
  /// Those of a cluster up to 4.16, which cannot have its own.
  static let fixed = NodeDisruptionPolicies(own: [], areKnown: true, source: nil)

  private static let defaults = [
    Policy(path: NodePath.registriesConf, actions: [.registriesConf], unread: nil, span: nil),
    Policy(path: NodePath.policy, actions: [.reloadCRIO], unread: nil, span: nil),
    Policy(path: "/etc/containers/registries.d", actions: [.reloadCRIO], unread: nil, span: nil),
    Policy(path: NodePath.namespacedPolicies, actions: [.reloadCRIO], unread: nil, span: nil),
  ]

  /// - Parameter objects: The objects of a cluster that are no registry resources.
  public init(of objects: [CarrierObject]) {
    let own = objects.last { $0.kind == .machineConfiguration && $0.name?.value == "cluster" }
    guard let own, let files = own.root.at("spec", "nodeDisruptionPolicy", "files") else {
      self = .standard
      return
    }
    let known = files.items.compactMap(Self.policy)
    self.init(
      own: known, areKnown: !own.isPartial && !files.isIncomplete && known.count == files.items.count,
      source: own.file.path.text)
  }

  private init(own: [Policy], areKnown: Bool, source: String?) {
    policies = Self.defaults.filter { policy in !own.contains { $0.path.equalsBytes(policy.path) } } + own
    (self.areKnown, self.source) = (areKnown, source)
  }

  /// `nil` where nobody knows which files it is for.
  private static func policy(_ node: Node) -> Policy? {
    guard let path = node.located("path") else { return nil }
    let actions = node["actions"]
    let read = (actions?.items ?? []).map(Self.actions)
    let isRead = !read.isEmpty && actions?.isIncomplete == false && !read.contains { $0 == nil }
    return Policy(
      path: path.value, actions: isRead ? read.flatMap { $0 ?? [] } : nil,
      unread: isRead ? nil : actions?.span.text ?? "", span: path.span)
  }

  private static func actions(_ node: Node) -> [Disruption.Action]? {
    func unit(_ key: String) -> String? { node[key]?.located("serviceName")?.value }
    switch node.located("type")?.value {
    case "None": return []
    case "Drain": return [.drain]
    case "Reboot": return [.reboot]
    case "DaemonReload": return [.daemonReload]
    case "Reload": return unit("reload").map { [.reload($0)] }
    case "Restart": return unit("restart").map { [.restart($0)] }
    default: return nil
    }
  }

  /// The policy that decides on a file: the one for the most of its path. What none covers takes a reboot.
  func policy(for path: String) -> Policy? {
    var best: (length: Int, policy: Policy)?
    for policy in policies {
      guard let length = policy.matchLength(in: path), length > best?.length ?? -1 else { continue }
      best = (length, policy)
    }
    return best?.policy
  }

  /// What changes of registries do by default when the cluster's own policy cannot be read.
  static func defaultActions(for path: String) -> [Disruption.Action] {
    fixed.policy(for: path)?.actions ?? [.reboot]
  }

  /// What is to be said of later changes when the policies of a cluster become others; `nil` when nothing is.
  func words(from old: NodeDisruptionPolicies) -> String? {
    // As nearly all clusters are.
    if source == nil, old.source == nil { return nil }
    let paths = [
      NodePath.registriesConf, NodePath.policy, NodePath.searchRegistries, NodePath.sigstoreRegistries,
      NodePath.namespacedPolicies,
    ].filter { path in
      let (before, after) = (old.policy(for: path), policy(for: path))
      return after.map { !$0.asksTheSame(as: before) } ?? (before != nil)
    }
    guard !paths.isEmpty else { return nil }
    let deciding = source.map { "the node disruption policies of \($0)" } ?? "the default node disruption policies"
    return "\(deciding) decide from now on what changes of \(paths.joined(separator: ", ")) do to nodes"
  }
}

extension NodeDisruptionPolicies.Policy {
  /// For people: `the node disruption policy for it (prod/machine-configuration.yaml:9)`.
  var words: String {
    "the node disruption policy for it" + (span.map { " (\($0.file.path):\($0.start.line))" } ?? "")
  }
}
