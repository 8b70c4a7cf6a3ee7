/// A value that stands in for a certificate in a sample. Nothing should be said about it.
public enum CertificatePlaceholder: Hashable, Sendable {
  /// `...`, `…`, `···`, also behind the first letters of a certificate.
  case ellipsis
  /// `XXXX`, `****`, `----`: one character repeated.
  case repeatedCharacter
  /// `<CA>`, `<paste here>`.
  case angleBrackets
  /// `{{ .ca }}`, `${CA}`, `$(CA)`, `@@CA@@`, `%CA%`.
  case template
  /// `REPLACE_ME`, `your certificate here`.
  case words

  /// A placeholder in the content of the first block, or in the whole text when there is no marker.
  public init?(in text: [UInt8]) { self.init(in: text, markers: PEMMarker.all(in: text)) }

  init?(in text: [UInt8], markers: [PEMMarker]) {
    var start = 0
    var isBody = markers.first?.kind != .begin
    for marker in markers {
      if isBody, let found = Self.placeholder(text[start..<max(start, marker.range.lowerBound)], isArmored: true) {
        self = found
        return
      }
      start = marker.range.upperBound
      isBody = marker.kind == .begin
    }
    guard isBody, let found = Self.placeholder(text[start...], isArmored: !markers.isEmpty) else { return nil }
    self = found
  }

  /// `isArmored`: the text stands between BEGIN and END, where anything else than base64 must be a stand-in.
  private static func placeholder(_ text: ArraySlice<UInt8>, isArmored: Bool) -> CertificatePlaceholder? {
    var body = text
    while let first = body.first, first <= 0x20 { body.removeFirst() }
    while let last = body.last, last <= 0x20 { body.removeLast() }
    guard let first = body.first else { return nil }
    if isTemplate(body) { return .template }
    if let open = body.firstIndex(of: UInt8(ascii: "<")), body[open...].contains(UInt8(ascii: ">")) {
      return .angleBrackets
    }
    if body.count >= 3, body.allSatisfy({ $0 == first || $0 <= 0x20 }), first != UInt8(ascii: ".") {
      return .repeatedCharacter
    }
    if hasEllipsis(body) { return .ellipsis }
    if longestBase64Run(body) < 40, hasWord(body, isArmored: isArmored) { return .words }
    return nil
  }

  private static func isTemplate(_ body: ArraySlice<UInt8>) -> Bool {
    for (open, close) in [("{{", "}}"), ("${", "}"), ("$(", ")")] {
      if let start = firstIndex(of: Array(open.utf8), in: body), contains(body[start...], Array(close.utf8)) {
        return true
      }
    }
    for fence in [UInt8(ascii: "@"), UInt8(ascii: "%")] where body.first == fence && body.last == fence {
      return body.count > 2
    }
    return false
  }

  private static func hasEllipsis(_ body: ArraySlice<UInt8>) -> Bool {
    // "..." and "***" cannot be base64; U+2026, U+22EF, and U+00B7 three times.
    [
      Array("...".utf8), Array("***".utf8), [0xE2, 0x80, 0xA6], [0xE2, 0x8B, 0xAF],
      [0xC2, 0xB7, 0xC2, 0xB7, 0xC2, 0xB7],
    ].contains { contains(body, $0) }
      || longestRun(of: UInt8(ascii: "X"), or: UInt8(ascii: "x"), in: body) >= 8
  }

  private static func hasWord(_ body: ArraySlice<UInt8>, isArmored: Bool) -> Bool {
    let upper = body.prefix(1_000).map { $0 >= 0x61 && $0 <= 0x7A ? $0 & 0xDF : $0 }
    let words = [
      "REPLACE", "CHANGEME", "CHANGE_ME", "CHANGE-ME", "YOUR", "PLACEHOLDER", "EXAMPLE", "REDACTED", "TODO", "FIXME",
      "INSERT", "PASTE", "SNIP", "OMITTED", "TRUNCATED", "XXX",
    ]
    return (words + (isArmored ? ["HERE", "ENCODED", "CERTIFICATE", "CONTENT"] : [])).contains { word in
      contains(upper[...], Array(word.utf8))
    }
  }

  private static func firstIndex(of pattern: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.count >= pattern.count else { return nil }
    return (bytes.startIndex...(bytes.endIndex - pattern.count)).first { bytes[$0...].starts(with: pattern) }
  }

  private static func longestBase64Run(_ bytes: ArraySlice<UInt8>) -> Int {
    var longest = 0
    var run = 0
    for byte in bytes {
      run = Base64.value(of: byte) != nil ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }

  private static func longestRun(of first: UInt8, or second: UInt8, in bytes: ArraySlice<UInt8>) -> Int {
    var longest = 0
    var run = 0
    for byte in bytes {
      run = byte == first || byte == second ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }
}
