import RegistryConfig

/// Which rule of a policy file decides on an image, and how. Always asked for the reference that the pod names, never
/// for a mirror.
/// Source: containers/image, signature/policy_eval.go and docker/policyconfiguration/naming.go.
struct PolicyDecision: Sendable {
  let path: String
  /// `docker:<scope>` or `default`.
  let scope: String
  let verdict: PullResolution.Verdict
  let origins: [Origin]

  init(_ reference: ImageReference, namespace: String?, in rendering: NodeRendering) {
    let namespaced = namespace.flatMap { rendering.namespacedPolicies[$0] }
    path = namespaced == nil ? NodePath.policy : NodePath.namespacedPolicy(namespace ?? "")
    let file = namespaced ?? rendering.policy
    for scope in file.isWithoutScopes ? [] : Self.scopes(of: reference, file.scopeLengths) {
      guard let rule = file.rule(of: scope) else { continue }
      self.scope = "docker:" + scope
      verdict = Self.verdict(of: rule.requirements)
      origins = rule.origins
      return
    }
    scope = "default"
    verdict = Self.verdict(of: [file.defaultRequirement])
    origins = []
  }

  /// The reference, its repository, every parent up to the host, then wildcards from the longest domain on. Ports are
  /// exact for plain scopes and ignored by wildcards.
  /// - Parameter lengths: Only those that have one of these lengths.
  static func scopes(of reference: ImageReference, _ lengths: ScopeLengths = .all) -> [String] {
    var scopes: [String] = []
    if lengths.mayHold(reference.textLength) { scopes.append(reference.text) }
    var name = reference.name[...]
    while true {
      if lengths.mayHold(name.utf8.count) { scopes.append(String(name)) }
      guard let slash = name.utf8.lastIndex(of: UInt8(ascii: "/")) else { break }
      name = name[..<slash]
    }
    if let colon = name.utf8.firstIndex(of: UInt8(ascii: ":")) { name = name[..<colon] }
    while let dot = name.utf8.firstIndex(of: UInt8(ascii: ".")) {
      name = name[name.utf8.index(after: dot)...]
      if lengths.mayHold(2 + name.utf8.count) { scopes.append("*." + name) }
    }
    return scopes
  }

  /// All requirements must hold.
  private static func verdict(of requirements: [PolicyRequirement]) -> PullResolution.Verdict {
    var verdict = PullResolution.Verdict.accept
    for requirement in requirements {
      switch requirement {
      case .reject: return .reject
      case .sigstoreSigned: verdict = .signatureRequired
      case .insecureAcceptAnything: break
      }
    }
    return requirements.isEmpty ? .reject : verdict
  }
}
