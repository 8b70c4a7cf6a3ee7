import Certificates
import Testing

/// Go looks only into what it asks for; swift-asn1 parses every tree to its leaves. Each certificate here is one that
/// the two judge differently. The answers are those of Go's crypto/x509 (1.19; it did not yet take the long policy).
@Suite struct LazyReadingTests {
  static func element(_ tag: UInt8, _ content: [UInt8]...) -> [UInt8] {
    let content = Array(content.joined())
    switch content.count {
    case ...0x7F: return [tag, UInt8(content.count)] + content
    case ...0xFF: return [tag, 0x81, UInt8(content.count)] + content
    case ...0xFFFF: return [tag, 0x82, UInt8(content.count >> 8), UInt8(content.count & 0xFF)] + content
    default: return [tag, 0x83] + [16, 8, 0].map { UInt8(truncatingIfNeeded: content.count >> $0) } + content
    }
  }

  /// A version 3 certificate with a key that Go does not know, so that hardly anything else can be wrong with it.
  static func certificate(
    keyAlgorithm: [UInt8] = [0x06, 0x02, 0x2A, 0x03], keyParameters: [UInt8] = [],
    notBefore: [UInt8] = element(0x17, Array("200101000000Z".utf8)), subject: [UInt8] = element(0x30),
    extensions: [UInt8] = [], afterExtensions: [UInt8] = [], afterSignature: [UInt8] = []
  ) -> [UInt8] {
    let signature = element(0x30, [0x06, 0x02, 0x2A, 0x04])
    let fields = element(
      0x30, element(0xA0, [0x02, 0x01, 0x02]), [0x02, 0x01, 0x07], signature, element(0x30),
      element(0x30, notBefore, element(0x17, Array("300101000000Z".utf8))), subject,
      element(0x30, element(0x30, keyAlgorithm, keyParameters), [0x03, 0x02, 0x00, 0x01]),
      extensions.isEmpty ? [] : element(0xA3, element(0x30, extensions)), afterExtensions)
    return element(0x30, fields, signature, [0x03, 0x02, 0x00, 0x01], afterSignature)
  }

  /// An extension 2.5.29.`number`.
  static func `extension`(_ number: UInt8, _ value: [UInt8], after: [UInt8] = []) -> [UInt8] {
    element(0x30, [0x06, 0x03, 0x55, 0x1D, number], element(0x04, value), after)
  }

  /// SEQUENCEs in SEQUENCEs.
  static func nested(_ levels: Int) -> [UInt8] { (0..<levels).reduce([]) { inner, _ in element(0x30, inner) } }

  /// A SEQUENCE whose only element is cut.
  static let damaged = element(0x30, [0x02, 0x05])

  static let onlyGoAccepts: [(String, [UInt8])] = [
    ("plain, which both accept", certificate()),
    ("damaged parameters of an unknown key", certificate(keyParameters: damaged)),
    ("junk after the extensions", certificate(afterExtensions: [0x02, 0x05])),
    ("junk after the signature", certificate(afterSignature: [0xFF, 0xFF, 0xFF])),
    ("junk after the value of an extension", certificate(extensions: `extension`(1, [], after: [0x02, 0x05]))),
    ("junk in an extension's value", certificate(extensions: `extension`(14, [0x04, 0x01, 0x01, 0x02, 0x05]))),
    (
      "deep alternative name",
      certificate(extensions: `extension`(17, element(0x30, element(0xA0, nested(60)), [0x82, 0x01, 0x61])))
    ),
    (
      "damaged alternative name",
      certificate(extensions: `extension`(17, element(0x30, element(0xA0, damaged), [0x82, 0x01, 0x61])))
    ),
    ("[UNIVERSAL 0] as key parameters", certificate(keyParameters: [0x00, 0x00])),
    ("time with a zone", certificate(notBefore: element(0x17, Array("200101010000+0100".utf8)))),
    ("time without seconds", certificate(notBefore: element(0x17, Array("2001010000Z".utf8)))),
    (
      "general time with a zone", certificate(notBefore: element(0x18, Array("20191231230000-0100".utf8)))
    ),
    (
      "policy with an arc of 70 bits",
      certificate(
        extensions: `extension`(
          32, element(0x30, element(0x30, element(0x06, [0x69] + [UInt8](repeating: 0x81, count: 9) + [0x01])))))
    ),
  ]

  @Test(arguments: onlyGoAccepts) func accepts(what: String, der: [UInt8]) throws {
    let certificate = try Certificate(der: der)
    #expect(certificate.serialNumber == "7")
    #expect(certificate.notBefore.description == "2020-01-01T00:00:00Z")
    #expect(certificate.dnsNames == (what.hasSuffix("alternative name") ? ["a"] : []))
    #expect(certificate.publicKey.algorithm == .unknown([1, 2, 3]))
  }

  static let onlyTheLibraryAccepts: [(String, [UInt8], CertificateError)] = [
    ("tag number over 30", certificate(keyParameters: [0x9F, 0x1F, 0x00]), .malformed(.parameters)),
    (
      "arc of 32 bits", certificate(keyAlgorithm: [0x06, 0x06, 0x2A, 0x88, 0x80, 0x80, 0x80, 0x00]),
      .malformed(.algorithm)
    ),
    ("fraction of a second", certificate(notBefore: element(0x18, Array("20200101000000.5Z".utf8))), .malformed(.time)),
    ("leap second", certificate(notBefore: element(0x17, Array("200101000060Z".utf8))), .malformed(.time)),
    ("primitive SEQUENCE", certificate(subject: [0x10, 0x00]), .malformed(.subject)),
  ]

  @Test(arguments: onlyTheLibraryAccepts) func refuses(what: String, der: [UInt8], error: CertificateError) {
    #expect(throws: error) { try Certificate(der: der) }
  }

  /// The library says 26.39.
  @Test func theThirdRootHasMoreThan40Children() throws {
    let certificate = try Certificate(der: Self.certificate(keyAlgorithm: [0x06, 0x02, 0x88, 0x37]))
    #expect(certificate.publicKey.algorithm == .unknown([2, 999]))
  }

  /// Trees of at least `size` bytes that are wide, deep, or refused only at their end.
  static func hostile(_ shape: Int, size: Int) -> [UInt8] {
    func many(_ piece: [UInt8]) -> [UInt8] { Array(repeatElement(piece, count: size / piece.count + 1).joined()) }
    let pair = element(0x30, [0x06, 0x01, 0x2A], [0x05, 0x00])
    switch shape {
    case 0: return many([0x30, 0x80])
    case 1: return certificate(keyParameters: element(0x30, many([0x05, 0x00]), [0x02, 0x05]))
    // Behind damaged bytes every element is read on its own, and each of these looks whole until its end.
    case 2: return certificate(subject: element(0x30, many(element(0x31, pair))), afterSignature: [0x02, 0x05])
    case 3: return certificate(subject: element(0x30, many(element(0x31, pair, damaged))))
    case 4: return certificate(subject: element(0x30, element(0x31, many(pair), damaged)), afterExtensions: damaged)
    default:
      let filler = element(0x04, Array(repeating: 0, count: size / 40))
      return certificate(keyParameters: (0..<40).reduce(damaged) { inner, _ in element(0x30, filler, inner) })
    }
  }

  /// Ten times the bytes may take fifty times as long on a busy machine; quadratic time would be a hundred times.
  @Test(arguments: 0...5) func linearTime(shape: Int) {
    func time(_ size: Int) -> Duration {
      let bytes = Self.hostile(shape, size: size)
      return ContinuousClock().measure { _ = try? Certificate(der: bytes) }
    }
    let small = time(4_000)
    let large = time(40_000)
    #expect(large < small * 50 + .milliseconds(200))
  }
}
