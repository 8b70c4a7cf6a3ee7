/// The check that containers/image applies to scopes of the `atomic` transport when it loads policy.json:
/// `^[^/]*(/[^:/]*(/[^:/]*(:[^:/]*)?)?)?$`. One scope that fails makes the whole file unusable ("Unknown key"), and
/// with it every pull of the node.
public enum AtomicPolicyScope {
  public static func isLoadable(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    switch parts.count {
    case 1: return true
    case 2: return !parts[1].contains(UInt8(ascii: ":"))
    case 3: return !parts[1].contains(UInt8(ascii: ":")) && parts[2].count { $0 == UInt8(ascii: ":") } <= 1
    default: return false
    }
  }

  /// Whether the operator of a release writes the scope under `atomic`: from 4.14 on (OCPBUGS-4122) not those with
  /// three slashes or more.
  public static func isWritten(_ text: String, release: Release) -> Bool {
    release < Release(4, 14) || text.utf8.count { $0 == UInt8(ascii: "/") } < 3
  }
}
