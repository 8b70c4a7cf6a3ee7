import Certificates
import Testing

@Suite struct CertificateProblemTests {
  static let now = CertificateTime(year: 2030, month: 1, day: 1)!

  private func problems(_ name: String, at now: CertificateTime = Self.now) throws -> [Certificate.Problem] {
    try Certificate(der: Samples.der(name)).problems(at: now)
  }

  @Test func soundRootsHaveNone() throws {
    for name in [
      "053-value-rsa-4096-ca", "054-value-p256-ca", "056-value-p521-ca", "057-value-p224-ca",
      "067-value-md5-signature", "068-value-sha1-signature", "070-value-intermediate-only",
      "078-value-ca-without-key-usage", "087-value-version-1", "073-value-version-1-written-by-openssl",
    ] {
      #expect(try problems(name) == [], "\(name)")
    }
  }

  @Test func keysThatVerifyNothing() throws {
    #expect(try problems("062-value-ed448-ca") == [.ed448Key])
    #expect(try problems("066-value-rsa-pss-key") == [.rsaPSSKey])
    let critical = try problems("080-value-critical-unknown-extension")
    #expect(critical.count == 1)
    if case .unknownCriticalExtension = critical.first {} else { Issue.record("\(critical)") }
    #expect(critical.allSatisfy { $0.breaksVerification })
  }

  @Test func validity() throws {
    let end = CertificateTime(year: 2002, month: 1, day: 1)!
    let expired = try Certificate(der: Samples.der("074-value-expired-ca"))
    let last = expired.notAfter
    #expect(try problems("074-value-expired-ca") == [.expired(last)])
    #expect(expired.problems(at: last.adding(days: -10)) == [.expiresSoon(last, daysLeft: 10)])
    #expect(expired.problems(at: last) == [.expiresSoon(last, daysLeft: 0)])
    #expect(expired.problems(at: last.adding(days: -10), warningDays: 5) == [])
    #expect(expired.problems(at: expired.notBefore.adding(days: -1)) == [.notYetValid(expired.notBefore)])
    #expect(last <= end)
  }

  @Test func leavesArePinned() throws {
    let leaf = try Certificate(der: Samples.der("075-value-expired-leaf"))
    #expect(!leaf.isCA)
    let found = leaf.problems(at: leaf.notBefore)
    #expect(found.contains(.basicConstraintsFalse) || found.contains(.noBasicConstraints))
  }

  /// Errors that Go has as well, case by case.
  @Test(arguments: [
    ("058-value-secp256k1-ca", CertificateError.key(.ecCurve)), ("059-value-brainpool-ca", .key(.ecCurve)),
    ("086-value-serial-not-minimal", .malformed(.serialNumber)),
    ("089-value-duplicate-extension", .duplicateExtension([2, 5, 29, 19])),
    ("079-value-malformed-ip-san", .invalidExtension([2, 5, 29, 17], "cannot parse IP address of length 5")),
    ("120-value-pkcs7-under-certificate-label", .malformed(.tbsCertificate)),
    ("170-value-begin-end-without-body", .malformed(.certificate)), ("187-value-der-trailing-data", .trailingData),
    ("174-value-lines-swapped", .name(.attribute)),
  ])
  func refusals(name: String, error: CertificateError) {
    let block = PEMBundle(Samples.value(name)).blocks.first
    guard case .error(let found) = block?.result else {
      Issue.record("not refused")
      return
    }
    #expect(found == error)
  }
}

@Suite struct CertificateTimeTests {
  @Test func textAndSecondsAgree() {
    for (year, month, day, seconds) in [
      (1970, 1, 1, 0), (2000, 2, 29, 951_782_400), (2000, 3, 1, 951_868_800), (1969, 12, 31, -86_400),
      (2099, 12, 31, 4_102_358_400), (1600, 3, 1, -11_670_912_000), (0, 1, 1, -62_167_219_200),
    ] {
      let time = CertificateTime(year: year, month: month, day: day)
      #expect(time?.secondsSince1970 == Int64(seconds))
    }
    #expect(CertificateTime(secondsSince1970: -1).description == "1969-12-31T23:59:59Z")
    #expect(CertificateTime(secondsSince1970: 951_782_400 + 3_661).description == "2000-02-29T01:01:01Z")
    for (year, month, day) in [(2001, 2, 29), (1900, 2, 29), (2001, 13, 1), (2001, 4, 31), (2001, 1, 0)] {
      #expect(CertificateTime(year: year, month: month, day: day) == nil)
    }
    // Nothing overflows at the ends.
    #expect(CertificateTime(secondsSince1970: .max).adding(days: 1).secondsSince1970 == .max)
    #expect(CertificateTime(secondsSince1970: .min).adding(days: -1).secondsSince1970 == .min)
    #expect(CertificateTime(secondsSince1970: .min).days(until: CertificateTime(secondsSince1970: .max)) == .max)
  }
}
