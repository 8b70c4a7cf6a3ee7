/// Base64 as Go's `base64.StdEncoding` reads it: the standard alphabet, padding required, line feeds and carriage
/// returns skipped anywhere, every other byte (also a blank) an error, nothing after the padding. Bits that the last
/// character has too many are not looked at.
public enum Base64 {
  /// Why a text is not base64, with the offset of the byte that shows it.
  public enum Failure: Error, Hashable, Sendable {
    /// A byte outside of the alphabet.
    case character(UInt8, offset: Int)
    /// `-` or `_`: the URL-safe alphabet, which Go's standard decoder refuses.
    case urlSafeAlphabet(offset: Int)
    /// The text ends within a group of four characters: `=` is missing, or a line was cut.
    case missingPadding(offset: Int)
    /// `=` where none may stand.
    case misplacedPadding(offset: Int)
    /// Text behind the closing `=`.
    case textAfterPadding(offset: Int)

    /// The offset in the text that was decoded.
    public var offset: Int {
      switch self {
      case .character(_, let offset), .urlSafeAlphabet(let offset), .missingPadding(let offset),
        .misplacedPadding(let offset), .textAfterPadding(let offset):
        offset
      }
    }

    func shifted(by distance: Int) -> Failure {
      switch self {
      case .character(let byte, let offset): .character(byte, offset: offset + distance)
      case .urlSafeAlphabet(let offset): .urlSafeAlphabet(offset: offset + distance)
      case .missingPadding(let offset): .missingPadding(offset: offset + distance)
      case .misplacedPadding(let offset): .misplacedPadding(offset: offset + distance)
      case .textAfterPadding(let offset): .textAfterPadding(offset: offset + distance)
      }
    }
  }

  /// The decoded bytes. With `skipsBlanks` spaces and tabs are skipped as well, as `encoding/pem` does.
  public static func decode(
    _ text: some Collection<UInt8>, skipsBlanks: Bool = false
  ) -> Result<[UInt8], Failure> {
    var output: [UInt8] = []
    output.reserveCapacity(text.count / 4 * 3)
    var accumulator: UInt32 = 0
    var count = 0
    var paddingSeen = 0
    var paddingNeeded = 0
    for (offset, byte) in text.enumerated() {
      if byte == 0x0A || byte == 0x0D || (skipsBlanks && (byte == 0x20 || byte == 0x09)) { continue }
      if byte == UInt8(ascii: "=") {
        if paddingNeeded > 0 {
          if paddingSeen == paddingNeeded { return .failure(.textAfterPadding(offset: offset)) }
        } else {
          guard count >= 2 else { return .failure(.misplacedPadding(offset: offset)) }
          paddingNeeded = 4 - count
        }
        paddingSeen += 1
        continue
      }
      if paddingNeeded > 0 {
        return .failure(
          paddingSeen < paddingNeeded ? .misplacedPadding(offset: offset) : .textAfterPadding(offset: offset))
      }
      guard let value = value(of: byte) else {
        let urlSafe = byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
        return .failure(urlSafe ? .urlSafeAlphabet(offset: offset) : .character(byte, offset: offset))
      }
      accumulator = accumulator << 6 | UInt32(value)
      count += 1
      if count == 4 {
        output.append(UInt8(truncatingIfNeeded: accumulator >> 16))
        output.append(UInt8(truncatingIfNeeded: accumulator >> 8))
        output.append(UInt8(truncatingIfNeeded: accumulator))
        accumulator = 0
        count = 0
      }
    }
    if paddingNeeded != paddingSeen || (paddingNeeded == 0 && count != 0) {
      return .failure(.missingPadding(offset: text.count))
    }
    if count == 2 { output.append(UInt8(truncatingIfNeeded: accumulator >> 4)) }
    if count == 3 {
      output.append(UInt8(truncatingIfNeeded: accumulator >> 10))
      output.append(UInt8(truncatingIfNeeded: accumulator >> 2))
    }
    return .success(output)
  }

  /// The value of a character of the standard alphabet.
  static func value(of byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
