import NodeConfig

/// How pulls of one scope change.
public struct PullChange: Hashable, Sendable {
  public let scope: String
  public let before: String
  public let after: String

  /// No more scopes than this are asked for; a change of thousands of entries is judged by its node files.
  private static let mostScopes = 500

  /// Asks both sides for an image of every scope that either names, by digest and by tag.
  static func between(_ old: NodeRendering, _ new: NodeRendering) -> [PullChange] {
    let scopes = Set(scopes(old)).union(scopes(new)).sorted().prefix(mostScopes)
    let (before, after) = (PullResolver(old), PullResolver(new))
    return scopes.compactMap { scope in
      let (one, other) = (summary(scope, before), summary(scope, after))
      return one == other ? nil : PullChange(scope: scope, before: one, after: other)
    }
  }

  private static func scopes(_ rendering: NodeRendering) -> [String] {
    rendering.registriesConf.registries.map(\.prefix) + rendering.policy.scopes
  }

  private static let digest = "@sha256:" + String(repeating: "0", count: 64)

  private static func summary(_ scope: String, _ resolver: PullResolver) -> String {
    let image = image(in: scope)
    let byDigest = words(resolver.resolve(image + digest))
    let byTag = words(resolver.resolve(image + ":latest"))
    return byDigest == byTag ? byDigest : "by digest \(byDigest); by tag \(byTag)"
  }

  /// An image that the scope covers.
  private static func image(in scope: String) -> String {
    let host = scope.hasPrefix("*.") ? "any" + scope.dropFirst() : scope
    return host.contains("/") ? host : host + "/image"
  }

  private static func words(_ resolution: PullResolution) -> String {
    if let error = resolution.error { return "fails: \(error)" }
    guard let candidate = resolution.candidates.first else { return "fails" }
    if let error = candidate.error { return "fails: \(error)" }
    if candidate.policyVerdict == .reject { return "rejected by the policy (\(candidate.policyScope))" }
    if candidate.allBlocked { return "blocked" }
    var parts = candidate.sources.filter { !$0.isBlocked }.map { source in
      (source.isMirror ? String(source.reference.prefix { $0 != "@" }) : "the registry itself")
        + (source.isInsecure ? " without TLS verification" : "")
    }
    if candidate.sources.contains(where: { !$0.isMirror && $0.isBlocked }) { parts.append("never the registry itself") }
    let signed = candidate.policyVerdict == .signatureRequired ? ", with a signature" : ""
    return "from " + parts.joined(separator: ", then ") + signed
  }
}
