/// Go's `net/url.Parse`, as far as it decides whether a URI in a certificate is read and which host it names. Such URIs
/// stand in workload certificates (SPIFFE), rarely in a CA.
enum URIHost {
  /// The host with its port, percent-decoded; empty when there is none; `nil` when Go refuses the URI.
  static func parse(_ uri: [UInt8]) -> [UInt8]? {
    guard !uri.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return nil }
    var rest = uri[...]
    if let hash = rest.firstIndex(of: UInt8(ascii: "#")) {
      guard unescaped(rest[(hash + 1)...], .path) != nil else { return nil }
      rest = rest[..<hash]
    }
    if rest.elementsEqual("*".utf8) { return [] }
    var hasScheme = false
    scan: for (offset, byte) in rest.enumerated() {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
        continue
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
        if offset == 0 { break scan }
      case UInt8(ascii: ":"):
        if offset == 0 { return nil }
        hasScheme = true
        rest = rest.dropFirst(offset + 1)
        break scan
      default:
        break scan
      }
    }
    if let question = rest.firstIndex(of: UInt8(ascii: "?")) { rest = rest[..<question] }
    let slash = UInt8(ascii: "/")
    if rest.first != slash {
      if hasScheme { return [] }
      guard !rest.prefix(while: { $0 != slash }).contains(UInt8(ascii: ":")) else { return nil }
    }
    var host: [UInt8] = []
    if rest.starts(with: [slash, slash]), hasScheme || !rest.starts(with: [slash, slash, slash]) {
      let authority = rest.dropFirst(2).prefix { $0 != slash }
      rest = rest.dropFirst(2 + authority.count)
      guard let parsed = parse(authority: authority) else { return nil }
      host = parsed
    }
    return unescaped(rest, .path) == nil ? nil : host
  }

  private static func parse(authority: ArraySlice<UInt8>) -> [UInt8]? {
    guard let at = authority.lastIndex(of: UInt8(ascii: "@")) else { return parse(host: authority) }
    let user = authority[..<at]
    guard user.allSatisfy(isUserInformation), unescaped(user, .path) != nil else { return nil }
    return parse(host: authority[(at + 1)...])
  }

  private static func parse(host: ArraySlice<UInt8>) -> [UInt8]? {
    if host.first == UInt8(ascii: "[") {
      guard let close = host.lastIndex(of: UInt8(ascii: "]")), isPort(host[(close + 1)...]) else { return nil }
      let inner = host[(host.startIndex + 1)..<close]
      // RFC 6874: %25 begins a zone.
      let zone = inner.indices.first { inner[$0...].starts(with: "%25".utf8) } ?? inner.endIndex
      guard let address = unescaped(inner[..<zone], .host), let suffix = unescaped(inner[zone...], .zone),
        IPAddressText.isIPv6((address + suffix)[...], allowsZone: true)
      else { return nil }
      return [UInt8(ascii: "[")] + address + suffix + [UInt8(ascii: "]")] + host[(close + 1)...]
    }
    if let colon = host.firstIndex(of: UInt8(ascii: ":")), !isPort(host[colon...]) { return nil }
    return unescaped(host, .host)
  }

  /// Empty, or a colon and digits.
  private static func isPort(_ text: ArraySlice<UInt8>) -> Bool {
    guard let first = text.first else { return true }
    return first == UInt8(ascii: ":") && text.dropFirst().allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
  }

  private enum Mode { case path, host, zone }

  private static func unescaped(_ text: ArraySlice<UInt8>, _ mode: Mode) -> [UInt8]? {
    var output: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%") {
        guard let high = rest.popFirst().flatMap(hexValue), let low = rest.popFirst().flatMap(hexValue) else {
          return nil
        }
        let value = high << 4 | low
        switch mode {
        case .path: break
        case .host: guard high >= 8 || value == 0x25 else { return nil }
        case .zone: guard value == 0x25 || value == 0x20 || isHostByte(value) else { return nil }
        }
        output.append(value)
      } else {
        if mode != .path, byte < 0x80, !isHostByte(byte) { return nil }
        output.append(byte)
      }
    }
    return output
  }

  private static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  /// What may stand unescaped in a host.
  private static func isHostByte(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || "!$&'()*+,;=:[]<>\"-_.~".utf8.contains(byte)
  }

  private static func isUserInformation(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || "-._:~!$&'()*+,;=%@".utf8.contains(byte)
  }
}

/// IP addresses as text, as Go's `net/netip.ParseAddr` takes them.
enum IPAddressText {
  static func isAddress(_ text: ArraySlice<UInt8>) -> Bool { isIPv4(text) || isIPv6(text, allowsZone: false) }

  /// Four decimal numbers up to 255 without leading zeros.
  static func isIPv4(_ text: ArraySlice<UInt8>) -> Bool {
    let parts = text.split(separator: UInt8(ascii: "."), maxSplits: 4, omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        guard (1...3).contains(part.count), part.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
          part.count == 1 || part.first != 0x30
        else { return false }
        return part.reduce(0) { $0 * 10 + Int($1 - 0x30) } <= 255
      }
  }

  static func isIPv6(_ text: ArraySlice<UInt8>, allowsZone: Bool) -> Bool {
    var text = text
    if let percent = text.firstIndex(of: UInt8(ascii: "%")) {
      guard allowsZone, percent + 1 < text.endIndex else { return false }
      text = text[..<percent]
    }
    let colon = UInt8(ascii: ":")
    guard text.contains(colon) else { return false }
    var groups = 0
    var hasGap = false
    var rest = text
    if rest.starts(with: [colon, colon]) {
      hasGap = true
      rest = rest.dropFirst(2)
      if rest.isEmpty { return true }
    }
    while groups < 8 {
      let group = rest.prefix { $0 != colon }
      if group.contains(UInt8(ascii: ".")) {
        guard group.count == rest.count, groups <= 6, isIPv4(group) else { return false }
        groups += 2
        rest = []
        break
      }
      guard (1...4).contains(group.count), group.allSatisfy(isHexadecimal) else { return false }
      groups += 1
      rest = rest.dropFirst(group.count)
      if rest.isEmpty { break }
      rest = rest.dropFirst()
      guard let next = rest.first else { return false }
      if next == colon {
        guard !hasGap else { return false }
        hasGap = true
        rest = rest.dropFirst()
        if rest.isEmpty { break }
      }
    }
    return rest.isEmpty && (hasGap ? groups < 8 : groups == 8)
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }
}
