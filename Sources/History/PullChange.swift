import NodeConfig
import Rules

/// How pulls of one scope change.
public struct PullChange: Hashable, Sendable {
  public enum Effect: String, Sendable, CaseIterable {
    /// Images that could be pulled cannot be pulled any more.
    case stops
    /// Images that could not be pulled can be.
    case allowed
    /// Other sources are asked, or in another order.
    case mirrored
    /// A source is asked without TLS verification that was not.
    case insecure
    /// No source is asked without TLS verification any more.
    case secure
    /// Signatures are asked for, or no more.
    case signatures
  }

  /// `*` stands for every registry that no resource names.
  public let scope: String
  public let before: String
  public let after: String
  /// In the order of the cases; empty when only the reason differs why nothing can be pulled.
  public let effects: [Effect]

  /// No more scopes than this are asked for; a change of thousands of entries is judged by its node files.
  private static let mostScopes = 500

  /// Asks both sides for an image of every scope that either names, by digest and by tag.
  static func between(_ old: LintedCluster, _ new: LintedCluster) -> [PullChange] {
    let scopes = Set(scopes(old.rendering)).union(scopes(new.rendering)).sorted().prefix(mostScopes)
    let (before, after) = (old.resolver, new.resolver)
    return (["*"] + scopes).compactMap { scope in
      let (one, other) = (Answer(scope, before), Answer(scope, after))
      guard one.words != other.words else { return nil }
      return PullChange(scope: scope, before: one.words, after: other.words, effects: effects(from: one, to: other))
    }
  }

  private static func scopes(_ rendering: NodeRendering) -> [String] {
    rendering.registriesConf.registries.map(\.prefix).filter { !$0.isEmpty } + rendering.policy.scopes
  }

  private static func effects(from old: Answer, to new: Answer) -> [Effect] {
    var effects: Set<Effect> = []
    for (before, after) in [(old.byDigest, new.byDigest), (old.byTag, new.byTag)] {
      if before.isPullable, !after.isPullable { effects.insert(.stops) }
      if !before.isPullable, after.isPullable { effects.insert(.allowed) }
      if before.isPullable, after.isPullable, before.sources != after.sources { effects.insert(.mirrored) }
      if after.isPullable, after.isInsecure, !before.isInsecure { effects.insert(.insecure) }
      if after.isPullable, !after.isInsecure, before.isInsecure { effects.insert(.secure) }
      if after.isPullable, before.isPullable, before.needsSignature != after.needsSignature { effects.insert(.signatures) }
    }
    return Effect.allCases.filter(effects.contains)
  }
}

/// What one side does with an image of a scope, by digest and by tag.
private struct Answer {
  let byDigest: Pull
  let byTag: Pull

  private static let digest = "@sha256:" + String(repeating: "0", count: 64)

  init(_ scope: String, _ resolver: PullResolver) {
    let image = Self.image(in: scope)
    byDigest = Pull(resolver.resolve(image + Self.digest))
    byTag = Pull(resolver.resolve(image + ":latest"))
  }

  var words: String { byDigest.words == byTag.words ? byDigest.words : "by digest \(byDigest.words); by tag \(byTag.words)" }

  /// An image that the scope covers.
  private static func image(in scope: String) -> String {
    if scope == "*" { return "registry.invalid/image" }
    let host = scope.hasPrefix("*.") ? "any" + scope.dropFirst() : scope
    return host.contains("/") ? host : host + "/image"
  }
}

/// One pull, as far as changes of it are told.
private struct Pull {
  let words: String
  let isPullable: Bool
  /// What is asked, in order, mirrors by their reference.
  let sources: [String]
  let isInsecure: Bool
  let needsSignature: Bool

  init(_ resolution: PullResolution) {
    isPullable = resolution.isPullable
    guard resolution.error == nil, let candidate = resolution.candidates.first, candidate.error == nil else {
      let error = resolution.error ?? resolution.candidates.first?.error
      words = error.map { "fails: \($0)" } ?? "fails"
      (sources, isInsecure, needsSignature) = ([], false, false)
      return
    }
    let open = candidate.sources.filter { !$0.isBlocked }
    sources = open.map { $0.isMirror ? String($0.reference.prefix { $0 != "@" }) : "the registry itself" }
    isInsecure = open.contains(where: \.isInsecure)
    needsSignature = candidate.policyVerdict == .signatureRequired
    if candidate.policyVerdict == .reject {
      words = "rejected by the policy (\(candidate.policyScope))"
    } else if candidate.allBlocked {
      words = "blocked"
    } else {
      var parts = zip(sources, open).map { $0 + ($1.isInsecure ? " without TLS verification" : "") }
      if candidate.sources.contains(where: { !$0.isMirror && $0.isBlocked }) { parts.append("never the registry itself") }
      words = "from " + parts.joined(separator: ", then ") + (needsSignature ? ", with a signature" : "")
    }
  }
}
