/// The bytes of a pack: of a small one where the system keeps them, of others parts that were read lately. A delta, what
/// it is made of and the trees around lie near each other.
struct PackBlocks: ~Copyable {
  private struct Block {
    var number = -1
    var count = 0
    var space: UnsafeMutableRawBufferPointer?
  }

  private let file: OpenFile
  private let map: MappedFile?
  private let mapped: UnsafeRawBufferPointer?
  private var blocks: [Block]

  private static let size = 16 << 10
  /// What begins in a block may end behind it, if it is short.
  private static let overlap = 64
  /// Each block has one place that it may be in.
  private static let places = 128

  init(_ file: consuming OpenFile, isMapped: Bool) {
    if isMapped, let map = MappedFile(file) {
      mapped = map.bytes
      self.map = consume map
      blocks = []
    } else {
      mapped = nil
      map = nil
      blocks = Array(repeating: Block(), count: Self.places)
    }
    self.file = file
  }

  deinit { for block in blocks { block.space?.deallocate() } }

  /// The bytes of the file from an offset on, 64 at least unless the file ends before; gone with the next call.
  mutating func bytes(from offset: Int) -> UnsafeRawBufferPointer {
    if let bytes = mapped { return UnsafeRawBufferPointer(rebasing: bytes[min(offset, bytes.count)...]) }
    let number = offset / Self.size
    let place = number % Self.places
    let start = number * Self.size
    if blocks[place].number != number { load(number, at: place) }
    guard let space = blocks[place].space else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    return UnsafeRawBufferPointer(rebasing: space[min(offset - start, blocks[place].count)..<blocks[place].count])
  }

  /// Gives `body` so many bytes of the file from an offset on, fewer where it ends before.
  mutating func withBytes<Value>(from offset: Int, count: Int, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
    if mapped != nil { return body(UnsafeRawBufferPointer(rebasing: bytes(from: offset).prefix(count))) }
    let space = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: MemoryLayout<UInt64>.alignment)
    defer { space.deallocate() }
    return body(UnsafeRawBufferPointer(rebasing: space[..<file.read(at: offset, into: space)]))
  }

  private mutating func load(_ number: Int, at place: Int) {
    let space =
      blocks[place].space ?? .allocate(byteCount: Self.size + Self.overlap, alignment: MemoryLayout<UInt64>.alignment)
    blocks[place] = Block(number: number, count: file.read(at: number * Self.size, into: space), space: space)
  }
}
