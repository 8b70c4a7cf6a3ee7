import NodeConfig
import RegistryConfig
import Rules
import SourceText

/// A resource that one side has and the other has not, or that differs.
public struct ResourceChange: Sendable {
  public enum Kind: String, Sendable { case added, removed, modified, renamed }

  public let change: Kind
  public let resource: Resource
  public let path: RepositoryPath
  /// The path before, when the resource moved to another file.
  public let oldPath: RepositoryPath?
  /// The files that the change was made in, of those that the values come from, when they are not the object's own: a
  /// patch of an overlay.
  public let changedIn: [RepositoryPath]
  public let fields: [FieldChange]
}

/// A file of nodes before and after; `nil` where it is not there.
public struct NodeFileChange: Hashable, Sendable {
  public let path: String
  public let before: String?
  public let after: String?
}

/// A cluster as it was when the operator wrote its files last.
public struct LastWritten: Sendable {
  public let cluster: LintedCluster
  /// In hexadecimal digits.
  public let commit: String

  public init(cluster: LintedCluster, commit: String) {
    self.cluster = cluster
    self.commit = commit
  }
}

/// What a change does to one cluster.
public struct ClusterChange: Sendable {
  public let cluster: String
  /// The cluster's name before, when its folder was renamed.
  public let oldName: String?
  public let resources: [ResourceChange]
  public let nodeFiles: [NodeFileChange]
  public let disruption: Disruption
  public let pulls: [PullChange]
  public let certificates: [CertificateChange]
  /// What the API server refuses of the new side: it does not come to the cluster, which keeps what it took last.
  /// Everything that is said of nodes is said of what the cluster has.
  public let refused: [RefusedObject]
  /// The same of the old side.
  public let refusedBefore: [RefusedObject]
  /// What the new side would do if the API server took all of it; `nil` when it does.
  public let ifTaken: Disruption?
  /// What the change does if nodes have nothing of objects that the API server refused before and of which nobody here
  /// knows what they have: node files, pulls and certificates are told on that assumption. `nil` without one.
  public let ifAbsent: Disruption?
  /// What the cluster keeps of the old side, because what carries it there takes nothing away: everything that is said
  /// of nodes is said of the new side with it.
  public let left: [LeftObject]
  /// What the cluster may have that the old side does not say: what is told is told on the assumption that it has not.
  /// `nil` without a doubt.
  public let doubt: Doubt?
  /// What is said of nodes is what the operator would do with objects that the API server refuses.
  public let isAsWritten: Bool
  /// Only clusters that are installed from now on get any of it.
  public let isOfInstallation: Bool
  /// What of the cluster is known in part only, on both sides alike: the rest is taken for empty. For people.
  public let partial: String?
  /// The commit whose state of the cluster this is compared with, because those behind it do not know it; in
  /// hexadecimal digits. `nil` for the usual one.
  public let lastKnownIn: String?
  /// The commit whose files nodes have, since the operator refused the cluster after it; in hexadecimal digits.
  public let lastWrittenIn: String?

  /// Whether anything differs that somebody could notice.
  public var isEffective: Bool {
    !resources.isEmpty || !nodeFiles.isEmpty || !pulls.isEmpty || !certificates.isEmpty || !disruption.actions.isEmpty
      || isNewlyFrozen || doubt != nil || disruption.policyChange != nil || isHidden
  }

  /// What cannot be read differs: a placeholder, or template text.
  private let isHidden: Bool

  /// The operator refuses the new side for something that it did not refuse the old side for.
  public let isNewlyFrozen: Bool

  /// Whether resources stand in other files and everything else is as it was.
  public var isOnlyMoved: Bool {
    !resources.isEmpty && resources.allSatisfy { $0.change == .renamed } && nodeFiles.isEmpty && pulls.isEmpty
      && certificates.isEmpty && disruption.filesChanged.isEmpty && disruption.error == nil
      && disruption.oldError == nil && disruption.policyChange == nil
  }

  /// Which state of the cluster this is compared with, when that is not the one of the parent: for people.
  public var comparison: String? {
    lastKnownIn.map { "compared with \($0.prefix(10)), where this cluster was last known" }
      ?? lastWrittenIn.map { "compared with \($0.prefix(10)), whose files nodes still have" }
  }

  /// The API server refuses what would change on nodes.
  public var isOnlyRefused: Bool {
    !isOfInstallation && !isAsWritten && !refused.isEmpty && disruption.isKnown && disruption.error == nil
      && disruption.filesChanged.isEmpty && nodeFiles.isEmpty
  }

  /// What the change does to nodes, without a full stop. The operator does not write the CAs of registries: node-ca
  /// puts them into certs.d, where each pull reads them anew.
  public var reason: String { words(disruption.reason) }

  /// The same for who has said already whether nodes are disturbed.
  public var explanation: String { words(disruption.explanation) }

  private func words(_ ofOperator: String) -> String {
    if isOfInstallation || ifAbsent != nil { return ofOperator }
    if isOnlyRefused {
      return "refused by the API server: nothing changes on nodes until that is mended"
    }
    let isOfOperator = disruption.error != nil || disruption.oldError != nil || !disruption.filesChanged.isEmpty
    let ofCertificates =
      ["only files below /etc/docker/certs.d change, which pulls read at once"]
      + [disruption.replacement.map { "nodes are not drained \($0.words)" }, disruption.policyChange].compactMap { $0 }
    let words = isOfOperator || nodeFiles.isEmpty ? ofOperator : ofCertificates.joined(separator: "; ")
    return partial.map { "\(words); as far as this can be told: \($0)" } ?? words
  }

  /// Compares the two states of a cluster; a side that does not exist is an empty cluster.
  /// - Parameters:
  ///   - bases: The folders that paths are counted from to tell whether a resource moved. They differ when two
  ///     directories are compared, of which one may lie in a repository and the other not.
  ///   - lastKnownIn: The commit that the old side is of, when that is not the parent.
  ///   - before: Objects that the API server refuses of the old side, as it took them last.
  ///   - after: The same of the new side.
  ///   - isAsWritten: Nothing tells what the cluster has of objects that the API server refuses: they are told as if it
  ///     took them.
  ///   - written: The cluster as nodes have it, when the operator refuses the old side.
  ///   - isLeft: Whether the cluster keeps an object of the old side that the new one has not.
  ///   - wasIdle: Whether the old side has an object of the new one that its policy did not apply.
  ///   - deletedBy: The files of the new side that remove an object of the old one, which its own file still has.
  ///   - tellsPulls: False where nobody reads of pulls.
  ///   - comparesPaths: False for two files that stand for one cluster: they have different names by nature.
  public init(
    from old: LintedCluster, to new: LintedCluster, bases: (old: RepositoryPath, new: RepositoryPath)? = nil,
    comparesPaths: Bool = true, lastKnownIn: String? = nil, before: AcceptedStates.Objects = [:],
    after: AcceptedStates.Objects = [:], written: LastWritten? = nil, isAsWritten: Bool = false,
    isLeft: (LintedResource) -> Bool = AcceptedStates.isLeft, wasIdle: (LintedResource) -> Bool = { _ in false },
    tellsPulls: Bool = true, deletedBy: (LintedResource) -> [RepositoryPath] = { _ in [] }
  ) {
    self.lastKnownIn = lastKnownIn
    cluster = new.name
    oldName = bases != nil || old.name == new.name || old.resources.isEmpty || new.resources.isEmpty ? nil : old.name
    refused = RefusedObject.all(in: new)
    refusedBefore = RefusedObject.all(in: old, taken: before)
    self.isAsWritten = isAsWritten && (old.holdsRefused || new.holdsRefused)
    let states =
      isAsWritten
      ? AcceptedStates(asWritten: old, new, isLeft: isLeft, wasIdle: wasIdle)
      : AcceptedStates(from: old, to: new, before: before, after: after, isLeft: isLeft, wasIdle: wasIdle)
    let last = states.new.isFrozen || !states.old.isFrozen || new.holdsRefused ? nil : written
    lastWrittenIn = last?.commit
    if let last {
      (disruption, ifAbsent) = (Disruption.between(last.cluster, states.new), nil)
    } else {
      (disruption, ifAbsent) = states.disruptions
    }
    ifTaken = refused.isEmpty || isAsWritten ? nil : Disruption.between(states.old, new)
    isOfInstallation = LintedCluster.installationSource(old, new) != nil
    isHidden = !isOfInstallation && LintedCluster.whyNotRead(states.old, states.new) != nil
    let nodes = last?.cluster ?? states.old
    let (had, has) = (nodes.rendering, states.new.rendering)
    resources = Self.resources(from: old, to: new, bases, comparesPaths, EntryOrder(old: had, new: has), deletedBy)
    doubt = ifAbsent != nil && states.unknownBefore.isEmpty ? states.doubt : nil
    // What comes to the same is not worth a word.
    let isFelt = !states.left.isEmpty && !new.rendering.writesTheSame(as: has)
    left = states.left.filter { $0.extent == .object || isFelt }
    isNewlyFrozen = disruption.isWhole && has.error != nil && has.error?.message != had.error?.message
    let isToldOf = disruption.isWhole || ifAbsent != nil
    certificates = isToldOf ? CertificateChange.between(had, has) : []
    partial = disruption.isWhole ? new.whyPartial : nil
    // What does not render is not applied: nodes keep their files.
    if !isToldOf || disruption.error != nil || disruption.oldError != nil {
      nodeFiles = []
      pulls = []
    } else {
      nodeFiles = Self.nodeFiles(from: had, to: has)
      pulls = !tellsPulls || nodeFiles.isEmpty || had.error != nil ? [] : PullChange.between(nodes, states.new)
    }
  }

  /// A cluster of which one side is not known as a whole: what changes there is not compared.
  /// - Parameter reason: A sentence without a full stop.
  public init(notKnown cluster: String, reason: String) {
    self.cluster = cluster
    oldName = nil
    isNewlyFrozen = false
    isHidden = false
    certificates = []
    nodeFiles = []
    pulls = []
    refused = []
    refusedBefore = []
    ifTaken = nil
    ifAbsent = nil
    isOfInstallation = false
    partial = nil
    left = []
    doubt = nil
    lastKnownIn = nil
    lastWrittenIn = nil
    isAsWritten = false
    resources = []
    disruption = .ofParts(reason: reason)
  }

  private static func resources(
    from old: LintedCluster, to new: LintedCluster, _ bases: (old: RepositoryPath, new: RepositoryPath)?,
    _ comparesPaths: Bool, _ order: EntryOrder, _ deletedBy: (LintedResource) -> [RepositoryPath]
  ) -> [ResourceChange] {
    // Objects of one name may stand in several files: first those that are the same, then those of the same file.
    var before: [LintedChange.Identity: [LintedResource]] = [:]
    let (ours, theirs) = (old.resources + old.parts, new.resources + new.parts)
    let same = Set(ours.map(ObjectIdentifier.init)).intersection(theirs.map(ObjectIdentifier.init))
    for resource in ours where !same.contains(ObjectIdentifier(resource)) {
      before[LintedChange.Identity(resource), default: []].append(resource)
    }
    func takePrevious(of resource: LintedResource) -> LintedResource? {
      let key = LintedChange.Identity(resource)
      guard var candidates = before[key], !candidates.isEmpty else { return nil }
      let previous = candidates.remove(at: candidates.firstIndex { $0.file.path == resource.file.path } ?? 0)
      before[key] = candidates
      return previous
    }
    var changes: [ResourceChange] = []
    for resource in theirs where !same.contains(ObjectIdentifier(resource)) {
      let fields = ResourceFields(resource.typed)
      guard let previous = takePrevious(of: resource) else {
        changes.append(change(.added, resource, nil, FieldChange.between(nil, fields, showsOrder: order.shows)))
        continue
      }
      let changed =
        FieldChange.between(ResourceFields(previous.typed), fields, showsOrder: order.shows)
        + FieldChange.ofMerging(previous.resource, resource.resource)
      let hasMoved =
        comparesPaths && Self.path(previous, below: bases?.old) != Self.path(resource, below: bases?.new)
      if !changed.isEmpty {
        changes.append(
          change(.modified, resource, hasMoved ? previous : nil, changed, Self.changedFiles(previous, resource, bases)))
      } else if hasMoved {
        changes.append(change(.renamed, resource, previous, []))
      }
    }
    for resource in ours {
      let key = LintedChange.Identity(resource)
      guard let index = before[key]?.firstIndex(where: { $0 === resource }) else { continue }
      before[key]?.remove(at: index)
      let fields = FieldChange.between(ResourceFields(resource.typed), nil, showsOrder: order.shows)
      changes.append(change(.removed, resource, nil, fields, deletedBy(resource)))
    }
    return changes
  }

  private static func path(_ resource: LintedResource, below base: RepositoryPath?) -> [UInt8] {
    path(resource.file.path, below: base)
  }

  private static func path(_ path: RepositoryPath, below base: RepositoryPath?) -> [UInt8] {
    guard let base, !base.bytes.isEmpty, path.isInside(base) else { return path.bytes }
    return Array(path.bytes.dropFirst(base.bytes.count + 1))
  }

  private static func change(
    _ kind: ResourceChange.Kind, _ resource: LintedResource, _ previous: LintedResource?, _ fields: [FieldChange],
    _ changedIn: [RepositoryPath] = []
  ) -> ResourceChange {
    ResourceChange(
      change: kind, resource: resource.resource, path: resource.file.path, oldPath: previous?.file.path,
      changedIn: changedIn, fields: fields)
  }

  /// The files of both sides that differ or that only one of them has; none when that is the object's own file alone.
  private static func changedFiles(
    _ old: LintedResource, _ new: LintedResource, _ bases: (old: RepositoryPath, new: RepositoryPath)?
  ) -> [RepositoryPath] {
    let (before, after) = (old.resource.contributingFiles, new.resource.contributingFiles)
    guard before.count > 1 || after.count > 1 else { return [] }
    func files(_ files: [SourceFile], below base: RepositoryPath?) -> [[UInt8]: SourceFile] {
      Dictionary(files.map { (path($0.path, below: base), $0) }, uniquingKeysWith: { first, _ in first })
    }
    let (ours, theirs) = (files(before, below: bases?.old), files(after, below: bases?.new))
    let changed = Set(ours.keys).union(theirs.keys).compactMap { path -> RepositoryPath? in
      guard let one = ours[path], let other = theirs[path] else { return (theirs[path] ?? ours[path])?.path }
      return one === other || one.bytes == other.bytes ? nil : other.path
    }.sorted()
    return changed == [new.file.path] ? [] : changed
  }

  private static func nodeFiles(from old: NodeRendering, to new: NodeRendering) -> [NodeFileChange] {
    func contents(_ rendering: NodeRendering) -> [String: String] {
      var contents = rendering.files.mapValues(\.content)
      for (path, file) in rendering.certificates { contents[path] = String(decoding: file.content, as: UTF8.self) }
      return contents
    }
    let (before, after) = (contents(old), contents(new))
    return Set(before.keys).union(after.keys).sorted().compactMap { path in
      before[path] == after[path] ? nil : NodeFileChange(path: path, before: before[path], after: after[path])
    }
  }
}

extension NodeRendering {
  fileprivate func writesTheSame(as other: NodeRendering) -> Bool {
    error?.message == other.error?.message && files.mapValues(\.content) == other.files.mapValues(\.content)
      && certificates.mapValues(\.content) == other.certificates.mapValues(\.content)
  }
}
