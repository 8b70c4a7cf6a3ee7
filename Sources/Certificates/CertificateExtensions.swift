/// What Go takes from the extensions of a version 3 certificate; each known one must be readable, or the whole
/// certificate is refused (`processExtensions` in Go's crypto/x509).
struct CertificateExtensions: Sendable {
  var basicConstraints: (isCA: Bool, pathLength: Int?)?
  var keyUsage: KeyUsage = []
  var dnsNames: [String] = []
  var ipAddresses: [[UInt8]] = []
  var subjectKeyIdentifier: [UInt8]?
  var authorityKeyIdentifier: [UInt8]?
  var unhandledCritical: [ASN1ObjectIdentifier] = []

  init() {}

  /// From the content of the SEQUENCE OF Extension.
  init(_ list: DERElements) throws(CertificateError) {
    var list = list
    var seen: Set<ASN1ObjectIdentifier> = []
    var entries: [(identifier: ASN1ObjectIdentifier, isCritical: Bool, value: DERElements)] = []
    while !list.isEmpty {
      guard var entry = list.readElements(DERTag.sequence), let identifier = entry.readObjectIdentifier() else {
        throw .malformed(.extension)
      }
      var isCritical = false
      if entry.peek(DERTag.boolean) {
        guard let flag = entry.readBoolean() else { throw .malformed(.extension) }
        isCritical = flag
      }
      guard let value = entry.readElements(DERTag.octetString) else { throw .malformed(.extension) }
      guard seen.insert(identifier).inserted else { throw .duplicateExtension(identifier) }
      entries.append((identifier, isCritical, value))
    }
    for entry in entries {
      let isHandled: Bool
      do {
        isHandled = try read(entry.identifier, isCritical: entry.isCritical, value: entry.value)
      } catch {
        throw .invalidExtension(entry.identifier, error.text)
      }
      if entry.isCritical && !isHandled { unhandledCritical.append(entry.identifier) }
    }
  }

  struct Fault: Error {
    let text: String
    init(_ text: String) { self.text = text }
  }

  /// False for an extension that Go does not know, or that holds nothing it understands.
  private mutating func read(
    _ identifier: ASN1ObjectIdentifier, isCritical: Bool, value: DERElements
  ) throws(Fault) -> Bool {
    var value = value
    switch identifier {
    case [2, 5, 29, 14]:
      if isCritical { throw Fault("subject key identifier incorrectly marked critical") }
      guard let octets = value.read(DERTag.octetString) else { throw Fault("invalid subject key identifier") }
      subjectKeyIdentifier = Array(octets.content)
    case [2, 5, 29, 15]:
      guard let bits = value.readBitString() else { throw Fault("invalid key usage") }
      for index in 0..<9 where bits[index] { keyUsage.insert(KeyUsage(rawValue: 1 << UInt16(index))) }
    case [2, 5, 29, 17]: return try readAlternativeNames(value)
    case [2, 5, 29, 19]: basicConstraints = try Self.basicConstraints(value)
    case [2, 5, 29, 30]: return try NameConstraints.check(value)
    case [2, 5, 29, 31]: try Self.checkDistributionPoints(value)
    case [2, 5, 29, 32]: try Self.checkPolicies(value)
    case [2, 5, 29, 33]:
      guard var pairs = value.readElements(DERTag.sequence) else { throw Fault("invalid policy mappings extension") }
      while !pairs.isEmpty {
        guard var pair = pairs.readElements(DERTag.sequence), pair.read(DERTag.objectIdentifier) != nil,
          pair.read(DERTag.objectIdentifier) != nil
        else { throw Fault("invalid policy mappings extension") }
      }
    case [2, 5, 29, 35]:
      if isCritical { throw Fault("authority key identifier incorrectly marked critical") }
      guard var fields = value.readElements(DERTag.sequence) else { throw Fault("invalid authority key identifier") }
      if fields.peek(DERTag.context(0)) {
        guard let octets = fields.read(DERTag.context(0)) else { throw Fault("invalid authority key identifier") }
        authorityKeyIdentifier = Array(octets.content)
      }
    case [2, 5, 29, 36]:
      guard var fields = value.readElements(DERTag.sequence) else {
        throw Fault("invalid policy constraints extension")
      }
      for tag in [DERTag.context(0), DERTag.context(1)] where fields.peek(tag) {
        guard fields.readInt64(tag) != nil else { throw Fault("invalid policy constraints extension") }
      }
    case [2, 5, 29, 37]:
      guard var usages = value.readElements(DERTag.sequence) else { throw Fault("invalid extended key usages") }
      while !usages.isEmpty {
        guard usages.readObjectIdentifier() != nil else { throw Fault("invalid extended key usages") }
      }
    case [2, 5, 29, 54]:
      guard value.readInt64() != nil else { throw Fault("invalid inhibit any policy extension") }
    case [1, 3, 6, 1, 5, 5, 7, 1, 1]:
      if isCritical { throw Fault("authority info access incorrectly marked critical") }
      try Self.checkInformationAccess(value)
    default:
      return false
    }
    return true
  }

  private static func basicConstraints(_ value: DERElements) throws(Fault) -> (isCA: Bool, pathLength: Int?) {
    var value = value
    guard var fields = value.readElements(DERTag.sequence) else { throw Fault("invalid basic constraints") }
    var isCA = false
    if fields.peek(DERTag.boolean) {
      guard let flag = fields.readBoolean() else { throw Fault("invalid basic constraints") }
      isCA = flag
    }
    guard fields.peek(DERTag.integer) else { return (isCA, nil) }
    guard let length = fields.readInt64(), length >= 0 else { throw Fault("invalid basic constraints") }
    return (isCA, Int(length))
  }

  private mutating func readAlternativeNames(_ value: DERElements) throws(Fault) -> Bool {
    var value = value
    guard var names = value.readElements(DERTag.sequence) else { throw Fault("invalid subject alternative names") }
    var others = 0
    while !names.isEmpty {
      guard let name = names.readAny() else { throw Fault("invalid subject alternative name") }
      let octets = name.content
      switch name.tag {
      case DERTag.context(1):
        guard octets.allSatisfy({ $0 < 0x80 }) else { throw Fault("SAN rfc822Name is malformed") }
        others += 1
      case DERTag.context(2):
        guard octets.allSatisfy({ $0 < 0x80 }) else { throw Fault("SAN dNSName is malformed") }
        dnsNames.append(String(decoding: octets, as: UTF8.self))
      case DERTag.context(6):
        guard octets.allSatisfy({ $0 < 0x80 }) else { throw Fault("SAN uniformResourceIdentifier is malformed") }
        guard let host = URIHost.parse(Array(octets)) else { throw Fault("cannot parse URI") }
        guard host.isEmpty || isDomainName(host[...], isConstraint: false) else {
          throw Fault("cannot parse URI: invalid domain")
        }
        others += 1
      case DERTag.context(7):
        guard octets.count == 4 || octets.count == 16 else {
          throw Fault("cannot parse IP address of length \(octets.count)")
        }
        guard !isIPv4Mapped(octets) else { throw Fault("SAN iPAddress contains IPv4-mapped IPv6 address") }
        ipAddresses.append(Array(octets))
      default:
        break
      }
    }
    return others > 0 || !dnsNames.isEmpty || !ipAddresses.isEmpty
  }

  private static func checkDistributionPoints(_ value: DERElements) throws(Fault) {
    let fault = Fault("invalid CRL distribution points")
    var value = value
    guard var points = value.readElements(DERTag.sequence) else { throw fault }
    while !points.isEmpty {
      guard var point = points.readElements(DERTag.sequence),
        let optional = point.readOptional(DERTag.constructedContext(0))
      else { throw fault }
      guard var name = optional?.elements else { continue }
      guard var fullName = name.readElements(DERTag.constructedContext(0)) else { throw fault }
      while fullName.peek(DERTag.context(6)) {
        guard fullName.read(DERTag.context(6)) != nil else { throw fault }
      }
    }
  }

  private static func checkPolicies(_ value: DERElements) throws(Fault) {
    let fault = Fault("invalid certificate policies")
    var value = value
    guard var policies = value.readElements(DERTag.sequence) else { throw fault }
    var seen: Set<[UInt8]> = []
    while !policies.isEmpty {
      guard var policy = policies.readElements(DERTag.sequence),
        let identifier = policy.read(DERTag.objectIdentifier)
      else { throw fault }
      let octets = Array(identifier.content)
      guard let last = octets.last, last & 0x80 == 0, seen.insert(octets).inserted else { throw fault }
      // No part may begin with 0x80, which would not be minimal.
      var startsPart = true
      for octet in octets {
        if startsPart && octet == 0x80 { throw fault }
        startsPart = octet & 0x80 == 0
      }
    }
  }

  private static func checkInformationAccess(_ value: DERElements) throws(Fault) {
    let fault = Fault("invalid authority info access")
    var value = value
    guard var descriptions = value.readElements(DERTag.sequence) else { throw fault }
    while !descriptions.isEmpty {
      guard var description = descriptions.readElements(DERTag.sequence),
        description.readObjectIdentifier() != nil
      else { throw fault }
      if description.peek(DERTag.context(6)) {
        guard description.read(DERTag.context(6)) != nil else { throw fault }
      }
    }
  }
}

/// What a key may be used for (RFC 5280, 4.2.1.3).
public struct KeyUsage: OptionSet, Hashable, Sendable {
  public let rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  public static let digitalSignature = KeyUsage(rawValue: 1)
  public static let certificateSign = KeyUsage(rawValue: 1 << 5)
  public static let crlSign = KeyUsage(rawValue: 1 << 6)
}
