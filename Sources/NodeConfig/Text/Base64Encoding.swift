/// Standard base64 with padding, as JSON carries bytes. The decoder is `Certificates.Base64`.
enum Base64Encoding {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func encode(_ bytes: [UInt8]) -> String {
    var result: [UInt8] = []
    result.reserveCapacity((bytes.count + 2) / 3 * 4)
    var index = 0
    while index < bytes.count {
      let left = bytes.count - index
      let second = left > 1 ? bytes[index + 1] : 0
      let third = left > 2 ? bytes[index + 2] : 0
      let bits = UInt32(bytes[index]) << 16 | UInt32(second) << 8 | UInt32(third)
      result.append(alphabet[Int(bits >> 18 & 63)])
      result.append(alphabet[Int(bits >> 12 & 63)])
      result.append(left > 1 ? alphabet[Int(bits >> 6 & 63)] : UInt8(ascii: "="))
      result.append(left > 2 ? alphabet[Int(bits & 63)] : UInt8(ascii: "="))
      index += 3
    }
    return String(decoding: result, as: UTF8.self)
  }
}
