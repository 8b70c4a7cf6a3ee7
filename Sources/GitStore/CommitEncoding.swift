/// What the bytes of a commit stand for: UTF-8, unless its header `encoding` says something else. Of the others, those
/// are known here that Git wrote where people did not use UTF-8 yet in western Europe; a text in another one is read as
/// UTF-8, and what is none of it replaced.
/// Source: git Documentation/i18n.txt; the names as iconv takes them.
enum CommitEncoding {
  case utf8
  case latin1
  /// With the euro sign.
  case latin9
  /// Latin 1 with letters where that has controls.
  case windows1252

  init(named name: some Collection<UInt8>) {
    let lowercase = name.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    let plain = lowercase.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }
    self =
      switch String(decoding: plain, as: UTF8.self) {
      case "iso88591", "latin1", "l1": .latin1
      case "iso885915", "latin9": .latin9
      case "windows1252", "cp1252": .windows1252
      default: .utf8
      }
  }

  func text(_ bytes: some Collection<UInt8>) -> String {
    if case .utf8 = self { return String(decoding: bytes, as: UTF8.self) }
    var text = String.UnicodeScalarView()
    for byte in bytes { text.append(Unicode.Scalar(scalar(byte)) ?? "\u{FFFD}") }
    return String(text)
  }

  private func scalar(_ byte: UInt8) -> UInt16 {
    switch (self, byte) {
    case (.windows1252, 0x80...0x9F): Self.windows[Int(byte) - 0x80]
    case (.latin9, 0xA4): 0x20AC
    case (.latin9, 0xA6): 0x160
    case (.latin9, 0xA8): 0x161
    case (.latin9, 0xB4): 0x17D
    case (.latin9, 0xB8): 0x17E
    case (.latin9, 0xBC): 0x152
    case (.latin9, 0xBD): 0x153
    case (.latin9, 0xBE): 0x178
    default: UInt16(byte)
    }
  }

  /// Five of them stand for nothing.
  private static let windows: [UInt16] = [
    0x20AC, 0xFFFD, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0xFFFD, 0x17D,
    0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0xFFFD,
    0x17E, 0x178,
  ]
}
