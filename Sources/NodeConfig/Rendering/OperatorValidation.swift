import RegistryConfig

/// The operator's checks before it writes, in its order and words.
/// Source: machine-config-operator, container-runtime-config/helpers.go, `validateRegistriesConfScopes`.
struct OperatorValidation {
  let release: Release

  func checkRegistriesConf(
    insecure: [ListedScope], blocked: [ListedScope], lists: some Sequence<MirrorList>
  ) throws(OperatorError) {
    try check(insecure, name: "insecure", .registriesConf)
    try check(blocked, name: "blocked", .registriesConf)
    var firstOfSource: [Bytewise: MirrorList] = [:]
    for list in lists { try check(list, &firstOfSource) }
  }

  func checkPolicy(blocked: [ListedScope], allowed: [ListedScope]) throws(OperatorError) {
    try check(blocked, name: "blocked", .policy)
    try check(allowed, name: "allowed", .policy)
  }

  private func check(_ entries: [ListedScope], name: String, _ stage: OperatorError.Stage) throws(OperatorError) {
    for entry in entries where !ScopeGrammar.isRegistriesConfScope(entry.scope) {
      throw OperatorError(
        "invalid entry for \(name) registries \(GoQuoting.quote(entry.scope))", stage, origins: [entry.origin])
    }
  }

  private func check(_ list: MirrorList, _ firstOfSource: inout [Bytewise: MirrorList]) throws(OperatorError) {
    func refuse(_ message: String, _ origins: [Origin]) -> OperatorError {
      OperatorError(message, .registriesConf, origins: origins)
    }
    if release.checksMirrorGrammar {
      guard RegistryScope.isSource(list.source) else {
        throw refuse("invalid format for source \(GoQuoting.quote(list.source))", [list.sourceOrigin])
      }
    } else {
      guard !list.source.isEmpty else {
        throw refuse("invalid empty entry for source configuration", [list.sourceOrigin])
      }
      try checkWildcard(list.source, list.sourceOrigin)
    }
    if release.knowsMirrorSets { try checkPolicy(of: list, &firstOfSource) }
    for mirror in list.mirrors {
      if release.checksMirrorGrammar {
        guard RegistryScope.isMirror(mirror.location) else {
          throw refuse("invalid format for mirror \(GoQuoting.quote(mirror.location))", [mirror.origin])
        }
      } else {
        guard !mirror.location.isEmpty else {
          throw refuse("invalid empty entry for mirror configuration", [mirror.origin])
        }
        try checkWildcard(mirror.location, mirror.origin)
      }
      if release.knowsMirrorSets, list.neverContactsSource, mirror.location.equalsBytes(list.source) {
        throw refuse(
          "cannot set mirrorSourcePolicy: NeverContactSource if the source \(GoQuoting.quote(list.source)) "
            + "is one of the mirrors", [mirror.origin, list.policyOrigin ?? list.sourceOrigin])
      }
    }
  }

  private func checkWildcard(_ text: String, _ origin: Origin) throws(OperatorError) {
    guard text.utf8.contains(UInt8(ascii: "*")) else { return }
    throw OperatorError(
      "wildcard entries are not supported with mirror configuration \(GoQuoting.quote(text))", .registriesConf,
      origins: [origin])
  }

  private func checkPolicy(
    of list: MirrorList, _ firstOfSource: inout [Bytewise: MirrorList]
  ) throws(OperatorError) {
    let key = Bytewise(list.source)
    guard let first = firstOfSource[key] else {
      firstOfSource[key] = list
      return
    }
    guard !first.effectivePolicy.equalsBytes(list.effectivePolicy) else { return }
    let places =
      release.namesICSPInPolicyConflict
      ? "imagedigestmirrorsets, imagetagmirrorsets, or imagecontentsourcepolicies"
      : "imagedigestmirrorsets and/or imagetagmirrorsets"
    throw OperatorError(
      "conflicting mirrorSourcePolicy is set for the same source \(GoQuoting.quote(list.source)) in \(places)",
      .registriesConf,
      origins: [list.policyOrigin ?? list.sourceOrigin, first.policyOrigin ?? first.sourceOrigin])
  }
}

extension MirrorList {
  fileprivate var effectivePolicy: String { policy.isEmpty ? "AllowContactingSource" : policy }
}
