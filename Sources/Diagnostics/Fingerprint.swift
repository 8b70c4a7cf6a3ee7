import SourceText

/// FNV-1a, 64 bits: small, stable over platforms and releases, and no secret depends on it.
struct StableHash {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func combine(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }

  mutating func combine(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { combine(byte) }
    // A terminator that no UTF-8 text holds, so that ("ab", "c") and ("a", "bc") differ.
    combine(0xFF as UInt8)
  }

  mutating func combine(_ text: String) { combine(text.utf8) }

  mutating func combine(_ number: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) { combine(UInt8(truncatingIfNeeded: number >> UInt64(shift))) }
  }
}

/// What makes a finding the same in another state of the files.
public struct FindingKey: Hashable, Sendable {
  /// Rule, path, resource, field without list positions, and the value it stands on. It survives moved lines,
  /// reordering and reformatting: of the value, quotes, comments, indentation and the order of its parts do not count.
  public let fingerprint: UInt64
  /// The same without the path: it survives a file that was renamed.
  public let identity: UInt64
  /// Rule and the values of all places, in any order. Of two entries that contradict each other either may be the
  /// place of the finding, whichever is read last.
  public let places: UInt64

  public init(fingerprint: UInt64, identity: UInt64, places: UInt64) {
    self.fingerprint = fingerprint
    self.identity = identity
    self.places = places
  }

  public init(_ diagnostic: Diagnostic) {
    let value = CanonicalValue.hash(of: diagnostic.span)
    var hash = StableHash()
    hash.combine(diagnostic.rule)
    hash.combine(diagnostic.resource?.kind ?? "")
    hash.combine(diagnostic.resource?.namespace ?? "")
    hash.combine(diagnostic.resource?.name ?? "")
    hash.combine(diagnostic.field.map(Self.withoutPositions) ?? [])
    hash.combine(value)
    identity = hash.value
    hash.combine(diagnostic.span.file.path.bytes)
    fingerprint = hash.value
    var all = StableHash()
    all.combine(diagnostic.rule)
    all.combine(diagnostic.related.reduce(value) { $0 &+ CanonicalValue.hash(of: $1.span) })
    places = all.value
  }

  /// `spec.imageDigestMirrors[3].source` → `spec.imageDigestMirrors[].source`
  private static func withoutPositions(_ field: String) -> [UInt8] {
    var result: [UInt8] = []
    var isPosition = false
    for byte in field.utf8 {
      if byte == UInt8(ascii: "]") { isPosition = false }
      if !isPosition || !(0x30...0x39).contains(byte) { result.append(byte) }
      if byte == UInt8(ascii: "[") { isPosition = true }
    }
    return result
  }

  /// 16 hexadecimal digits.
  public static func text(_ hash: UInt64) -> String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  /// What `text` gave; `nil` for any other text.
  public static func hash(_ text: String) -> UInt64? {
    UInt64(text, radix: 16).flatMap { Self.text($0) == text ? $0 : nil }
  }
}

extension [Diagnostic] {
  /// Gives every diagnostic its fingerprint: the hash of its `FindingKey` and the count of that hash so far.
  public func withFingerprints() -> [Diagnostic] {
    var seen: [UInt64: Int] = [:]
    return map { diagnostic in
      let key = FindingKey(diagnostic).fingerprint
      let occurrence = seen[key, default: 0] + 1
      seen[key] = occurrence
      var result = diagnostic
      result.fingerprint = FindingKey.text(key) + (occurrence == 1 ? "" : "-\(occurrence)")
      return result
    }
  }
}

/// The text of a YAML value as far as it means something, hashed: the same for block and flow style, with and without
/// quotes and comments, and however its parts are ordered.
enum CanonicalValue {
  static func hash(of span: SourceSpan) -> UInt64 {
    let range = span.range.clamped(to: 0..<span.file.bytes.count)
    return span.file.bytes.withUnsafeBufferPointer { hash(of: UnsafeBufferPointer(rebasing: $0[range])) }
  }

  /// The sum over the words, which does not depend on their order; white space, quotes, brackets, commas, the colons
  /// and dashes of YAML, and comments are between words.
  static func hash(of bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    if isArmoured(bytes) { return hashOfArmour(bytes) }
    var sum: UInt64 = 0
    var word = StableHash()
    var start = 0
    var position = 0
    var isInQuotes = false
    func end() {
      defer { word = StableHash() }
      guard position > start else { return }
      let isPunctuation =
        position - start == 1 && (bytes[start] == UInt8(ascii: "-") || bytes[start] == UInt8(ascii: "?"))
      // The header of a block text: `|`, `>-`.
      let isHeader = bytes[start] == UInt8(ascii: "|") || bytes[start] == UInt8(ascii: ">")
      if !isPunctuation, !isHeader { sum = sum &+ word.value }
    }
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "#"), position == 0 || isSpace(bytes[position - 1]) {
        end()
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
        start = position
      } else if !isInQuotes, byte == UInt8(ascii: "\\"), position + 1 < bytes.count,
        bytes[position + 1] == UInt8(ascii: "\"")
      {
        // A quote of text inside of a quoted string.
        end()
        position += 2
        start = position
      } else if isInQuotes, byte == UInt8(ascii: "\\"), position + 1 < bytes.count {
        // Escapes of white space are between words, those of other characters are the characters.
        let escaped = bytes[position + 1]
        if escaped == UInt8(ascii: "n") || escaped == UInt8(ascii: "t") || escaped == UInt8(ascii: "r") {
          end()
          start = position + 2
        } else {
          word.combine(escaped)
        }
        position += 2
      } else if isSeparator(byte) || (byte == UInt8(ascii: ":") && endsKey(bytes, position)) {
        if byte == UInt8(ascii: "\"") { isInQuotes = isInQuotes ? false : position == start }
        end()
        position += 1
        start = position
      } else {
        word.combine(byte)
        position += 1
      }
    }
    end()
    return sum
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"),
      UInt8(ascii: "{"), UInt8(ascii: "}"):
      true
    default: isSpace(byte)
    }
  }

  private static func endsKey(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int) -> Bool {
    if position + 1 == bytes.count || isSpace(bytes[position + 1]) { return true }
    return position > 0 && (bytes[position - 1] == UInt8(ascii: "\"") || bytes[position - 1] == UInt8(ascii: "'"))
  }

  private static let armour = Array("-----BEGIN".utf8)

  private static func isArmoured(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count >= armour.count else { return false }
    var position = 0
    while position <= min(bytes.count - armour.count, 256) {
      if bytes[position] == armour[0], bytes[position..<(position + armour.count)].elementsEqual(armour) { return true }
      position += 1
    }
    return false
  }

  /// PEM is the same however it is indented, wrapped, quoted and escaped.
  private static func hashOfArmour(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash = StableHash()
    var isEscaped = false
    for byte in bytes {
      let wasEscaped = isEscaped
      isEscaped = byte == UInt8(ascii: "\\")
      switch byte {
      case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "|"), UInt8(ascii: ">"),
        UInt8(ascii: "-"):
        continue
      case UInt8(ascii: "n") where wasEscaped, UInt8(ascii: "r") where wasEscaped: continue
      default: if !isSpace(byte) { hash.combine(byte) }
      }
    }
    return hash.value
  }
}
