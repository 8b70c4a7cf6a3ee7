/// Why Go's `x509.ParseCertificate` refuses some DER. The cases are those of the parser, the texts are near Go's, which
/// change with its version: compare cases, show texts.
public enum CertificateError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The parts of a certificate, by Go's names.
  public enum Part: String, Hashable, Sendable {
    case certificate
    case tbsCertificate = "tbs certificate"
    case version
    case serialNumber = "serial number"
    case signatureAlgorithmIdentifier = "signature algorithm identifier"
    case algorithmIdentifier = "algorithm identifier"
    case algorithm = "OID"
    case parameters
    case issuer
    case validity
    case time
    case subject
    case subjectPublicKeyInfo = "spki"
    case publicKeyAlgorithm = "public key algorithm identifier"
    case subjectPublicKey
    case issuerUniqueID
    case subjectUniqueID
    case extensions
    case `extension`
    case signature
  }

  public enum NameFault: String, Hashable, Sendable {
    case structure = "invalid RDNSequence"
    case attribute = "invalid RDNSequence: invalid attribute"
    case attributeType = "invalid RDNSequence: invalid attribute type"
    case attributeValue = "invalid RDNSequence: invalid attribute value"
  }

  public enum KeyFault: String, Hashable, Sendable {
    case rsaParameters = "RSA key missing NULL parameters"
    case rsaKey = "invalid RSA public key"
    case rsaModulus = "invalid RSA modulus"
    case rsaExponent = "invalid RSA public exponent"
    case rsaModulusNotPositive = "RSA modulus is not a positive number"
    case rsaExponentNotPositive = "RSA public exponent is not a positive number"
    /// The curve is spelled out instead of named, or the parameters are damaged.
    case ecParameters = "invalid ECDSA parameters"
    /// secp256k1, brainpool and every other curve than P-224, P-256, P-384 and P-521.
    case ecCurve = "unsupported elliptic curve"
    case ecPoint = "failed to unmarshal elliptic curve point"
    case edwardsParameters = "Ed25519 key encoded with illegal parameters"
    case edwardsSize = "wrong Ed25519 public key size"
    case dsaKey = "invalid DSA public key"
    case dsaParameters = "invalid DSA parameters"
    case dsaNotPositive = "zero or negative DSA parameter"
    case mlDSAParameters = "ML-DSA key encoded with illegal parameters"
    case mlDSASize = "wrong ML-DSA public key size"
  }

  /// The part is no DER, or not of the type that stands there.
  case malformed(Part)
  /// Version numbers above 3.
  case unknownVersion
  case negativeSerialNumber
  /// The signature algorithm stands twice in a certificate, and the two differ.
  case signatureAlgorithmsDiffer
  case name(NameFault)
  case key(KeyFault)
  case duplicateExtension(ASN1ObjectIdentifier)
  /// An extension that Go knows has a value it cannot read, or must not be critical; with what Go says.
  case invalidExtension(ASN1ObjectIdentifier, String)
  /// More bytes behind the certificate, for example a second one in the same block.
  case trailingData

  public var description: String {
    switch self {
    case .malformed(let part): "malformed \(part.rawValue)"
    case .unknownVersion: "invalid version"
    case .negativeSerialNumber: "negative serial number"
    case .signatureAlgorithmsDiffer: "inner and outer signature algorithm identifiers don't match"
    case .name(let fault): fault.rawValue
    case .key(let fault): fault.rawValue
    case .duplicateExtension(let identifier):
      "certificate contains duplicate extension with OID \"\(identifier)\""
    case .invalidExtension(_, let text): text
    case .trailingData: "trailing data"
    }
  }
}
