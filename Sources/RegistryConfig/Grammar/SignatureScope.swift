/// The grammars of ClusterImagePolicy and ImagePolicy, matched in one pass.
/// Source: openshift/api config/v1 types_cluster_image_policy.go, the CEL rules of `scopes` and `signedIdentity`.
public enum SignatureScope {
  /// The first component must hold a dot or be `localhost`, with or without port. The rule looks at nothing else:
  /// `a./` passes here and fails `isImageSpecification`.
  public static func hasDomain(_ scope: String) -> Bool {
    let first = scope.utf8.prefix { $0 != UInt8(ascii: "/") }
    if first.contains(UInt8(ascii: ".")) { return true }
    return first.prefix { $0 != UInt8(ascii: ":") }.elementsEqual("localhost".utf8)
  }

  /// A scope without `*`: `host[:port][/path][:tag][@digest]`, where the host has a dot or is `localhost`.
  public static func isImageSpecification(_ scope: String) -> Bool {
    var scope = scope
    return scope.withUTF8 { bytes in
      var index = 0
      guard skipDomain(bytes, &index), skipPath(bytes, &index) else { return false }
      if index < bytes.count, bytes[index] == UInt8(ascii: ":") {
        index += 1
        guard skipTag(bytes, &index) else { return false }
      }
      if index < bytes.count, bytes[index] == UInt8(ascii: "@") {
        index += 1
        guard skipDigest(bytes, &index) else { return false }
      }
      return index == bytes.count
    }
  }

  /// A repository or prefix of `signedIdentity`: `host[:port][/path]`, where the host has a dot or is `localhost`.
  public static func isRepository(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      var index = 0
      return skipDomain(bytes, &index) && skipPath(bytes, &index) && index == bytes.count
    }
  }

  /// Whether a repository or prefix ends in what the CRD takes for a tag. `host.example:5000` does; only
  /// `localhost:5000` is let through.
  public static func endsWithTag(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")) else { return false }
      var index = colon + 1
      guard skipTag(bytes, &index), index == bytes.count else { return false }
      let isLocalhost = bytes[..<colon].elementsEqual("localhost".utf8)
      return !(isLocalhost && bytes[(colon + 1)...].allSatisfy(RegistryScope.isDigit))
    }
  }

  /// `host.name[:port]` or `localhost[:port]`. A colon that begins no port is left for the tag.
  private static func skipDomain(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Bool {
    let start = index
    guard RegistryScope.skipHost(bytes, &index) else { return false }
    let host = bytes[start..<index]
    guard host.contains(UInt8(ascii: ".")) || host.elementsEqual("localhost".utf8) else { return false }
    guard index < bytes.count, bytes[index] == UInt8(ascii: ":") else { return true }
    var end = index + 1
    while end < bytes.count, RegistryScope.isDigit(bytes[end]) { end += 1 }
    let endsPort = end == bytes.count || [UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "@")].contains(bytes[end])
    if end > index + 1, endsPort { index = end }
    return true
  }

  private static func skipPath(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Bool {
    while index < bytes.count, bytes[index] == UInt8(ascii: "/") {
      index += 1
      guard RegistryScope.skipPathComponent(bytes, &index) else { return false }
    }
    return true
  }

  /// `[\w][\w.-]{0,127}`
  private static func skipTag(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Bool {
    let start = index
    while index < bytes.count, index - start < 128 {
      let byte = bytes[index]
      let isWord = RegistryScope.isLetterOrDigit(byte) || byte == UInt8(ascii: "_")
      guard isWord || (index > start && (byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-"))) else { break }
      index += 1
    }
    return index > start
  }

  /// `algorithm:hex`, the algorithm made of parts that begin with a letter, at least 32 hexadecimal digits.
  private static func skipDigest(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Bool {
    while true {
      guard index < bytes.count, RegistryScope.isLetterOrDigit(bytes[index]), !RegistryScope.isDigit(bytes[index])
      else { return false }
      while index < bytes.count, RegistryScope.isLetterOrDigit(bytes[index]) { index += 1 }
      guard index < bytes.count else { return false }
      let byte = bytes[index]
      index += 1
      if byte == UInt8(ascii: ":") { break }
      guard "-_+.".utf8.contains(byte) else { return false }
    }
    let start = index
    while index < bytes.count, isHexadecimal(bytes[index]) { index += 1 }
    return index - start >= 32
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    RegistryScope.isDigit(byte) || (0x61...0x66).contains(byte) || (0x41...0x46).contains(byte)
  }
}
