/// The releases in which something holds: from `since` up to but without `before`.
public struct ReleaseRange: Hashable, Sendable {
  public let since: Release?
  public let before: Release?

  public init(since: Release? = nil, before: Release? = nil) {
    self.since = since
    self.before = before
  }

  public static let always = ReleaseRange()

  public static func since(_ major: Int, _ minor: Int) -> ReleaseRange { ReleaseRange(since: Release(major, minor)) }

  public func contains(_ release: Release) -> Bool {
    if let since, release < since { return false }
    if let before, release >= before { return false }
    return true
  }
}
