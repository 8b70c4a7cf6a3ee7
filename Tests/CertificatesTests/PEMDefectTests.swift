import Certificates
import Testing

/// Every way to lose a certificate without a word, with the place that a message points at.
@Suite struct PEMDefectTests {
  static let certificate = Samples.certificate
  static let lines = certificate.split(separator: "\n").map(String.init)
  static let body = lines.dropFirst().dropLast().joined(separator: "\n")
  static let begin = "-----BEGIN CERTIFICATE-----"
  static let end = "-----END CERTIFICATE-----"

  /// The reasons, each with the text it points at.
  private func defects(_ text: String) -> [(PEMDefect.Reason, String)] {
    let bytes = Array(text.utf8)
    return PEMBundle(decoding: bytes).defects.map { ($0.reason, String(decoding: bytes[$0.range], as: UTF8.self)) }
  }

  private func expectOne(
    _ text: String, _ reason: PEMDefect.Reason, at place: String, poolSize: Int = 0,
    location: SourceLocation = #_sourceLocation
  ) {
    let found = defects(text)
    #expect(found.map(\.0) == [reason], sourceLocation: location)
    #expect(found.map(\.1) == [place], sourceLocation: location)
    #expect(PEMBundle(text).poolSize == poolSize, sourceLocation: location)
  }

  @Test func goodTextsHaveNone() {
    let crlf = Self.certificate.split(separator: "\n").joined(separator: "\r\n") + "\r\n"
    let comment = "# Corp root --- begin of the file\n" + Self.certificate + "# end ---\n"
    let twice = Self.certificate + Self.certificate
    for text in [Self.certificate, String(Self.certificate.dropLast()), crlf, comment, twice] {
      #expect(defects(text).isEmpty)
      #expect(PEMBundle(text).poolSize == 1)
    }
  }

  @Test func gluedBlocksLoseBoth() {
    let text = String(Self.certificate.dropLast()) + Self.certificate
    expectOne(text, .gluedBlocks, at: "-----END CERTIFICATE----------BEGIN CERTIFICATE-----")
    let seam = "-----END CERTIFICATE-----BEGIN CERTIFICATE-----"
    let shared = "\(Self.begin)\n\(Self.body)\n\(seam)\n\(Self.body)\n\(Self.end)\n"
    expectOne(shared, .gluedBlocks, at: seam)
  }

  @Test func markersMustStartTheirLine() {
    expectOne("  " + Self.certificate, .indentedBegin, at: "  ")
    expectOne("\(Self.begin)\n\(Self.body)\n \t\(Self.end)\n", .indentedEnd, at: " \t")
    expectOne("ca: " + Self.certificate, .textBeforeBegin, at: "ca: ")
    expectOne("\(Self.begin)\n\(Self.body)\(Self.end)\n", .textBeforeEnd, at: Self.lines[Self.lines.count - 2])
    let indented = Self.lines.map { "  " + $0 + "\n" }.joined()
    #expect(defects(Self.certificate + indented).map(\.0) == [.indentedBegin, .indentedEnd])
    #expect(PEMBundle(Self.certificate + indented).poolSize == 1)
  }

  @Test func charactersThatNobodySees() {
    expectOne("\u{FEFF}" + Self.certificate, .byteOrderMark, at: "\u{FEFF}")
    expectOne("\u{200B}" + Self.certificate, .invisibleCharacter, at: "\u{200B}")
    expectOne("\u{A0}" + Self.certificate, .invisibleCharacter, at: "\u{A0}")
    #expect(defects("\u{FEFF}\n" + Self.certificate).isEmpty)
  }

  @Test func lineEndsThatAreNone() {
    let escaped = Self.lines.joined(separator: "\\n")
    expectOne(escaped, .escapedLineFeeds, at: escaped)
    let carriage = Self.lines.joined(separator: "\r")
    expectOne(carriage, .carriageReturnsOnly, at: carriage)
    let folded = Self.lines.joined(separator: " ")
    expectOne(folded + "\n", .foldedIntoOneLine, at: folded)
    #expect(defects(folded + " " + folded).map(\.0) == [.foldedIntoOneLine, .foldedIntoOneLine])
    expectOne(Self.lines.joined(), .foldedIntoOneLine, at: Self.lines.joined())
  }

  @Test func textOnTheLinesOfTheMarkers() {
    let first = Self.lines[1]
    expectOne("\(Self.begin)\(Self.body)\n\(Self.end)\n", .base64OnBeginLine, at: first)
    expectOne("\(Self.begin) # root\n\(Self.body)\n\(Self.end)\n", .textAfterBegin, at: "# root")
    expectOne("\(Self.begin)\n\(Self.body)\n\(Self.end)  # until 2030 \n", .textAfterEnd, at: "# until 2030")
  }

  @Test func contentThatIsNoBase64() {
    let text = Self.certificate.replacing("UEAwwHUDI1", with: "UEA*wHUDI1", maxReplacements: 1)
    let offset = text.utf8.firstIndex(of: UInt8(ascii: "*"))?.utf16Offset(in: text) ?? 0
    expectOne(text, .invalidBase64(.character(UInt8(ascii: "*"), offset: offset)), at: "*")
    let urlSafe = Self.certificate.replacing("+", with: "-")
    let place = urlSafe.dropFirst(27).utf8.firstIndex(of: UInt8(ascii: "-"))?.utf16Offset(in: urlSafe) ?? 0
    expectOne(urlSafe, .invalidBase64(.urlSafeAlphabet(offset: place)), at: "-")
    let unpadded = Self.certificate.replacing("=", with: "")
    let found = defects(unpadded)
    #expect(found.count == 1 && found[0].1 == "8")
    if case .invalidBase64(.missingPadding) = found.first?.0 {} else { Issue.record("\(found)") }
    let wide = Self.certificate.replacing("UEAwwHUDI1", with: "UEA…HUDI1", maxReplacements: 1)
    #expect(defects(wide).map(\.1) == ["…"])
  }

  @Test func markersWithoutPartner() {
    expectOne(
      "\(Self.begin)\n\(Self.body)\n-----END TRUSTED CERTIFICATE-----\n",
      .labelsDiffer(begin: "CERTIFICATE", end: "TRUSTED CERTIFICATE"), at: "-----END TRUSTED CERTIFICATE-----")
    expectOne("\(Self.begin)\n\(Self.body)\n", .missingEnd, at: Self.begin)
    expectOne("\(Self.begin)\n\(Self.body)\n" + Self.certificate, .missingEnd, at: Self.begin, poolSize: 1)
    expectOne("\(Self.body)\n\(Self.end)\n" + Self.certificate, .missingBegin, at: Self.end, poolSize: 1)
  }

  @Test(arguments: [
    ("-----BEGIN CERTIFICATE -----", "-----END CERTIFICATE-----"), ("----BEGIN CERTIFICATE-----", end),
    ("----- BEGIN CERTIFICATE-----", end), ("–––––BEGIN CERTIFICATE–––––", end), ("-----begin certificate-----", end),
    ("-----BEGIN CERTIFICATE----", end), ("-----BEGIN CERTIFICATE", end),
  ])
  func badArmor(begin: String, end: String) {
    let found = defects("\(begin)\n\(Self.body)\n\(end)\n")
    #expect(found.contains { $0.0 == .malformedMarker && $0.1 == begin })
    #expect(PEMBundle("\(begin)\n\(Self.body)\n\(end)\n").poolSize == 0)
  }

  @Test func privateKeysAreReportedButNotKept() {
    for label in ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "OPENSSH PRIVATE KEY"] {
      let key = "-----BEGIN \(label)-----\nc2VjcmV0\n-----END \(label)-----"
      expectOne(key + "\n" + Self.certificate, .privateKey(label), at: key, poolSize: 1)
      let block = PEMBundle(key).blocks.first
      #expect(block?.der == [] && block?.derByteCount == 6 && block?.isPrivateKey == true && block?.certificate == nil)
      // Damaged, it is a key all the same.
      #expect(defects("  " + key).map(\.0) == [.privateKey(label)])
      #expect(defects("-----BEGIN \(label)-----\nc2VjcmV0\n").map(\.0) == [.privateKey(label)])
    }
  }

  @Test func skippedBlocksShowWhatIsLost() {
    let trusted = Self.certificate.replacing("CERTIFICATE", with: "TRUSTED CERTIFICATE")
    let block = PEMBundle(trusted).blocks.first
    if case .skippedType = block?.result {} else { Issue.record("not skipped") }
    #expect(block?.certificate?.subject.commonName == "P256 CA")
    let headers = Self.certificate.replacing("-----\nMII", with: "-----\nComment: root\nMII")
    let bundle = PEMBundle(headers)
    if case .skippedHeaders = bundle.blocks.first?.result {} else { Issue.record("not skipped") }
    #expect(bundle.blocks.first?.headers == ["Comment": "root"] && bundle.poolSize == 0)
  }

  /// Every case whose value holds no certificate, or fewer than it has BEGIN lines, must say why.
  @Test(arguments: CaseTests.names.filter { $0.contains("-value-") || $0.contains("-yaml-") })
  func noCaseIsSilent(name: String) {
    let text = Samples.value(name)
    let bundle = PEMBundle(text)
    let begins = text.ranges(of: "-----BEGIN ").count
    guard bundle.blocks.count < begins else { return }
    #expect(!bundle.defects.isEmpty)
  }

  @Test func valuesWithoutArmor() {
    #expect(PEMBundle("").bareContent == .empty && PEMBundle(" \n").bareContent == .empty)
    #expect(PEMBundle(Samples.value("180-value-base64-of-pem")).bareContent == .base64OfPEM)
    #expect(PEMBundle(Self.body).bareContent == .base64OfDER)
    #expect(PEMBundle(decoding: Samples.der("054-value-p256-ca")).bareContent == .der)
    #expect(PEMBundle("not a certificate").bareContent == .other)
    #expect(PEMBundle(Self.certificate).bareContent == nil)
  }

  @Test func hugeValuesAreNotRead() {
    let bundle = PEMBundle(decoding: [UInt8](repeating: 0x41, count: PEMBundle.maximumByteCount + 1))
    #expect(bundle.exceedsLimit && bundle.blocks.isEmpty && bundle.defects.isEmpty)
  }
}
