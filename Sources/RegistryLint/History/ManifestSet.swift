import Clusters
import Diagnostics
import GitStore
import RegistryConfig
import Rules
import SourceText
import Synchronization

/// A blob at a path, parsed once for all commits that have it. What it is judged to be is kept with it.
final class HistoricFile: Sendable {
  let path: RepositoryPath
  let parsed: LintedFile
  /// Names of ConfigMaps that its Images refer to.
  let trustedCAs: [String]
  private let judged = Mutex<[JudgedFile]>([])

  init(_ parsed: LintedFile) {
    path = parsed.file.path
    self.parsed = parsed
    trustedCAs = parsed.resources.compactMap { $0.image?.trustedCA?.value }
  }

  /// The file as it was judged before in the same role, else what `make` gives.
  func judged(as role: JudgedFile.Role, _ make: () -> JudgedFile) -> JudgedFile {
    if let known = judged.withLock({ $0.first { $0.role == role } }) { return known }
    let new = make()
    judged.withLock { $0.append(new) }
    return new
  }
}

/// The files of interest of one tree. Trees that differ in other files share one.
final class ManifestSet: Sendable {
  /// In path order.
  let files: [HistoricFile]
  /// Every kustomization, in path order.
  let kustomizations: [SourceFile]

  init(files: [HistoricFile], kustomizations: [SourceFile]) {
    self.files = files
    self.kustomizations = kustomizations
  }

  static let empty = ManifestSet(files: [], kustomizations: [])
}

/// Reads the files of interest of tree after tree: of each only what differs from another one. Blobs are searched and
/// parsed once for each path they stand at.
final class ManifestReader {
  let objects: ObjectReader
  private let settings: RuleSettings
  private let exclude: [PathPattern]
  private let selection: PathSelection
  private let needles = ByteSearch(ResourceReader.needles)
  private var parsed = RecentValues<BlobAtPath, HistoricFile>(limit: 16 << 20)
  /// Blobs without anything of interest.
  private var dull = RecentValues<ObjectID, Void>(limit: 1 << 20)
  private(set) var notifications: [Notification] = []
  private var notified: Set<Notification> = []

  private struct BlobAtPath: Hashable {
    let blob: ObjectID
    let path: RepositoryPath
  }

  init(_ repository: GitRepository, settings: RuleSettings, exclude: [PathPattern], selection: PathSelection) {
    objects = ObjectReader(repository)
    self.settings = settings
    self.exclude = exclude
    self.selection = selection
  }

  /// Whether the user asked for some paths only.
  var isRestricted: Bool { selection.isRestricted }

  func isSelected(_ path: RepositoryPath) -> Bool { selection.contains(path) }

  /// Whether a path may matter at all, by name alone.
  func isCandidate(_ path: RepositoryPath) -> Bool {
    ManifestPaths.isCandidate(path) && isSelected(path) && !exclude.contains { $0.matches(path) }
  }

  /// The set of a tree that differs from that of `old` by `changes`: the same object when nothing of interest does.
  func set(after changes: [TreeChange], from old: ManifestSet) -> ManifestSet {
    var files: [RepositoryPath: HistoricFile?] = [:]
    var kustomizations: [RepositoryPath: SourceFile?] = [:]
    for change in changes {
      if KustomizationOutline.isKustomization(change.path) {
        kustomizations[change.path] = .some(kustomization(change))
      } else if isCandidate(change.path) {
        files[change.path] = .some(file(change))
      }
    }
    let newFiles = old.files.replacing(files, path: \.path)
    let newKustomizations = old.kustomizations.replacing(kustomizations, path: \.path)
    if newFiles == nil, newKustomizations == nil { return old }
    return ManifestSet(files: newFiles ?? old.files, kustomizations: newKustomizations ?? old.kustomizations)
  }

  private func file(_ change: TreeChange) -> HistoricFile? {
    guard let new = change.new, new.mode.isFile, dull[new.objectID] == nil else { return nil }
    let key = BlobAtPath(blob: new.objectID, path: change.path)
    if let known = parsed[key] { return known }
    guard let bytes = bytes(new.objectID, change.path) else { return nil }
    guard bytes.withUnsafeBytes(needles.matchesAny) else {
      dull.insert((), for: new.objectID, cost: 1)
      return nil
    }
    let file = HistoricFile(LintedFile(SourceFile(path: change.path, bytes: bytes), settings: settings))
    for notification in Notification.limits(of: file.parsed) { notify(notification) }
    parsed.insert(file, for: key, cost: bytes.count)
    return file
  }

  private func kustomization(_ change: TreeChange) -> SourceFile? {
    guard let new = change.new, new.mode.isFile, let bytes = bytes(new.objectID, change.path) else { return nil }
    return SourceFile(path: change.path, bytes: bytes)
  }

  private func bytes(_ blob: ObjectID, _ path: RepositoryPath) -> [UInt8]? {
    do throws(UnreadableReason) {
      return try objects.blob(blob, limit: ManifestInput.byteLimit)
    } catch {
      notify(Notification(SkippedFile(path: path, reason: error)))
      return nil
    }
  }

  /// Each once; a history can hold any number of files that cannot be read.
  private func notify(_ notification: Notification) {
    if notified.count < 1_000, notified.insert(notification).inserted { notifications.append(notification) }
  }
}

extension Array {
  /// The array, sorted by path, with other elements at some paths, `nil` for none; `nil` when that changes nothing.
  fileprivate func replacing(
    _ changes: [RepositoryPath: Element?], path: (Element) -> RepositoryPath
  ) -> [Element]? where Element: AnyObject {
    guard !changes.isEmpty else { return nil }
    var left = changes
    var result: [Element] = []
    var isChanged = false
    for element in self {
      guard let change = left.removeValue(forKey: path(element)) else {
        result.append(element)
        continue
      }
      if let change { result.append(change) }
      if change !== element { isChanged = true }
    }
    let added = left.values.compactMap { $0 }
    guard isChanged || !added.isEmpty else { return nil }
    return added.isEmpty ? result : (result + added).sorted { path($0) < path($1) }
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
