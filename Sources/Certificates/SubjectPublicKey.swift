/// The key of a certificate, as far as a linter speaks of it.
public struct SubjectPublicKey: Hashable, Sendable {
  public enum Algorithm: Hashable, Sendable {
    case rsa
    case ecdsa(EllipticCurve)
    case ed25519
    case dsa
    /// ML-DSA-44, -65 or -87 (FIPS 204).
    case mlDSA(Int)
    /// Go keeps the certificate but cannot verify anything with the key: Ed448, RSA-PSS, X25519 and so on.
    case unknown(ASN1ObjectIdentifier)
  }

  public let algorithm: Algorithm
  /// The size: of the RSA modulus, of the curve, of the DSA prime. `nil` when the algorithm is unknown.
  public let bits: Int?

  /// Go's name: `RSA`, `ECDSA P-256`, `Ed25519`, `DSA`, and `0` for what Go does not know.
  public var name: String {
    switch algorithm {
    case .rsa: "RSA"
    case .ecdsa(let curve): "ECDSA \(curve.rawValue)"
    case .ed25519: "Ed25519"
    case .dsa: "DSA"
    case .mlDSA(let set): "ML-DSA-\(set)"
    case .unknown: "0"
    }
  }

  /// From the content of a SubjectPublicKeyInfo.
  init(info: DERElements) throws(CertificateError) {
    var info = info
    guard let identifier = info.read(DERTag.sequence) else { throw .malformed(.publicKeyAlgorithm) }
    let algorithm = try AlgorithmIdentifier(identifier)
    guard let key = info.readBitString() else { throw .malformed(.subjectPublicKey) }
    let octets = key.rightAligned
    switch algorithm.identifier {
    case [1, 2, 840, 113549, 1, 1, 1]:
      self.algorithm = .rsa
      bits = try Self.rsaBits(octets, parameters: algorithm.parameters)
    case [1, 2, 840, 10045, 2, 1]:
      var parameters = DERElements(algorithm.parameters)
      guard let name = parameters.readObjectIdentifier() else { throw .key(.ecParameters) }
      guard let curve = EllipticCurve(name) else { throw .key(.ecCurve) }
      guard curve.contains(uncompressedPoint: octets) else { throw .key(.ecPoint) }
      self.algorithm = .ecdsa(curve)
      bits = curve.bits
    case [1, 3, 101, 112]:
      guard algorithm.parameters.isEmpty else { throw .key(.edwardsParameters) }
      guard octets.count == 32 else { throw .key(.edwardsSize) }
      self.algorithm = .ed25519
      bits = 256
    case [1, 2, 840, 10040, 4, 1]:
      self.algorithm = .dsa
      bits = try Self.dsaBits(octets, parameters: algorithm.parameters)
    case [2, 16, 840, 1, 101, 3, 4, 3, 17], [2, 16, 840, 1, 101, 3, 4, 3, 18], [2, 16, 840, 1, 101, 3, 4, 3, 19]:
      guard algorithm.parameters.isEmpty else { throw .key(.mlDSAParameters) }
      let (set, size) = switch algorithm.identifier.components.last {
      case 17: (44, 1312)
      case 18: (65, 1952)
      default: (87, 2592)
      }
      guard octets.count == size else { throw .key(.mlDSASize) }
      self.algorithm = .mlDSA(set)
      bits = nil
    default:
      self.algorithm = .unknown(algorithm.identifier)
      bits = nil
    }
  }

  private static func rsaBits(_ octets: [UInt8], parameters: [UInt8]) throws(CertificateError) -> Int {
    guard parameters == [DERTag.null, 0] else { throw .key(.rsaParameters) }
    var key = DERElements(octets)
    guard var numbers = key.readElements(DERTag.sequence) else { throw .key(.rsaKey) }
    guard let modulus = numbers.readInteger() else { throw .key(.rsaModulus) }
    guard let exponent = numbers.readInt64() else { throw .key(.rsaExponent) }
    guard let bits = positiveBits(modulus) else { throw .key(.rsaModulusNotPositive) }
    guard exponent > 0 else { throw .key(.rsaExponentNotPositive) }
    return bits
  }

  private static func dsaBits(_ octets: [UInt8], parameters: [UInt8]) throws(CertificateError) -> Int {
    var key = DERElements(octets)
    guard let y = key.readInteger() else { throw .key(.dsaKey) }
    var outer = DERElements(parameters)
    guard var numbers = outer.readElements(DERTag.sequence), let p = numbers.readInteger(),
      let q = numbers.readInteger(), let g = numbers.readInteger()
    else { throw .key(.dsaParameters) }
    guard let bits = positiveBits(p), positiveBits(y) != nil, positiveBits(q) != nil, positiveBits(g) != nil else {
      throw .key(.dsaNotPositive)
    }
    return bits
  }

  /// The bits of an INTEGER above zero.
  private static func positiveBits(_ octets: ArraySlice<UInt8>) -> Int? {
    guard let first = octets.first, first & 0x80 == 0, let top = octets.firstIndex(where: { $0 != 0 }) else {
      return nil
    }
    return (octets.endIndex - top) * 8 - octets[top].leadingZeroBitCount
  }
}

/// An AlgorithmIdentifier: what stands behind the parameters is not looked at, as in Go.
struct AlgorithmIdentifier: Sendable {
  let identifier: ASN1ObjectIdentifier
  /// With their header; empty when absent.
  let parameters: [UInt8]

  /// From the SEQUENCE.
  init(_ element: DERElement) throws(CertificateError) {
    var content = element.elements
    guard let identifier = content.readObjectIdentifier() else { throw .malformed(.algorithm) }
    self.identifier = identifier
    guard !content.isEmpty else {
      parameters = []
      return
    }
    guard let parameters = content.readAny() else { throw .malformed(.parameters) }
    self.parameters = Array(parameters.octets)
  }
}
