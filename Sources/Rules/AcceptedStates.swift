import NodeConfig
import RegistryConfig

/// What a cluster has of an object that its API server refuses.
public enum AcceptedObject: Sendable {
  /// The object as it was taken last, and the last commit that has it so, in hexadecimal digits.
  case taken(LintedResource, in: String)
  /// Nothing: it was not there before it was refused.
  case absent

  public var resource: LintedResource? { if case .taken(let resource, _) = self { resource } else { nil } }

  public var commit: String? { if case .taken(_, let commit) = self { commit } else { nil } }
}

/// Two states of a cluster as its API server has them: what it refuses it keeps as it took it last, and what carries
/// objects there may take nothing away.
public struct AcceptedStates {
  public typealias Objects = [LintedChange.Identity: AcceptedObject]

  public let old: LintedCluster
  public let new: LintedCluster
  /// Objects that were refused, of which nobody here knows what the cluster has, and that are taken or gone now.
  public let unknownBefore: [LintedResource]
  /// What the new state keeps of the old one.
  public let left: [LeftObject]
  /// What the cluster may have that the old state does not say, and that the change replaces.
  public let doubt: Doubt?

  /// - Parameters:
  ///   - before: What is known of objects that the API server refuses of the old state, as it took them last.
  ///   - after: The same of the new state, when more than this change lies between the two.
  ///   - isLeft: Whether the cluster keeps an object of the old state that the new one has not.
  ///   - wasIdle: Whether the old state has an object of the new one that its policy did not apply.
  public init(
    from old: LintedCluster, to new: LintedCluster, before: Objects = [:], after: Objects = [:],
    isLeft: (LintedResource) -> Bool = Self.isLeft, wasIdle: (LintedResource) -> Bool = { _ in false }
  ) {
    doubt = Doubt(from: old, to: new, isLeft: isLeft, wasIdle: wasIdle)
    guard old.holdsRefused || new.holdsRefused else {
      (self.old, unknownBefore) = (old, [])
      (self.new, left) = new.keeping(of: old, isLeft: isLeft)
      return
    }
    let own = old.replacingRefused { before[LintedChange.Identity($0)]?.resource }
    let had = Dictionary(own.resources.map { (LintedChange.Identity($0), $0) }) { first, _ in first }
    let refused = Set(new.resources.lazy.filter(\.isRefused).map(LintedChange.Identity.init))
    self.old = own
    let taken = new.replacingRefused { object in
      let identity = LintedChange.Identity(object)
      return if let known = after[identity] { known.resource } else { had[identity] }
    }
    (self.new, left) = taken.keeping(of: own, isLeft: isLeft)
    unknownBefore = old.resources.filter {
      let identity = LintedChange.Identity($0)
      return $0.isRefused && before[identity] == nil && !refused.contains(identity)
    }
  }

  /// Two states of a cluster as they are written, as if its API server took all of them: where nothing tells what the
  /// cluster has.
  public init(
    asWritten old: LintedCluster, _ new: LintedCluster, isLeft: (LintedResource) -> Bool = Self.isLeft,
    wasIdle: (LintedResource) -> Bool = { _ in false }
  ) {
    doubt = Doubt(from: old, to: new, isLeft: isLeft, wasIdle: wasIdle)
    (self.old, unknownBefore) = (old, [])
    (self.new, left) = new.keeping(of: old, isLeft: isLeft)
  }

  /// What carries an object says whether it stays.
  public static func isLeft(_ object: LintedResource) -> Bool { object.resource.staysWhenRemoved }

  /// What the change does to nodes.
  public var disruption: Disruption { disruptions.told }

  /// What the change does to nodes, and, when that is not known for an object that was refused before, what it does if
  /// they have nothing of it. What the operator refuses it refuses whatever nodes have.
  public var disruptions: (told: Disruption, ifAbsent: Disruption?) {
    let known = Disruption.between(old, new)
    guard known.isWhole, known.error == nil else { return (known, nil) }
    let reason: String
    if let object = unknownBefore.first {
      reason =
        "the API server refused \(object.resource.title) before, so what nodes have of it is not known; "
        + "if they have nothing of it"
    } else if let doubt {
      reason = doubt.words
    } else {
      return (known, nil)
    }
    let isSame = unknownBefore.isEmpty && doubt?.isAllThatChanges == true
    return (.ofParts(reason: "\(reason): \(isSame ? "nothing changes" : known.reason)"), known)
  }
}

extension LintedResource {
  /// Whether the API server refuses it.
  public var isRefused: Bool { schema.violations.contains(where: \.isRefusal) }
}

extension LintedCluster {
  public var holdsRefused: Bool { resources.contains(where: \.isRefused) }

  fileprivate func replacingRefused(_ accepted: (LintedResource) -> LintedResource?) -> LintedCluster {
    guard holdsRefused else { return self }
    return replacing(resources.compactMap { $0.isRefused ? accepted($0) : $0 })
  }
}
