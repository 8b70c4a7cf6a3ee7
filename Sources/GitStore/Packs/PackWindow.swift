/// The part of a pack that was read last. Objects are read in the order in which they lie, or from anywhere: behind what
/// is here much is read at once, elsewhere little.
struct PackWindow: ~Copyable {
  private let file: OpenFile
  private let space: UnsafeMutableRawBufferPointer
  private var start = 0
  private var count = 0

  private static let size = 64 << 10
  private static let smallSize = 4 << 10

  init(_ file: consuming OpenFile) {
    self.file = file
    space = .allocate(byteCount: Self.size, alignment: 16)
  }

  deinit { space.deallocate() }

  /// The bytes of the file from an offset on; they are gone with the next call.
  /// - Parameter minimum: how many there are at least, unless the file ends before; small.
  mutating func bytes(from offset: Int, atLeast minimum: Int) -> UnsafeRawBufferPointer {
    if offset < start || offset + minimum > start + count {
      let isBehind = offset >= start && offset <= start + count + Self.smallSize
      let length = isBehind && count > 0 ? Self.size : Self.smallSize
      count = file.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: space[..<length]))
      start = offset
    }
    let from = min(offset - start, count)
    return UnsafeRawBufferPointer(rebasing: space[from..<count])
  }
}
