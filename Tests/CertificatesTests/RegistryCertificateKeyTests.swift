import Certificates
import Testing

@Suite struct RegistryCertificateKeyTests {
  @Test(arguments: [
    "registry.example.com", "registry.example.com..5000", "10.0.0.5", "10.0.0.5..5000", "localhost..5000", "localhost",
    "registry..5000", "docker.io", "registry-01.example.com", "a.b-5000.example.com", "updateservice-registry",
    "storage-ca-bundle.pem", "image-registry.openshift-image-registry.svc..5000", "service-ca.crt",
  ])
  func fine(key: String) {
    #expect(RegistryCertificateKey(key).suspicions == [])
    #expect(RegistryCertificateKey(key).isLegal)
  }

  @Test(arguments: [
    (
      "registry.example.com.5000",
      [RegistryCertificateKey.Suspicion.portSeparator(".", suggestion: "registry.example.com..5000")]
    ),
    ("registry.example.com-5000", [.portSeparator("-", suggestion: "registry.example.com..5000")]),
    ("registry.example.com_5000", [.portSeparator("_", suggestion: "registry.example.com..5000")]),
    ("registry.example.com:5000", [.portSeparator(":", suggestion: "registry.example.com..5000")]),
    ("10.0.0.5.5000", [.portSeparator(".", suggestion: "10.0.0.5..5000")]),
    ("registry.example.com...5000", [.readersDisagree]), ("a..b..5000", [.readersDisagree]),
    ("ca.crt", [.fileName]), ("ca-bundle.crt", [.fileName]), ("tls.crt", [.fileName]), ("root.PEM", [.fileName]),
    ("registry", [.notAHost]), ("https..registry.example.com", [.scheme]),
    ("registry.example.com..", [.badPort("")]), ("registry.example.com..70000", [.badPort("70000")]),
    ("registry.example.com..0", [.badPort("0")]), ("registry.example.com..abc", [.badPort("abc")]),
    ("my_registry.example.com", [.badHost("my_registry.example.com")]),
    ("registry.example.com.", [.badHost("registry.example.com.")]),
    ("Registry.example.com..5000", [.upperCase(suggestion: "registry.example.com..5000")]),
    ("registry.example.com..443", [.defaultPort]),
  ])
  func suspicious(key: String, expected: [RegistryCertificateKey.Suspicion]) {
    #expect(RegistryCertificateKey(key).suspicions == expected)
  }

  @Test func partsAndDirectories() {
    let key = RegistryCertificateKey("registry.example.com..5000")
    #expect(key.host == "registry.example.com" && key.port == "5000")
    #expect(key.nodeCADirectory == "registry.example.com:5000")
    #expect(key.machineConfigDaemonDirectory == "registry.example.com:5000")
    let dots = RegistryCertificateKey("host...5000")
    #expect(dots.nodeCADirectory == "host.:5000" && dots.machineConfigDaemonDirectory == "host:.5000")
    #expect(RegistryCertificateKey("host").port == nil)
    #expect(RegistryCertificateKey("updateservice-registry").role == .updateService)
    #expect(RegistryCertificateKey("service-ca.crt").role == .serviceCA)
    #expect(RegistryCertificateKey("storage-ca-bundle.pem").role == .operatorOwned)
    #expect(RegistryCertificateKey("..x").faults == [.startsWithDotDot])
    #expect(RegistryCertificateKey("ä").faults == [.characters])
  }
}

@Suite struct ConfigMapValueTests {
  @Test func theDaemonDecodesWholeValuesOnly() {
    let encoded = Samples.value("180-value-base64-of-pem")
    #expect(MachineConfigDaemonValue(data: Array(encoded.utf8)).decodesBase64)
    #expect(!MachineConfigDaemonValue(data: Array((encoded + " ").utf8)).decodesBase64)
    #expect(MachineConfigDaemonValue(data: Array(Samples.certificate.utf8)).bytes == Array(Samples.certificate.utf8))
    #expect(throws: Base64.Failure.self) { try BinaryDataValue(base64: Array(Samples.certificate.utf8)) }
  }

  /// As `base64.StdEncoding.DecodeString` does.
  @Test(arguments: [
    ("", ""), ("QQ==", "A"), ("QUI=", "AB"), ("QUJD", "ABC"), ("QU\nJD\r\n", "ABC"), ("QQ=\n=\n", "A"), ("QR==", "A"),
  ])
  func base64(text: String, decoded: String) {
    #expect(Base64.decode(Array(text.utf8)) == .success(Array(decoded.utf8)))
  }

  @Test(arguments: [
    ("QQ", Base64.Failure.missingPadding(offset: 2)), ("QQ=", .missingPadding(offset: 3)),
    ("Q===", .misplacedPadding(offset: 1)), ("QQ=A", .misplacedPadding(offset: 3)),
    ("QUI=QUJD", .textAfterPadding(offset: 4)), ("QQ===", .textAfterPadding(offset: 4)),
    ("QU D", .character(0x20, offset: 2)), ("QU-D", .urlSafeAlphabet(offset: 2)), ("=", .misplacedPadding(offset: 0)),
  ])
  func notBase64(text: String, failure: Base64.Failure) {
    #expect(Base64.decode(Array(text.utf8)) == .failure(failure))
  }
}

@Suite struct CertificatePlaceholderTests {
  @Test(arguments: [
    ("-----BEGIN CERTIFICATE-----\n...\n-----END CERTIFICATE-----\n", CertificatePlaceholder.ellipsis),
    ("-----BEGIN CERTIFICATE-----\nMIIG…\n-----END CERTIFICATE-----\n", .ellipsis),
    (
      "-----BEGIN CERTIFICATE-----\nMIIFazCCA1OgAwIBAgIRAIIQz7DSQONZRGPgu2OCiwAwDQYJKoZIhvcN...\n-----END CERTIFICATE-----\n",
      .ellipsis
    ),
    ("-----BEGIN CERTIFICATE-----\n···\n-----END CERTIFICATE-----\n", .ellipsis),
    ("-----BEGIN CERTIFICATE-----\nXXXX\nXXXX\n-----END CERTIFICATE-----\n", .repeatedCharacter),
    ("-----BEGIN CERTIFICATE-----\n<CA>\n-----END CERTIFICATE-----\n", .angleBrackets),
    ("-----BEGIN CERTIFICATE-----\nyour certificate here\n-----END CERTIFICATE-----\n", .words),
    ("<CA>", .angleBrackets), ("XXX", .repeatedCharacter), ("...", .ellipsis), ("${CA_BUNDLE}", .template),
    ("{{ .Values.ca }}", .template), ("REPLACE_ME", .words), ("MIIG...", .ellipsis),
  ])
  func samples(text: String, expected: CertificatePlaceholder) {
    #expect(CertificatePlaceholder(in: Array(text.utf8)) == expected)
    #expect(PEMBundle(text).placeholder == expected)
  }

  @Test func realTextsAreNone() {
    #expect(PEMBundle(Samples.certificate).placeholder == nil)
    #expect(PEMBundle("not a certificate").placeholder == nil)
    #expect(PEMBundle("").placeholder == nil)
    #expect(PEMBundle("# issued by <corp>...\n" + Samples.certificate.replacing("=", with: "")).placeholder == nil)
    #expect(PEMBundle(Samples.value("102-value-missing-end")).placeholder == nil)
    for name in CaseTests.names where name.contains("-value-") && !name.contains("placeholder") {
      #expect(PEMBundle(Samples.value(name)).placeholder == nil, "\(name)")
    }
  }
}
