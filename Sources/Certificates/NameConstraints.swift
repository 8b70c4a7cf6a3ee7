/// Go refuses a certificate whose name constraints it cannot read; their meaning is for the verifier.
enum NameConstraints {
  /// True when every subtree is of a kind that Go applies; else a critical extension counts as unhandled.
  static func check(_ value: DERElements) throws(CertificateExtensions.Fault) -> Bool {
    let fault = CertificateExtensions.Fault("invalid NameConstraints extension")
    var value = value
    guard var fields = value.readElements(DERTag.sequence), value.isEmpty,
      let permitted = fields.readOptional(DERTag.constructedContext(0)),
      let excluded = fields.readOptional(DERTag.constructedContext(1)), fields.isEmpty
    else { throw fault }
    let lists = [permitted, excluded].compactMap { $0?.elements }
    guard !lists.isEmpty else { throw CertificateExtensions.Fault("empty name constraints extension") }
    guard !lists.contains(where: \.isEmpty) else {
      throw CertificateExtensions.Fault("empty name constraints subtree sequence")
    }
    var isHandled = true
    for var list in lists {
      while !list.isEmpty {
        guard var subtree = list.readElements(DERTag.sequence), let base = subtree.readAny() else { throw fault }
        if try !check(tag: base.tag, octets: base.content) { isHandled = false }
      }
    }
    return isHandled
  }

  private static func check(tag: UInt8, octets: ArraySlice<UInt8>) throws(CertificateExtensions.Fault) -> Bool {
    let isASCII = octets.allSatisfy { $0 < 0x80 }
    let isValid: Bool
    switch tag {
    case DERTag.context(1):
      isValid =
        isASCII
        && (octets.contains(UInt8(ascii: "@")) ? isMailbox(octets) : isDomainName(octets, isConstraint: true))
    case DERTag.context(2):
      isValid = isASCII && isDomainName(octets, isConstraint: true)
    case DERTag.context(6):
      isValid = isASCII && !IPAddressText.isAddress(octets) && isDomainName(octets, isConstraint: true)
    case DERTag.context(7):
      let half = octets.count / 2
      isValid =
        (octets.count == 8 || octets.count == 32) && isMask(octets.dropFirst(half))
        && !isIPv4Mapped(octets.prefix(half))
    default:
      return false
    }
    guard isValid else { throw CertificateExtensions.Fault("invalid constraint value") }
    return true
  }

  /// Ones, then zeros.
  private static func isMask(_ octets: ArraySlice<UInt8>) -> Bool {
    var seenZero = false
    for octet in octets {
      if seenZero {
        guard octet == 0 else { return false }
      } else if octet != 0xFF {
        // The ones stand at the top: the complement is one below a power of two.
        guard ~octet & (~octet &+ 1) == 0 else { return false }
        seenZero = true
      }
    }
    return true
  }

  /// A mailbox of RFC 2821, 4.1.2, with a quoted string or a dot-atom before the `@`.
  private static func isMailbox(_ text: ArraySlice<UInt8>) -> Bool {
    var rest = text
    if rest.first == UInt8(ascii: "\"") {
      rest.removeFirst()
      var isClosed = false
      while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "\"") {
          isClosed = true
          break
        }
        if byte == UInt8(ascii: "\\") {
          // quoted-pair: any ASCII but NUL, LF and CR.
          guard let next = rest.popFirst(), next != 0, next != 10, next != 13, next < 128 else { return false }
        } else {
          // qtext or a blank.
          guard byte == 11 || byte == 12 || byte == 32 || byte == 33 || byte == 127 || (1...8).contains(byte)
            || (14...31).contains(byte) || (35...91).contains(byte) || (93...126).contains(byte)
          else { return false }
        }
      }
      guard isClosed else { return false }
    } else {
      var local: [UInt8] = []
      scan: while let byte = rest.first {
        switch byte {
        case UInt8(ascii: "\\"):
          // Go lets a backslash take the next byte, whatever it is but the end.
          rest.removeFirst()
          guard let next = rest.popFirst() else { return false }
          local.append(next)
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"),
          UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
          UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "^"),
          UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"),
          UInt8(ascii: "~"), UInt8(ascii: "."):
          local.append(byte)
          rest.removeFirst()
        default:
          break scan
        }
      }
      let dot = UInt8(ascii: ".")
      guard !local.isEmpty, local.first != dot, local.last != dot,
        !zip(local, local.dropFirst()).contains(where: { $0 == dot && $1 == dot })
      else { return false }
    }
    guard rest.popFirst() == UInt8(ascii: "@") else { return false }
    return isDomainName(rest, isConstraint: false)
  }
}

/// Go's `domainNameValid`: no empty label, no blank, no closing dot; the empty name passes. A constraint may begin
/// with a dot.
func isDomainName(_ name: ArraySlice<UInt8>, isConstraint: Bool) -> Bool {
  let dot = UInt8(ascii: ".")
  var rest = name
  guard let last = rest.last else { return true }
  guard last != dot else { return false }
  if isConstraint, rest.first == dot { rest.removeFirst() }
  var labelLength = 0
  for byte in rest {
    guard byte >= 33, byte <= 126 else { return false }
    if byte == dot {
      guard labelLength > 0 else { return false }
      labelLength = 0
    } else {
      labelLength += 1
    }
  }
  return labelLength > 0
}

/// ::ffff:a.b.c.d in 16 octets.
func isIPv4Mapped(_ octets: ArraySlice<UInt8>) -> Bool {
  octets.count == 16 && octets.prefix(10).allSatisfy { $0 == 0 }
    && octets.dropFirst(10).prefix(2).allSatisfy { $0 == 0xFF }
}
