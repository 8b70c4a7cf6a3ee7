/// An OpenShift release, the part of a version that decides what a cluster does: `4.16`.
public struct Release: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let major: Int
  public let minor: Int

  public init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Reads `4.16`, `v4.16` or `4.16.3`; `nil` for anything else.
  public init?(_ text: String) {
    let text = text.hasPrefix("v") ? text.dropFirst() : Substring(text)
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), let major = Int(parts[0]), let minor = Int(parts[1]), major >= 0, minor >= 0,
      parts.count == 2 || Int(parts[2]) != nil
    else { return nil }
    self.init(major, minor)
  }

  /// The newest release whose behaviour this program knows; the default.
  public static let newest = Release(5, 0)
  /// The last release before 5.0.
  public static let newestOfFour = Release(4, 23)
  /// The oldest release whose behaviour this program knows.
  public static let oldest = Release(4, 12)

  public static func < (left: Release, right: Release) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }

  public var description: String { "\(major).\(minor)" }
}
