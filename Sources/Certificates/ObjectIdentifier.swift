/// An ASN.1 object identifier, for example 2.5.29.19.
public struct ASN1ObjectIdentifier: Hashable, Sendable, CustomStringConvertible, ExpressibleByArrayLiteral {
  public let components: [UInt32]

  public init(_ components: [UInt32]) { self.components = components }
  public init(arrayLiteral elements: UInt32...) { components = elements }

  /// Dotted decimal.
  public var description: String { components.map(String.init).joined(separator: ".") }

  /// From the content octets; `nil` where Go's cryptobyte refuses: empty, cut, not minimal, a component over 31 bits.
  init?(content: some Collection<UInt8>) {
    guard !content.isEmpty else { return nil }
    var components: [UInt32] = []
    var value: UInt32 = 0
    var length = 0
    for byte in content {
      if length == 5 || value >= 1 << 24 || (length == 0 && byte == 0x80) { return nil }
      value = value << 7 | UInt32(byte & 0x7F)
      length += 1
      if byte & 0x80 != 0 { continue }
      if components.isEmpty {
        components = value < 80 ? [value / 40, value % 40] : [2, value - 80]
      } else {
        components.append(value)
      }
      value = 0
      length = 0
    }
    guard length == 0 else { return nil }
    self.components = components
  }
}
