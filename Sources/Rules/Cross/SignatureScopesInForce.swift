import Diagnostics
import NodeConfig
import RegistryConfig
import SourceText

/// The scopes of signature policies that the operator compares with the registry lists.
struct SignatureScopesInForce {
  struct Scope {
    let policy: SignaturePolicy
    let list: RegistryList
    let entry: RegistryEntry

    /// Allows the scope; not one with a tag or digest, which no entry of the list may have.
    func insertion(into list: RegistryList) -> TextEdit? {
      RegistryScope.isSource(entry.value) ? ListEdits.insertion(of: [entry.value], at: list) : nil
    }

    /// The fix that takes the scope out of its policy, when it has another one.
    var removal: [Fix] {
      ListEdits.removal(of: entry, in: list).map {
        [Fix("Take the scope out of the policy", safety: .unsafe, in: entry.span.file, [$0.edit])]
      } ?? []
    }
  }

  let scopes: [Scope]

  /// - Parameter namespaced: Those of ImagePolicies, else those of ClusterImagePolicies.
  init(_ cluster: LintedCluster, namespaced: Bool) {
    let unseen = Set(cluster.rendering.unseen.map(\.span))
    let shadowed = Set(cluster.rendering.shadowedImagePolicyScopes.map(\.span))
    let payload = ImageName(cluster.rendering.releaseImage).repository
    // 4.16 leaves out scopes that cover the release image.
    let skipsPayload = cluster.settings.release == Release(4, 16)
    scopes = cluster.signaturePolicies.flatMap { policy -> [Scope] in
      guard policy.isNamespaced == namespaced, let list = policy.scopes, !policy.resource.isPatch,
        !unseen.contains(policy.resource.kindName.span),
        policy.resource.apiVersion.map({ !unseen.contains($0.span) }) ?? true
      else { return [] }
      return list.known.lazy.filter { entry in
        // The API server refuses the others.
        guard SignatureScope.hasDomain(entry.value),
          SignatureScope.isImageSpecification(entry.value) || RegistryScope.isWildcard(entry.value)
        else { return false }
        if skipsPayload, !namespaced, NodeConfig.Scope.isNested(payload, inside: entry.value) { return false }
        return !shadowed.contains(entry.span)
      }.map { Scope(policy: policy, list: list, entry: $0) }
    }
  }
}

/// The registry lists as the operator holds them against signature policies.
struct ListsAgainstSignatures {
  let allowed: RegistryList?
  let blocked: RegistryList?
  private let allowedScopes: [String: SourceSpan]
  private let blockedScopes: [String: SourceSpan]
  /// The repository that the operator itself allows, because an entry blocks it and mirrors have it.
  let addedPayload: String?
  private let blockedPayload: RegistryEntry?

  /// `nil` when the lists have a mistake that comes first, or are not known.
  init?(_ cluster: LintedCluster) {
    guard let image = cluster.image, cluster.emptiedLists == nil else { return nil }
    allowed = image.allowedRegistries
    blocked = image.blockedRegistries
    let kept = cluster.keptBlockedEntries
    let payload = ImageName(cluster.rendering.releaseImage).repository
    let covering = kept.first { NodeConfig.Scope.isNested(payload, inside: $0.value) }
    blockedPayload = covering
    addedPayload = covering.map { _ in payload }
    func scopes(_ entries: [RegistryEntry]) -> [String: SourceSpan] {
      Dictionary(entries.map { ($0.value, $0.span) }) { first, _ in first }
    }
    allowedScopes = scopes(image.allowedRegistries?.known ?? [])
    // What equals the release repository is not written to policy.json.
    blockedScopes = scopes(kept.filter { $0.value != payload })
    if !allowedScopes.isEmpty, !blockedScopes.isEmpty { return nil }
  }

  /// Whether a scope is surely outside of what is allowed, and the place that says what is.
  func placeOutside(of scope: String) -> SourceSpan? {
    guard allowed?.isComplete != false, !allowedScopes.isEmpty || addedPayload != nil else { return nil }
    var isCovered = false
    NodeConfig.Scope.forEachEnclosing(scope) { if allowedScopes[$0] != nil || $0 == addedPayload { isCovered = true } }
    if isCovered { return nil }
    return allowedScopes.isEmpty ? blockedPayload?.span : allowed?.keySpan
  }

  /// The blocked entry that a scope lies in.
  func blocking(_ scope: String) -> (scope: String, span: SourceSpan)? {
    var found: (scope: String, span: SourceSpan)?
    NodeConfig.Scope.forEachEnclosing(scope) { candidate in
      if found == nil, let span = blockedScopes[candidate] { found = (candidate, span) }
    }
    return found
  }
}

extension Findings {
  /// Reports the scopes of policies of one kind that lie outside of allowedRegistries.
  mutating func reportOutsideAllowed(_ cluster: LintedCluster, namespaced: Bool) {
    guard let lists = ListsAgainstSignatures(cluster) else { return }
    for scope in SignatureScopesInForce(cluster, namespaced: namespaced).scopes {
      guard let place = lists.placeOutside(of: scope.entry.value) else { continue }
      let isOwn = lists.allowed?.entries.isEmpty == false
      report(
        isOwn
          ? "scope \(scope.entry.quoted) lies outside of allowedRegistries"
          : "scope \(scope.entry.quoted) lies outside of '\(lists.addedPayload ?? "")', which the operator allows",
        at: scope.entry.span, field: scope.list.field(of: scope.entry), resource: scope.policy.resource,
        related: [
          Label(isOwn ? "the allowed registries" : "covers the release image, so the operator allows that", at: place)
        ],
        help:
          "the operator stops with '\(Self.operatorKind(namespaced)) configured for the scope \(scope.entry.value) is "
          + "not nested inside allowedRegistries', and all nodes keep their old files; "
          + (isOwn
            ? "allow a registry that covers the whole scope, or take the scope out"
            : "block less than the release image: NeverContactSource keeps nodes off a source that is mirrored"),
        fixes: lists.allowed.flatMap { isOwn ? scope.insertion(into: $0) : nil }.map {
          [Fix("Allow the scope", safety: .unsafe, in: place.file, [$0])]
        } ?? [])
    }
  }

  /// Reports the scopes of policies of one kind that lie inside of blockedRegistries.
  mutating func reportInsideBlocked(_ cluster: LintedCluster, namespaced: Bool) {
    guard let lists = ListsAgainstSignatures(cluster) else { return }
    for scope in SignatureScopesInForce(cluster, namespaced: namespaced).scopes {
      guard let blocked = lists.blocking(scope.entry.value) else { continue }
      report(
        "scope \(scope.entry.quoted) lies inside the blocked \(Quoted.text(blocked.scope))", at: scope.entry.span,
        field: scope.list.field(of: scope.entry), resource: scope.policy.resource,
        related: [Label("blocked here", at: blocked.span)],
        help:
          "the operator stops with '\(Self.operatorKind(namespaced)) configured for the scope \(scope.entry.value) is "
          + "nested inside blockedRegistries', and all nodes keep their old files; take the scope or the entry out",
        fixes: scope.removal)
    }
  }

  private static func operatorKind(_ namespaced: Bool) -> String { namespaced ? "imagePolicy" : "clusterimagePolicy" }
}
