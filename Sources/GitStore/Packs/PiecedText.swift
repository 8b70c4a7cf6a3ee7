/// A version of a text in pieces of what it was made from: applying a delta to it moves no byte.
struct PiecedText {
  /// The first version, and behind it all that others insert.
  private final class Store {
    var bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }
  }

  private struct Piece {
    /// Where it begins in the text.
    let start: Int
    /// Where its bytes lie in the store.
    let offset: Int
  }

  private let store: Store
  private var pieces: [Piece] = []
  private(set) var count = 0
  /// Bytes of memory that it needs beside other versions.
  private(set) var cost: Int

  init(_ bytes: [UInt8]) {
    store = Store(bytes)
    pieces = [Piece(start: 0, offset: 0)]
    count = bytes.count
    cost = bytes.count
  }

  private init(versionOf text: PiecedText) {
    store = text.store
    cost = 0
  }

  /// The version that a delta of Git makes of this one, and the bytes of it that may hold something new: insertions and
  /// seams with so many bytes around them, parted by NUL.
  /// - Returns: `nil` for a broken delta, and where NUL is inserted.
  func applying(_ delta: UnsafeRawBufferPointer, margin: Int) -> (text: PiecedText, new: [UInt8])? {
    var reader = DeltaReader(delta)
    guard reader.length() == count, let length = reader.length() else { return nil }
    var text = PiecedText(versionOf: self)
    var new: [UInt8] = []
    // What was copied last and is not taken yet: copies that go on where the last one ended leave no seam.
    var copied = 0..<0
    func take() {
      if copied.isEmpty { return }
      text.append(copied, of: self)
      if copied.count <= 2 * margin {
        appendBytes(copied, to: &new)
      } else {
        appendBytes(copied.prefix(margin), to: &new)
        new.append(0)
        appendBytes(copied.suffix(margin), to: &new)
      }
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
        text.append(Piece(start: text.count, offset: store.bytes.count), count: bytes.count)
        store.bytes.append(contentsOf: bytes)
        text.cost += bytes.count
        new.append(contentsOf: bytes)
      case .broken: return nil
      }
    }
    take()
    guard text.count == length else { return nil }
    text.cost += text.pieces.count * MemoryLayout<Piece>.stride
    return (text, new)
  }

  private mutating func append(_ piece: Piece, count: Int) {
    if let last = pieces.last, last.offset + (piece.start - last.start) == piece.offset {
      // It goes on where the last piece ends.
    } else {
      pieces.append(piece)
    }
    self.count += count
  }

  private mutating func append(_ range: Range<Int>, of text: PiecedText) {
    text.forEachPiece(of: range) { append(Piece(start: count, offset: $0.lowerBound), count: $0.count) }
  }

  private func appendBytes(_ range: Range<Int>, to bytes: inout [UInt8]) {
    forEachPiece(of: range) { bytes += store.bytes[$0] }
  }

  /// Gives where the parts of a range of the text lie in the store.
  private func forEachPiece(of range: Range<Int>, _ body: (Range<Int>) -> Void) {
    var low = 0
    var high = pieces.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if pieces[middle].start <= range.lowerBound { low = middle } else { high = middle }
    }
    var position = range.lowerBound
    while position < range.upperBound {
      let end = min(range.upperBound, low + 1 < pieces.count ? pieces[low + 1].start : count)
      let offset = pieces[low].offset + (position - pieces[low].start)
      body(offset..<offset + (end - position))
      position = end
      low += 1
    }
  }
}
