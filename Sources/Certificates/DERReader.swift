/// Reads DER as far as it is asked, by the rules of Go's `cryptobyte`: definite and minimal lengths of at most four
/// octets, low tag numbers only. What nobody asks for is not looked at, so bytes that Go never reads cannot fail here.
/// A parser that builds the whole tree first would refuse certificates that nodes accept.
struct DERReader: Sendable {
  let bytes: [UInt8]
  private(set) var position: Int
  let end: Int

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    position = 0
    end = bytes.count
  }

  private init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  var isEmpty: Bool { position >= end }
  /// What has not been read yet.
  var rest: ArraySlice<UInt8> { bytes[position..<end] }
  var count: Int { end - position }

  func peek(_ tag: UInt8) -> Bool { position < end && bytes[position] == tag }

  /// The next element whatever its tag: its tag, its content, and all of it with its header.
  mutating func readAny() -> (tag: UInt8, content: DERReader, element: DERReader)? {
    guard end - position >= 2 else { return nil }
    let tag = bytes[position]
    guard tag & 0x1F != 0x1F else { return nil }
    var header = 2
    var length = Int(bytes[position + 1])
    if length & 0x80 != 0 {
      let octets = length & 0x7F
      guard octets > 0, octets <= 4, end - position >= 2 + octets else { return nil }
      length = 0
      for index in 0..<octets { length = length << 8 | Int(bytes[position + 2 + index]) }
      guard length >= 128, length >> ((octets - 1) * 8) != 0 else { return nil }
      header += octets
    }
    let start = position
    guard length <= end - start - header else { return nil }
    position = start + header + length
    return (
      tag, DERReader(bytes, start + header..<position), DERReader(bytes, start..<position)
    )
  }

  /// The content of the next element when it has this tag; else nothing is read.
  mutating func read(_ tag: UInt8) -> DERReader? {
    var copy = self
    guard let next = copy.readAny(), next.tag == tag else { return nil }
    self = copy
    return next.content
  }

  /// The next element with its header when it has this tag.
  mutating func readElement(_ tag: UInt8) -> DERReader? {
    var copy = self
    guard let next = copy.readAny(), next.tag == tag else { return nil }
    self = copy
    return next.element
  }

  /// `.some(nil)` when no element of this tag stands next, `nil` when it is malformed.
  mutating func readOptional(_ tag: UInt8) -> DERReader?? {
    guard peek(tag) else { return .some(nil) }
    guard let content = read(tag) else { return nil }
    return .some(content)
  }

  /// The octets of an INTEGER: not empty and minimal, two's complement.
  mutating func readInteger(_ tag: UInt8 = DERTag.integer) -> ArraySlice<UInt8>? {
    guard let content = read(tag)?.rest, let first = content.first else { return nil }
    if content.count > 1 {
      let next = content[content.startIndex + 1]
      if (first == 0 && next & 0x80 == 0) || (first == 0xFF && next & 0x80 != 0) { return nil }
    }
    return content
  }

  /// An INTEGER of at most 64 bits.
  mutating func readInt64(_ tag: UInt8 = DERTag.integer) -> Int64? {
    guard let octets = readInteger(tag), let first = octets.first, octets.count <= 8 else { return nil }
    var value: Int64 = first & 0x80 != 0 ? -1 : 0
    for octet in octets { value = value << 8 | Int64(octet) }
    return value
  }

  mutating func readBoolean() -> Bool? {
    guard let content = read(DERTag.boolean)?.rest, content.count == 1, let octet = content.first else { return nil }
    switch octet {
    case 0: return false
    case 0xFF: return true
    default: return nil
    }
  }

  mutating func readObjectIdentifier() -> ASN1ObjectIdentifier? {
    guard let content = read(DERTag.objectIdentifier)?.rest else { return nil }
    return ASN1ObjectIdentifier(content: content)
  }

  /// A BIT STRING: its octets and how many bits of the last one are padding, which must be zero.
  mutating func readBitString() -> BitString? {
    guard let content = read(DERTag.bitString)?.rest, let padding = content.first else { return nil }
    let octets = content.dropFirst()
    guard padding <= 7 else { return nil }
    if let last = octets.last {
      guard last & (1 << padding - 1) == 0 else { return nil }
    } else if padding != 0 {
      return nil
    }
    return BitString(octets: Array(octets), paddingBits: Int(padding))
  }
}

struct BitString: Sendable {
  let octets: [UInt8]
  let paddingBits: Int

  /// Bit `index` counted from the most significant bit of the first octet; false past the end.
  subscript(index: Int) -> Bool {
    guard index >= 0, index < octets.count * 8 - paddingBits else { return false }
    return octets[index / 8] & (0x80 >> UInt8(index % 8)) != 0
  }

  /// The bits moved to the right by the padding, as Go reads keys.
  var rightAligned: [UInt8] {
    guard paddingBits > 0 else { return octets }
    var carry: UInt8 = 0
    return octets.map { octet in
      defer { carry = octet << UInt8(8 - paddingBits) }
      return octet >> UInt8(paddingBits) | carry
    }
  }
}

/// Identifier octets.
enum DERTag {
  static let boolean: UInt8 = 0x01
  static let integer: UInt8 = 0x02
  static let bitString: UInt8 = 0x03
  static let octetString: UInt8 = 0x04
  static let null: UInt8 = 0x05
  static let objectIdentifier: UInt8 = 0x06
  static let utf8String: UInt8 = 0x0C
  static let numericString: UInt8 = 0x12
  static let printableString: UInt8 = 0x13
  static let t61String: UInt8 = 0x14
  static let ia5String: UInt8 = 0x16
  static let utcTime: UInt8 = 0x17
  static let generalizedTime: UInt8 = 0x18
  static let bmpString: UInt8 = 0x1E
  static let sequence: UInt8 = 0x30
  static let set: UInt8 = 0x31

  static func context(_ number: UInt8) -> UInt8 { 0x80 | number }
  static func constructedContext(_ number: UInt8) -> UInt8 { 0xA0 | number }
}
