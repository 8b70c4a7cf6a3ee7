import Clusters
import Diagnostics
import GitStore
import Rules
import SourceText
import YAMLSyntax

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
    case .file(let file): file.cost
    case .kustomization(let file): file.bytes.count
    case .dull, .delivering, .unreadable: 0
    }
  }
}

/// What is known of the bytes of a blob without parsing them.
struct ManifestText: Sendable {
  let bytes: [UInt8]
  var hasOwnWord = false
  var mayDeliver = false
  /// What need not be parsed.
  var abridgement = Abridgement()
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
  private let large = LargeBlobs()

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
      guard let text = try text(of: key, in: objects) else { return .dull([]) }
      guard text.hasOwnWord else { return .delivering([]) }
      let file = HistoricFile(
        SourceFile(path: key.path, bytes: text.bytes), settings: settings, mayDeliver: text.mayDeliver,
        abridged: text.abridgement, where: search.mayHoldOwn)
      if file.matters { return .file(file) }
      return text.mayDeliver ? .delivering(file.limits) : .dull(file.limits)
    } catch {
      return .unreadable(error)
    }
  }

  /// What a blob holds for manifests, wherever it stands; `nil` for one without any word of ours.
  private func text(of key: BlobAtPath, in objects: ObjectReader) throws(UnreadableReason) -> ManifestText? {
    if let known = large[key.blob] { return known }
    let found = try objects.blob(key.blob, limit: ManifestInput.byteLimit) { [search] in search.isOfInterest($0) }
    guard let bytes = found else { return nil }
    var text = ManifestText(bytes: bytes)
    text.hasOwnWord = search.hasOwnWord(bytes)
    if text.hasOwnWord {
      text.mayDeliver = search.mayDeliver(bytes)
      text.abridgement = large.barren.abridgement(of: SourceFile(path: key.path, bytes: bytes))
    }
    large.remember(text, of: key.blob)
    return text
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
