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
  /// What cannot be read, whether or not it ever held something of ours.
  let unread: PathOrdered<UnreadFile>
  /// Those of it that did, when they were read last.
  let lost: [UnreadFile]
  let submodules: Set<RepositoryPath>
  /// The set that says the same but for files of which nobody knows whether they hold something; `nil` for this one.
  private let basis: ManifestSet?
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
    unread: PathOrdered<UnreadFile> = PathOrdered(path: \.path), from base: ManifestSet? = nil
  ) {
    self.files = files
    self.kustomizations = kustomizations
    self.deliveries = deliveries
    self.generators = generators
    self.unread = unread
    let isReadAlike = base.map { $0.unread.isSame(as: unread) } ?? unread.isEmpty
    let lost = isReadAlike ? base?.lost ?? [] : unread.elements.filter { $0.lastRead != nil }
    self.lost = lost
    submodules =
      isReadAlike
      ? base?.submodules ?? [] : unread.elements.reduce(into: []) { if $1.isSubmodule { $0.insert($1.obstacle) } }
    guard let base else {
      ownCost = files.reduce(0) { $0 + $1.cost }
      difference = nil
      basis = nil
      return
    }
    let own = CommonEnds(base.files.count, files.count) { base.files[$0] === files[$1] }.middle(of: files.count)
    ownCost = files[own].reduce(0) { $0 + $1.cost }
    let isSameBesides =
      base.files.count == files.count && base.kustomizations.isSame(as: kustomizations)
      && base.deliveries.isSame(as: deliveries) && base.lost.elementsEqual(lost, by: ===)
      && base.submodules == submodules
    let isOne = isSameBesides && own.count == 1 && files[own.lowerBound].path == base.files[own.lowerBound].path
    difference =
      isOne
      ? Difference(
        base: ObjectIdentifier(base.read), position: own.lowerBound, old: base.files[own.lowerBound],
        new: files[own.lowerBound]) : nil
    basis = isSameBesides && own.isEmpty && base.generators == generators ? base.read : nil
  }

  /// What everything is judged from: the same object as long as nothing differs but what may hold nothing.
  var read: ManifestSet { basis ?? self }

  func hasSameFiles(as other: ManifestSet) -> Bool {
    files.elementsEqual(other.files, by: ===) && lost.elementsEqual(other.lost, by: ===)
      && submodules == other.submodules
  }

  func file(at path: RepositoryPath) -> HistoricFile? {
    let place = files.partitionPoint { $0.path < path }
    return place < files.count && files[place].path == path ? files[place] : nil
  }

  /// The set with what another one has in files that this one does not read.
  func standingIn(_ others: [HistoricFile]) -> ManifestSet {
    let lost = others.compactMap { file -> PathChange<UnreadFile>? in
      guard let unread = unread[covering: file.path] else { return nil }
      return (file.path, UnreadFile(file.path, behind: unread.obstacle, unread.reason, lastRead: file))
    }
    return ManifestSet(
      files: files, kustomizations: kustomizations, deliveries: deliveries, generators: generators,
      unread: unread.replacing(lost) ?? unread, from: self)
  }

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
    let links = LinkedPaths(reading.changes, from: old)
    var unread = links.changes
    for change in reading.changes {
      guard blobs.search.isCandidate(change.path) else { continue }
      if KustomizationOutline.isKustomization(change.path) {
        let (new, generates) = kustomization(change, reading, from: old)
        kustomizations.append((change.path, new))
        let reason = change.new.flatMap { unreadable[$0.objectID] }
        if reason != nil || !old.unread.isEmpty, change.new?.mode.isFile != false {
          let file = reason.map { UnreadFile(change.path, behind: change.path, .bytes($0)) }
          unread.append((change.path, file))
        }
        if generates {
          generators.insert(change.path)
        } else if !generators.isEmpty {
          generators.remove(change.path)
        }
      } else {
        let content = content(of: change, reading)
        files.append((change.path, content.file))
        // What is applied where stays as it was read last.
        if content.file != nil || content.reason == nil { deliveries.append((change.path, content.deliveries)) }
        if let (reason, obstacle) = content.reason.map({ ($0, change.path) }) ?? links.reason(of: change) {
          unread.append((change.path, self.unread(change.path, behind: obstacle, reason, content.file, from: old)))
        } else if !old.unread.isEmpty {
          unread.append((change.path, nil))
        }
      }
    }
    let newFiles = old.files.replacing(files, path: \.path)
    let newKustomizations = old.kustomizations.replacing(kustomizations)
    let newDeliveries = old.deliveries.replacing(deliveries)
    let newUnread = unread.isEmpty ? nil : old.unread.replacing(unread)
    if newFiles == nil, newKustomizations == nil, newDeliveries == nil, newUnread == nil { return old }
    return ManifestSet(
      files: newFiles ?? old.files, kustomizations: newKustomizations ?? old.kustomizations,
      deliveries: newDeliveries ?? old.deliveries, generators: generators, unread: newUnread ?? old.unread, from: old)
  }

  /// What a file that cannot be read held before. One that comes again as it was is another one: what is behind it may
  /// have changed.
  private func unread(
    _ path: RepositoryPath, behind obstacle: RepositoryPath, _ reason: UnreadFile.Reason, _ rest: HistoricFile?,
    from old: ManifestSet
  ) -> UnreadFile? {
    let had = old.unread[path]?.lastRead ?? old.file(at: path)
    let lost = had.flatMap { $0.holdsMore(than: rest) ? $0 : nil }
    if lost == nil, obstacle != path { return nil }
    let unread = UnreadFile(path, behind: obstacle, reason, lastRead: lost)
    // Objects that are not there were named already, and so is what is no YAML.
    if lost != nil, reason.isOfLink { notify(Notification(.warning, path: path, unread.notRead)) }
    return unread
  }

  /// The kustomization that a change brings, and whether it makes ConfigMaps for registries, for which it is parsed
  /// only where the bytes say that it may. One that cannot be read stays what it was read as last: what is composed
  /// tells.
  private func kustomization(
    _ change: TreeChange, _ reading: StepReading, from old: ManifestSet
  ) -> (HistoricKustomization?, generates: Bool) {
    guard let new = change.new else { return (nil, false) }
    let last = (old.kustomizations[change.path], old.generators.contains(change.path))
    guard new.mode.isFile else { return last }
    let kustomization = HistoricKustomization(change.path, new.objectID)
    guard withoutGenerator[new.objectID] == nil else { return (kustomization, false) }
    let key = BlobAtPath(blob: new.objectID, path: change.path)
    switch reading.contents[key] ?? blobs.content(of: key, in: objects) {
    case .kustomization(let file):
      let outline = kustomization.value(of: { _, _ in file }) { KustomizationOutline($0) }
      if outline?.generatesForRegistries == true { return (kustomization, true) }
    case .unreadable(let reason):
      unreadable.insert(reason, for: new.objectID, cost: 1)
      return last.0 == nil ? (kustomization, false) : last
    case .dull, .delivering, .file: break
    }
    withoutGenerator.insert((), for: new.objectID, cost: 1)
    return (kustomization, false)
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
  ) -> (file: HistoricFile?, deliveries: HistoricDeliveries?, reason: UnreadFile.Reason?) {
    guard let new = change.new, new.mode.isFile, dull[new.objectID] == nil else { return (nil, nil, nil) }
    let key = BlobAtPath(blob: new.objectID, path: change.path)
    if delivering[key.blob] == nil, let file = file(key, reading) {
      return (file, nil, UnreadFile.Reason(file.unread))
    }
    if let why = unreadable[key.blob] { return (nil, nil, .bytes(why)) }
    guard delivering[key.blob] != nil else { return (nil, nil, nil) }
    return (nil, HistoricDeliveries(change.path, new.objectID), nil)
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

/// Links and submodules among the paths that differ, which are rare: in place of a folder they hide what it held.
private struct LinkedPaths {
  private let new: [(path: RepositoryPath, reason: UnreadFile.Reason)]
  /// What they hid and hide, as far as the paths themselves and what was hidden before tell.
  let changes: [PathChange<UnreadFile>]

  init(_ changes: [TreeChange], from old: ManifestSet) {
    var new: [(path: RepositoryPath, reason: UnreadFile.Reason)] = []
    var result: [PathChange<UnreadFile>] = []
    for change in changes {
      let reason = change.new.flatMap { UnreadFile.Reason($0.mode) }
      guard reason != nil || change.old?.mode.isFile == false else { continue }
      if let reason { new.append((change.path, reason)) }
      result.append((change.path, reason.map { UnreadFile(change.path, behind: change.path, $0) }))
      for hidden in old.lost where hidden.obstacle == change.path && hidden.path != change.path {
        let still = reason.map { UnreadFile(hidden.path, behind: change.path, $0, lastRead: hidden.lastRead) }
        result.append((hidden.path, still))
      }
    }
    (self.new, self.changes) = (new, result)
  }

  /// Why what stood at a path is not read any more.
  func reason(of change: TreeChange) -> (UnreadFile.Reason, obstacle: RepositoryPath)? {
    if let new = change.new { return UnreadFile.Reason(new.mode).map { ($0, change.path) } }
    return new.first { change.path.isInside($0.path) }.map { ($0.reason, $0.path) }
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
