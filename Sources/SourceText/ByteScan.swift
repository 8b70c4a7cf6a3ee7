#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension UnsafeBufferPointer<UInt8> {
  /// The offset of the first `byte` at `start` or behind it; the count when there is none.
  @inline(__always)
  public func offset(of byte: UInt8, from start: Int) -> Int {
    guard let base = baseAddress, start < count, let found = memchr(base + start, Int32(byte), count - start) else {
      return count
    }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base)
  }

  /// The offset of the first of three bytes at `start` or behind it; the count when there is none.
  public func offset(ofAny first: UInt8, _ second: UInt8, _ third: UInt8, from start: Int) -> Int {
    let (ones, twos, threes) = (Eight(first), Eight(second), Eight(third))
    var index = start
    while index + 8 <= count {
      let bytes = eight(at: index)
      if bytes.hasEqual(ones) || bytes.hasEqual(twos) || bytes.hasEqual(threes) { break }
      index += 8
    }
    while index < count, self[index] != first, self[index] != second, self[index] != third { index += 1 }
    return index
  }

  /// Whether `needle` occurs; an empty one does nowhere.
  func contains(_ needle: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = needle.first, let last = needle.last, count >= needle.count else { return false }
    let (firsts, lasts) = (Eight(first), Eight(last))
    let length = needle.count
    let end = count - length
    var index = 0
    // Eight places at once: at hardly any the first and the last byte fit.
    while index + 7 <= end {
      if eight(at: index).hasEqual(firsts, and: eight(at: index + length - 1), lasts) {
        for place in index..<index + 8 where matches(needle, at: place) { return true }
      }
      index += 8
    }
    while index <= end {
      if matches(needle, at: index) { return true }
      index += 1
    }
    return false
  }

  /// Whether a part is the same as one of other bytes.
  public func isEqual(_ range: Range<Int>, to other: Self, _ otherRange: Range<Int>) -> Bool {
    guard range.count == otherRange.count, let left = baseAddress, let right = other.baseAddress else {
      return range.isEmpty && otherRange.isEmpty
    }
    return memcmp(left + range.lowerBound, right + otherRange.lowerBound, range.count) == 0
  }

  private func matches(_ needle: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
    guard self[start] == needle[0], let base = baseAddress, let word = needle.baseAddress else { return false }
    return memcmp(base + start, word, needle.count) == 0
  }

  @inline(__always)
  private func eight(at index: Int) -> Eight {
    Eight(UnsafeRawBufferPointer(self).loadUnaligned(fromByteOffset: index, as: UInt64.self))
  }
}

/// Eight bytes in one word. The compiler compares `SIMD16<UInt8>` lane by lane, which is slower than a loop.
private struct Eight {
  let word: UInt64

  private static let low: UInt64 = 0x0101_0101_0101_0101
  private static let high: UInt64 = 0x8080_8080_8080_8080

  @inline(__always)
  init(_ word: UInt64) { self.word = word }

  /// The same byte eight times.
  @inline(__always)
  init(_ byte: UInt8) { word = UInt64(byte) &* Self.low }

  /// Whether two words have the same byte at one place.
  @inline(__always)
  func hasEqual(_ other: Eight) -> Bool { Self.hasZero(word ^ other.word) }

  /// Whether at one place this has the byte of `other`, and `second` that of `third`.
  @inline(__always)
  func hasEqual(_ other: Eight, and second: Eight, _ third: Eight) -> Bool {
    Self.hasZero(word ^ other.word | second.word ^ third.word)
  }

  /// Whether one of the bytes is zero: only below one does the subtraction reach its highest bit.
  @inline(__always)
  private static func hasZero(_ word: UInt64) -> Bool { (word &- low) & ~word & high != 0 }
}
