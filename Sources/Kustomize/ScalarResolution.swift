/// What a scalar's text means to yaml.v3: YAML 1.2 booleans (`yes` is a string), but octals and times as in 1.1.
/// Source: go-yaml v3 resolve.go.
struct ScalarResolution {
  enum Value {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case float(Double)
    /// A time, as encoding/json writes it.
    case time(String)
    case string
  }

  let tag: String
  let value: Value

  init(of text: String) {
    // Most texts are decided by their first letter.
    if let first = text.utf8.first {
      switch first {
      case UInt8(ascii: "~"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"), UInt8(ascii: "T"),
        UInt8(ascii: "f"), UInt8(ascii: "F"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"), 0x30...0x39:
        break
      default:
        self.init(YNode.Tag.string, .string)
        return
      }
    }
    switch text {
    case "", "~", "null", "Null", "NULL": self.init(YNode.Tag.null, .null)
    case "true", "True", "TRUE": self.init(YNode.Tag.bool, .bool(true))
    case "false", "False", "FALSE": self.init(YNode.Tag.bool, .bool(false))
    case ".nan", ".NaN", ".NAN": self.init(YNode.Tag.float, .float(.nan))
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": self.init(YNode.Tag.float, .float(.infinity))
    case "-.inf", "-.Inf", "-.INF": self.init(YNode.Tag.float, .float(-.infinity))
    default:
      guard let first = text.utf8.first else {
        self.init(YNode.Tag.string, .string)
        return
      }
      if first == UInt8(ascii: ".") {
        // strconv.ParseFloat: decimal with an optional exponent.
        if let float = GoNumber.float(text) {
          self.init(YNode.Tag.float, .float(float))
        } else {
          self.init(YNode.Tag.string, .string)
        }
        return
      }
      guard (0x30...0x39).contains(first) || first == UInt8(ascii: "+") || first == UInt8(ascii: "-") else {
        self.init(YNode.Tag.string, .string)
        return
      }
      self = Self.number(text)
    }
  }

  private init(_ tag: String, _ value: Value) {
    self.tag = tag
    self.value = value
  }

  private static func number(_ text: String) -> ScalarResolution {
    if let time = GoTime.json(text) { return ScalarResolution(YNode.Tag.timestamp, .time(time)) }
    let plain = GoNumber.withoutUnderscores(text)
    if let value = GoNumber.integer(plain) {
      switch value {
      case .int(let value): return ScalarResolution(YNode.Tag.int, .int(value))
      case .uint(let value): return ScalarResolution(YNode.Tag.int, .uint(value))
      }
    }
    if GoNumber.isYAMLFloat(plain), let value = Double(plain), value.isFinite {
      return ScalarResolution(YNode.Tag.float, .float(value))
    }
    return ScalarResolution(YNode.Tag.string, .string)
  }
}

/// Numbers as Go's strconv reads and writes them.
enum GoNumber {
  enum Integer {
    case int(Int64)
    case uint(UInt64)
  }

  static func withoutUnderscores(_ text: String) -> String {
    text.utf8.contains(UInt8(ascii: "_")) ? text.replacing("_", with: "") : text
  }

  /// `ParseInt(text, 0, 64)`, then `ParseUint`: a sign, `0x`, `0b`, `0o` or a leading zero for octal.
  static func integer(_ text: String) -> Integer? {
    var rest = Substring(text)
    var isNegative = false
    var hasSign = false
    if rest.hasPrefix("-") || rest.hasPrefix("+") {
      isNegative = rest.hasPrefix("-")
      hasSign = true
      rest = rest.dropFirst()
    }
    var radix = 10
    if rest.utf8.first == UInt8(ascii: "0"), rest.utf8.count > 1 {
      switch rest.dropFirst().utf8.first ?? 0 {
      case UInt8(ascii: "x"), UInt8(ascii: "X"): radix = 16
      case UInt8(ascii: "b"), UInt8(ascii: "B"): radix = 2
      case UInt8(ascii: "o"), UInt8(ascii: "O"): radix = 8
      case 0x30...0x39: radix = 8
      default: return nil
      }
      rest = rest.dropFirst(radix == 8 && (0x30...0x39).contains(rest.dropFirst().utf8.first ?? 0) ? 1 : 2)
    }
    guard let first = rest.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-"),
      let magnitude = UInt64(rest, radix: radix)
    else { return nil }
    if isNegative {
      if magnitude == 1 << 63 { return .int(.min) }
      guard magnitude < 1 << 63 else { return nil }
      return .int(-Int64(magnitude))
    }
    if magnitude < 1 << 63 { return .int(Int64(magnitude)) }
    return hasSign ? nil : .uint(magnitude)
  }

  /// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`
  static func isYAMLFloat(_ text: String) -> Bool {
    var bytes = Substring(text).utf8
    func skip(_ any: String) -> Bool {
      guard let byte = bytes.first, any.utf8.contains(byte) else { return false }
      bytes.removeFirst()
      return true
    }
    func digits() -> Int {
      var count = 0
      while let byte = bytes.first, (0x30...0x39).contains(byte) {
        bytes.removeFirst()
        count += 1
      }
      return count
    }
    _ = skip("+-")
    let whole = digits()
    let hasPoint = skip(".")
    let fraction = hasPoint ? digits() : 0
    guard whole > 0 || fraction > 0 else { return false }
    if skip("eE") {
      _ = skip("+-")
      guard digits() > 0 else { return false }
    }
    return bytes.isEmpty
  }

  /// Text that begins with a point: the same grammar, underscores are not removed.
  static func float(_ text: String) -> Double? {
    guard isYAMLFloat(text), let value = Double(text), value.isFinite else { return nil }
    return value
  }

  /// The shortest digits of a finite number and the place of its point: 0.d1d2… × 10^exponent.
  private static func shortest(_ value: Double) -> (digits: [UInt8], point: Int) {
    if value == 0 { return ([UInt8(ascii: "0")], 1) }
    var digits: [UInt8] = []
    var point: Int?
    var exponent = 0
    var text = Substring(value.magnitude.description).utf8
    while let byte = text.first {
      text.removeFirst()
      if (0x30...0x39).contains(byte) {
        digits.append(byte)
      } else if byte == UInt8(ascii: ".") {
        point = digits.count
      } else {
        exponent = Int(String(Substring(text))) ?? 0
        break
      }
    }
    var place = (point ?? digits.count) + exponent
    while digits.first == UInt8(ascii: "0"), digits.count > 1 {
      digits.removeFirst()
      place -= 1
    }
    while digits.last == UInt8(ascii: "0"), digits.count > 1 { digits.removeLast() }
    return (digits, place)
  }

  private static func text(_ value: Double, exponential: Bool, trimExponent: Bool) -> String {
    let (digits, point) = shortest(value)
    var out: [UInt8] = value.sign == .minus ? [UInt8(ascii: "-")] : []
    if exponential {
      out.append(digits[0])
      if digits.count > 1 {
        out.append(UInt8(ascii: "."))
        out += digits[1...]
      }
      let exponent = value == 0 ? 0 : point - 1
      out.append(UInt8(ascii: "e"))
      out.append(exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
      let magnitude = String(abs(exponent))
      if magnitude.utf8.count < 2, !(trimExponent && exponent < 0) { out.append(UInt8(ascii: "0")) }
      out += Array(magnitude.utf8)
    } else if point <= 0 {
      out += Array("0.".utf8) + [UInt8](repeating: UInt8(ascii: "0"), count: -point) + digits
    } else if point >= digits.count {
      out += digits + [UInt8](repeating: UInt8(ascii: "0"), count: point - digits.count)
    } else {
      out += digits[..<point] + [UInt8(ascii: ".")] + digits[point...]
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// `FormatFloat(value, 'g', -1, 64)`, as the YAML writers use it: 100000, 1.234567e+06. `value` is finite.
  static func general(_ value: Double) -> String {
    let exponent = value == 0 ? 0 : shortest(value).point - 1
    return text(value, exponential: exponent < -4 || exponent >= 6, trimExponent: false)
  }

  /// encoding/json: plain digits from 1e-6 up to 1e21. `value` is finite.
  static func json(_ value: Double) -> String {
    let magnitude = value.magnitude
    return text(value, exponential: magnitude != 0 && (magnitude < 1e-6 || magnitude >= 1e21), trimExponent: true)
  }
}

/// Times that yaml.v3 recognises, written as encoding/json writes them.
enum GoTime {
  /// `nil` when the text is no time.
  static func json(_ text: String) -> String? {
    var bytes = Substring(text).utf8
    func number(_ minimum: Int, _ maximum: Int) -> Int? {
      var value = 0
      var count = 0
      while count < maximum, let byte = bytes.first, (0x30...0x39).contains(byte) {
        value = value * 10 + Int(byte - 0x30)
        bytes.removeFirst()
        count += 1
      }
      return count >= minimum ? value : nil
    }
    func skip(_ byte: Character) -> Bool {
      guard bytes.first == byte.asciiValue else { return false }
      bytes.removeFirst()
      return true
    }
    guard let year = number(4, 4), skip("-"), let month = number(1, 2), skip("-"), let day = number(1, 2),
      (1...12).contains(month), day >= 1, day <= days(in: month, of: year)
    else { return nil }
    let date = pad(year, 4) + "-" + pad(month, 2) + "-" + pad(day, 2)
    if bytes.isEmpty { return date + "T00:00:00Z" }
    let hasZone: Bool
    if skip("T") || skip("t") { hasZone = true } else if skip(" ") { hasZone = false } else { return nil }
    guard let hour = number(1, 2), hour < 24, skip(":"), let minute = number(1, 2), minute < 60, skip(":"),
      let second = number(1, 2), second < 60
    else { return nil }
    var fraction: [UInt8] = []
    if bytes.first == UInt8(ascii: ".") || bytes.first == UInt8(ascii: ",") {
      bytes.removeFirst()
      while let byte = bytes.first, (0x30...0x39).contains(byte) {
        fraction.append(byte)
        bytes.removeFirst()
      }
      guard !fraction.isEmpty else { return nil }
      fraction = Array(fraction.prefix(9))
      while fraction.last == UInt8(ascii: "0") { fraction.removeLast() }
    }
    var zone = "Z"
    if hasZone, !skip("Z") {
      let isNegative = bytes.first == UInt8(ascii: "-")
      guard skip("+") || skip("-"), let zoneHour = number(2, 2), zoneHour <= 24, skip(":"),
        let zoneMinute = number(2, 2),
        zoneMinute < 60
      else { return nil }
      if zoneHour != 0 || zoneMinute != 0 {
        zone = (isNegative ? "-" : "+") + pad(zoneHour, 2) + ":" + pad(zoneMinute, 2)
      }
    }
    guard bytes.isEmpty else { return nil }
    let tail = fraction.isEmpty ? "" : "." + String(decoding: fraction, as: UTF8.self)
    return date + "T" + pad(hour, 2) + ":" + pad(minute, 2) + ":" + pad(second, 2) + tail + zone
  }

  private static func days(in month: Int, of year: Int) -> Int {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func pad(_ value: Int, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
  }
}
