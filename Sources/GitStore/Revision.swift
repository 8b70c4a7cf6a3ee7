/// What a revision names.
public struct Revision: Hashable, Sendable {
  /// As it was asked for.
  public let name: String
  /// `nil` for the name of a tree.
  public let commit: ObjectID?
  public let tree: ObjectID
}

/// Where HEAD stands.
public struct Head: Hashable, Sendable {
  /// Without `refs/heads/`; `nil` when HEAD is detached.
  public let branch: String?
  /// `nil` before the first commit.
  public let commit: ObjectID?
}

/// A remote's URL without what may be secret in it: user name, password, query and fragment.
///
/// `git@host:path` keeps its user, which is part of the address and never a secret.
public func urlWithoutCredentials(_ url: String) -> String {
  guard let colon = url.firstIndex(of: ":"), url[colon...].hasPrefix("://") else { return url }
  let start = url.index(colon, offsetBy: 3)
  var rest = url[start...]
  if let end = rest.firstIndex(where: { $0 == "?" || $0 == "#" }) { rest = rest[..<end] }
  let authorityEnd = rest.firstIndex(of: "/") ?? rest.endIndex
  let authority = rest[..<authorityEnd]
  let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
  return String(url[..<start]) + String(host) + String(rest[authorityEnd...])
}
