/// The parts of what people write where a registry, a repository or an image is due:
/// `https://user:secret@registry.example.com:5000/team/app:1.2@sha256:…`.
///
/// Splits only; whether the parts are legal is for `RegistryScope` to say. Never fails.
public struct ImageName: Hashable, Sendable {
  /// `https` of `https://…`; no registry string may have one.
  public let scheme: String?
  /// What stands before an `@` in front of the host: `user` or `user:secret`. Never print it.
  public let userInfo: String?
  /// The host without port; in brackets when it is an IPv6 address.
  public let host: String
  /// What stands behind the host's colon when it is digits only.
  public let port: String?
  /// What stands between the host's slash and the tag, without that slash; a trailing slash is kept. `nil` without slash.
  public let path: String?
  public let tag: String?
  /// `sha256:…`
  public let digest: String?

  public init(_ text: String) {
    var rest = text[...]
    if let colon = rest.utf8.firstIndex(of: UInt8(ascii: ":")), rest[colon...].hasPrefix("://") {
      scheme = String(rest[..<colon])
      rest = rest[rest.utf8.index(colon, offsetBy: 3)...]
    } else {
      scheme = nil
    }
    if let at = rest.utf8.lastIndex(of: UInt8(ascii: "@")), Self.isDigest(rest[rest.utf8.index(after: at)...]) {
      digest = String(rest[rest.utf8.index(after: at)...])
      rest = rest[..<at]
    } else {
      digest = nil
    }
    let slash = rest.utf8.firstIndex(of: UInt8(ascii: "/"))
    var authority = rest[..<(slash ?? rest.endIndex)]
    if let at = authority.utf8.lastIndex(of: UInt8(ascii: "@")) {
      userInfo = String(authority[..<at])
      authority = authority[authority.utf8.index(after: at)...]
    } else {
      userInfo = nil
    }
    // The colons of an IPv6 address in brackets belong to the host.
    let bracket = authority.utf8.first == UInt8(ascii: "[") ? authority.utf8.lastIndex(of: UInt8(ascii: "]")) : nil
    var hostTag: String?
    if let colon = authority[(bracket ?? authority.startIndex)...].utf8.lastIndex(of: UInt8(ascii: ":")) {
      let behind = authority[authority.utf8.index(after: colon)...]
      if !behind.isEmpty, behind.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
        host = String(authority[..<colon])
        port = String(behind)
      } else if slash == nil, !behind.isEmpty {
        host = String(authority[..<colon])
        port = nil
        hostTag = String(behind)
      } else {
        host = String(authority)
        port = nil
      }
    } else {
      host = String(authority)
      port = nil
    }
    guard let slash else {
      path = nil
      tag = hostTag
      return
    }
    let behind = rest[rest.utf8.index(after: slash)...]
    let last = behind.utf8.lastIndex(of: UInt8(ascii: "/")).map { behind.utf8.index(after: $0) } ?? behind.startIndex
    if let colon = behind[last...].utf8.firstIndex(of: UInt8(ascii: ":")) {
      path = String(behind[..<colon])
      tag = String(behind[behind.utf8.index(after: colon)...])
    } else {
      path = String(behind)
      tag = nil
    }
  }

  /// `host[:port]`
  public var registry: String { port.map { "\(host):\($0)" } ?? host }

  /// `host[:port][/path]`: without scheme, user, tag, digest and trailing slashes.
  public var repository: String {
    guard var path = path.map({ $0[...] }) else { return registry }
    while path.utf8.last == UInt8(ascii: "/") { path = path.dropLast() }
    return path.isEmpty ? registry : "\(registry)/\(path)"
  }

  /// A user with a password or token, as in `user:secret@host`: the value must not be printed.
  public var hasSecret: Bool {
    guard let userInfo, let colon = userInfo.utf8.firstIndex(of: UInt8(ascii: ":")) else { return false }
    return userInfo.utf8.index(after: colon) < userInfo.endIndex
  }

  /// `algorithm:hex`, as in `sha256:4c2e…`; 32 digits at least, as the shortest legal digest has.
  private static func isDigest(_ text: Substring) -> Bool {
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), colon > text.startIndex else { return false }
    let algorithm = text[..<colon].utf8
    let digits = text[text.utf8.index(after: colon)...].utf8
    return algorithm.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || "+.-_".utf8.contains($0) }
      && (digits.count >= 32 || algorithm.elementsEqual("sha256".utf8) || algorithm.elementsEqual("sha512".utf8))
      && digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}
