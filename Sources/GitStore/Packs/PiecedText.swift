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
    if pieces.count == 1, length <= Self.longestCopy { return copied(by: delta, seams: seams) }
    var text = PiecedText(versionOf: self)
    /// Where words may cross a seam.
    var crossed: [Int] = []
    var near = 0
    // What was copied last and is not taken yet: copies that go on where the last one ended leave no seam.
    var copied = 0..<0
    func take() {
      if copied.isEmpty { return }
      let first = text.append(copied, of: self, near: &near)
      if seams.mayBeCrossed(text.last, first) { crossed.append(text.count) }
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
    let around = crossed.reduce(into: []) { text.appendBytes(around: $1, seams.margin, to: &$0) }
    if text.pieces.count > text.count / Self.shortestPieces { return (PiecedText(text.bytes), around) }
    text.cost += text.pieces.count * MemoryLayout<Piece>.stride
    return (text, around)
  }

  /// Of many pieces every version writes down as many again: where they are shorter on average, a copy in one piece
  /// serves them all.
  private static let shortestPieces = 128

  private var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    appendBytes(of: 0..<count, to: &bytes)
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
        text.appendBytes(around: position, seams.margin, to: &around)
      }
      position += length
    }
    return (text, around)
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
  /// - Parameter near: the piece that the last range ended with: most begin soon behind it.
  /// - Returns: Its first byte.
  private mutating func append(_ range: Range<Int>, of text: PiecedText, near: inout Int) -> UInt8 {
    var number = text.piece(at: range.lowerBound, near: near)
    let first = Int(text.pieces[number].offset) + range.lowerBound - Int(text.pieces[number].start)
    append(start: count, offset: first)
    // The others lie apart from each other, as they did in the text.
    let distance = UInt32(truncatingIfNeeded: count) &- UInt32(truncatingIfNeeded: range.lowerBound)
    text.pieces.withUnsafeBufferPointer { others in
      number += 1
      while number < others.count, others[number].start < range.upperBound {
        pieces.append(Piece(start: others[number].start &+ distance, offset: others[number].offset))
        number += 1
      }
    }
    near = number - 1
    return store.bytes[first]
  }

  private func appendBytes(around place: Int, _ margin: Int, to bytes: inout [UInt8]) {
    appendBytes(of: max(0, place - margin)..<min(count, place + margin), to: &bytes)
    bytes.append(0)
  }

  private func appendBytes(of range: Range<Int>, to bytes: inout [UInt8]) {
    var number = piece(at: range.lowerBound, near: 0)
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
