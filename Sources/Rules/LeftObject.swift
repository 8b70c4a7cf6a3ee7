import RegistryConfig
import YAMLSyntax

/// An object of which a cluster keeps more than the new state has: what carries it there takes nothing away.
public struct LeftObject: Sendable {
  public enum Extent: String, Sendable {
    /// The new state does not have it at all.
    case object
    /// It stays as it was: what the new state has of it is there already.
    case unchanged
    /// What the new state does not have stays beside what that adds.
    case content
  }

  public let resource: Resource
  public let extent: Extent
}

extension LintedCluster {
  /// The cluster with what it keeps of an older state.
  /// - Parameter isLeft: Whether an object of the older state stays that this one has not.
  func keeping(
    of old: LintedCluster, isLeft: (LintedResource) -> Bool
  ) -> (cluster: LintedCluster, left: [LeftObject]) {
    guard [old.resources, old.parts, resources].joined().contains(where: { $0.resource.retention != nil }) else {
      return (self, [])
    }
    let before = Dictionary(old.resources.map { (LintedChange.Identity($0), $0) }) { first, _ in first }
    var left: [LeftObject] = []
    var kept = resources.map { resource in
      guard resource.resource.retention?.keepsContent == true, !resource.resource.isPatch,
        let was = before[LintedChange.Identity(resource)], was !== resource,
        !was.hasSameContent(as: resource)
      else { return resource }
      let root = MustHave.object(resource.resource.root, over: was.resource.root)
      if MustHave.isSame(root, was.resource.root) {
        left.append(LeftObject(resource: resource.resource, extent: .unchanged))
        return was
      }
      let isMadeAnew = resource.resource.retention?.isMadeAnew == true
      if isMadeAnew || MustHave.isSame(root, resource.resource.root) { return resource }
      left.append(LeftObject(resource: resource.resource, extent: .content))
      return LintedResource(resource.resource.replacing(root: root), settings: resource.settings)
    }
    let names = Set((resources + parts).map(LintedChange.Identity.init))
    for object in old.resources where !names.contains(LintedChange.Identity(object)) && isLeft(object) {
      left.append(LeftObject(resource: object.resource, extent: .object))
      kept.append(object)
    }
    let (parts, leftParts) = keepingParts(of: old, isLeft: isLeft)
    left += leftParts
    return left.isEmpty ? (self, []) : (replacing(kept, parts: parts), left)
  }

  /// What is merged into objects that nobody here knows: what adds nothing, or is not merged any more, changes nothing.
  private func keepingParts(
    of old: LintedCluster, isLeft: (LintedResource) -> Bool
  ) -> (parts: [LintedResource], left: [LeftObject]) {
    let before = Dictionary(old.parts.map { (LintedChange.Identity($0), $0) }) { first, _ in first }
    var left: [LeftObject] = []
    var kept = parts.map { part in
      guard part.resource.isMerged, part.resource.retention != nil, let was = before[LintedChange.Identity(part)],
        was.resource.isMerged, !was.hasSameContent(as: part),
        MustHave.isSame(MustHave.object(part.resource.root, over: was.resource.root), was.resource.root)
      else { return part }
      left.append(LeftObject(resource: part.resource, extent: .unchanged))
      return was
    }
    let names = Set((resources + parts).map(LintedChange.Identity.init))
    for part in old.parts
    where part.resource.isMerged && !names.contains(LintedChange.Identity(part)) && isLeft(part) {
      left.append(LeftObject(resource: part.resource, extent: .object))
      kept.append(part)
    }
    guard !left.isEmpty else { return (parts, []) }
    // Compared in their order.
    let places = old.parts.enumerated().map { (ObjectIdentifier($0.element), $0.offset) }
    let order = Dictionary(places) { first, _ in first }
    func place(_ part: LintedResource) -> Int { order[ObjectIdentifier(part)] ?? .max }
    let sorted = kept.enumerated().sorted { (place($0.element), $0.offset) < (place($1.element), $1.offset) }
    return (sorted.map(\.element), left)
  }

  func replacing(_ resources: [LintedResource], parts: [LintedResource]? = nil) -> LintedCluster {
    LintedCluster(
      name: name, resources: resources, settings: settings, releaseImage: releaseImage, elsewhere: elsewhere,
      workloadImages: workloadImages, carriers: carriers, parts: parts ?? self.parts)
  }
}

/// What a cluster may have of an object that the repository does not say.
public struct Doubt: Sendable {
  public enum Kind: Sendable {
    /// `musthave` may have left more in it than was written, which goes.
    case hadMore
    /// Its policy informs or is disabled, and may have made it earlier.
    case wasIdle
    /// Its policy deletes it only where it created it.
    case mayBeOfOthers
  }

  public let resource: Resource
  public let kind: Kind
  /// Everything is written as before.
  let isAllThatChanges: Bool

  /// `nil` where there is none.
  init?(
    from old: LintedCluster, to new: LintedCluster, isLeft: (LintedResource) -> Bool,
    wasIdle: (LintedResource) -> Bool
  ) {
    guard [old.resources, new.resources].joined().contains(where: { $0.resource.retention != nil }) else { return nil }
    let before = Dictionary(old.resources.map { (LintedChange.Identity($0), $0) }) { first, _ in first }
    let come = new.resources.compactMap { object in
      Self.kind(of: object, before[LintedChange.Identity(object)], wasIdle).map { (object.resource, $0) }
    }
    let gone = Self.mayBeOfOthers(in: old, goneFrom: new, isLeft).map { ($0, Kind.mayBeOfOthers) }
    guard let first = come.first ?? gone else { return nil }
    (resource, kind) = first
    isAllThatChanges =
      old.resources.count == new.resources.count
      && new.resources.allSatisfy { before[LintedChange.Identity($0)]?.hasSameContent(as: $0) == true }
  }

  private static func kind(
    of object: LintedResource, _ was: LintedResource?, _ wasIdle: (LintedResource) -> Bool
  ) -> Kind? {
    guard let retention = object.resource.retention else { return nil }
    if was == nil, wasIdle(object) { return .wasIdle }
    return !retention.keepsContent && was?.resource.retention?.keepsContent == true ? .hadMore : nil
  }

  private static func mayBeOfOthers(
    in old: LintedCluster, goneFrom new: LintedCluster, _ isLeft: (LintedResource) -> Bool
  ) -> Resource? {
    let names = Set(new.resources.map(LintedChange.Identity.init))
    return old.resources.first { object in
      object.resource.retention?.deletesOnlyCreated == true && !names.contains(LintedChange.Identity(object))
        && !isLeft(object) && !new.carriers.contains { $0.deletes(object.resource) }
    }?.resource
  }

  /// For people, to be followed by what happens then.
  var words: String {
    switch kind {
    case .hadMore:
      "what musthave left in \(resource.title) beside what is written goes, and is not known; if that is nothing"
    case .wasIdle:
      "the policy of \(resource.title) was not enforced before, and whether clusters have it from earlier is not "
        + "known; if they have nothing of it"
    case .mayBeOfOthers:
      "\(resource.title) goes only from clusters where its policy created it (DeleteIfCreated); if its policy created it"
    }
  }

  /// The same as an assumption.
  public var assumption: String {
    switch kind {
    case .hadMore: "if clusters have nothing more of \(resource.title) than was written"
    case .wasIdle: "if clusters have nothing of \(resource.title)"
    case .mayBeOfOthers: "if its policy created \(resource.title)"
    }
  }
}

extension LintedResource {
  fileprivate func hasSameContent(as other: LintedResource) -> Bool {
    MustHave.isSame(resource.root, other.resource.root) { $0.hasSameContent(as: $1) }
  }
}
