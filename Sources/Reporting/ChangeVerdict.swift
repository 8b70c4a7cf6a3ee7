import Diagnostics
import History
import NodeConfig

/// What a reviewer must know of a change before anything else: whether nodes are disturbed, which pulls stop or begin,
/// which certificates come and go, and what is new.
public struct ChangeVerdict: Sendable {
  public struct Disruption: Sendable {
    public enum Level: Int, Comparable, Sendable {
      case none, reload, failsInstallation, unknown, drain, reboot, frozen

      public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    public let cluster: String
    /// What the operator does with what the cluster has: not with objects that the API server refuses.
    public let level: Level
    /// The API server refuses something of the new side.
    public let isRefused: Bool
    /// Nodes are spared only when what takes the place of an object is there before that goes.
    public let isConditional: Bool
    /// A sentence without a full stop.
    public let words: String
  }

  public struct Pull: Sendable {
    public let cluster: String
    public let change: PullChange
    /// Only clusters to come pull like this.
    public let isOfInstallation: Bool
    /// What holds only if something is so that is not known: `if nodes have nothing of …`.
    public let assumption: String?
    /// `stop`, `are newly allowed`, `are no longer verified by TLS`.
    public let words: String
  }

  public struct Certificate: Sendable {
    public let cluster: String
    public let change: CertificateChange
    /// As for pulls.
    public let assumption: String?
    public let words: String
  }

  /// The worst first.
  public let disruptions: [Disruption]
  /// Pulls that stop, then those that are newly allowed, insecure, or go elsewhere.
  public let pulls: [Pull]
  public let certificates: [Certificate]
  public let introduced: [Diagnostic]
  public let fixed: [Diagnostic]

  public init(_ change: CommitChange) {
    introduced = change.introduced
    fixed = change.fixed
    disruptions = change.clusters.map {
      Disruption(
        cluster: $0.cluster, level: Self.level($0), isRefused: !$0.refused.isEmpty,
        isConditional: $0.disruption.replacement != nil, words: Self.sentence($0, in: change.commit))
    }.sorted { ($1.level, $0.cluster) < ($0.level, $1.cluster) }
    let order = PullChange.Effect.allCases
    pulls = change.clusters.flatMap { cluster in
      cluster.pulls.compactMap { pull in
        pull.effects.first.map { effect in
          let pull = Pull(
            cluster: cluster.cluster, change: pull, isOfInstallation: cluster.isOfInstallation,
            assumption: cluster.assumption, words: Self.verb(effect))
          return (order.firstIndex(of: effect) ?? 0, pull)
        }
      }
    }.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element.1)
    certificates = change.clusters.flatMap { cluster in
      let assumption = cluster.assumption
      return cluster.certificates.map {
        Certificate(cluster: cluster.cluster, change: $0, assumption: assumption, words: Self.words($0))
      }
    }
  }

  /// One line, the worst first: `nodes of 2 clusters drain, pulls from 1 scope stop, 2 new findings`.
  public var headline: String {
    var parts: [String] = []
    func clusters(_ level: Disruption.Level) -> Int { disruptions.reduce(0) { $0 + ($1.level == level ? 1 : 0) } }
    func plural(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }
    let refused = disruptions.count(where: \.isRefused)
    if refused > 0 { parts.append("the API server refuses objects of \(plural(refused, "cluster"))") }
    let frozen = clusters(.frozen)
    if frozen > 0 { parts.append("\(plural(frozen, "cluster")) \(frozen == 1 ? "freezes" : "freeze")") }
    for (level, verb) in [(Disruption.Level.reboot, "reboot"), (.drain, "drain")] where clusters(level) > 0 {
      parts.append("nodes of \(plural(clusters(level), "cluster")) \(verb)")
    }
    let failing = clusters(.failsInstallation)
    if failing > 0 { parts.append("\(plural(failing, "installation")) \(failing == 1 ? "fails" : "fail")") }
    let stopped = Set(
      pulls.filter { !$0.isOfInstallation && $0.assumption == nil && $0.change.effects.contains(.stops) }
        .map(\.change.scope)
    ).count
    if stopped > 0 { parts.append("pulls from \(plural(stopped, "scope")) stop") }
    if !introduced.isEmpty { parts.append("new: \(introduced.counted)") }
    if parts.isEmpty, !fixed.isEmpty { parts.append("fixed: \(fixed.counted)") }
    if disruptions.isEmpty, parts.isEmpty { return "no effect on any cluster" }
    let unknown = clusters(.unknown)
    if unknown > 0 { parts.append("the effect on nodes of \(plural(unknown, "cluster")) is not known") }
    // The end of a change may disturb nobody and the way to it may.
    let mayDrain = introduced.contains { $0.effect == .disruptive }
    if !mayDrain, !disruptions.contains(where: { $0.level >= .unknown || $0.isRefused }) {
      let isConditional = disruptions.contains(where: \.isConditional)
      parts.append(isConditional ? "no node drains if new objects come before old ones go" : "no node drains")
    }
    return parts.joined(separator: ", ")
  }

  private static func level(_ change: ClusterChange) -> Disruption.Level {
    if change.isOfInstallation { return change.disruption.error == nil ? .none : .failsInstallation }
    if change.disruption.error != nil { return .frozen }
    if !change.disruption.isKnown { return .unknown }
    if change.disruption.reboot { return .reboot }
    if change.disruption.drain { return .drain }
    return change.disruption.actions.isEmpty ? .none : .reload
  }

  /// What is refused, and what happens to nodes.
  static func sentence(_ change: ClusterChange, in commit: CommitDescription?) -> String {
    (change.refusals(in: commit) + change.leftovers + [words(change)]).joined(separator: "; ")
  }

  /// Whether it says what a change does to the nodes of a cluster.
  func says(_ change: ClusterChange) -> Bool {
    let words = Self.sentence(change, in: nil)
    return disruptions.contains { $0.cluster == change.cluster && $0.words == words }
  }

  /// Whether it has these findings and no others.
  func says(_ introduced: [Diagnostic], _ fixed: [Diagnostic]) -> Bool {
    func keys(_ findings: [Diagnostic]) -> [String] { findings.map(\.fingerprint).sorted() }
    return keys(introduced) == keys(self.introduced) && keys(fixed) == keys(self.fixed)
  }

  static func words(_ change: ClusterChange) -> String {
    switch level(change) {
    case .frozen: (change.isNewlyFrozen ? "frozen: " : "still frozen: ") + change.disruption.reason
    case .unknown, .reload, .drain, .reboot, .none, .failsInstallation: change.wordsAfterRefusals
    }
  }

  private static func verb(_ effect: PullChange.Effect) -> String {
    switch effect {
    case .stops: "stop"
    case .allowed: "are newly allowed"
    case .mirrored: "go to other sources"
    case .insecure: "are no longer verified by TLS"
    case .secure: "are verified by TLS again"
    case .signatures: "have another signature policy"
    }
  }

  static func words(_ change: CertificateChange) -> String {
    func item(_ item: CertificateChange.Item) -> String { "\(item.subject) until \(item.notAfter.prefix(10))" }
    let removed = change.removed.map(item).joined(separator: ", ")
    let added = change.added.map(item).joined(separator: ", ")
    return switch change.change {
    case .added: "CA of \(change.registry) added: \(added)"
    case .removed: "CA of \(change.registry) removed: \(removed)"
    case .replaced: "CA of \(change.registry) replaced: \(removed) → \(added)"
    }
  }
}
