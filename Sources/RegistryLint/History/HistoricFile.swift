import Clusters
import Diagnostics
import GitStore
import RegistryConfig
import Rules
import SourceText
import Synchronization
import YAMLSyntax

/// A blob at a path, read once for all commits that have it: the documents that may matter at first, all of them when
/// something in it counts.
final class HistoricFile: Sendable {
  let source: SourceFile
  /// What the documents say that hold a word of this program, without what is known to hold nothing.
  private let glance: LintedFile
  /// Whether all documents were read, but for objects of a Template that hold nothing.
  private let isAbridged: Bool
  /// Of its bytes in memory. What was parsed takes many times its bytes: those that were not count for a quarter.
  let cost: Int
  private let settings: RuleSettings
  private let whole: Mutex<LintedFile?>
  private let mayDeliver: Bool
  private let delivered = Mutex<[Delivery]?>(nil)
  /// Names of ConfigMaps that its Images refer to.
  let trustedCAs: [String]
  let suppressions: [Suppression]
  private let roles = Mutex<[Role]>([])

  /// How a file counts in a state.
  private struct Role {
    let isPatch: Bool
    let placement: PolicyGeneratorPlacements.Placement?
    /// Which of its resources count, by position: a ConfigMap may be one of registry CAs or not.
    let kept: [Int]
    let file: LintedFile
  }

  /// - Parameters:
  ///   - mayDeliver: Whether it holds a word of deliveries.
  ///   - abridgement: What is known to hold nothing.
  ///   - isOfInterest: Decides on the bytes of a document.
  init(
    _ source: SourceFile, settings: RuleSettings, mayDeliver: Bool = true,
    abridged abridgement: Abridgement = Abridgement(),
    where isOfInterest: (UnsafeRawBufferPointer) -> Bool = { _ in true }
  ) {
    self.source = source
    self.settings = settings
    if let abridged = LintedFile(source, abridgement, settings: settings) {
      isAbridged = true
      glance = abridged
      cost = source.bytes.count - abridgement.byteCount / 4 * 3
      whole = Mutex(nil)
    } else {
      let stream = YAMLStream(source, where: isOfInterest)
      isAbridged = false
      glance = LintedFile(stream, settings: settings)
      cost = source.bytes.count
      whole = Mutex(stream.isWhole ? glance : nil)
    }
    self.mayDeliver = mayDeliver
    trustedCAs = glance.resources.compactMap { $0.image?.trustedCA?.value }
    suppressions = Suppression.all(in: source)
  }

  var path: RepositoryPath { source.path }

  /// Whether anything but deliveries can come of the file: most only speak of our kinds.
  var matters: Bool {
    !glance.resources.isEmpty || !glance.carriers.isEmpty || !suppressions.isEmpty
      || glance.stream.documents.contains { $0.problem != nil }
  }

  /// Whether something in it may land on a cluster.
  var holdsOwn: Bool { !glance.resources.isEmpty || !glance.carriers.isEmpty }

  /// The documents that cannot be read and may hold something of ours.
  var unread: [Document] { glance.unread }

  /// Whether the next version of the file lacks something of ours that stands in this one, because less of it is read.
  func holdsMore(than other: HistoricFile?) -> Bool {
    guard let other else { return holdsOwn }
    guard other.unread.count > unread.count else { return false }
    let left = Set(other.glance.resources.map(LintedChange.Identity.init))
    return glance.carriers.count > other.glance.carriers.count
      || !glance.resources.allSatisfy { left.contains(LintedChange.Identity($0)) }
  }

  /// Whether it takes other files to clusters.
  var isPolicyGenerator: Bool { glance.carriers.contains { $0.kind == .policyGenerator } }

  /// What is not read of it.
  var limits: [Notification] { Notification.limits(of: glance) }

  /// What is applied where, as Argo CD and Flux read it from this file: read when it is asked for, for they stand in
  /// most files of a repository that has any.
  var deliveries: [Delivery] {
    guard mayDeliver else { return [] }
    if let known = delivered.withLock({ $0 }) { return known }
    let stream = whole.withLock { $0?.stream } ?? (isAbridged ? glance.stream : YAMLStream(source))
    let deliveries = Delivery.deliveries(in: stream)
    delivered.withLock { $0 = deliveries }
    return deliveries
  }

  /// All of its documents.
  func parsed() -> LintedFile {
    if let known = whole.withLock({ $0 }) { return known }
    let parsed = LintedFile(source, settings: settings)
    return whole.withLock { whole in
      if let known = whole { return known }
      whole = parsed
      return parsed
    }
  }

  /// The file with the resources that count, the same ones whenever it is asked for in the same role.
  /// - Parameter placement: Where PolicyGenerators of the state take it.
  func file(
    isPatch: Bool, referenced: Set<String>, placement: PolicyGeneratorPlacements.Placement? = nil
  ) -> LintedFile {
    func counts(_ resource: LintedResource) -> Bool {
      resource.configMap == nil || resource.resource.isOfRegistries(referenced, keepsNamespace: false)
    }
    // Carriers speak for themselves; what resources are told of stands in all of a file.
    let isDull = !glance.resources.contains(where: counts) && (isAbridged || !glance.carriers.contains(where: \.hasPart))
    let parsed = isDull ? glance : parsed()
    let kept = parsed.resources.indices.filter { counts(parsed.resources[$0]) }
    if !isPatch, placement == nil, kept.count == parsed.resources.count { return parsed }
    return roles.withLock { roles in
      if let known = roles.first(where: { $0.isPatch == isPatch && $0.placement == placement && $0.kept == kept }) {
        return known.file
      }
      let role = isPatch ? parsed.asPatch() : parsed
      let whole = placement.map(role.placed) ?? role
      let file = LintedFile(
        stream: whole.stream, resources: kept.map { whole.resources[$0] }, carriers: whole.carriers, settings: settings)
      roles.append(Role(isPatch: isPatch, placement: placement, kept: kept, file: file))
      return file
    }
  }

  /// Whether another version of the file is the same to everything but the cluster it is applied to.
  func hasSameShape(as other: HistoricFile) -> Bool {
    guard isPlain, other.isPlain, trustedCAs == other.trustedCAs, !glance.resources.isEmpty else { return false }
    return glance.resources.elementsEqual(other.glance.resources) { one, other in
      let (one, other) = (one.resource, other.resource)
      return one.kind == other.kind && one.name?.value == other.name?.value
        && one.namespace?.value == other.namespace?.value && one.apiVersion?.value == other.apiVersion?.value
    }
  }

  private var isPlain: Bool {
    glance.stream.isWhole && glance.carriers.isEmpty && suppressions.isEmpty
      && glance.resources.allSatisfy {
        $0.configMap == nil && $0.resource.destination == .applied && !$0.resource.isPatch
      }
      && deliveries.isEmpty
  }
}

extension LintedFile {
  /// The documents that cannot be read and may hold something of ours: templates too, and what goes beyond a limit.
  var unread: [Document] {
    stream.documents.filter { $0.problem != nil && !UnreadText.isDefinition(file.bytes[$0.range]) }
  }

  /// A file without what holds nothing: `nil` when that is nothing, or when the whole has to be read all the same,
  /// because something is wrong with it or it has resources.
  fileprivate convenience init?(_ source: SourceFile, _ abridgement: Abridgement, settings: RuleSettings) {
    guard !abridgement.isEmpty else { return nil }
    let limits = ParseLimits.standard
    let stream = YAMLStream(source, abridged: abridgement)
    let weight = stream.documents.reduce(abridgement.weight) { $0 + ($1.root?.weight ?? 0) }
    guard stream.documents.allSatisfy({ $0.problem == nil }), weight <= min(limits.nodes, limits.expandedNodes) else {
      return nil
    }
    self.init(stream, settings: settings)
    guard resources.allSatisfy({ $0.configMap != nil }) else { return nil }
  }
}

/// A file at a path of which something is read when a state needs it, once.
final class HistoricReading<Value: Sendable>: Sendable {
  let path: RepositoryPath
  let blob: ObjectID
  private let read = Mutex<Value??>(nil)

  init(_ path: RepositoryPath, _ blob: ObjectID) {
    self.path = path
    self.blob = blob
  }

  /// `nil` for a file that cannot be read.
  func value(of source: (ObjectID, RepositoryPath) -> SourceFile?, _ reading: (SourceFile) -> Value) -> Value? {
    if let known = read.withLock({ $0 }) { return known }
    let value = source(blob, path).map(reading)
    read.withLock { $0 = .some(value) }
    return value
  }
}

typealias HistoricKustomization = HistoricReading<KustomizationOutline>
/// What is applied where, as Argo CD and Flux read it from a file without anything else for this program.
typealias HistoricDeliveries = HistoricReading<[Delivery]>
