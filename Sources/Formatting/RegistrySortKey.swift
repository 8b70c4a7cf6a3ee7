/// Where a registry stands in a canonical list: bytes that compare as registries should.
///
/// The host is compared by its labels from the right, as DNS orders names (RFC 4034, 6.1), so that a domain, its
/// wildcard and its subdomains stand together in this order; then the port as a number, none first; then the path,
/// component by component. What is no registry still has a place: any string gives a key.
struct RegistrySortKey: Comparable, Hashable {
  private let bytes: [UInt8]

  /// A source, an entry of a registry list or a domain: `host[:port][/path]`, `*.host`.
  init(registry text: String) {
    let all = Array(text.utf8)
    let slash = all.firstIndex(of: UInt8(ascii: "/")) ?? all.count
    var host = all[..<slash]
    var port: ArraySlice<UInt8>?
    if let colon = host.lastIndex(of: UInt8(ascii: ":")), host[(colon + 1)...].allSatisfy(Self.isDigit) {
      port = host[(colon + 1)...]
      host = host[..<colon]
    }
    bytes = Self.key(host: host, port: port, path: all[slash...])
  }

  /// A key of a registry CA ConfigMap: `host` or `host..port`, because `:` is not allowed in such a key.
  init(certificateKey text: String) {
    let all = Array(text.utf8)
    let dot = UInt8(ascii: ".")
    var dots = all.count - 1
    while dots > 0, !(all[dots] == dot && all[dots - 1] == dot) { dots -= 1 }
    if dots > 0, dots + 1 < all.count, all[(dots + 1)...].allSatisfy(Self.isDigit) {
      bytes = Self.key(host: all[..<(dots - 1)], port: all[(dots + 1)...], path: [])
    } else {
      bytes = Self.key(host: all[...], port: nil, path: [])
    }
  }

  static func < (left: RegistrySortKey, right: RegistrySortKey) -> Bool {
    left.bytes.withUnsafeBufferPointer { left in
      right.bytes.withUnsafeBufferPointer { right in
        var index = 0
        while index < left.count, index < right.count {
          if left[index] != right[index] { return left[index] < right[index] }
          index += 1
        }
        return left.count < right.count
      }
    }
  }

  /// Ends a label or a path component: below every byte that a name can hold.
  private static let end: UInt8 = 1

  private static func key(host: ArraySlice<UInt8>, port: ArraySlice<UInt8>?, path: ArraySlice<UInt8>) -> [UInt8] {
    var key: [UInt8] = []
    key.reserveCapacity(host.count + path.count + 12)
    let labels = host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    if labels.count == 4, labels.allSatisfy({ !$0.isEmpty && $0.count <= 3 && $0.allSatisfy(isDigit) }) {
      // An IPv4 address: its first number is the most significant.
      for label in labels { add(number: label, to: &key) }
      key.append(end)
    } else {
      for label in labels.reversed() {
        for byte in label { key.append((0x41...0x5A).contains(byte) ? byte + 0x20 : byte) }
        key.append(end)
      }
    }
    key.append(0)
    if let port { add(number: port, to: &key) } else { key.append(0) }
    for byte in path { key.append(byte == UInt8(ascii: "/") ? end : byte) }
    // Names that differ by case only: the bytes decide.
    key.append(0)
    key += host
    return key
  }

  /// The number of digits, then the digits: compares as the number does, however long it is.
  private static func add(number: ArraySlice<UInt8>, to key: inout [UInt8]) {
    let digits = number.drop { $0 == UInt8(ascii: "0") }
    key.append(UInt8(min(digits.count, 250)) + 2)
    key += digits
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
