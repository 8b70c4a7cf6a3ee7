/// A version of a text in pieces of what it was made from: applying a delta to it moves no byte.
struct PiecedText {
  /// The first version, and behind it all that others insert.
  private final class Store {
    var bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }
  }

  private struct Piece {
    /// Where it begins in the text.
    let start: UInt32
    /// Where its bytes lie in the store.
    let offset: UInt32
  }

  private let store: Store
  private let pieces: [Piece]
  let count: Int
  /// Bytes of memory that it needs beside other versions.
  let cost: Int

  /// - Parameter bytes: less than 4 GiB.
  init(_ bytes: [UInt8]) {
    store = Store(bytes)
    pieces = [Piece(start: 0, offset: 0)]
    count = bytes.count
    cost = bytes.count
  }

  private init(_ store: Store, _ draft: Draft, cost: Int) {
    self.store = store
    pieces = draft.pieces
    count = draft.count
    self.cost = cost + pieces.count * MemoryLayout<Piece>.stride
  }

  /// The version that a delta of Git makes of this one, and the bytes around those seams of it that words may cross,
  /// parted by NUL. What the delta inserts has to be searched beside them.
  /// - Returns: `nil` for a broken delta, and where NUL is inserted.
  func applying(_ delta: UnsafeRawBufferPointer, seams: WordSeams) -> (text: PiecedText, seams: [UInt8])? {
    var reader = DeltaReader(delta)
    guard reader.length() == count, let length = reader.length(),
      store.bytes.count + delta.count <= Int(UInt32.max)
    else { return nil }
    if pieces.count == 1, length <= Self.longestCopy { return copied(by: delta, seams: seams) }
    let start = store.bytes.count
    let made = store.bytes.withUnsafeBufferPointer { bytes in
      pieces.withUnsafeBufferPointer { pieces in
        Draft(reader: &reader, delta, of: pieces, bytes, length: length, oldLength: count, seams: seams)
      }
    }
    guard let draft = made else { return nil }
    store.bytes += draft.inserted
    let text = PiecedText(store, draft, cost: store.bytes.count - start)
    var around: [UInt8] = []
    var near = 0
    for seam in draft.crossed { text.appendBytes(around: seam, seams.margin, to: &around, &near) }
    if text.pieces.count > text.count / Self.shortestPieces { return (PiecedText(text.bytes), around) }
    return (text, around)
  }

  /// Of many pieces every version writes down as many again: where they are shorter on average, a copy in one piece
  /// serves them all.
  private static let shortestPieces = 128

  private var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    var near = 0
    appendBytes(of: 0..<count, to: &bytes, &near)
    return bytes
  }

  /// Moving the bytes of a short text costs less than writing down what they are pieces of.
  private static let longestCopy = 32 << 10

  /// The same for a text in one piece: the version has a store of its own.
  private func copied(by delta: UnsafeRawBufferPointer, seams: WordSeams) -> (text: PiecedText, seams: [UInt8])? {
    let old = Int(pieces[0].offset)..<Int(pieces[0].offset) + count
    let result = store.bytes.withUnsafeBytes { bytes in
      DeltaResult(applying: delta, to: UnsafeRawBufferPointer(rebasing: bytes[old]), limit: Self.longestCopy)
    }
    guard case .bytes(let bytes) = result, var reader = DeltaReader(behindLengthsOf: delta) else { return nil }
    let text = PiecedText(bytes)
    var around: [UInt8] = []
    var near = 0
    var position = 0
    var copied: Int?
    while let instruction = reader.next() {
      let length: Int
      var isSeam = position > 0
      switch instruction {
      case .copy(let range):
        if copied == range.lowerBound { isSeam = false }
        copied = range.upperBound
        length = range.count
      case .insert(let range):
        if ByteSearch.contains(0, in: UnsafeRawBufferPointer(rebasing: delta[range])) { return nil }
        copied = nil
        length = range.count
      case .broken: return nil
      }
      if isSeam, seams.mayBeCrossed(bytes[position - 1], bytes[position]) {
        text.appendBytes(around: position, seams.margin, to: &around, &near)
      }
      position += length
    }
    return (text, around)
  }

  /// - Parameter near: The piece that the part before began with: the next one begins soon behind it.
  private func appendBytes(around place: Int, _ margin: Int, to bytes: inout [UInt8], _ near: inout Int) {
    appendBytes(of: max(0, place - margin)..<min(count, place + margin), to: &bytes, &near)
    bytes.append(0)
  }

  private func appendBytes(of range: Range<Int>, to bytes: inout [UInt8], _ near: inout Int) {
    var number = pieces.withUnsafeBufferPointer { Self.piece(at: range.lowerBound, near: near, in: $0) }
    near = number
    var position = range.lowerBound
    while position < range.upperBound {
      let piece = pieces[number]
      let end = min(range.upperBound, number + 1 < pieces.count ? Int(pieces[number + 1].start) : count)
      let offset = Int(piece.offset) + (position - Int(piece.start))
      bytes += store.bytes[offset..<offset + (end - position)]
      position = end
      number += 1
    }
  }

  /// Which piece a byte of the text stands in.
  @inline(__always)
  private static func piece(at position: Int, near: Int, in pieces: UnsafeBufferPointer<Piece>) -> Int {
    var (low, high) = (0, pieces.count)
    if near < high, pieces[near].start <= position {
      low = near
      var reach = 1
      while low + reach < high, pieces[low + reach].start <= position {
        low += reach
        reach *= 2
      }
      high = min(high, low + reach)
    }
    while high - low > 1 {
      let middle = (low + high) / 2
      if pieces[middle].start <= position { low = middle } else { high = middle }
    }
    return low
  }

  /// A version while its delta is read. Works on bare memory: catalogues change in hundreds of places at once.
  private struct Draft {
    private(set) var pieces: [Piece] = []
    private(set) var count = 0
    /// What is added to the store.
    private(set) var inserted: [UInt8] = []
    /// Where words may cross a seam.
    private(set) var crossed: [Int] = []
    private var last: UInt8 = 0
    /// The piece that the last range ended with: most begin soon behind it.
    private var near = 0

    /// - Parameters:
    ///   - reader: Of `delta`, behind its lengths.
    ///   - old: The pieces of the text that it is a delta of, whose bytes lie in `bytes`.
    /// - Returns: `nil` for a broken delta, and where NUL is inserted.
    init?(
      reader: inout DeltaReader, _ delta: UnsafeRawBufferPointer, of old: UnsafeBufferPointer<Piece>,
      _ bytes: UnsafeBufferPointer<UInt8>, length: Int, oldLength: Int, seams: WordSeams
    ) {
      pieces.reserveCapacity(old.count + 64)
      // What was copied last and is not taken yet: copies that go on where the last one ended leave no seam.
      var copied = 0..<0
      while let instruction = reader.next() {
        switch instruction {
        case .copy(let range):
          guard range.upperBound <= oldLength, count + copied.count + range.count <= length else { return nil }
          if !copied.isEmpty, copied.upperBound == range.lowerBound {
            copied = copied.lowerBound..<range.upperBound
          } else {
            take(copied, of: old, bytes, seams)
            copied = range
          }
        case .insert(let range):
          take(copied, of: old, bytes, seams)
          copied = 0..<0
          let new = UnsafeRawBufferPointer(rebasing: delta[range])
          guard count + new.count <= length, !ByteSearch.contains(0, in: new) else { return nil }
          begin(at: bytes.count + inserted.count, with: new[0], seams)
          inserted.append(contentsOf: new)
          count += new.count
          last = new[new.count - 1]
        case .broken: return nil
        }
      }
      take(copied, of: old, bytes, seams)
      if count != length { return nil }
    }

    /// Takes a range of the old text behind what is here.
    private mutating func take(
      _ range: Range<Int>, of old: UnsafeBufferPointer<Piece>, _ bytes: UnsafeBufferPointer<UInt8>, _ seams: WordSeams
    ) {
      if range.isEmpty { return }
      var number = PiecedText.piece(at: range.lowerBound, near: near, in: old)
      let first = Int(old[number].offset) + range.lowerBound - Int(old[number].start)
      begin(at: first, with: bytes[first], seams)
      // The others lie apart from each other, as they did in the text.
      let distance = UInt32(truncatingIfNeeded: count) &- UInt32(truncatingIfNeeded: range.lowerBound)
      number += 1
      while number < old.count, old[number].start < range.upperBound {
        pieces.append(Piece(start: old[number].start &+ distance, offset: old[number].offset))
        number += 1
      }
      near = number - 1
      count += range.count
      last = bytes[Int(old[near].offset) + range.upperBound - 1 - Int(old[near].start)]
    }

    /// A piece whose bytes lie at an offset of the store, unless they are those behind the last piece.
    private mutating func begin(at offset: Int, with first: UInt8, _ seams: WordSeams) {
      if seams.mayBeCrossed(last, first) { crossed.append(count) }
      if let last = pieces.last, Int(last.offset) + (count - Int(last.start)) == offset { return }
      pieces.append(Piece(start: UInt32(truncatingIfNeeded: count), offset: UInt32(truncatingIfNeeded: offset)))
    }
  }
}

/// Decides by two bytes whether a word can stand across the seam between them.
struct WordSeams: Sendable {
  /// Of bytes on each side of a seam that can be part of a word across it.
  let margin: Int
  /// A bit for each two bytes: whether they stand next to each other in a word.
  private let pairs: [UInt64]

  init(_ words: [[UInt8]]) {
    margin = max(0, (words.map(\.count).max() ?? 0) - 1)
    var pairs = [UInt64](repeating: 0, count: 1 << 10)
    for word in words {
      for (left, right) in zip(word, word.dropFirst()) {
        pairs[Int(left) << 2 | Int(right >> 6)] |= 1 << UInt64(right & 63)
      }
    }
    self.pairs = pairs
  }

  func mayBeCrossed(_ left: UInt8, _ right: UInt8) -> Bool {
    pairs[Int(left) << 2 | Int(right >> 6)] & 1 << UInt64(right & 63) != 0
  }
}
