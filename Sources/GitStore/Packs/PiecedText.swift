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
  private var pieces: [Piece] = []
  private(set) var count = 0
  /// Bytes of memory that it needs beside other versions.
  private(set) var cost: Int
  private var last: UInt8 = 0

  /// - Parameter bytes: less than 4 GiB.
  init(_ bytes: [UInt8]) {
    store = Store(bytes)
    pieces = [Piece(start: 0, offset: 0)]
    count = bytes.count
    cost = bytes.count
  }

  private init(versionOf text: PiecedText) {
    store = text.store
    cost = 0
    pieces.reserveCapacity(text.pieces.count + 64)
  }

  /// The version that a delta of Git makes of this one, and the bytes around those seams of it that words may cross,
  /// parted by NUL. What the delta inserts has to be searched beside them.
  /// - Returns: `nil` for a broken delta, and where NUL is inserted.
  func applying(_ delta: UnsafeRawBufferPointer, seams: WordSeams) -> (text: PiecedText, seams: [UInt8])? {
    var reader = DeltaReader(delta)
    guard reader.length() == count, let length = reader.length(),
      store.bytes.count + delta.count <= Int(UInt32.max)
    else { return nil }
    var text = PiecedText(versionOf: self)
    /// Where words may cross a seam.
    var crossed: [Int] = []
    var near = 0
    // What was copied last and is not taken yet: copies that go on where the last one ended leave no seam.
    var copied = 0..<0
    func take() {
      if copied.isEmpty { return }
      if let first = text.append(copied, of: self, near: &near), seams.mayBeCrossed(text.last, first) {
        crossed.append(text.count)
      }
      text.count += copied.count
      text.last = text.store.bytes[text.lastOffset]
      copied = 0..<0
    }
    while let instruction = reader.next() {
      switch instruction {
      case .copy(let range):
        guard range.upperBound <= count, text.count + copied.count + range.count <= length else { return nil }
        if !copied.isEmpty, copied.upperBound == range.lowerBound {
          copied = copied.lowerBound..<range.upperBound
        } else {
          take()
          copied = range
        }
      case .insert(let range):
        take()
        let bytes = UnsafeRawBufferPointer(rebasing: delta[range])
        guard text.count + bytes.count <= length, !ByteSearch.contains(0, in: bytes) else { return nil }
        if seams.mayBeCrossed(text.last, bytes[0]) { crossed.append(text.count) }
        text.append(start: text.count, offset: store.bytes.count)
        store.bytes.append(contentsOf: bytes)
        text.cost += bytes.count
        text.count += bytes.count
        text.last = bytes[bytes.count - 1]
      case .broken: return nil
      }
    }
    take()
    guard text.count == length else { return nil }
    text.cost += text.pieces.count * MemoryLayout<Piece>.stride
    return (text, crossed.reduce(into: []) { text.appendBytes(around: $1, seams.margin, to: &$0) })
  }

  /// Where the last byte lies in the store.
  private var lastOffset: Int {
    guard let piece = pieces.last else { return 0 }
    return Int(piece.offset) + (count - 1 - Int(piece.start))
  }

  private mutating func append(start: Int, offset: Int) {
    if let last = pieces.last, Int(last.offset) + (start - Int(last.start)) == offset { return }
    pieces.append(Piece(start: UInt32(truncatingIfNeeded: start), offset: UInt32(truncatingIfNeeded: offset)))
  }

  /// Takes a range of a text behind what is here, and leaves counting it to the caller.
  /// - Returns: Its first byte.
  private mutating func append(_ range: Range<Int>, of text: PiecedText, near: inout Int) -> UInt8? {
    var first: UInt8?
    var start = count
    text.forEachPiece(of: range, near: &near) { part in
      if first == nil { first = store.bytes[part.lowerBound] }
      append(start: start, offset: part.lowerBound)
      start += part.count
    }
    return first
  }

  private func appendBytes(around position: Int, _ margin: Int, to bytes: inout [UInt8]) {
    var near = 0
    let range = max(0, position - margin)..<min(count, position + margin)
    forEachPiece(of: range, near: &near) { bytes += store.bytes[$0] }
    bytes.append(0)
  }

  /// Gives where the parts of a range of the text lie in the store.
  /// - Parameter near: the piece that the last range ended with: most begin soon behind it.
  private func forEachPiece(of range: Range<Int>, near: inout Int, _ body: (Range<Int>) -> Void) {
    var number = piece(at: range.lowerBound, near: near)
    var position = range.lowerBound
    while position < range.upperBound {
      let piece = pieces[number]
      let end = min(range.upperBound, number + 1 < pieces.count ? Int(pieces[number + 1].start) : count)
      let offset = Int(piece.offset) + (position - Int(piece.start))
      body(offset..<offset + (end - position))
      position = end
      number += 1
    }
    near = max(0, number - 1)
  }

  /// Which piece a byte of the text stands in.
  private func piece(at position: Int, near: Int) -> Int {
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
