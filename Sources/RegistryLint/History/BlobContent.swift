import Clusters
import Diagnostics
import GitStore
import Rules
import SourceText

/// What a blob at a path holds for this program, whatever else was read: the same on every worker.
enum BlobContent: Sendable {
  /// Nothing; with what is not read of it.
  case dull([Notification])
  /// At most what is applied where; with what is not read of it.
  case delivering([Notification])
  case file(HistoricFile)
  /// A kustomization that may make something for registries; others are dull as long as no resource is there.
  case kustomization(SourceFile)
  case unreadable(UnreadableReason)

  /// The bytes that it keeps in memory.
  var cost: Int {
    switch self {
    case .file(let file): file.source.bytes.count
    case .kustomization(let file): file.bytes.count
    case .dull, .delivering, .unreadable: 0
    }
  }
}

struct BlobAtPath: Hashable, Sendable {
  let blob: ObjectID
  let path: RepositoryPath
}

/// Reads, searches and parses single blobs.
struct BlobReading: Sendable {
  let settings: RuleSettings
  let search: ManifestSearch
  private let packed: PackedSearch

  init(_ repository: GitRepository, settings: RuleSettings, search: ManifestSearch) {
    self.settings = settings
    self.search = search
    packed = PackedSearch(repository, words: search.words, limit: ManifestInput.byteLimit)
  }

  func content(of key: BlobAtPath, in objects: ObjectReader) -> BlobContent {
    packed.isWithoutWords(key.blob, at: key.path) ? .dull([]) : read(key, in: objects)
  }

  /// The same; `nil` when that would have to wait for another worker.
  func contentUnlessBusy(of key: BlobAtPath, in objects: ObjectReader) -> BlobContent? {
    packed.isWithoutWordsUnlessBusy(key.blob, at: key.path).map { $0 ? .dull([]) : read(key, in: objects) }
  }

  private func read(_ key: BlobAtPath, in objects: ObjectReader) -> BlobContent {
    do throws(UnreadableReason) {
      if KustomizationOutline.isKustomization(key.path) {
        let found = try objects.blob(key.blob, limit: ManifestInput.byteLimit) { [search] in search.mayGenerate($0) }
        return found.map { .kustomization(SourceFile(path: key.path, bytes: $0)) } ?? .dull([])
      }
      let found = try objects.blob(key.blob, limit: ManifestInput.byteLimit) { [search] in search.isOfInterest($0) }
      guard let bytes = found else { return .dull([]) }
      guard search.hasOwnWord(bytes) else { return .delivering([]) }
      let mayDeliver = search.mayDeliver(bytes)
      let file = HistoricFile(
        SourceFile(path: key.path, bytes: bytes), settings: settings, mayDeliver: mayDeliver, where: search.hasOwnWord)
      if file.matters { return .file(file) }
      return mayDeliver ? .delivering(file.limits) : .dull(file.limits)
    } catch {
      return .unreadable(error)
    }
  }

  /// The blob that a change brings, if it is a file in which something may stand.
  func key(of change: TreeChange) -> BlobAtPath? {
    guard let new = change.new, new.mode.isFile, search.isCandidate(change.path) else { return nil }
    return BlobAtPath(blob: new.objectID, path: change.path)
  }
}

/// What one step of a walk reads: where two trees differ, and what stands in blobs that were read for it.
struct StepReading: Sendable {
  let changes: [TreeChange]
  /// Of some of the changes; what is not here can still be read.
  var contents: [BlobAtPath: BlobContent] = [:]
}
