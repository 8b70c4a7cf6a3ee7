/// An X.509 certificate that Go's `x509.ParseCertificate` accepts, and so do nodes: also weak, expired and odd ones.
/// No signature is checked.
public struct Certificate: Hashable, Sendable {
  public let der: [UInt8]
  /// Of the DER.
  public let sha256: SHA256Digest
  /// 1, 2 or 3.
  public let version: Int
  /// Decimal; of more than 1,024 octets hexadecimal with `0x`, as decimal digits would take quadratic time.
  public let serialNumber: String
  public let signatureAlgorithm: SignatureAlgorithm
  public let issuer: DistinguishedName
  public let notBefore: CertificateTime
  public let notAfter: CertificateTime
  public let subject: DistinguishedName
  public let publicKey: SubjectPublicKey
  /// Whether the extension stands there at all.
  public let hasBasicConstraints: Bool
  public let isCA: Bool
  public let pathLengthConstraint: Int?
  /// Empty also when the extension is absent: Go then allows everything.
  public let keyUsage: KeyUsage
  public let dnsNames: [String]
  /// 4 or 16 octets each.
  public let ipAddresses: [[UInt8]]
  public let subjectKeyIdentifier: [UInt8]?
  public let authorityKeyIdentifier: [UInt8]?
  /// Critical extensions that Go does not understand: verification fails with any of them.
  public let unhandledCriticalExtensions: [ASN1ObjectIdentifier]

  /// Issuer and subject are the same bytes.
  public var isSelfIssued: Bool { issuer == subject }

  public static func == (left: Self, right: Self) -> Bool { left.der == right.der }
  public func hash(into hasher: inout Hasher) { hasher.combine(sha256) }

  /// Parses exactly one certificate. Takes time linear in `der`.
  public init(der: [UInt8]) throws(CertificateError) {
    var input = DERElements(der)
    guard var certificate = input.readElements(DERTag.sequence) else { throw .malformed(.certificate) }
    guard var fields = certificate.readElements(DERTag.sequence) else { throw .malformed(.tbsCertificate) }

    version = try Self.readVersion(&fields)
    guard let serial = fields.readInteger(), let first = serial.first else { throw .malformed(.serialNumber) }
    guard first & 0x80 == 0 else { throw .negativeSerialNumber }
    serialNumber = Self.decimal(serial)

    guard let innerAlgorithm = fields.read(DERTag.sequence) else { throw .malformed(.signatureAlgorithmIdentifier) }
    guard let outerAlgorithm = certificate.read(DERTag.sequence) else { throw .malformed(.algorithmIdentifier) }
    guard innerAlgorithm.octets == outerAlgorithm.octets else { throw .signatureAlgorithmsDiffer }
    signatureAlgorithm = SignatureAlgorithm(try AlgorithmIdentifier(innerAlgorithm))

    guard let issuerElement = fields.read(DERTag.sequence) else { throw .malformed(.issuer) }
    issuer = try DistinguishedName(issuerElement)
    guard var validity = fields.readElements(DERTag.sequence) else { throw .malformed(.validity) }
    guard let notBefore = validity.readTime(), let notAfter = validity.readTime() else { throw .malformed(.time) }
    self.notBefore = notBefore
    self.notAfter = notAfter
    guard let subjectElement = fields.read(DERTag.sequence) else { throw .malformed(.subject) }
    subject = try DistinguishedName(subjectElement)
    guard let keyInfo = fields.readElements(DERTag.sequence) else { throw .malformed(.subjectPublicKeyInfo) }
    publicKey = try SubjectPublicKey(info: keyInfo)

    var extensions = CertificateExtensions()
    if version > 1 {
      guard fields.readOptional(DERTag.context(1)) != nil else { throw .malformed(.issuerUniqueID) }
      guard fields.readOptional(DERTag.context(2)) != nil else { throw .malformed(.subjectUniqueID) }
    }
    if version == 3 {
      guard let optional = fields.readOptional(DERTag.constructedContext(3)) else { throw .malformed(.extensions) }
      if var outer = optional?.elements {
        guard let list = outer.readElements(DERTag.sequence) else { throw .malformed(.extensions) }
        extensions = try CertificateExtensions(list)
      }
    }
    hasBasicConstraints = extensions.basicConstraints != nil
    isCA = extensions.basicConstraints?.isCA ?? false
    pathLengthConstraint = extensions.basicConstraints?.pathLength
    keyUsage = extensions.keyUsage
    dnsNames = extensions.dnsNames
    ipAddresses = extensions.ipAddresses
    subjectKeyIdentifier = extensions.subjectKeyIdentifier
    authorityKeyIdentifier = extensions.authorityKeyIdentifier
    unhandledCriticalExtensions = extensions.unhandledCritical

    guard certificate.readBitString() != nil else { throw .malformed(.signature) }
    guard input.isEmpty else { throw .trailingData }
    self.der = der
    sha256 = SHA256Digest(of: der)
  }

  private static func readVersion(_ fields: inout DERElements) throws(CertificateError) -> Int {
    guard let optional = fields.readOptional(DERTag.constructedContext(0)) else { throw .malformed(.version) }
    guard var content = optional?.elements else { return 1 }
    guard let number = content.readInt64(), content.isEmpty, (0...3).contains(number) else {
      throw .malformed(.version)
    }
    // The encoded number is one less than the version's name.
    guard number < 3 else { throw .unknownVersion }
    return Int(number) + 1
  }

  private static func decimal(_ octets: ArraySlice<UInt8>) -> String {
    guard octets.count <= 1_024 else { return "0x" + hexadecimal(octets) }
    // Little-endian digits of base 10^9.
    var digits: [UInt64] = [0]
    for octet in octets {
      var carry = UInt64(octet)
      for index in digits.indices {
        let value = digits[index] << 8 + carry
        digits[index] = value % 1_000_000_000
        carry = value / 1_000_000_000
      }
      if carry > 0 { digits.append(carry) }
    }
    var text = String(digits[digits.count - 1])
    for digit in digits.dropLast().reversed() {
      let part = String(digit)
      text += String(repeating: "0", count: 9 - part.count) + part
    }
    return text
  }
}
