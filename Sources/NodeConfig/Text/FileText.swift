/// A file's text while it is written: bytes, because files hold tens of thousands of short pieces.
struct FileText {
  private var bytes: [UInt8] = []

  var text: String { String(decoding: bytes, as: UTF8.self) }

  mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

  mutating func append(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  mutating func append(_ byte: UInt8) {
    bytes.append(byte)
  }

  mutating func append(repeating byte: UInt8, count: Int) {
    bytes.append(contentsOf: repeatElement(byte, count: count))
  }

  mutating func append(_ scalar: Unicode.Scalar) {
    bytes.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
  }

  /// `\u` and four digits.
  mutating func appendEscape(_ scalar: Unicode.Scalar) {
    append("\\u")
    append(GoQuoting.hexadecimal(scalar.value, digits: 4))
  }
}
