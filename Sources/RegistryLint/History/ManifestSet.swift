import Clusters
import Diagnostics
import GitStore
import RegistryConfig
import Rules
import SourceText
import Synchronization

/// A blob at a path, parsed once for all commits that have it.
final class HistoricFile: Sendable {
  let path: RepositoryPath
  let parsed: LintedFile
  /// What is applied where, as Argo CD and Flux read it from this file.
  let deliveries: [Delivery]
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

  init(_ parsed: LintedFile, deliveries: [Delivery] = []) {
    path = parsed.file.path
    self.parsed = parsed
    self.deliveries = deliveries
    trustedCAs = parsed.resources.compactMap { $0.image?.trustedCA?.value }
    suppressions = Suppression.all(in: parsed.file)
  }

  /// Whether it takes other files to clusters.
  var isPolicyGenerator: Bool { parsed.carriers.contains { $0.kind == .policyGenerator } }

  /// Whether anything can come of the file: definitions of our kinds, say, only speak of them.
  var matters: Bool {
    !parsed.resources.isEmpty || !parsed.carriers.isEmpty || !deliveries.isEmpty || !suppressions.isEmpty
      || parsed.stream.documents.contains { $0.problem != nil }
  }

  /// The file with the resources that count, the same ones whenever it is asked for in the same role.
  /// - Parameter placement: Where PolicyGenerators of the state take it.
  func file(
    isPatch: Bool, referenced: Set<String>, placement: PolicyGeneratorPlacements.Placement? = nil
  ) -> LintedFile {
    let kept = parsed.resources.indices.filter { index in
      parsed.resources[index].configMap == nil
        || parsed.resources[index].resource.isOfRegistries(referenced, keepsNamespace: false)
    }
    if !isPatch, placement == nil, kept.count == parsed.resources.count { return parsed }
    return roles.withLock { roles in
      if let known = roles.first(where: { $0.isPatch == isPatch && $0.placement == placement && $0.kept == kept })
      {
        return known.file
      }
      let role = isPatch ? parsed.asPatch() : parsed
      let whole = placement.map(role.placed) ?? role
      let file = LintedFile(
        stream: whole.stream, resources: kept.map { whole.resources[$0] }, carriers: whole.carriers, settings: parsed.settings)
      roles.append(Role(isPatch: isPatch, placement: placement, kept: kept, file: file))
      return file
    }
  }
}

/// A kustomization at a path, read when a state needs it.
final class HistoricKustomization: Sendable {
  let path: RepositoryPath
  let blob: ObjectID
  private let read = Mutex<KustomizationOutline??>(nil)

  init(_ path: RepositoryPath, _ blob: ObjectID) {
    self.path = path
    self.blob = blob
  }

  /// `nil` for a file that cannot be read.
  func outline(_ source: () -> SourceFile?) -> KustomizationOutline? {
    if let known = read.withLock({ $0 }) { return known }
    let outline = source().map { KustomizationOutline($0) }
    read.withLock { $0 = .some(outline) }
    return outline
  }
}

/// The files of interest of one tree. Trees that differ in other files share one.
final class ManifestSet: Sendable {
  /// In path order.
  let files: [HistoricFile]
  /// Every kustomization, in path order.
  let kustomizations: [HistoricKustomization]
  /// How it differs from the set it was made from, when that is in one file.
  let difference: Difference?

  /// One file in place of another one at the same path.
  struct Difference: Sendable {
    let base: ObjectIdentifier
    let position: Int
    let old: HistoricFile
    let new: HistoricFile
  }

  init(files: [HistoricFile], kustomizations: [HistoricKustomization], from base: ManifestSet? = nil) {
    self.files = files
    self.kustomizations = kustomizations
    difference = base.flatMap { base in
      guard base.files.count == files.count, base.kustomizations.elementsEqual(kustomizations, by: ===) else { return nil }
      let places = files.indices.lazy.filter { files[$0] !== base.files[$0] }.prefix(2)
      guard let place = places.first, places.count == 1, files[place].path == base.files[place].path else { return nil }
      return Difference(base: ObjectIdentifier(base), position: place, old: base.files[place], new: files[place])
    }
  }

  static let empty = ManifestSet(files: [], kustomizations: [])
}

/// Reads the files of interest of tree after tree: of each only what differs from another one. Blobs are searched and
/// parsed once for each path they stand at.
final class ManifestReader {
  let objects: ObjectReader
  private let settings: RuleSettings
  private let exclude: [PathPattern]
  private let needles = ByteSearch(ResourceReader.needles + Delivery.needles)
  private let own = ByteSearch(ResourceReader.needles)
  private var parsed = RecentValues<BlobAtPath, HistoricFile>(limit: 8 << 20)
  private var sources = RecentValues<BlobAtPath, SourceFile>(limit: 8 << 20)
  /// Blobs without anything of interest.
  private var dull = RecentValues<ObjectID, Void>(limit: 1 << 20)
  private var unreadable: [ObjectID: String] = [:]
  private(set) var notifications: [Notification] = []
  private var notified: Set<Notification> = []

  private struct BlobAtPath: Hashable {
    let blob: ObjectID
    let path: RepositoryPath
  }

  init(_ repository: GitRepository, settings: RuleSettings, exclude: [PathPattern]) {
    objects = ObjectReader(repository)
    self.settings = settings
    self.exclude = exclude
  }

  /// The set of a tree that differs from that of `old` by `changes`: the same object when nothing of interest does.
  func set(after changes: [TreeChange], from old: ManifestSet) -> ManifestSet {
    var files: [RepositoryPath: HistoricFile?] = [:]
    var kustomizations: [RepositoryPath: HistoricKustomization?] = [:]
    for change in changes {
      if KustomizationOutline.isKustomization(change.path) {
        guard !exclude.contains(where: { $0.matches(change.path) }) else { continue }
        let new = change.new.flatMap { $0.mode.isFile ? HistoricKustomization(change.path, $0.objectID) : nil }
        kustomizations[change.path] = .some(new)
      } else if ManifestPaths.isCandidate(change.path), !exclude.contains(where: { $0.matches(change.path) }) {
        files[change.path] = .some(file(change))
      }
    }
    let newFiles = old.files.replacing(files, path: \.path)
    let newKustomizations = old.kustomizations.replacing(kustomizations, path: \.path)
    if newFiles == nil, newKustomizations == nil { return old }
    return ManifestSet(
      files: newFiles ?? old.files, kustomizations: newKustomizations ?? old.kustomizations, from: old)
  }

  private func file(_ change: TreeChange) -> HistoricFile? {
    guard let new = change.new, new.mode.isFile, dull[new.objectID] == nil else { return nil }
    let key = BlobAtPath(blob: new.objectID, path: change.path)
    if let known = parsed[key] { return known }
    guard let bytes = bytes(new.objectID, change.path) else { return nil }
    let source = SourceFile(path: change.path, bytes: bytes)
    let parsedFile = LintedFile(source, settings: settings)
    let file = HistoricFile(
      bytes.withUnsafeBytes(own.matchesAny)
        ? parsedFile : LintedFile(stream: parsedFile.stream, resources: [], carriers: [], settings: settings),
      deliveries: parsedFile.stream.documents.compactMap(\.root).flatMap { Delivery.deliveries(in: $0) })
    for notification in Notification.limits(of: file.parsed) { notify(notification) }
    guard file.matters else {
      dull.insert((), for: new.objectID, cost: 1)
      return nil
    }
    parsed.insert(file, for: key, cost: bytes.count)
    return file
  }

  /// A blob as a file at a path; `nil` when it cannot be read.
  func source(_ blob: ObjectID, at path: RepositoryPath) -> SourceFile? {
    let key = BlobAtPath(blob: blob, path: path)
    if let file = parsed[key] { return file.parsed.file }
    if let known = sources[key] { return known }
    guard unreadable[blob] == nil else { return nil }
    do throws(UnreadableReason) {
      let file = SourceFile(path: path, bytes: try objects.blob(blob, limit: ManifestInput.byteLimit))
      sources.insert(file, for: key, cost: file.bytes.count)
      return file
    } catch {
      if unreadable.count > 10_000 { unreadable = [:] }
      unreadable[blob] = "\(error)"
      return nil
    }
  }

  func whyUnreadable(_ blob: ObjectID) -> String? { unreadable[blob] }

  /// The bytes of a blob that may hold something of interest.
  private func bytes(_ blob: ObjectID, _ path: RepositoryPath) -> [UInt8]? {
    do throws(UnreadableReason) {
      let found = try objects.blob(blob, limit: ManifestInput.byteLimit) { [needles] bytes in
        needles.matchesAny(bytes) && !KindDefinitions.isAll(of: bytes)
      }
      if let found { return found }
      dull.insert((), for: blob, cost: 1)
      return nil
    } catch {
      notify(Notification(SkippedFile(path: path, reason: error)))
      return nil
    }
  }

  /// Each once; a history can hold any number of files that cannot be read.
  func notify(_ notification: Notification) {
    if notified.count < 1_000, notified.insert(notification).inserted { notifications.append(notification) }
  }
}

extension Array {
  /// The array, sorted by path, with other elements at some paths, `nil` for none; `nil` when that changes nothing.
  fileprivate func replacing(
    _ changes: [RepositoryPath: Element?], path: (Element) -> RepositoryPath
  ) -> [Element]? where Element: AnyObject {
    if isEmpty {
      let all = changes.values.compactMap { $0 }.sorted { path($0) < path($1) }
      return all.isEmpty ? nil : all
    }
    // Most changes are of files that are of no interest before and after.
    var result = self
    var isChanged = false
    for (place, new) in changes {
      let index = result.position(of: place, path: path)
      let known = index < result.count && path(result[index]) == place ? result[index] : nil
      if known === new { continue }
      isChanged = true
      switch (known, new) {
      case (.some, let new?): result[index] = new
      case (nil, let new?): result.insert(new, at: index)
      default: result.remove(at: index)
      }
    }
    return isChanged ? result : nil
  }

  /// Where an element of this path is, or belongs.
  private func position(of place: RepositoryPath, path: (Element) -> RepositoryPath) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if path(self[middle]) < place { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// A cache that forgets what was not asked for lately: two generations, the older of which is dropped when the newer is
/// full.
struct RecentValues<Key: Hashable, Value> {
  private var new: [Key: Value] = [:]
  private var old: [Key: Value] = [:]
  private var cost = 0
  private let limit: Int

  init(limit: Int) {
    self.limit = limit
  }

  subscript(key: Key) -> Value? {
    new[key] ?? old[key]
  }

  mutating func insert(_ value: Value, for key: Key, cost: Int) {
    if self.cost + cost > limit / 2 {
      old = new
      new = [:]
      self.cost = 0
    }
    new[key] = value
    self.cost += cost
  }
}
