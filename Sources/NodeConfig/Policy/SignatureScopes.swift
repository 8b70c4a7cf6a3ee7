import RegistryConfig
import YAMLSyntax

/// The scopes of all ClusterImagePolicies and ImagePolicies with what each asks for.
/// Source: machine-config-operator, container_runtime_config_controller.go, `getValidScopePolicies`.
struct SignatureScopes: Sendable {
  struct Requirement: Sendable {
    let signed: SigstoreSigned
    let origin: Origin
  }

  /// Requirements by scope, for the whole cluster.
  private(set) var cluster: [Bytewise: [Requirement]] = [:]
  /// Requirements by namespace and scope.
  private(set) var namespaced: [String: [Bytewise: [Requirement]]] = [:]
  /// Scopes of ImagePolicies that a ClusterImagePolicy covers: the operator leaves them out.
  private(set) var shadowed: [Origin] = []
  private(set) var leftOut: [LeftOut] = []

  init(_ policies: [SignaturePolicy], release: Release, payloadRepository: String) throws(OperatorError) {
    let reading = SignaturePolicyReading(release: release)
    for policy in policies where !policy.isNamespaced {
      guard let signed = try read(policy, reading) else { continue }
      for scope in scopes(of: policy) {
        if release.skipsPayloadScopesOfSignaturePolicies,
          Scope.isNested(payloadRepository, inside: scope.scope)
        {
          continue
        }
        cluster[Bytewise(scope.scope), default: []].append(Requirement(signed: signed, origin: scope.origin))
      }
    }
    var clusterScopes = ScopeIndex<Bool>()
    for scope in cluster.keys { clusterScopes.insert(scope.text, true) }
    for policy in policies where policy.isNamespaced {
      guard let namespace = policy.resource.namespace?.value else {
        leftOut.append(
          LeftOut(
            "an ImagePolicy whose namespace is not known", at: policy.resource.kindName.span, nil, of: policy.resource))
        continue
      }
      guard let signed = try read(policy, reading) else { continue }
      for scope in scopes(of: policy) {
        if clusterScopes.encloses(scope.scope) {
          shadowed.append(scope.origin)
        } else {
          namespaced[namespace, default: [:]][Bytewise(scope.scope), default: []].append(
            Requirement(signed: signed, origin: scope.origin))
        }
      }
    }
  }

  /// All scopes, cluster-wide and of any namespace, once each.
  var all: Set<Bytewise> {
    namespaced.values.reduce(into: Set(cluster.keys)) { $0.formUnion($1.keys) }
  }

  private mutating func read(
    _ policy: SignaturePolicy, _ reading: SignaturePolicyReading
  ) throws(OperatorError) -> SigstoreSigned? {
    do throws(SignaturePolicyReading.Failure) {
      return try reading.requirement(of: policy.resource)
    } catch {
      switch error {
      case .refused(let message): throw OperatorError(message, .signaturePolicies)
      case .unreadable(let reason):
        leftOut.append(
          LeftOut(
            "\(policy.resource.kind.rawValue) \(policy.resource.name?.value ?? ""): \(reason)",
            at: policy.resource.kindName.span, policy.resource.spec, of: policy.resource))
        return nil
      }
    }
  }

  private mutating func scopes(of policy: SignaturePolicy) -> [ListedScope] {
    guard let list = policy.scopes else { return [] }
    if !list.isComplete { leftOut.append(LeftOut(list, of: policy.resource)) }
    return list.entries.filter { !$0.isUnknown }.map { entry in
      ListedScope(
        scope: entry.value,
        origin: Origin(
          policy.resource, .listEntry(field: list.field, index: entry.index), value: entry.value, span: entry.span))
    }
  }

  // MARK: Against the registry lists

  /// Every scope must lie in allowedRegistries, when there are any, and outside of blockedRegistries.
  static func check(
    _ scopes: some Sequence<(scope: Bytewise, origin: Origin)>, kind: String, allowed: [ListedScope],
    blocked: [ListedScope]
  ) throws(OperatorError) {
    // The operator names any one; the smallest makes the answer the same on every run.
    let sorted = scopes.sorted { $0.scope < $1.scope }
    guard !sorted.isEmpty, !allowed.isEmpty || !blocked.isEmpty else { return }
    let allowedIndex = ScopeIndex(allowed)
    let blockedIndex = ScopeIndex(blocked)
    if !allowed.isEmpty, let outside = sorted.first(where: { !allowedIndex.encloses($0.scope.text) }) {
      throw OperatorError(
        "\(kind) configured for the scope \(outside.scope.text) is not nested inside allowedRegistries", .policy,
        origins: [outside.origin])
    }
    if let inside = sorted.first(where: { blockedIndex.encloses($0.scope.text) }) {
      var origins = [inside.origin]
      blockedIndex.forEachEnclosing(inside.scope.text) { _, origin in origins.append(origin) }
      throw OperatorError(
        "\(kind) configured for the scope \(inside.scope.text) is nested inside blockedRegistries", .policy,
        origins: origins)
    }
  }
}
