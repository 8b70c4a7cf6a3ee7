extension Certificate {
  /// What is wrong with a certificate that parses. Observed with Go's verifier (Go 1.27): which anchors of a pool
  /// verify a registry's certificate and which do not.
  public enum Problem: Hashable, Sendable {
    /// `notAfter` has passed: every TLS handshake fails.
    case expired(CertificateTime)
    /// `notBefore` is still to come: every TLS handshake fails until then.
    case notYetValid(CertificateTime)
    /// Whole days that are left.
    case expiresSoon(CertificateTime, daysLeft: Int)
    /// `notBefore` is after `notAfter`: never valid.
    case validityReversed
    /// An RSA key under 1,024 bits: Go verifies nothing with it.
    case unusableRSA(bits: Int)
    /// An RSA key of 1,024 bits or more, but under 2,048: it works.
    case weakRSA(bits: Int)
    /// Go keeps DSA keys but verifies nothing with them.
    case dsaKey
    case ed448Key
    /// The key itself is marked RSASSA-PSS. (An RSA key that signs with PSS is fine.)
    case rsaPSSKey
    /// Any other key type that Go does not know.
    case unknownKey(ASN1ObjectIdentifier)
    /// Verification fails with it.
    case unknownCriticalExtension(ASN1ObjectIdentifier)
    /// Version 3 without basicConstraints. As an anchor it can only stand for itself: it works until the server gets
    /// its next certificate, and never for one that it signed.
    case noBasicConstraints
    /// basicConstraints says that this is no CA; same effect.
    case basicConstraintsFalse
    /// A CA whose key usage leaves out signing certificates.
    case cannotSignCertificates
    /// MD5 or SHA-1, on a certificate that somebody else issued. Nodes do not check an anchor's own signature, so it
    /// works there; on a self-issued root it says nothing and is not reported.
    case weakSignature(SignatureAlgorithm)

    /// Nothing that this certificate signed can be verified on a node.
    public var breaksVerification: Bool {
      switch self {
      case .expired, .notYetValid, .validityReversed, .unusableRSA, .dsaKey, .ed448Key, .rsaPSSKey, .unknownKey,
        .unknownCriticalExtension, .noBasicConstraints, .basicConstraintsFalse, .cannotSignCertificates:
        true
      case .expiresSoon, .weakRSA, .weakSignature: false
      }
    }
  }

  /// The problems at a moment, validity first. A certificate that ends within `warningDays` days expires soon.
  public func problems(at now: CertificateTime, warningDays: Int = 30) -> [Problem] {
    var problems: [Problem] = []
    if notBefore > notAfter {
      problems.append(.validityReversed)
    } else if now > notAfter {
      problems.append(.expired(notAfter))
    } else if now < notBefore {
      problems.append(.notYetValid(notBefore))
    } else if notAfter < now.adding(days: warningDays) {
      problems.append(.expiresSoon(notAfter, daysLeft: now.days(until: notAfter)))
    }
    switch publicKey.algorithm {
    case .rsa:
      if let bits = publicKey.bits, bits < 2_048 {
        problems.append(bits < 1_024 ? .unusableRSA(bits: bits) : .weakRSA(bits: bits))
      }
    case .dsa: problems.append(.dsaKey)
    case .unknown([1, 3, 101, 113]): problems.append(.ed448Key)
    case .unknown([1, 2, 840, 113549, 1, 1, 10]): problems.append(.rsaPSSKey)
    case .unknown(let identifier): problems.append(.unknownKey(identifier))
    case .ecdsa, .ed25519, .mlDSA: break
    }
    problems += unhandledCriticalExtensions.map(Problem.unknownCriticalExtension)
    if hasBasicConstraints && !isCA {
      problems.append(.basicConstraintsFalse)
    } else if version == 3 && !hasBasicConstraints {
      problems.append(.noBasicConstraints)
    } else if !keyUsage.isEmpty && !keyUsage.contains(.certificateSign) {
      problems.append(.cannotSignCertificates)
    }
    if signatureAlgorithm.isBroken && !isSelfIssued { problems.append(.weakSignature(signatureAlgorithm)) }
    return problems
  }
}
