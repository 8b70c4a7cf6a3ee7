/// Web and mail addresses as far as the CEL rules of signature policies judge them.
enum WebAddress {
  /// Go's `url.ParseRequestURI`, reduced to what it surely refuses: nothing, control characters, and what is neither
  /// a path nor begins with a scheme. What is let through may still be refused by the cluster.
  static func isRequestURI(_ text: String) -> Bool {
    let bytes = text.utf8
    guard let first = bytes.first, !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return false }
    if first == UInt8(ascii: "/") { return true }
    let scheme = bytes.prefix { $0 != UInt8(ascii: ":") }
    guard scheme.count < bytes.count, !RegistryScope.isDigit(first), RegistryScope.isLetterOrDigit(first) else {
      return false
    }
    return scheme.allSatisfy { RegistryScope.isLetterOrDigit($0) || "+-.".utf8.contains($0) }
  }

  /// `^\S+@\S+$`
  static func isEmail(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    let blanks: [UInt8] = [0x20, 0x09, 0x0A, 0x0C, 0x0D]
    guard bytes.count >= 3, !bytes.contains(where: blanks.contains) else { return false }
    return bytes.dropFirst().dropLast().contains(UInt8(ascii: "@"))
  }
}
