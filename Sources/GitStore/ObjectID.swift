/// The name of a Git object: 20 bytes (SHA-1) or 32 (SHA-256), held inline.
public struct ObjectID: Hashable, Sendable {
  private let words: (UInt64, UInt64, UInt64, UInt64)
  /// 20 or 32.
  public let byteCount: Int

  /// From raw bytes; `nil` unless there are 20 or 32.
  public init?(bytes: UnsafeRawBufferPointer) {
    guard bytes.count == 20 || bytes.count == 32 else { return nil }
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    withUnsafeMutableBytes(of: &words) { $0.copyMemory(from: bytes) }
    self.words = words
    self.byteCount = bytes.count
  }

  /// From 40 or 64 hexadecimal digits.
  public init?(hex: some Collection<UInt8>) {
    guard hex.count == 40 || hex.count == 64 else { return nil }
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    let isHex = withUnsafeMutableBytes(of: &words) { bytes in
      var position = 0
      for digit in hex {
        let value: UInt8
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): value = digit - UInt8(ascii: "A") + 10
        default: return false
        }
        bytes[position / 2] = bytes[position / 2] << 4 | value
        position += 1
      }
      return true
    }
    guard isHex else { return nil }
    self.words = words
    byteCount = hex.count / 2
  }

  /// The raw bytes.
  public var bytes: [UInt8] {
    withUnsafeBytes(of: words) { Array($0.prefix(byteCount)) }
  }

  /// Lower-case hexadecimal digits as Git prints them.
  public var hex: String {
    String(decoding: hexBytes, as: UTF8.self)
  }

  var hexBytes: [UInt8] {
    // Every commit of a history is printed by its name: nothing else is allocated for that.
    func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x61 + value - 10 }
    return [UInt8](unsafeUninitializedCapacity: byteCount * 2) { text, count in
      withRawBytes { bytes in
        for (index, byte) in bytes.enumerated() {
          text[index * 2] = digit(byte >> 4)
          text[index * 2 + 1] = digit(byte & 15)
        }
      }
      count = byteCount * 2
    }
  }

  /// Of the name as it is read, its first bytes the most significant.
  var firstWord: UInt64 { UInt64(bigEndian: words.0) }

  func withRawBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withUnsafeBytes(of: words) { body(UnsafeRawBufferPointer(rebasing: $0.prefix(byteCount))) }
  }

  public static func == (left: ObjectID, right: ObjectID) -> Bool {
    left.words == right.words && left.byteCount == right.byteCount
  }

  public func hash(into hasher: inout Hasher) {
    // The name is already a hash: its first word is as good as all of them.
    hasher.combine(words.0)
  }
}

extension ObjectID: CustomStringConvertible {
  public var description: String { hex }
}
