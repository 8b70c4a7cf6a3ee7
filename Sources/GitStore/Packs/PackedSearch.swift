import SourceText
import Synchronization

/// Knows of many versions of files that they hold none of some words, and inflates hardly any: see `VersionVerdicts`.
///
/// Anything out of the ordinary is left to those who read the blob: loose objects, alternates, packs of other formats.
/// Can be used from several workers: versions of files of one name are looked at one after the other.
public final class PackedSearch: Sendable {
  private let words: ByteSearch
  private let location: RepositoryLocation
  private let limit: Int
  private let isUsable: Bool
  private let parts: [Part]

  /// What is known of files of some names.
  private final class Part: Sendable {
    let state = Mutex(State())
  }

  private struct State: ~Copyable {
    var verdicts: VersionVerdicts?
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

  private static let partCount: UInt64 = 8

  /// - Parameters:
  ///   - words: without NUL.
  ///   - limit: of larger blobs nothing is known.
  public init(_ repository: GitRepository, words: ByteSearch, limit: Int) {
    location = repository.location
    self.words = words
    self.limit = limit
    isUsable = !words.needles.isEmpty && location.access == .libgit2 && !words.needles.contains { $0.contains(0) }
    parts = (0..<Self.partCount).map { _ in Part() }
  }

  /// Whether it is known that a blob is a text without any of the words, and not larger than the limit.
  /// - Parameter path: Where it stands in some tree: most deltas are of versions of files with the same name.
  public func isWithoutWords(_ id: ObjectID, at path: RepositoryPath) -> Bool {
    part(of: path).state.withLock { look(for: id, at: path, &$0) }
  }

  /// The same; `nil` while another worker looks at a version of that file, or of one of some others.
  public func isWithoutWordsUnlessBusy(_ id: ObjectID, at path: RepositoryPath) -> Bool? {
    part(of: path).state.withLockIfAvailable { look(for: id, at: path, &$0) }
  }

  /// By the name of the file alone: Git makes deltas of files of one name, whatever folders they are in.
  private func part(of path: RepositoryPath) -> Part {
    parts[Int((Self.hash(of: path.bytes.reversed().prefix { $0 != slash }) >> 32) % Self.partCount)]
  }

  /// FNV-1a.
  private static func hash(of bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  private func look(for id: ObjectID, at path: RepositoryPath, _ state: inout State) -> Bool {
    let hash = Self.hash(of: path.bytes)
    guard isUsable, state.doubts[hash, default: Doubt()].mayLook() else { return false }
    if state.verdicts == nil {
      state.verdicts = VersionVerdicts(PackFile.all(in: location.objects), words: words, limit: limit)
    }
    guard let isKnown = state.verdicts?.isWithoutWords(id) else { return false }
    state.doubts[hash, default: Doubt()].learn(isKnown: isKnown)
    return isKnown
  }
}
