/// How a certificate is signed. No signature is verified here, and nodes verify none on a certificate that they trust
/// as an anchor.
public enum SignatureAlgorithm: String, Hashable, Sendable {
  case md5RSA = "MD5-RSA"
  case sha1RSA = "SHA1-RSA"
  case sha256RSA = "SHA256-RSA"
  case sha384RSA = "SHA384-RSA"
  case sha512RSA = "SHA512-RSA"
  case sha256RSAPSS = "SHA256-RSAPSS"
  case sha384RSAPSS = "SHA384-RSAPSS"
  case sha512RSAPSS = "SHA512-RSAPSS"
  case dsaSHA1 = "DSA-SHA1"
  case dsaSHA256 = "DSA-SHA256"
  case ecdsaSHA1 = "ECDSA-SHA1"
  case ecdsaSHA256 = "ECDSA-SHA256"
  case ecdsaSHA384 = "ECDSA-SHA384"
  case ecdsaSHA512 = "ECDSA-SHA512"
  case ed25519 = "Ed25519"
  case mlDSA44 = "ML-DSA-44"
  case mlDSA65 = "ML-DSA-65"
  case mlDSA87 = "ML-DSA-87"
  /// Go prints an algorithm that it does not know as 0.
  case unknown = "0"

  /// Go's name.
  public var name: String { rawValue }

  /// MD5 and SHA-1, on which nobody should rely any more.
  public var isBroken: Bool {
    switch self {
    case .md5RSA, .sha1RSA, .dsaSHA1, .ecdsaSHA1: true
    default: false
    }
  }

  init(_ algorithm: AlgorithmIdentifier) {
    switch algorithm.identifier {
    case [1, 2, 840, 113549, 1, 1, 4]: self = .md5RSA
    case [1, 2, 840, 113549, 1, 1, 5], [1, 3, 14, 3, 2, 29]: self = .sha1RSA
    case [1, 2, 840, 113549, 1, 1, 11]: self = .sha256RSA
    case [1, 2, 840, 113549, 1, 1, 12]: self = .sha384RSA
    case [1, 2, 840, 113549, 1, 1, 13]: self = .sha512RSA
    case [1, 2, 840, 113549, 1, 1, 10]: self = Self.pss(algorithm.parameters) ?? .unknown
    case [1, 2, 840, 10040, 4, 3]: self = .dsaSHA1
    case [2, 16, 840, 1, 101, 3, 4, 3, 2]: self = .dsaSHA256
    case [1, 2, 840, 10045, 4, 1]: self = .ecdsaSHA1
    case [1, 2, 840, 10045, 4, 3, 2]: self = .ecdsaSHA256
    case [1, 2, 840, 10045, 4, 3, 3]: self = .ecdsaSHA384
    case [1, 2, 840, 10045, 4, 3, 4]: self = .ecdsaSHA512
    case [1, 3, 101, 112]: self = algorithm.parameters.isEmpty ? .ed25519 : .unknown
    case [2, 16, 840, 1, 101, 3, 4, 3, 17]: self = algorithm.parameters.isEmpty ? .mlDSA44 : .unknown
    case [2, 16, 840, 1, 101, 3, 4, 3, 18]: self = algorithm.parameters.isEmpty ? .mlDSA65 : .unknown
    case [2, 16, 840, 1, 101, 3, 4, 3, 19]: self = algorithm.parameters.isEmpty ? .mlDSA87 : .unknown
    default: self = .unknown
    }
  }

  /// RSASSA-PSS (RFC 4055) in the three forms that Go knows: one hash for the message and for MGF1, and salt as long
  /// as the hash.
  private static func pss(_ parameters: [UInt8]) -> SignatureAlgorithm? {
    var outer = DERElements(parameters)
    guard var fields = outer.readElements(DERTag.sequence),
      let hash = explicitAlgorithm(0, in: &fields), let mask = explicitAlgorithm(1, in: &fields),
      var saltField = fields.readElements(DERTag.constructedContext(2)), let salt = saltField.readInt64()
    else { return nil }
    if fields.peek(DERTag.constructedContext(3)) {
      guard var trailer = fields.readElements(DERTag.constructedContext(3)), trailer.readInt64() == 1 else {
        return nil
      }
    }
    var maskParameters = DERElements(mask.parameters)
    guard mask.identifier == [1, 2, 840, 113549, 1, 1, 8],
      let maskHashElement = maskParameters.read(DERTag.sequence),
      let maskHash = try? AlgorithmIdentifier(maskHashElement),
      maskHash.identifier == hash.identifier, hash.hasNoParameters, maskHash.hasNoParameters
    else { return nil }
    switch (hash.identifier, salt) {
    case ([2, 16, 840, 1, 101, 3, 4, 2, 1], 32): return .sha256RSAPSS
    case ([2, 16, 840, 1, 101, 3, 4, 2, 2], 48): return .sha384RSAPSS
    case ([2, 16, 840, 1, 101, 3, 4, 2, 3], 64): return .sha512RSAPSS
    default: return nil
    }
  }

  private static func explicitAlgorithm(_ number: UInt8, in fields: inout DERElements) -> AlgorithmIdentifier? {
    guard var field = fields.readElements(DERTag.constructedContext(number)), let element = field.read(DERTag.sequence)
    else {
      return nil
    }
    return try? AlgorithmIdentifier(element)
  }
}

extension AlgorithmIdentifier {
  fileprivate var hasNoParameters: Bool { parameters.isEmpty || parameters == [DERTag.null, 0] }
}
