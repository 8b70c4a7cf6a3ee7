/// The two grammars of registry strings, matched in one pass over the bytes.
///
/// The CRDs write them as regular expressions that need exponential time in a backtracking engine
/// (`(?:(?:[._]|__|[-]*)[a-z0-9]+)+`); these matchers accept exactly the same strings in linear time.
/// Source: openshift/api config/v1 types_image_digest_mirror_set.go (pattern of `source` and `mirrors`), and the CEL
/// rule of `registrySources` lists from 4.23 on.
public enum RegistryScope {
  /// `host[:port][/path]` or `*.host`: a mirror's source, an entry of an allowed, blocked or insecure list.
  public static func isSource(_ text: String) -> Bool {
    isMirror(text) || isWildcard(text)
  }

  /// `host[:port][/path]` without wildcard: a mirror.
  public static func isMirror(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      var index = 0
      guard skipHost(bytes, &index) else { return false }
      if index < bytes.count, bytes[index] == UInt8(ascii: ":") {
        index += 1
        let start = index
        while index < bytes.count, isDigit(bytes[index]) { index += 1 }
        if index == start { return false }
      }
      while index < bytes.count {
        guard bytes[index] == UInt8(ascii: "/") else { return false }
        index += 1
        guard skipPathComponent(bytes, &index) else { return false }
      }
      return true
    }
  }

  /// `*.host`, nothing behind it.
  public static func isWildcard(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      guard bytes.count > 2, bytes[0] == UInt8(ascii: "*"), bytes[1] == UInt8(ascii: ".") else { return false }
      var index = 2
      return skipHost(bytes, &index) && index == bytes.count
    }
  }

  /// Labels joined by dots; a label is letters, digits and inner hyphens.
  static func skipHost(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Bool {
    while true {
      let start = index
      while index < bytes.count, isLetterOrDigit(bytes[index]) || bytes[index] == UInt8(ascii: "-") { index += 1 }
      guard index > start, bytes[start] != UInt8(ascii: "-"), bytes[index - 1] != UInt8(ascii: "-") else {
        return false
      }
      guard index < bytes.count, bytes[index] == UInt8(ascii: ".") else { return true }
      index += 1
    }
  }

  /// Runs of `[a-z0-9]` joined by `.`, `_`, `__` or any number of `-`.
  static func skipPathComponent(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Bool {
    while true {
      let start = index
      while index < bytes.count, isLowerOrDigit(bytes[index]) { index += 1 }
      if index == start { return false }
      guard index < bytes.count else { return true }
      switch bytes[index] {
      case UInt8(ascii: "."): index += 1
      case UInt8(ascii: "_"):
        index += 1
        if index < bytes.count, bytes[index] == UInt8(ascii: "_") { index += 1 }
      case UInt8(ascii: "-"):
        while index < bytes.count, bytes[index] == UInt8(ascii: "-") { index += 1 }
      default: return true
      }
    }
  }

  static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  static func isLowerOrDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x7A).contains(byte) }
  static func isLetterOrDigit(_ byte: UInt8) -> Bool { isLowerOrDigit(byte) || (0x41...0x5A).contains(byte) }
}
