import CShims

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Looks for several words in bytes at once: decides in nanoseconds that a file says nothing about registries, before
/// it is parsed.
///
/// One pass whatever the number of words, which skips by the shortest of them (Wu and Manber, "A fast algorithm for
/// multi-pattern searching", 1994): two bytes that stand in no word let it jump by almost the word's length.
public struct ByteSearch: Sendable {
  /// The words, in the order they were given.
  public let needles: [[UInt8]]
  /// How many bytes of each word take part in the skipping: the length of the shortest, at most 255.
  private let window: Int
  /// By the hash of two bytes: how far the window may jump when it ends with them.
  private let skips: [UInt8]
  /// By the hash of two bytes: the first of the words whose window ends with them, and one past the last; in `ordered`.
  private let buckets: [UInt16]
  private let ordered: [[UInt8]]

  public init(_ needles: [[UInt8]]) {
    self.needles = needles.filter { !$0.isEmpty }
    let window = min(255, self.needles.map(\.count).min() ?? 0)
    self.window = window
    guard window >= 2, self.needles.count < UInt16.max else {
      (skips, buckets, ordered) = ([], [], [])
      return
    }
    var skips = [UInt8](repeating: UInt8(window - 1), count: Self.slots)
    for needle in self.needles {
      for end in 1..<window {
        let slot = Self.slot(needle[end - 1], needle[end])
        skips[slot] = min(skips[slot], UInt8(window - 1 - end))
      }
    }
    func slot(of needle: [UInt8]) -> Int { Self.slot(needle[window - 2], needle[window - 1]) }
    let ordered = self.needles.sorted { slot(of: $0) < slot(of: $1) }
    var buckets = [UInt16](repeating: 0, count: Self.slots + 1)
    for needle in ordered { buckets[slot(of: needle) + 1] += 1 }
    for slot in 1...Self.slots { buckets[slot] += buckets[slot - 1] }
    (self.skips, self.buckets, self.ordered) = (skips, buckets, ordered)
  }

  public init(_ needles: [String]) {
    self.init(needles.map { Array($0.utf8) })
  }

  private static let slots = 4096

  @inline(__always)
  private static func slot(_ first: UInt8, _ second: UInt8) -> Int { (Int(first) << 4 ^ Int(second)) & (slots - 1) }

  /// Whether at least one of the words occurs.
  public func matchesAny(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard window >= 2 else { return needles.contains { Self.firstOffset(of: $0, in: bytes) != nil } }
    return skips.withUnsafeBufferPointer { skips in
      var end = window - 1
      while end < bytes.count {
        let slot = Self.slot(bytes[end - 1], bytes[end])
        let skip = Int(skips[slot])
        if skip > 0 {
          end += skip
        } else if isMatch(slot, at: end + 1 - window, in: bytes) {
          return true
        } else {
          end += 1
        }
      }
      return false
    }
  }

  private func isMatch(_ slot: Int, at start: Int, in bytes: UnsafeRawBufferPointer) -> Bool {
    for index in Int(buckets[slot])..<Int(buckets[slot + 1]) {
      let needle = ordered[index]
      guard needle.count <= bytes.count - start else { continue }
      if needle.elementsEqual(bytes[start..<start + needle.count]) { return true }
    }
    return false
  }

  /// Whether each of the words occurs.
  public func matchesAll(_ bytes: UnsafeRawBufferPointer) -> Bool {
    needles.allSatisfy { Self.firstOffset(of: $0, in: bytes) != nil }
  }

  public func matchesAny(_ bytes: [UInt8]) -> Bool { bytes.withUnsafeBytes { matchesAny($0) } }

  /// The offset of the first occurrence of `needle`, or `nil`.
  public static func firstOffset(of needle: [UInt8], in bytes: UnsafeRawBufferPointer) -> Int? {
    guard let start = bytes.baseAddress, !needle.isEmpty, needle.count <= bytes.count else { return nil }
    return needle.withUnsafeBytes { needle in
      guard let word = needle.baseAddress,
        let found = registrylint_memmem(start, bytes.count, word, needle.count)
      else { return nil }
      return found - start
    }
  }

  static func contains(_ byte: UInt8, in bytes: UnsafeRawBufferPointer) -> Bool {
    firstOffset(of: byte, in: bytes, from: 0) != nil
  }

  /// Where a byte occurs first, from an offset on.
  static func firstOffset(of byte: UInt8, in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    guard let base = bytes.baseAddress, let found = memchr(base + start, Int32(byte), bytes.count - start) else {
      return nil
    }
    return UnsafeRawPointer(found) - base
  }
}
