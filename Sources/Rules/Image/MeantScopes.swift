import RegistryConfig

/// What the entries of a list were meant to cover. An entry with a scheme, a slash or a misplaced star is a finding of
/// its own; that it does not cover what it should is not a second one.
struct MeantScopes {
  private let scopes: ScopeSet
  /// Every scope that encloses an entry: what has a part of it in the list.
  private let enclosing: Set<String>

  init(_ list: RegistryList) {
    let meant = list.known.map { Self.meant($0.value) }
    scopes = ScopeSet(meant)
    enclosing = Set(meant.flatMap { ScopeNesting.enclosing($0) })
  }

  /// Whether an entry covers the whole scope.
  func covers(_ scope: String) -> Bool { scopes.covers(scope) }

  /// Whether an entry covers the scope or lies in it.
  func touches(_ scope: String) -> Bool { scopes.covers(scope) || enclosing.contains(scope) }

  private static func meant(_ value: String) -> String {
    switch RegistryEntryForm(value) {
    case .valid: return value
    case .wildcard:
      let host = ImageName(value).host
      if host.hasPrefix("*") { return host.hasPrefix("*.") ? host : "*." + host.dropFirst() }
      let repository = ImageName(value).repository
      return repository.hasSuffix("/*") ? String(repository.dropLast(2)) : repository
    case .whitespace:
      let trimmed = value.split { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
      return trimmed.first.map { ImageName(String($0)).repository } ?? ""
    default: return ImageName(value).repository
    }
  }
}
