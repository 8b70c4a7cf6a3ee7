/// Finds its place among others without a hash table.
protocol SlotKey: Equatable {
  /// As good as random in its upper bits.
  var slotBits: UInt64 { get }
}

extension ObjectID: SlotKey {
  /// A name is a hash.
  var slotBits: UInt64 { firstWord }
}

extension PackPlace: SlotKey {
  /// Neighbours in a pack are some bytes apart: multiplied by an odd number (Knuth's), their upper bits differ.
  var slotBits: UInt64 { UInt64(truncatingIfNeeded: key) &* 0x9E37_79B9_7F4A_7C15 }
}

/// Bytes of objects that were read lately, up to a number of bytes. Each has one slot that it may be in, and what comes
/// later takes it over.
struct RecentBytes<Key: SlotKey>: ~Copyable {
  private struct Slot {
    var key: Key?
    var type = ObjectType.blob
    var bytes: [UInt8] = []
  }

  private var slots: [Slot] = []
  private var size = 0
  /// Where the next slot is emptied when there are too many bytes.
  private var hand = 0
  private let limit: Int

  private static var countBits: UInt64 { 13 }

  /// - Parameter limit: of the bytes of all objects.
  init(limit: Int) {
    self.limit = limit
  }

  subscript(key: Key) -> (type: ObjectType, bytes: [UInt8])? {
    let slot = Self.slot(of: key)
    guard slot < slots.count, slots[slot].key == key else { return nil }
    return (slots[slot].type, slots[slot].bytes)
  }

  mutating func keep(_ bytes: [UInt8], _ type: ObjectType, at key: Key) {
    guard bytes.count <= limit / 4 else { return }
    if slots.isEmpty { slots = Array(repeating: Slot(), count: 1 << Self.countBits) }
    let slot = Self.slot(of: key)
    size += bytes.count - slots[slot].bytes.count
    slots[slot] = Slot(key: key, type: type, bytes: bytes)
    while size > limit {
      size -= slots[hand].bytes.count
      slots[hand] = Slot()
      hand = (hand + 1) % slots.count
    }
  }

  private static func slot(of key: Key) -> Int { Int(truncatingIfNeeded: key.slotBits >> (64 - countBits)) }
}
