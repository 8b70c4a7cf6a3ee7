/// Strings as BurntSushi/toml writes them (encode.go): always basic strings in double quotes.
enum TOMLText {
  static func quote(_ text: String) -> String {
    var file = FileText()
    file.appendTOML(text)
    return file.text
  }
}

extension FileText {
  mutating func appendTOML(_ text: String) {
    append(UInt8(ascii: "\""))
    // The view of a string is walked through its index; its storage is not.
    let isPlain = text.utf8.withContiguousStorageIfAvailable { !$0.contains(where: Self.needsTOMLEscape) }
    if isPlain != true {
      for scalar in text.unicodeScalars { appendTOML(scalar) }
    } else {
      append(text)
    }
    append(UInt8(ascii: "\""))
  }

  mutating func appendTOML(_ texts: some Sequence<String>) {
    append("[")
    for (index, text) in texts.enumerated() {
      if index > 0 { append(", ") }
      appendTOML(text)
    }
    append("]")
  }

  private mutating func appendTOML(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": append("\\\"")
    case "\\": append("\\\\")
    case "\u{08}": append("\\b")
    case "\t": append("\\t")
    case "\n": append("\\n")
    case "\u{0C}": append("\\f")
    case "\r": append("\\r")
    default:
      if scalar.value < 0x20 || scalar.value == 0x7F { appendEscape(scalar) } else { append(scalar) }
    }
  }

  private static func needsTOMLEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }
}
