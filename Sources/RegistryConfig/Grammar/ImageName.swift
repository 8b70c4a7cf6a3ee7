/// The parts of what people write where a registry, a repository or an image is due:
/// `https://user:secret@registry.example.com:5000/team/app:1.2@sha256:…`.
///
/// Splits only; whether the parts are legal is for `RegistryScope` to say. Never fails.
public struct ImageName: Sendable {
  private let text: String
  // Places in the text; the parts themselves are made when somebody asks.
  private let schemeEnd: String.Index?
  private let userRange: Range<String.Index>?
  private let hostRange: Range<String.Index>
  private let portRange: Range<String.Index>?
  private let pathRange: Range<String.Index>?
  private let tagRange: Range<String.Index>?
  private let digestStart: String.Index?

  /// `https` of `https://…`; no registry string may have one.
  public var scheme: String? { schemeEnd.map { String(text[..<$0]) } }
  /// What stands before an `@` in front of the host: `user` or `user:secret`. Never print it.
  public var userInfo: String? { userRange.map { String(text[$0]) } }
  /// The host without port; in brackets when it is an IPv6 address.
  public var host: String { String(text[hostRange]) }
  /// What stands behind the host's colon when it is digits only.
  public var port: String? { portRange.map { String(text[$0]) } }
  /// What stands between the host's slash and the tag, without that slash; a trailing slash is kept. `nil` without slash.
  public var path: String? { pathRange.map { String(text[$0]) } }
  public var tag: String? { tagRange.map { String(text[$0]) } }
  /// `sha256:…`
  public var digest: String? { digestStart.map { String(text[$0...]) } }

  public init(_ text: String) {
    self.text = text
    let bytes = text.utf8
    var start = bytes.startIndex
    var end = bytes.endIndex
    if let colon = bytes.firstIndex(of: UInt8(ascii: ":")), text[colon...].utf8.starts(with: "://".utf8) {
      schemeEnd = colon
      start = bytes.index(colon, offsetBy: 3)
    } else {
      schemeEnd = nil
    }
    if let at = bytes[start...].lastIndex(of: UInt8(ascii: "@")), Self.isDigest(text[bytes.index(after: at)...]) {
      digestStart = bytes.index(after: at)
      end = at
    } else {
      digestStart = nil
    }
    let slash = bytes[start..<end].firstIndex(of: UInt8(ascii: "/"))
    let authorityEnd = slash ?? end
    if let at = bytes[start..<authorityEnd].lastIndex(of: UInt8(ascii: "@")) {
      userRange = start..<at
      start = bytes.index(after: at)
    } else {
      userRange = nil
    }
    let authority = bytes[start..<authorityEnd]
    // The colons of an IPv6 address in brackets belong to the host.
    let bracket = authority.first == UInt8(ascii: "[") ? authority.lastIndex(of: UInt8(ascii: "]")) : nil
    var hostEnd = authorityEnd
    var port: Range<String.Index>?
    var hostTag: Range<String.Index>?
    if let colon = authority[(bracket ?? start)...].lastIndex(of: UInt8(ascii: ":")) {
      let behind = bytes.index(after: colon)..<authorityEnd
      if !behind.isEmpty, bytes[behind].allSatisfy({ (0x30...0x39).contains($0) }) {
        hostEnd = colon
        port = behind
      } else if slash == nil, !behind.isEmpty {
        hostEnd = colon
        hostTag = behind
      }
    }
    hostRange = start..<hostEnd
    portRange = port
    guard let slash else {
      pathRange = nil
      tagRange = hostTag
      return
    }
    let behind = bytes.index(after: slash)..<end
    let last = bytes[behind].lastIndex(of: UInt8(ascii: "/")).map { bytes.index(after: $0) } ?? behind.lowerBound
    if let colon = bytes[last..<end].firstIndex(of: UInt8(ascii: ":")) {
      pathRange = behind.lowerBound..<colon
      tagRange = bytes.index(after: colon)..<end
    } else {
      pathRange = behind
      tagRange = nil
    }
  }

  /// `host[:port]`
  public var registry: String { String(text[hostRange.lowerBound..<(portRange ?? hostRange).upperBound]) }

  /// `host[:port][/path]`: without scheme, user, tag, digest and trailing slashes.
  public var repository: String {
    var end = (pathRange ?? portRange ?? hostRange).upperBound
    guard let pathRange else { return registry }
    while end > pathRange.lowerBound, text.utf8[text.utf8.index(before: end)] == UInt8(ascii: "/") {
      end = text.utf8.index(before: end)
    }
    return end == pathRange.lowerBound ? registry : String(text[hostRange.lowerBound..<end])
  }

  /// A user with a password or token, as in `user:secret@host`: the value must not be printed.
  public var hasSecret: Bool {
    guard let userRange, let colon = text.utf8[userRange].firstIndex(of: UInt8(ascii: ":")) else { return false }
    return text.utf8.index(after: colon) < userRange.upperBound
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
