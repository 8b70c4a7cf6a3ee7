import RegistryConfig

/// An entry of one of the registry lists, with its place.
struct ListedScope: Sendable {
  let scope: String
  let origin: Origin
}

extension RegistriesConf {
  /// Writes insecure and blocked scopes and mirrors into the file, as runtime-utils' `EditRegistriesConfig` does.
  ///
  /// Insecure and blocked reach every entry nested in their scope, whatever the order of the lists; an entry without
  /// mirrors below a mirrored source gets a copy of the mirrors of the first such source in the order of the file:
  /// the outermost, not the nearest.
  mutating func edit(
    insecure: [ListedScope], blocked: [ListedScope], digestMirrors: [MergedMirrors], tagMirrors: [MergedMirrors],
    release: Release
  ) throws(OperatorError) {
    var numbers: [Bytewise: Int] = [:]
    add(digestMirrors, .digestOnly, release, &numbers)
    add(tagMirrors, .tagOnly, release, &numbers)
    for entry in blocked { registries[number(of: entry.scope, &numbers)].origins.append(entry.origin) }
    for entry in insecure { registries[number(of: entry.scope, &numbers)].origins.append(entry.origin) }
    flag(insecure: ScopeIndex(insecure), blocked: ScopeIndex(blocked))
    try inheritMirrors(from: digestMirrors + tagMirrors, numbers)
  }

  private mutating func number(of scope: String, _ numbers: inout [Bytewise: Int]) -> Int {
    let key = Bytewise(scope)
    if let number = numbers[key] { return number }
    numbers[key] = registries.count
    registries.append(Registry(scope: scope))
    return registries.count - 1
  }

  private mutating func add(
    _ sets: [MergedMirrors], _ mode: PullMode, _ release: Release, _ numbers: inout [Bytewise: Int]
  ) {
    for set in sets {
      let index = number(of: set.source, &numbers)
      registries[index].origins += set.sourceOrigins
      if set.neverContactSource {
        registries[index].isBlocked = true
        registries[index].blockedOrigins += set.neverContactOrigins
      }
      if !release.writesPullModes { registries[index].mirrorByDigestOnly = true }
      for mirror in set.mirrors {
        registries[index].mirrors.append(
          Mirror(location: mirror.location, pullMode: release.writesPullModes ? mode : nil, origins: mirror.origins))
      }
    }
  }

  private mutating func flag(insecure: ScopeIndex<Origin>, blocked: ScopeIndex<Origin>) {
    guard !insecure.isEmpty || !blocked.isEmpty else { return }
    for index in registries.indices {
      let scope = registries[index].scope
      insecure.forEachEnclosing(scope) { _, origin in
        registries[index].isInsecure = true
        registries[index].insecureOrigins.append(origin)
      }
      blocked.forEachEnclosing(scope) { _, origin in
        registries[index].isBlocked = true
        registries[index].blockedOrigins.append(origin)
      }
      guard !insecure.isEmpty else { continue }
      for mirror in registries[index].mirrors.indices {
        insecure.forEachEnclosing(registries[index].mirrors[mirror].location) { _, origin in
          registries[index].mirrors[mirror].isInsecure = true
          registries[index].mirrors[mirror].insecureOrigins.append(origin)
        }
      }
    }
  }

  private mutating func inheritMirrors(
    from sets: [MergedMirrors], _ numbers: [Bytewise: Int]
  ) throws(OperatorError) {
    var order = ScopeIndex<Int>()
    for (position, set) in sets.enumerated() { order.insert(set.source, position) }
    var refused: (position: Int, registry: Int)?
    for index in registries.indices where registries[index].mirrors.isEmpty {
      let scope = registries[index].scope
      var first: Int?
      order.forEachEnclosing(scope) { _, position in first = min(first ?? position, position) }
      guard let first else { continue }
      let source = sets[first].source
      if Scope.isWildcard(source) {
        if refused.map({ first < $0.position }) ?? true { refused = (first, index) }
        continue
      }
      guard let parent = numbers[Bytewise(source)] else { continue }
      let remainder = String(decoding: scope.utf8.dropFirst(source.utf8.count), as: UTF8.self)
      registries[index].mirrorByDigestOnly = registries[parent].mirrorByDigestOnly
      registries[index].inheritsMirrorsOf = source
      registries[index].mirrors = registries[parent].mirrors.map { mirror in
        var mirror = mirror
        mirror.location += remainder
        return mirror
      }
    }
    if let refused {
      let set = sets[refused.position]
      throw OperatorError(
        "internal error: mirrorsAdjustedForNestedScope for a wildcard scope \(GoQuoting.quote(set.source))",
        .registriesConf, origins: Array((registries[refused.registry].origins + set.sourceOrigins).prefix(2)))
    }
  }
}

extension ScopeIndex where Value == Origin {
  init(_ entries: [ListedScope]) {
    self.init()
    for entry in entries { insert(entry.scope, entry.origin) }
  }
}
