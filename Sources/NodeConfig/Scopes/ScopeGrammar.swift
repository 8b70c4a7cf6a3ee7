/// The grammars that the operator and containers/image apply to scopes and references. Mirror sources and mirrors are
/// in `RegistryConfig.RegistryScope`.
public enum ScopeGrammar {
  /// What the operator lets through in the three registry lists: anything without `*`, else only `*.domain`.
  /// Source: runtime-utils, `IsValidRegistriesConfScope`.
  public static func isRegistriesConfScope(_ text: String) -> Bool {
    guard !text.isEmpty else { return false }
    guard text.utf8.contains(UInt8(ascii: "*")) else { return true }
    return Scope.isWildcard(text) && !text.utf8.dropFirst(2).contains { "/@:*".utf8.contains($0) }
  }

  /// `host[:port]`, labels of letters, digits and inner hyphens (`reference.DomainRegexp`).
  static func isDomain(_ bytes: some BidirectionalCollection<UInt8>) -> Bool {
    var host = bytes[...]
    if let colon = bytes.lastIndex(of: UInt8(ascii: ":")) {
      let port = bytes[bytes.index(after: colon)...]
      guard !port.isEmpty, port.allSatisfy(\.isDigit) else { return false }
      host = bytes[..<colon]
    }
    return host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      .allSatisfy { isLabel($0) }
  }

  /// Runs of lower-case letters and digits, joined by `.`, `_`, `__` or any number of hyphens.
  static func isPathComponent(_ bytes: some Collection<UInt8>) -> Bool {
    /// What stands behind the last run: how many of which byte.
    var (separator, length): (UInt8, Int) = (0, 0)
    var afterRun = false
    for byte in bytes {
      if byte.isLowercaseLetter || byte.isDigit {
        length = 0
        afterRun = true
      } else {
        guard afterRun, length == 0 || byte == separator else { return false }
        switch byte {
        case UInt8(ascii: "-"): break
        case UInt8(ascii: "."): guard length == 0 else { return false }
        case UInt8(ascii: "_"): guard length < 2 else { return false }
        default: return false
        }
        separator = byte
        length += 1
      }
    }
    return afterRun && length == 0
  }

  private static func isLabel(_ bytes: some BidirectionalCollection<UInt8>) -> Bool {
    guard let first = bytes.first, let last = bytes.last, first.isLetterOrDigit, last.isLetterOrDigit else {
      return false
    }
    return bytes.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "-") }
  }
}
