/// The parts of what people write where a registry, a repository or an image is due:
/// `https://user:secret@registry.example.com:5000/team/app:1.2@sha256:…`.
///
/// Splits only; whether the parts are legal is for `RegistryScope` to say. Never fails.
public struct ImageName: Sendable {
  private let text: String
  // Places in the text, in bytes; the parts themselves are made when somebody asks.
  private let schemeEnd: Int?
  private let userRange: Range<Int>?
  private let hostRange: Range<Int>
  private let portRange: Range<Int>?
  private let pathRange: Range<Int>?
  private let tagRange: Range<Int>?
  private let digestStart: Int?

  /// `https` of `https://…`; no registry string may have one.
  public var scheme: String? { schemeEnd.map { part(0..<$0) } }
  /// What stands before an `@` in front of the host: `user` or `user:secret`. Never print it.
  public var userInfo: String? { userRange.map(part) }
  /// The host without port; in brackets when it is an IPv6 address.
  public var host: String { part(hostRange) }
  /// What stands behind the host's colon when it is digits only.
  public var port: String? { portRange.map(part) }
  /// What stands between the host's slash and the tag, without that slash; a trailing slash is kept. `nil` without
  /// slash.
  public var path: String? { pathRange.map(part) }
  public var tag: String? { tagRange.map(part) }
  /// `sha256:…`
  public var digest: String? { digestStart.map { part($0..<text.utf8.count) } }

  public init(_ text: String) {
    // Names are read many times over, so in bytes that lie together.
    var text = text
    text.makeContiguousUTF8()
    let places = text.utf8.withContiguousStorageIfAvailable(Places.init) ?? Places()
    self.text = text
    schemeEnd = places.schemeEnd
    userRange = places.user
    hostRange = places.host
    portRange = places.port
    pathRange = places.path
    tagRange = places.tag
    digestStart = places.digestStart
  }

  private func part(_ range: Range<Int>) -> String {
    if range.count == text.utf8.count { return text }
    let bytes = text.utf8
    let start = bytes.index(bytes.startIndex, offsetBy: range.lowerBound)
    return String(text[start..<bytes.index(start, offsetBy: range.count)])
  }

  /// `host[:port]`
  public var registry: String { part(hostRange.lowerBound..<(portRange ?? hostRange).upperBound) }

  /// `host[:port][/path]`: without scheme, user, tag, digest and trailing slashes.
  public var repository: String {
    guard let pathRange else { return registry }
    let path = part(pathRange).utf8
    let slashes = path.reversed().prefix { $0 == UInt8(ascii: "/") }.count
    return slashes == path.count ? registry : part(hostRange.lowerBound..<pathRange.upperBound - slashes)
  }

  /// A user with a password or token, as in `user:secret@host`: the value must not be printed.
  public var hasSecret: Bool {
    guard let userInfo, let colon = userInfo.utf8.firstIndex(of: UInt8(ascii: ":")) else { return false }
    return userInfo.utf8.index(after: colon) < userInfo.utf8.endIndex
  }
}

/// Where the parts of a name lie in its bytes.
private struct Places {
  var schemeEnd: Int?
  var user: Range<Int>?
  var host = 0..<0
  var port: Range<Int>?
  var path: Range<Int>?
  var tag: Range<Int>?
  var digestStart: Int?

  init() {}

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    var start = 0
    var end = bytes.count
    if let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon + 2 < end, bytes[colon + 1] == UInt8(ascii: "/"),
      bytes[colon + 2] == UInt8(ascii: "/")
    {
      schemeEnd = colon
      start = colon + 3
    }
    if let at = bytes[start...].lastIndex(of: UInt8(ascii: "@")), Self.isDigest(bytes[(at + 1)...]) {
      digestStart = at + 1
      end = at
    }
    let slash = bytes[start..<end].firstIndex(of: UInt8(ascii: "/"))
    let authorityEnd = slash ?? end
    if let at = bytes[start..<authorityEnd].lastIndex(of: UInt8(ascii: "@")) {
      user = start..<at
      start = at + 1
    }
    let authority = bytes[start..<authorityEnd]
    // The colons of an IPv6 address in brackets belong to the host.
    let bracket = authority.first == UInt8(ascii: "[") ? authority.lastIndex(of: UInt8(ascii: "]")) : nil
    var hostEnd = authorityEnd
    var hostTag: Range<Int>?
    if let colon = authority[(bracket ?? start)...].lastIndex(of: UInt8(ascii: ":")) {
      let behind = colon + 1..<authorityEnd
      if !behind.isEmpty, bytes[behind].allSatisfy({ (0x30...0x39).contains($0) }) {
        hostEnd = colon
        port = behind
      } else if slash == nil, !behind.isEmpty {
        hostEnd = colon
        hostTag = behind
      }
    }
    host = start..<hostEnd
    guard let slash else {
      tag = hostTag
      return
    }
    let last = bytes[(slash + 1)..<end].lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? slash + 1
    if let colon = bytes[last..<end].firstIndex(of: UInt8(ascii: ":")) {
      path = slash + 1..<colon
      tag = colon + 1..<end
    } else {
      path = slash + 1..<end
    }
  }

  /// `algorithm:hex`, as in `sha256:4c2e…`; 32 digits at least, as the shortest legal digest has.
  private static func isDigest(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > bytes.startIndex else { return false }
    let algorithm = bytes[..<colon]
    let digits = bytes[(colon + 1)...]
    return algorithm.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || "+.-_".utf8.contains($0) }
      && (digits.count >= 32 || algorithm.elementsEqual("sha256".utf8) || algorithm.elementsEqual("sha512".utf8))
      && digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}
