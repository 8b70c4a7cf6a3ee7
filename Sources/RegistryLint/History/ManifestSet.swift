import Clusters
import Diagnostics
import GitStore
import RegistryConfig
import Rules
import SourceText

/// The files of interest of one tree. Trees that differ in other files share one.
final class ManifestSet: Sendable {
  /// In path order.
  let files: [HistoricFile]
  /// Every kustomization.
  let kustomizations: PathOrdered<HistoricKustomization>
  let deliveries: PathOrdered<HistoricDeliveries>
  /// Kustomizations that make ConfigMaps for registries: they count without any resource in files.
  let generators: Set<RepositoryPath>
  /// How it differs from the set it was made from, when that is in one file.
  let difference: Difference?
  /// That of the files that the set it was made from has not, and of those between them.
  let ownCost: Int

  /// One file in place of another one at the same path.
  struct Difference: Sendable {
    let base: ObjectIdentifier
    let position: Int
    let old: HistoricFile
    let new: HistoricFile
  }

  init(
    files: [HistoricFile] = [], kustomizations: PathOrdered<HistoricKustomization> = PathOrdered(path: \.path),
    deliveries: PathOrdered<HistoricDeliveries> = PathOrdered(path: \.path), generators: Set<RepositoryPath> = [],
    from base: ManifestSet? = nil
  ) {
    self.files = files
    self.kustomizations = kustomizations
    self.deliveries = deliveries
    self.generators = generators
    guard let base else {
      ownCost = files.reduce(0) { $0 + $1.cost }
      difference = nil
      return
    }
    let own = CommonEnds(base.files.count, files.count) { base.files[$0] === files[$1] }.middle(of: files.count)
    ownCost = files[own].reduce(0) { $0 + $1.cost }
    let isOne =
      base.files.count == files.count && own.count == 1 && files[own.lowerBound].path == base.files[own.lowerBound].path
      && base.kustomizations.isSame(as: kustomizations) && base.deliveries.isSame(as: deliveries)
    difference =
      isOne
      ? Difference(
        base: ObjectIdentifier(base), position: own.lowerBound, old: base.files[own.lowerBound],
        new: files[own.lowerBound]) : nil
  }

  func hasSameFiles(as other: ManifestSet) -> Bool { files.elementsEqual(other.files, by: ===) }

  static let empty = ManifestSet()
}

/// Reads the files of interest of tree after tree: of each only what differs from another one. Blobs are searched and
/// parsed once for each path they stand at.
final class ManifestReader {
  let objects: ObjectReader
  let blobs: BlobReading
  /// Blobs of which only what they deliver is of interest.
  private var delivering = RecentValues<ObjectID, Void>(limit: 1 << 20)
  private var parsed = RecentValues<BlobAtPath, HistoricFile>(limit: 8 << 20)
  private var sources = RecentValues<BlobAtPath, SourceFile>(limit: 8 << 20)
  /// Blobs without anything of interest.
  private var dull = RecentValues<ObjectID, Void>(limit: 1 << 20)
  /// Kustomizations that make nothing for registries.
  private var withoutGenerator = RecentValues<ObjectID, Void>(limit: 1 << 20)
  private var unreadable = RecentValues<ObjectID, UnreadableReason>(limit: 1 << 16)
  private(set) var notifications: [Notification] = []
  private var notified: Set<Notification> = []

  init(_ repository: GitRepository, settings: RuleSettings, exclude: [PathPattern]) {
    objects = ObjectReader(repository)
    blobs = BlobReading(repository, settings: settings, search: ManifestSearch(excluding: exclude))
  }

  /// The set of a tree that differs from that of `old` by what was read: the same object when nothing of interest does.
  func set(after reading: StepReading, from old: ManifestSet) -> ManifestSet {
    var files: [PathChange<HistoricFile>] = []
    var kustomizations: [PathChange<HistoricKustomization>] = []
    var deliveries: [PathChange<HistoricDeliveries>] = []
    var generators = old.generators
    for change in reading.changes {
      guard blobs.search.isCandidate(change.path) else { continue }
      if KustomizationOutline.isKustomization(change.path) {
        let new = change.new.flatMap { $0.mode.isFile ? HistoricKustomization(change.path, $0.objectID) : nil }
        kustomizations.append((change.path, new))
        if let new, isGenerator(new, reading) {
          generators.insert(change.path)
        } else if !generators.isEmpty {
          generators.remove(change.path)
        }
      } else {
        let content = content(of: change, reading)
        files.append((change.path, content.file))
        deliveries.append((change.path, content.deliveries))
      }
    }
    let newFiles = old.files.replacing(files, path: \.path)
    let newKustomizations = old.kustomizations.replacing(kustomizations)
    let newDeliveries = old.deliveries.replacing(deliveries)
    if newFiles == nil, newKustomizations == nil, newDeliveries == nil { return old }
    return ManifestSet(
      files: newFiles ?? old.files, kustomizations: newKustomizations ?? old.kustomizations,
      deliveries: newDeliveries ?? old.deliveries, generators: generators, from: old)
  }

  /// Whether a kustomization makes ConfigMaps for registries: parsed only where the bytes say that it may.
  private func isGenerator(_ kustomization: HistoricKustomization, _ reading: StepReading) -> Bool {
    guard withoutGenerator[kustomization.blob] == nil else { return false }
    let key = BlobAtPath(blob: kustomization.blob, path: kustomization.path)
    if case .kustomization(let file) = reading.contents[key] ?? blobs.content(of: key, in: objects) {
      let outline = kustomization.value(of: { _, _ in file }) { KustomizationOutline($0) }
      if outline?.generatesForRegistries == true { return true }
    }
    withoutGenerator.insert((), for: kustomization.blob, cost: 1)
    return false
  }

  /// Brings what a partial clone lacks of the files that differ between trees, in one request for all of them.
  func fetchAhead(_ steps: [(old: ObjectID?, new: ObjectID)]) throws {
    guard objects.isPartialClone else { return }
    var blobs: Set<ObjectID> = []
    for step in steps {
      for change in try objects.changes(from: step.old, to: step.new) where self.blobs.search.isCandidate(change.path) {
        if let new = change.new, new.mode.isFile { blobs.insert(new.objectID) }
      }
    }
    try objects.fetchMissing(blobs)
  }

  private func content(
    of change: TreeChange, _ reading: StepReading
  ) -> (file: HistoricFile?, deliveries: HistoricDeliveries?) {
    guard let new = change.new, new.mode.isFile, dull[new.objectID] == nil else { return (nil, nil) }
    let key = BlobAtPath(blob: new.objectID, path: change.path)
    if delivering[key.blob] == nil, let file = file(key, reading) { return (file, nil) }
    guard delivering[key.blob] != nil else { return (nil, nil) }
    return (nil, HistoricDeliveries(change.path, new.objectID))
  }

  private func file(_ key: BlobAtPath, _ reading: StepReading) -> HistoricFile? {
    if let known = parsed[key] { return known }
    let content = unreadable[key.blob].map(BlobContent.unreadable) ?? reading.contents[key]
    switch content ?? blobs.content(of: key, in: objects) {
    case .unreadable(let reason):
      unreadable.insert(reason, for: key.blob, cost: 1)
      notify(Notification(SkippedFile(path: key.path, reason: reason)))
    case .delivering(let limits):
      for notification in limits { notify(notification) }
      delivering.insert((), for: key.blob, cost: 1)
    case .dull(let limits):
      for notification in limits { notify(notification) }
      dull.insert((), for: key.blob, cost: 1)
    case .file(let file):
      for notification in file.limits { notify(notification) }
      parsed.insert(file, for: key, cost: file.cost)
      return file
    case .kustomization: break
    }
    return nil
  }

  /// A blob as a file at a path; `nil` when it cannot be read.
  func source(_ blob: ObjectID, at path: RepositoryPath) -> SourceFile? {
    let key = BlobAtPath(blob: blob, path: path)
    if let file = parsed[key] { return file.source }
    if let known = sources[key] { return known }
    guard unreadable[blob] == nil else { return nil }
    do throws(UnreadableReason) {
      let file = SourceFile(path: path, bytes: try objects.blob(blob, limit: ManifestInput.byteLimit))
      sources.insert(file, for: key, cost: file.bytes.count)
      return file
    } catch {
      unreadable.insert(error, for: blob, cost: 1)
      return nil
    }
  }

  func whyUnreadable(_ blob: ObjectID) -> String? { unreadable[blob]?.description }

  /// Each once; a history can hold any number of files that cannot be read.
  func notify(_ notification: @autoclosure () -> Notification) {
    guard notified.count < 1_000 else { return }
    let notification = notification()
    if notified.insert(notification).inserted { notifications.append(notification) }
  }
}

extension Array {
  /// The array, sorted by path, with other elements at some paths, `nil` for none; `nil` when that changes nothing.
  /// - Parameter changes: in path order, each path once.
  fileprivate func replacing(
    _ changes: [PathChange<Element>], path: (Element) -> RepositoryPath
  ) -> [Element]? where Element: AnyObject {
    if isEmpty {
      let all = changes.compactMap(\.new)
      return all.isEmpty ? nil : all
    }
    // Most changes are of files that are of no interest before and after.
    var result = self
    var isChanged = false
    for (place, new) in changes {
      let index = result.partitionPoint { path($0) < place }
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
}
