import SwiftASN1

/// Elements that stand one after another, read as far as Go's `cryptobyte` reads them.
///
/// swift-asn1 decodes them. It parses the whole tree at once, where Go looks only into what it asks for: Go accepts a
/// certificate with damaged bytes where it never looks, and so do nodes. Where the library refuses a tree, the elements
/// are therefore cut apart here (`extent`, `opaque`) and given to the library one by one. Measured: of the certificates
/// of the tests that Go accepts, none needs that; of 13,643 accepted ones with one or two changed bytes, 274 do.
/// LazyReadingTests holds one of each kind: damaged parameters of an unknown key algorithm, bytes behind the last field
/// of a certificate or of an extension, 60 levels in an alternative name (the library stops at 50), the tag
/// [UNIVERSAL 0].
struct DERElements: Sendable {
  /// What the library has parsed, or nothing.
  private var nodes: ASN1NodeCollection.Iterator?
  /// What it has not seen yet.
  private var octets: ArraySlice<UInt8>

  init(_ octets: ArraySlice<UInt8>) { self.octets = octets }

  init(_ octets: [UInt8]) { self.octets = octets[...] }

  fileprivate init(_ node: ASN1Node) {
    switch node.content {
    case .constructed(let children):
      nodes = children.makeIterator()
      octets = []
    case .primitive(let content): octets = content
    }
  }

  /// The first identifier octet of what has not been read.
  private var nextTag: UInt8? {
    guard var copy = nodes else { return octets.first }
    return copy.next()?.encodedBytes.first
  }

  var isEmpty: Bool { nextTag == nil }

  func peek(_ tag: UInt8) -> Bool { nextTag == tag }

  /// The next element whatever its tag; `nil` when there is none, when its header is malformed, or when its tag number
  /// is above 30: Go refuses those, the library does not.
  mutating func readAny() -> DERElement? {
    guard let tag = nextTag, tag & 0x1F != 0x1F else { return nil }
    if let node = nodes?.next() { return DERElement(tag: tag, octets: node.encodedBytes, node: node) }
    if let node = try? DER.parse(octets) {
      defer { octets = [] }
      return DERElement(tag: tag, octets: octets, node: node)
    }
    guard let extent = Self.extent(octets) else { return nil }
    let element = octets.prefix(extent)
    guard let node = (try? DER.parse(element)) ?? Self.opaque(element) else { return nil }
    octets = octets.dropFirst(extent)
    return DERElement(tag: tag, octets: element, node: node)
  }

  /// How many bytes the first element says it takes, its header included. The library checks that they are there and
  /// that the length is minimal. Go takes lengths of at most four octets.
  private static func extent(_ octets: ArraySlice<UInt8>) -> Int? {
    guard let first = octets.dropFirst().first else { return nil }
    guard first > 0x7F else { return 2 + Int(first) }
    let count = Int(first & 0x7F)
    guard count <= 4 else { return nil }
    return octets.dropFirst(2).prefix(count).reduce(0) { $0 << 8 | Int($1) } + 2 + count
  }

  /// The element as an OCTET STRING, so that the library does not look into it.
  private static func opaque(_ element: ArraySlice<UInt8>) -> ASN1Node? {
    try? DER.parse([0x04] + element.dropFirst())
  }

  /// The next element when it has this tag; else nothing is read.
  mutating func read(_ tag: UInt8) -> DERElement? {
    guard peek(tag) else { return nil }
    return readAny()
  }

  /// `.some(nil)` when no element of this tag stands next, `nil` when it is malformed.
  mutating func readOptional(_ tag: UInt8) -> DERElement?? {
    guard peek(tag) else { return .some(nil) }
    guard let element = readAny() else { return nil }
    return .some(element)
  }

  /// The elements in the next element when it has this tag.
  mutating func readElements(_ tag: UInt8) -> DERElements? { read(tag)?.elements }

  /// The octets of an INTEGER: not empty and minimal, two's complement.
  mutating func readInteger() -> ArraySlice<UInt8>? { read(DERTag.integer)?.decode(IntegerOctets.self)?.octets }

  /// An INTEGER of at most 64 bits.
  mutating func readInt64(_ tag: UInt8 = DERTag.integer) -> Int64? { read(tag)?.decode(Int64.self) }

  mutating func readBoolean() -> Bool? { read(DERTag.boolean)?.decode(Bool.self) }

  mutating func readObjectIdentifier() -> ASN1ObjectIdentifier? { read(DERTag.objectIdentifier)?.objectIdentifier }

  mutating func readBitString() -> ASN1BitString? { read(DERTag.bitString)?.decode(ASN1BitString.self) }
}

/// An element that swift-asn1 has parsed.
struct DERElement: Sendable {
  /// The identifier octet. Unlike the library's `ASN1Identifier` it tells constructed from primitive.
  let tag: UInt8
  /// All of it, with its header.
  let octets: ArraySlice<UInt8>
  fileprivate let node: ASN1Node

  /// What stands in it: its children, or those that its content spells.
  var elements: DERElements { DERElements(node) }

  /// The content of a primitive element; empty for a constructed one.
  var content: ArraySlice<UInt8> {
    guard case .primitive(let content) = node.content else { return [] }
    return content
  }

  /// The element as a type of the library, whatever its tag.
  func decode<Value: DERImplicitlyTaggable>(_ type: Value.Type) -> Value? {
    try? Value(derEncoded: node, withIdentifier: node.identifier)
  }

  var objectIdentifier: ASN1ObjectIdentifier? {
    decode(SwiftASN1.ASN1ObjectIdentifier.self).flatMap { ASN1ObjectIdentifier($0) }
  }
}

/// An INTEGER of any size with its sign; the library's own for that, `ArraySlice<UInt8>`, refuses negative numbers
/// with the same error as malformed ones.
private struct IntegerOctets: ASN1IntegerRepresentable {
  static var isSigned: Bool { true }
  let octets: ArraySlice<UInt8>

  init(derIntegerBytes: ArraySlice<UInt8>) { octets = derIntegerBytes }
  init(berIntegerBytes: ArraySlice<UInt8>) { octets = berIntegerBytes }

  func withBigEndianIntegerBytes<Result>(_ body: (ArraySlice<UInt8>) throws -> Result) rethrows -> Result {
    try body(octets)
  }
}

extension ASN1BitString {
  /// Bit `index` counted from the most significant bit of the first octet; false past the end.
  subscript(index: Int) -> Bool {
    guard index >= 0, index < bytes.count * 8 - paddingBits else { return false }
    return bytes[bytes.startIndex + index / 8] & (0x80 >> UInt8(index % 8)) != 0
  }

  /// The bits moved to the right by the padding, as Go reads keys.
  var rightAligned: [UInt8] {
    guard paddingBits > 0 else { return Array(bytes) }
    var carry: UInt8 = 0
    return bytes.map { octet in
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
