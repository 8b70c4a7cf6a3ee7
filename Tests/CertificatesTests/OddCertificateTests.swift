import Certificates
import Foundation
import Testing

/// Tests/Fixtures/certificates: kinds that no case has. The answers are those of Go's crypto/x509.
@Suite struct OddCertificateTests {
  private func outcome(_ name: String) throws -> PEMBundle.Block.Outcome {
    let file = CaseTests.folder.deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("certificates/\(name).pem")
    return try #require(PEMBundle(decoding: Array(Data(contentsOf: file))).blocks.first).result
  }

  private func certificate(_ name: String) throws -> Certificate {
    guard case .ok(let certificate) = try outcome(name) else {
      throw CertificateError.malformed(.certificate)
    }
    return certificate
  }

  @Test(arguments: [
    ("dsa", "DSA", 2_048, "DSA-SHA256"), ("rsa-512", "RSA", 512, "SHA256-RSA"),
    ("rsa-1024", "RSA", 1_024, "SHA256-RSA"), ("ed25519", "Ed25519", 256, "Ed25519"),
    ("pss-signature", "RSA", 1_024, "SHA256-RSAPSS"), ("pss-odd-salt", "RSA", 1_024, "0"),
  ])
  func keysAndSignatures(name: String, key: String, bits: Int, signature: String) throws {
    let certificate = try certificate(name)
    #expect(certificate.publicKey.name == key && certificate.publicKey.bits == bits)
    #expect(certificate.signatureAlgorithm.name == signature)
  }

  @Test func weakKeys() throws {
    let now = try #require(CertificateTime(year: 2030, month: 1, day: 1))
    #expect(try certificate("rsa-512").problems(at: now) == [.unusableRSA(bits: 512)])
    #expect(try certificate("rsa-1024").problems(at: now) == [.weakRSA(bits: 1_024), .noBasicConstraints])
    #expect(try certificate("dsa").problems(at: now) == [.dsaKey, .noBasicConstraints])
  }

  @Test func explicitCurvesAreRefused() throws {
    guard case .error(let error) = try outcome("explicit-curve") else {
      Issue.record("accepted")
      return
    }
    #expect(error == .key(.ecParameters))
  }

  @Test func everyKnownExtension() throws {
    let certificate = try certificate("all-extensions")
    #expect(certificate.isCA && certificate.pathLengthConstraint == 3)
    #expect(certificate.keyUsage == [.digitalSignature, .certificateSign, .crlSign])
    #expect(certificate.dnsNames == ["a.test", "*.b.test"])
    #expect(certificate.ipAddresses == [[10, 0, 0, 1], [0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]])
    #expect(certificate.subjectKeyIdentifier == Array("1234".utf8))
    #expect(certificate.authorityKeyIdentifier == Array("5678".utf8))
    #expect(certificate.unhandledCriticalExtensions == [])
    #expect(certificate.serialNumber == "12345678901234567890")
  }

  @Test func namesAreWrittenAsGoWritesThem() throws {
    let name = try certificate("names").subject
    #expect(name.commonName == nil)
    let expected = [
      "SERIALNUMBER=77", "OU=eins+OU=zwei", "O=a\\,b", "POSTALCODE=1", "STREET=s", "L=loc", "ST=a/b", "C=DE",
      "2.5.4.12=#0c08c3bc6d6cc3a47574", "2.5.4.12=#1305506c61696e", "0.9.2342.19200300.100.1.25=#1304636f7270",
      "0.9.2342.19200300.100.1.25=#130474657374", "1.2.840.113549.1.9.1=#0c03614062",
    ]
    #expect(name.description == expected.joined(separator: ","))
  }

  /// A point with one bit changed is not on its curve.
  @Test(arguments: ["054-value-p256-ca", "056-value-p521-ca", "057-value-p224-ca"])
  func pointsMustLieOnTheirCurve(name: String) throws {
    var der = Samples.der(name)
    // The uncompressed point follows the BIT STRING's count of unused bits: 00 04.
    let places = der.indices.dropLast(8).filter { der[$0] == 0x03 }
    let start = try #require(
      places.first { der[($0 + 2)...].starts(with: [0x00, 0x04]) }
        ?? places.first { der[($0 + 3)...].starts(with: [0x00, 0x04]) })
    der[start + 20] ^= 1
    #expect(throws: CertificateError.key(.ecPoint)) { try Certificate(der: der) }
  }
}
