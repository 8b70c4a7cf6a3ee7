/// RFC 4648 with padding, as Go's `base64.StdEncoding`.
enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity((bytes.count + 2) / 3 * 4)
    var index = 0
    while index < bytes.count {
      let left = min(3, bytes.count - index)
      var group = UInt32(bytes[index]) << 16
      if left > 1 { group |= UInt32(bytes[index + 1]) << 8 }
      if left > 2 { group |= UInt32(bytes[index + 2]) }
      for position in 0..<4 {
        out.append(position <= left ? alphabet[Int(group >> UInt32(18 - 6 * position)) & 63] : UInt8(ascii: "="))
      }
      index += 3
    }
    return out
  }

  /// In lines of 70 characters when there is more than one, as kustomize writes it.
  static func encodeInLines(_ bytes: [UInt8]) -> String {
    let text = encode(bytes)
    guard text.count >= 70 else { return String(decoding: text, as: UTF8.self) }
    var out: [UInt8] = []
    for start in stride(from: 0, to: text.count, by: 70) {
      out += text[start..<min(start + 70, text.count)]
      out.append(UInt8(ascii: "\n"))
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// `nil` when the text is no base64; line breaks are skipped.
  static func decode(_ text: [UInt8]) -> [UInt8]? {
    var out: [UInt8] = []
    var group: UInt32 = 0
    var count = 0
    var padding = 0
    for byte in text where byte != UInt8(ascii: "\n") && byte != UInt8(ascii: "\r") {
      if byte == UInt8(ascii: "=") {
        padding += 1
        continue
      }
      guard padding == 0, let value = alphabet.firstIndex(of: byte) else { return nil }
      group = group << 6 | UInt32(value)
      count += 1
      if count == 4 {
        out += [UInt8(group >> 16 & 255), UInt8(group >> 8 & 255), UInt8(group & 255)]
        group = 0
        count = 0
      }
    }
    switch (count, padding) {
    case (0, 0): return out
    case (2, 2): return out + [UInt8(group >> 4 & 255)]
    case (3, 1): return out + [UInt8(group >> 10 & 255), UInt8(group >> 2 & 255)]
    default: return nil
    }
  }
}
