/// A text compared, ordered and hashed by its UTF-8 bytes, as Go does. Swift's own `==` takes canonically equal
/// Unicode texts for one, which would merge two registries that nodes keep apart.
struct Bytewise: Hashable, Comparable, Sendable {
  let text: String

  init(_ text: String) {
    self.text = text
  }

  static func == (left: Bytewise, right: Bytewise) -> Bool {
    left.text.equalsBytes(right.text)
  }

  static func < (left: Bytewise, right: Bytewise) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }

  func hash(into hasher: inout Hasher) {
    let done: Void? = text.utf8.withContiguousStorageIfAvailable { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    if done == nil {
      for byte in text.utf8 { hasher.combine(byte) }
    }
  }
}

extension String {
  /// Bytes, not characters: `hasPrefix` compares canonical forms.
  func startsWithBytes(_ prefix: String) -> Bool {
    guard utf8.count >= prefix.utf8.count else { return false }
    let isPrefix = utf8.withContiguousStorageIfAvailable { own in
      prefix.utf8.withContiguousStorageIfAvailable { own.starts(with: $0) }
    }
    return (isPrefix ?? nil) ?? utf8.starts(with: prefix.utf8)
  }

  func equalsBytes(_ other: String) -> Bool {
    guard utf8.count == other.utf8.count else { return false }
    // The views of strings are walked byte by byte through an index; their storage is not.
    let isEqual = utf8.withContiguousStorageIfAvailable { own in
      other.utf8.withContiguousStorageIfAvailable { own.isEqual(own.indices, to: $0, $0.indices) }
    }
    return (isEqual ?? nil) ?? utf8.elementsEqual(other.utf8)
  }

  /// `strings.TrimRight(text, "/")`
  var withoutTrailingSlashes: String {
    var end = utf8.endIndex
    while end > utf8.startIndex, utf8[utf8.index(before: end)] == UInt8(ascii: "/") { end = utf8.index(before: end) }
    return end == utf8.endIndex ? self : String(self[..<end])
  }
}

extension UInt8 {
  var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
  var isLowercaseLetter: Bool { self >= UInt8(ascii: "a") && self <= UInt8(ascii: "z") }
  var isUppercaseLetter: Bool { self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") }
  var isLetterOrDigit: Bool { isDigit || isLowercaseLetter || isUppercaseLetter }
  var isHexDigit: Bool {
    isDigit || (self >= UInt8(ascii: "a") && self <= UInt8(ascii: "f"))
      || (self >= UInt8(ascii: "A") && self <= UInt8(ascii: "F"))
  }
}
