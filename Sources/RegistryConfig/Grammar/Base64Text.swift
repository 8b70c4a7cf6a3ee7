/// Standard base64 with padding (RFC 4648 section 4), as the API server reads `format: byte` and `binaryData`.
public enum Base64Text {
  /// The decoded bytes, or `nil` when the text is no base64.
  /// - Parameter ignoringLineEnds: Go's decoder, which reads `binaryData` of a ConfigMap, skips CR and LF; the
  ///   `byte` format of CRDs does not allow them.
  public static func decode(_ text: String, ignoringLineEnds: Bool = false) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(text.utf8.count / 4 * 3)
    var group: UInt32 = 0
    var count = 0
    var padding = 0
    for byte in text.utf8 {
      if ignoringLineEnds, byte == 0x0A || byte == 0x0D { continue }
      if byte == UInt8(ascii: "=") {
        padding += 1
        guard count + padding <= 4, count >= 2 else { return nil }
        continue
      }
      guard padding == 0, let value = value(of: byte) else { return nil }
      if count == 4 {
        append(group, 3, to: &result)
        group = 0
        count = 0
      }
      group = group << 6 | UInt32(value)
      count += 1
    }
    if count == 0 { return padding == 0 ? result : nil }
    guard count + padding == 4 else { return nil }
    append(group << (6 * UInt32(padding)), 3 - padding, to: &result)
    return result
  }

  private static func append(_ group: UInt32, _ count: Int, to result: inout [UInt8]) {
    for index in 0..<count { result.append(UInt8(truncatingIfNeeded: group >> (16 - 8 * UInt32(index)))) }
  }

  private static func value(of byte: UInt8) -> UInt8? {
    switch byte {
    case 0x41...0x5A: byte - 0x41
    case 0x61...0x7A: byte - 0x61 + 26
    case 0x30...0x39: byte - 0x30 + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
