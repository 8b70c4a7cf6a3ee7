import SourceText

/// FNV-1a, 64 bits: small, stable over platforms and releases, and no secret depends on it.
struct StableHash {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func combine(_ text: String) {
    for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
    // A terminator that no UTF-8 text holds, so that ("ab", "c") and ("a", "bc") differ.
    value = (value ^ 0xFF) &* 0x100_0000_01b3
  }

  var hexadecimal: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension [Diagnostic] {
  /// Gives every diagnostic its fingerprint: a hash of rule, path, resource, field without list positions and the value
  /// it stands on, and the count of that hash so far. It survives moved lines, reordering and reformatting.
  public func withFingerprints() -> [Diagnostic] {
    var seen: [String: Int] = [:]
    return map { diagnostic in
      var hash = StableHash()
      hash.combine(diagnostic.rule)
      hash.combine(diagnostic.span.file.path.text)
      hash.combine(diagnostic.resource?.apiVersion ?? "")
      hash.combine(diagnostic.resource?.kind ?? "")
      hash.combine(diagnostic.resource?.namespace ?? "")
      hash.combine(diagnostic.resource?.name ?? "")
      hash.combine(diagnostic.field.map(Self.withoutPositions) ?? "")
      hash.combine(diagnostic.span.text)
      let key = hash.hexadecimal
      let occurrence = seen[key, default: 0] + 1
      seen[key] = occurrence
      var result = diagnostic
      result.fingerprint = occurrence == 1 ? key : "\(key)-\(occurrence)"
      return result
    }
  }

  /// `spec.imageDigestMirrors[3].source` → `spec.imageDigestMirrors[].source`
  private static func withoutPositions(_ field: String) -> String {
    var result: [UInt8] = []
    var isPosition = false
    for byte in field.utf8 {
      if byte == UInt8(ascii: "]") { isPosition = false }
      if !isPosition || !(0x30...0x39).contains(byte) { result.append(byte) }
      if byte == UInt8(ascii: "[") { isPosition = true }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
