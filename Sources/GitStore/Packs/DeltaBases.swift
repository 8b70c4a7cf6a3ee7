/// Objects that others may be deltas of, up to a number of bytes. Each has one slot that it may be in, and what comes
/// later takes it over.
struct DeltaBases: ~Copyable {
  private struct Slot {
    var key = -1
    var type = ObjectType.blob
    var bytes: [UInt8] = []
  }

  private var slots: [Slot] = []
  private var size = 0
  /// Where the next slot is emptied when there are too many bytes.
  private var hand = 0

  private static let count = 1 << 13
  /// Of the bytes of all of them. Every worker has its own: where there are many, each keeps less.
  private static let limit = min(24 << 20, max(4 << 20, (96 << 20) / FileTree.defaultWorkers))

  subscript(key: Int) -> (type: ObjectType, bytes: [UInt8])? {
    let slot = Self.slot(of: key)
    guard slot < slots.count, slots[slot].key == key else { return nil }
    return (slots[slot].type, slots[slot].bytes)
  }

  mutating func keep(_ bytes: [UInt8], _ type: ObjectType, at key: Int) {
    guard bytes.count <= Self.limit / 4 else { return }
    if slots.isEmpty { slots = Array(repeating: Slot(), count: Self.count) }
    let slot = Self.slot(of: key)
    size += bytes.count - slots[slot].bytes.count
    slots[slot] = Slot(key: key, type: type, bytes: bytes)
    while size > Self.limit {
      size -= slots[hand].bytes.count
      slots[hand] = Slot()
      hand = (hand + 1) % Self.count
    }
  }

  /// Neighbours in a pack are some bytes apart: multiplied by an odd number (Knuth's), their upper bits differ.
  private static func slot(of key: Int) -> Int {
    Int(truncatingIfNeeded: (UInt64(truncatingIfNeeded: key) &* 0x9E37_79B9_7F4A_7C15) >> 51)
  }
}
