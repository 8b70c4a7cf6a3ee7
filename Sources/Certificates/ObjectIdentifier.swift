import SwiftASN1

/// An ASN.1 object identifier, for example 2.5.29.19.
public struct ASN1ObjectIdentifier: Hashable, Sendable, CustomStringConvertible, ExpressibleByArrayLiteral {
  public let components: [UInt32]

  public init(_ components: [UInt32]) { self.components = components }
  public init(arrayLiteral elements: UInt32...) { components = elements }

  /// Dotted decimal.
  public var description: String { components.map(String.init).joined(separator: ".") }

  /// `nil` for a component over 31 bits, which Go's cryptobyte refuses.
  init?(_ identifier: SwiftASN1.ASN1ObjectIdentifier) {
    let parts = identifier.oidComponents
    guard parts.count >= 2 else { return nil }
    // The library (1.7.4) takes 2.999 for 26.39: it does not know that there are only three roots.
    let first = parts[0] * 40 + parts[1]
    guard first <= Int32.max, parts.dropFirst(2).allSatisfy({ $0 <= Int32.max }) else { return nil }
    let start: [UInt] = first < 80 ? [first / 40, first % 40] : [2, first - 80]
    components = (start + parts.dropFirst(2)).map { UInt32($0) }
  }
}
