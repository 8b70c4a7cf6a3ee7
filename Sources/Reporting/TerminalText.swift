/// Text of a repository on its way to a terminal or a log: a pull request is written by a stranger, and escape
/// sequences, carriage returns or direction overrides in it must not act there.
public enum TerminalText {
  /// Control characters (C0, C1, DEL), direction overrides and line separators become visible escapes; a tab stays
  /// one column.
  public static func escaped(_ text: String) -> String {
    // Nearly all texts are plain.
    let isPlain = text.utf8.withContiguousStorageIfAvailable { $0.allSatisfy { (0x20..<0x7F).contains($0) } }
    if isPlain == true { return text }
    guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar == "\t" {
        result.append(" ")
      } else if isUnsafe(scalar) {
        result.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F...0x9F, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
  }

  /// Columns that a text takes: combining marks none, wide East Asian characters and emoji two.
  public static func width(_ text: some StringProtocol) -> Int {
    text.unicodeScalars.reduce(0) { $0 + width($1) }
  }

  private static func width(_ scalar: Unicode.Scalar) -> Int {
    if scalar.isASCII { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
      0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}

/// Colours of a terminal; without colour every call gives back its text.
struct TerminalStyle: Sendable {
  let isColoured: Bool

  func bold(_ text: String) -> String { wrap("1", text) }
  func red(_ text: String) -> String { wrap("1;31", text) }
  func yellow(_ text: String) -> String { wrap("1;33", text) }
  func blue(_ text: String) -> String { wrap("1;34", text) }
  func green(_ text: String) -> String { wrap("32", text) }
  func removed(_ text: String) -> String { wrap("31", text) }
  func dim(_ text: String) -> String { wrap("2", text) }

  /// A hyperlink where the terminal can (OSC 8); the text alone elsewhere.
  func link(_ text: String, to url: String) -> String {
    isColoured ? "\u{1B}]8;;\(url)\u{1B}\\\(text)\u{1B}]8;;\u{1B}\\" : text
  }

  private func wrap(_ code: String, _ text: String) -> String {
    isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
