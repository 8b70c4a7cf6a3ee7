import SwiftASN1

/// The subject or issuer of a certificate.
public struct DistinguishedName: Hashable, Sendable, CustomStringConvertible {
  struct Attribute: Hashable, Sendable {
    enum Value: Hashable, Sendable {
      case text(String)
      case null
      /// Any other type: the element with its header.
      case other([UInt8])
    }

    let type: ASN1ObjectIdentifier
    let value: Value
  }

  /// The DER; two names are the same to a verifier when these bytes are.
  public let der: [UInt8]
  let attributes: [Attribute]

  public static func == (left: Self, right: Self) -> Bool { left.der == right.der }
  public func hash(into hasher: inout Hasher) { hasher.combine(der) }

  public var isEmpty: Bool { attributes.isEmpty }

  /// The last common name, or `nil`.
  public var commonName: String? { texts(of: 3).last }

  private func texts(of last: UInt32) -> [String] {
    attributes.compactMap { attribute in
      guard attribute.type.components == [2, 5, 4, last], case .text(let text) = attribute.value else { return nil }
      return text
    }
  }

  /// As Go's `pkix.Name.String` writes it: `CN=Corp Root CA,O=Corp`. The order is Go's, not that of the certificate:
  /// the known attributes from the most to the least special, then the others as `oid=#hex`.
  public var description: String {
    var parts: [String] = []
    func append(_ name: String, _ values: [String]) {
      guard !values.isEmpty else { return }
      parts.append(values.map { name + "=" + Self.escaped($0) }.joined(separator: "+"))
    }
    func single(_ last: UInt32) -> [String] { texts(of: last).last.flatMap { $0.isEmpty ? nil : [$0] } ?? [] }
    append("SERIALNUMBER", single(5))
    append("CN", single(3))
    append("OU", texts(of: 11))
    append("O", texts(of: 10))
    append("POSTALCODE", texts(of: 17))
    append("STREET", texts(of: 9))
    append("L", texts(of: 7))
    append("ST", texts(of: 8))
    append("C", texts(of: 6))
    let known: Set<UInt32> = [3, 5, 6, 7, 8, 9, 10, 11, 17]
    for attribute in attributes.reversed() {
      let type = attribute.type.components
      if type.count == 4, type.starts(with: [2, 5, 4]), known.contains(type[3]) { continue }
      switch attribute.value {
      case .text(let text): parts.append("\(attribute.type)=#" + hexadecimal(Self.encoded(text)))
      case .null: parts.append("\(attribute.type)=" + Self.escaped("<nil>"))
      case .other(let element): parts.append("\(attribute.type)=#" + hexadecimal(element))
      }
    }
    return parts.joined(separator: ",")
  }

  private static func escaped(_ text: String) -> String {
    let count = text.utf8.count
    var offset = 0
    var output = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case ",", "+", "\"", "\\", "<", ">", ";": output.unicodeScalars.append("\\")
      case " " where offset == 0 || offset == count - 1: output.unicodeScalars.append("\\")
      case "#" where offset == 0: output.unicodeScalars.append("\\")
      default: break
      }
      output.unicodeScalars.append(scalar)
      offset += UTF8.width(scalar)
    }
    return output
  }

  /// The string as Go's `asn1.Marshal` writes it: a PrintableString where it can be one, else a UTF8String.
  private static func encoded(_ text: String) -> [UInt8] {
    let passes = text.utf8.allSatisfy { isPrintable($0) }
    var serializer = DER.Serializer()
    serializer.appendPrimitiveNode(identifier: passes ? .printableString : .utf8String) { octets in
      octets.append(contentsOf: text.utf8)
    }
    return serializer.serializedBytes
  }

  /// The PrintableString alphabet of X.680.
  static func isPrintable(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "'")...UInt8(ascii: ")"),
      UInt8(ascii: "+")...UInt8(ascii: "/"), UInt8(ascii: " "), UInt8(ascii: ":"), UInt8(ascii: "="),
      UInt8(ascii: "?"):
      true
    default: false
    }
  }

  /// From the SEQUENCE.
  init(_ element: DERElement) throws(CertificateError) {
    der = Array(element.octets)
    var sets = element.elements
    var attributes: [Attribute] = []
    while !sets.isEmpty {
      guard var set = sets.readElements(DERTag.set) else { throw .name(.structure) }
      while !set.isEmpty {
        guard var pair = set.readElements(DERTag.sequence) else { throw .name(.attribute) }
        guard let type = pair.readObjectIdentifier() else { throw .name(.attributeType) }
        guard let next = pair.readAny(), let value = Self.value(next) else {
          throw .name(.attributeValue)
        }
        attributes.append(Attribute(type: type, value: value))
      }
    }
    self.attributes = attributes
  }

  private static func value(_ element: DERElement) -> Attribute.Value? {
    let octets = element.content
    let isReadable: Bool
    switch element.tag {
    case DERTag.utf8String:
      return String(validating: octets, as: UTF8.self).map { .text($0) }
    case DERTag.printableString:
      // Go lets "*" and "&" pass, which real CAs use.
      let passes = octets.allSatisfy { isPrintable($0) || $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "&") }
      return passes ? .text(String(decoding: octets, as: UTF8.self)) : nil
    case DERTag.ia5String:
      return octets.allSatisfy { $0 < 0x80 } ? .text(String(decoding: octets, as: UTF8.self)) : nil
    case DERTag.numericString:
      let passes = octets.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x20 }
      return passes ? .text(String(decoding: octets, as: UTF8.self)) : nil
    case DERTag.t61String:
      var text = ""
      for octet in octets { text.unicodeScalars.append(Unicode.Scalar(octet)) }
      return .text(text)
    case DERTag.bmpString:
      return bmpText(octets).map { .text($0) }
    case DERTag.null:
      return .null
    case DERTag.integer: isReadable = element.decode(Int64.self) != nil
    case DERTag.boolean: isReadable = element.decode(Bool.self) != nil
    case DERTag.bitString: isReadable = element.decode(ASN1BitString.self) != nil
    case DERTag.objectIdentifier: isReadable = element.objectIdentifier != nil
    case DERTag.utcTime, DERTag.generalizedTime: isReadable = element.time != nil
    default: isReadable = true
    }
    return isReadable ? .other(Array(element.octets)) : nil
  }

  /// UCS-2 without surrogates and noncharacters; a closing NUL is dropped.
  private static func bmpText(_ octets: ArraySlice<UInt8>) -> String? {
    guard octets.count % 2 == 0 else { return nil }
    var rest = octets
    if rest.count >= 2, rest.suffix(2).allSatisfy({ $0 == 0 }) { rest = rest.dropLast(2) }
    var text = ""
    while let high = rest.popFirst(), let low = rest.popFirst() {
      let point = UInt16(high) << 8 | UInt16(low)
      guard point < 0xFFFE, !(0xFDD0...0xFDEF).contains(point), let scalar = Unicode.Scalar(point) else { return nil }
      text.unicodeScalars.append(scalar)
    }
    return text
  }
}
