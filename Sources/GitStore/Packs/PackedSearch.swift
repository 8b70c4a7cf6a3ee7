import SourceText
import Synchronization

/// Knows of many versions of large files that they hold none of some words, and inflates hardly any of them: Git keeps
/// most as what differs from another version, and where that holds no word, only the difference has to be searched.
///
/// Anything out of the ordinary is left to those who read the blob: loose objects, alternates, packs of other formats.
/// Can be used from several workers: versions of one file wait for each other, those of others hardly ever.
public final class PackedSearch: Sendable {
  private let words: ByteSearch
  private let location: RepositoryLocation
  private let limit: Int
  /// Of bytes around a seam that can be part of a word across it.
  private let margin: Int
  private let parts: [Part]

  /// What is known of the files of some paths.
  private final class Part: Sendable {
    let state: Mutex<State>
    init(isUsable: Bool) { state = Mutex(State(packs: isUsable ? nil : [])) }
  }

  private struct State: ~Copyable {
    var packs: [PackFile]?
    let inflater = Inflater()
    /// Whether it is known that no word stands at a place.
    var verdicts: [PackPlace: Bool] = [:]
    /// Texts without words, for the deltas that are made of them.
    var texts: [PackPlace: PiecedText] = [:]
    var size = 0
    /// Bytes of blobs that need not be read, and of those that were read in vain.
    var saved = 0
    var wasted = 0
  }

  /// Smaller blobs are read as fast as they are looked up here; among them are all pointers of Git LFS.
  private static let minimumSize = 16 << 10
  private static let partCount: UInt64 = 4
  /// Texts are kept up to so many bytes in each part.
  private static let cacheSize = 10 << 20
  /// Where words stand in most blobs there is nothing to win.
  private static let patience = 8 << 20

  /// - Parameters:
  ///   - words: without NUL.
  ///   - limit: of larger blobs nothing is known.
  public init(_ repository: GitRepository, words: ByteSearch, limit: Int) {
    location = repository.location
    self.words = words
    self.limit = limit
    margin = (words.needles.map(\.count).max() ?? 0) - 1
    let isUsable = margin >= 0 && location.access == .libgit2 && !words.needles.contains { $0.contains(0) }
    parts = (0..<Self.partCount).map { _ in Part(isUsable: isUsable) }
  }

  /// Whether it is known that a blob is a text without any of the words, and not larger than the limit.
  /// - Parameter path: Where it stands in some tree: most deltas are of versions at the same path.
  public func isWithoutWords(_ id: ObjectID, at path: RepositoryPath) -> Bool {
    // FNV-1a.
    let hash = path.bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    return parts[Int((hash >> 32) % Self.partCount)].state.withLock { state in
      if state.packs == nil { state.packs = PackFile.all(in: location.objects) }
      let packs = state.packs ?? []
      guard let place = packs.place(of: id) else { return false }
      return judge(place, in: packs[place.pack], &state)
    }
  }

  private func judge(_ place: PackPlace, in pack: PackFile, _ state: inout State) -> Bool {
    if let known = state.verdicts[place] { return known }
    guard state.wasted <= state.saved + Self.patience else {
      state.texts = [:]
      return false
    }
    // From the blob to a text that is known, or to one that is no delta.
    var chain: [(place: PackPlace, object: PackFile.Object)] = []
    var text: PiecedText?
    var next: PackPlace? = place
    var isHopeless = false
    while let place = next, text == nil, !isHopeless {
      text = state.texts[place]
      isHopeless = state.verdicts[place] == false || chain.count == PackFile.maximumDepth
      if text != nil || isHopeless { break }
      guard let object = pack.object(at: place.offset) else {
        isHopeless = true
        break
      }
      chain.append((place, object))
      if case .delta(let base) = object.form { next = PackPlace(pack: place.pack, offset: base) } else { next = nil }
    }
    // And back: each from the one before.
    for (place, object) in chain.reversed() {
      if !isHopeless, let version = version(object, of: text, in: pack, &state) {
        if state.size + version.cost > Self.cacheSize {
          state.texts = [:]
          state.size = 0
        }
        state.texts[place] = version
        state.size += version.cost
        state.saved += version.count
        text = version
      } else {
        isHopeless = true
      }
      state.verdicts[place] = !isHopeless
    }
    return !isHopeless
  }

  /// The text of an object when no word stands in it, as there is none in what it is a delta of.
  private func version(
    _ object: PackFile.Object, of text: PiecedText?, in pack: PackFile, _ state: inout State
  ) -> PiecedText? {
    guard object.size <= limit, text != nil || (object.size >= Self.minimumSize && object.isBlob),
      let contents = pack.contents(of: object, state.inflater)
    else { return nil }
    guard let text else {
      let isText = contents.withUnsafeBytes { !ByteSearch.contains(0, in: $0) && !words.matchesAny($0) }
      if !isText { state.wasted += contents.count }
      return isText ? PiecedText(contents) : nil
    }
    guard let (version, new) = contents.withUnsafeBytes({ text.applying($0, margin: margin) }),
      (Self.minimumSize...limit).contains(version.count), !words.matchesAny(new)
    else {
      state.wasted += contents.count
      return nil
    }
    return version
  }
}
