import SourceText
import Synchronization

/// Knows of many versions of large files that they hold none of some words, and inflates hardly any of them: Git keeps
/// most as what differs from another version, and where that holds no word, only the difference has to be searched.
///
/// Anything out of the ordinary is left to those who read the blob: loose objects, alternates, packs of other formats.
/// Can be used from several workers: versions of one file are looked at one after the other.
public final class PackedSearch: Sendable {
  private let words: ByteSearch
  private let seams: WordSeams
  private let location: RepositoryLocation
  private let limit: Int
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
    /// By the hashes of paths.
    var doubts: [UInt64: Doubt] = [:]
  }

  /// How a path is asked for less and less while nothing is known of what stands there.
  private struct Doubt {
    private var failures: UInt8 = 0
    private var rest: UInt8 = 0

    /// Whether to look this time.
    mutating func mayLook() -> Bool {
      if rest == 0 { return true }
      rest -= 1
      return false
    }

    mutating func learn(isKnown: Bool) {
      failures = isKnown ? 0 : min(failures + 1, 6)
      rest = failures < 2 ? 0 : 1 << failures
    }
  }

  /// Smaller blobs are read as fast as they are looked up here; among them are all pointers of Git LFS.
  private static let minimumSize = 16 << 10
  private static let partCount: UInt64 = 8
  /// Texts are kept up to so many bytes in each part.
  private static let cacheSize = 5 << 20

  /// - Parameters:
  ///   - words: without NUL.
  ///   - limit: of larger blobs nothing is known.
  public init(_ repository: GitRepository, words: ByteSearch, limit: Int) {
    location = repository.location
    self.words = words
    self.limit = limit
    seams = WordSeams(words.needles)
    let isUsable =
      !words.needles.isEmpty && location.access == .libgit2 && !words.needles.contains { $0.contains(0) }
    parts = (0..<Self.partCount).map { _ in Part(isUsable: isUsable) }
  }

  /// Whether it is known that a blob is a text without any of the words, and not larger than the limit.
  /// - Parameter path: Where it stands in some tree: most deltas are of versions at the same path.
  public func isWithoutWords(_ id: ObjectID, at path: RepositoryPath) -> Bool {
    let hash = Self.hash(of: path)
    return part(hash).state.withLock { look(for: id, hash, &$0) }
  }

  /// The same; `nil` while another worker looks at a version of that file, or of one of some others.
  public func isWithoutWordsUnlessBusy(_ id: ObjectID, at path: RepositoryPath) -> Bool? {
    let hash = Self.hash(of: path)
    return part(hash).state.withLockIfAvailable { look(for: id, hash, &$0) }
  }

  /// FNV-1a.
  private static func hash(of path: RepositoryPath) -> UInt64 {
    path.bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  private func part(_ hash: UInt64) -> Part { parts[Int((hash >> 32) % Self.partCount)] }

  private func look(for id: ObjectID, _ hash: UInt64, _ state: inout State) -> Bool {
    guard state.doubts[hash, default: Doubt()].mayLook() else { return false }
    if state.packs == nil { state.packs = PackFile.all(in: location.objects) }
    let packs = state.packs ?? []
    let isKnown = packs.place(of: id).map { judge($0, in: packs[$0.pack], &state) } ?? false
    state.doubts[hash, default: Doubt()].learn(isKnown: isKnown)
    return isKnown
  }

  private func judge(_ place: PackPlace, in pack: PackFile, _ state: inout State) -> Bool {
    if let known = state.verdicts[place] { return known }
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
    // In a delta, words of what it inserts stand as they are.
    if words.matchesAny(contents) { return nil }
    guard let text else {
      return contents.withUnsafeBytes { ByteSearch.contains(0, in: $0) } ? nil : PiecedText(contents)
    }
    guard let (version, seams) = contents.withUnsafeBytes({ text.applying($0, seams: seams) }),
      (Self.minimumSize...limit).contains(version.count), !words.matchesAny(seams)
    else { return nil }
    return version
  }
}
