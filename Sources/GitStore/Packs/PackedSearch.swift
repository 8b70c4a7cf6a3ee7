import SourceText
import Synchronization

/// Knows of many versions of files that they hold none of some words, and inflates hardly any: see `VersionVerdicts`.
///
/// Anything out of the ordinary is left to those who read the blob: loose objects, alternates, packs of other formats.
/// Can be used from several workers: versions that are made of each other are looked at one after the other.
public final class PackedSearch: Sendable {
  private let words: ByteSearch
  private let location: RepositoryLocation
  private let limit: Int
  private let isUsable: Bool
  private let entrance = Mutex(Entrance())
  private let parts: [Part]

  /// What decides who looks at a version, for all paths and chains.
  private struct Entrance: ~Copyable {
    var chains: DeltaChains?
    /// By the hashes of paths.
    var doubts: [UInt64: Doubt] = [:]
  }

  /// What is known of versions of some chains of deltas.
  private final class Part: Sendable {
    let verdicts = Mutex(Verdicts())
  }

  /// Opened with the first question.
  private struct Verdicts: ~Copyable {
    var known: VersionVerdicts?
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
  /// - Parameter path: Where it stands in some tree.
  public func isWithoutWords(_ id: ObjectID, at path: RepositoryPath) -> Bool {
    guard let part = part(of: id, at: path) else { return false }
    return learn(part.verdicts.withLock { verdict(on: id, &$0) }, at: path)
  }

  /// The same; `nil` while another worker looks at a version that it may be made of.
  public func isWithoutWordsUnlessBusy(_ id: ObjectID, at path: RepositoryPath) -> Bool? {
    guard let part = part(of: id, at: path) else { return false }
    return part.verdicts.withLockIfAvailable { verdict(on: id, &$0) }.map { learn($0, at: path) }
  }

  /// `nil` when a blob is not to be looked at here.
  private func part(of id: ObjectID, at path: RepositoryPath) -> Part? {
    guard isUsable else { return nil }
    let hash = Self.hash(of: path.bytes)
    let start = entrance.withLock { entrance -> PackPlace? in
      guard entrance.doubts[hash, default: Doubt()].mayLook() else { return nil }
      if entrance.chains == nil { entrance.chains = DeltaChains(PackFile.all(in: location.objects)) }
      switch entrance.chains?.start(of: id) {
      case .at(let start): return start
      case .hopeless: entrance.doubts[hash, default: Doubt()].learn(isKnown: false)
      // What is in no pack says nothing of its path.
      case .absent, nil: break
      }
      return nil
    }
    return start.map { parts[Int($0.slotBits >> 32 % Self.partCount)] }
  }

  /// FNV-1a.
  private static func hash(of bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  private func verdict(on id: ObjectID, _ verdicts: inout Verdicts) -> Bool? {
    if verdicts.known == nil {
      verdicts.known = VersionVerdicts(PackFile.all(in: location.objects), words: words, limit: limit)
    }
    return verdicts.known?.isWithoutWords(id)
  }

  /// - Parameter isKnown: `nil` for what is in no pack any more, which says nothing of its path.
  private func learn(_ isKnown: Bool?, at path: RepositoryPath) -> Bool {
    guard let isKnown else { return false }
    entrance.withLock { $0.doubts[Self.hash(of: path.bytes), default: Doubt()].learn(isKnown: isKnown) }
    return isKnown
  }
}
