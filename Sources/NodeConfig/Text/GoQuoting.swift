/// Go's `strconv.Quote`, which `%q` and `%#v` of `fmt` print: the operator's messages quote values with it.
enum GoQuoting {
  static func quote(_ text: String) -> String {
    var result = "\""
    result.reserveCapacity(text.utf8.count + 2)
    for scalar in text.unicodeScalars { append(scalar, to: &result) }
    result += "\""
    return result
  }

  /// `%q` of a slice of strings: `["a" "b"]`.
  static func quote(_ texts: some Sequence<String>) -> String {
    "[" + texts.map(quote).joined(separator: " ") + "]"
  }

  private static func append(_ scalar: Unicode.Scalar, to result: inout String) {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\u{07}": result += "\\a"
    case "\u{08}": result += "\\b"
    case "\u{0C}": result += "\\f"
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    case "\u{0B}": result += "\\v"
    default:
      if isPrintable(scalar) {
        result.unicodeScalars.append(scalar)
      } else if scalar.value < 0x20 || scalar.value == 0x7F {
        result += "\\x" + hexadecimal(scalar.value, digits: 2)
      } else if scalar.value < 0x10000 {
        result += "\\u" + hexadecimal(scalar.value, digits: 4)
      } else {
        result += "\\U" + hexadecimal(scalar.value, digits: 8)
      }
    }
  }

  /// `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols and the ASCII space.
  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value >= 0x20 && scalar.value < 0x7F }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
      .spaceSeparator:
      return false
    default: return true
    }
  }

  static func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }
}
