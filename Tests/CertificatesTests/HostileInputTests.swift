import Certificates
import Testing

/// Nothing that a stranger writes may crash the reader or take more than linear time.
@Suite struct HostileInputTests {
  /// xorshift64*: the same bytes in every run.
  struct Random {
    var state: UInt64
    mutating func next() -> UInt64 {
      state ^= state >> 12
      state ^= state << 25
      state ^= state >> 27
      return state &* 0x2545_F491_4F6C_DD1D
    }
    mutating func next(below bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }
  }

  static let certificates = CaseTests.names.filter { $0.contains("-value-") }.map(Samples.der).filter { !$0.isEmpty }

  @Test func truncatedCertificatesAreRefused() throws {
    for name in ["054-value-p256-ca", "053-value-rsa-4096-ca", "081-value-name-constraints"] {
      let der = Samples.der(name)
      #expect(!der.isEmpty)
      for length in 0..<der.count {
        #expect(throws: CertificateError.self) { try Certificate(der: Array(der[..<length])) }
      }
    }
  }

  @Test func mutatedCertificatesNeverCrash() {
    var random = Random(state: 0x5EED)
    var accepted = 0
    for round in 0..<3_000 {
      var der = Self.certificates[round % Self.certificates.count]
      for _ in 0...random.next(below: 3) {
        let place = random.next(below: der.count)
        switch random.next(below: 4) {
        case 0: der[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: der[place] ^= 1 << UInt8(random.next(below: 8))
        case 2: der.remove(at: place)
        default: der.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
        }
        if der.isEmpty { break }
      }
      if let certificate = try? Certificate(der: der) {
        accepted += 1
        // Everything that is shown must be computable.
        _ = certificate.subject.description + certificate.issuer.description + certificate.notAfter.description
        _ = certificate.problems(at: certificate.notBefore)
      }
    }
    #expect(accepted > 0)
  }

  @Test func mutatedTextsKeepTheirRangesInside() {
    var random = Random(state: 0xCA)
    let pieces = [
      "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----", "\n-----END A:B-----", "\n", "\r", "\\n", " ", "-",
      "-----BEGIN ", "\n-----END ", "–", "Proc-Type: 4", "\u{FEFF}", "MIIB", "=", "PRIVATE KEY", "-----", ":",
    ]
    for round in 0..<2_000 {
      var text = Array(round % 2 == 0 ? Samples.certificate.utf8 : "".utf8)
      for _ in 0...random.next(below: 12) {
        let piece = Array(pieces[random.next(below: pieces.count)].utf8)
        let place = random.next(below: text.count + 1)
        text.replaceSubrange(place..<min(text.count, place + random.next(below: 3)), with: piece)
      }
      let bundle = PEMBundle(decoding: text)
      let whole = 0..<text.count
      let ranges = bundle.defects.flatMap { [$0.range, $0.block] } + bundle.blocks.map(\.range)
      #expect(ranges.allSatisfy { $0.clamped(to: whole) == $0 })
      #expect(bundle.unconsumedRange.upperBound == text.count)
    }
  }

  @Test func randomBytesAreNoCertificate() {
    var random = Random(state: 1)
    for length in 0..<600 {
      let bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      #expect(throws: CertificateError.self) { try Certificate(der: bytes) }
      #expect(PEMBundle(decoding: bytes).poolSize == 0)
    }
  }

  /// Texts that make a careless reader quadratic. Five times the text may take fifty times as long on a busy machine;
  /// quadratic time on these sizes would be seconds.
  @Test(arguments: [
    "-----BEGIN CERTIFICATE-----\n", "\n-----END CERTIFICATE-----", "-----BEGIN CERTIFICATE----- ", "-----BEGIN ",
    "-----END X---------- BEGIN X-----", "--", "–", "A:\n", "\n-----BEGIN A-----\nB: c\n-----END A-----",
    "          ----",
    "-----BEGIN A-----\n-----END B-----\n", "<", "{{", "\\n",
  ])
  func linearTime(piece: String) {
    let clock = ContinuousClock()
    func time(_ bytes: Int) -> Duration {
      let text = Array(String(repeating: piece, count: bytes / piece.utf8.count).utf8)
      return clock.measure { _ = PEMBundle(decoding: text) }
    }
    let small = time(20_000)
    let large = time(100_000)
    #expect(large < small * 50 + .milliseconds(200))
  }

  @Test func longSerialNumbersStayShort() throws {
    // A certificate whose serial has 100,000 octets still needs the rest to be refused: it must not take long.
    let serial: [UInt8] = [0x02, 0x83, 0x01, 0x86, 0xA0] + [UInt8](repeating: 0x7F, count: 100_000)
    let fields: [UInt8] = [0x30, 0x83, 0x01, 0x86, 0xA5] + serial
    let der: [UInt8] = [0x30, 0x83, 0x01, 0x86, 0xAA] + fields
    #expect(throws: CertificateError.malformed(.signatureAlgorithmIdentifier)) { try Certificate(der: der) }
  }
}
