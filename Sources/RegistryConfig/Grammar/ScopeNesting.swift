/// Scopes by which to ask what covers a registry or repository.
///
/// A scope has few scopes that could enclose it (one for each path component and each label of the host), so asking a
/// hash table for each of them replaces a comparison with every entry of a long list.
/// Source: runtime-utils pkg/registries ScopeIsNestedInsideScope; containers/image looks up policy keys the same way.
/// Ports are not understood: `registry.example.com:5000` does not lie in `registry.example.com`.
public struct ScopeSet: Sendable {
  private var scopes: Set<String>

  public init(_ scopes: some Sequence<String>) {
    self.scopes = Set(scopes)
  }

  public var isEmpty: Bool { scopes.isEmpty }

  /// Whether one of the scopes equals `scope` or encloses it.
  public func covers(_ scope: String) -> Bool { covering(scope) != nil }

  /// The innermost scope that equals `scope` or encloses it; of a host and a wildcard the host.
  public func covering(_ scope: String) -> String? {
    if scopes.contains(scope) { return scope }
    return enclosing(scope)
  }

  /// The innermost scope that encloses `scope` and is not the same.
  public func enclosing(_ scope: String) -> String? {
    ScopeNesting.enclosing(scope).first { scopes.contains($0) }
  }
}

public enum ScopeNesting {
  /// Whether everything that `inner` stands for lies in `outer`.
  public static func isNested(_ inner: String, in outer: String) -> Bool {
    inner == outer || enclosing(inner).contains(outer)
  }

  /// Every scope that could enclose `scope`, innermost first, without itself: its parent namespaces, its registry, and
  /// the wildcards over its host. `a.b.io:5000/x/y` gives `a.b.io:5000/x`, `a.b.io:5000`, `*.b.io`, `*.io`.
  public static func enclosing(_ scope: String) -> [String] {
    var result: [String] = []
    let bytes = scope.utf8
    var end = bytes.endIndex
    while let slash = scope[..<end].utf8.lastIndex(of: UInt8(ascii: "/")) {
      result.append(String(scope[..<slash]))
      end = slash
    }
    let host = scope[..<(scope[..<end].utf8.firstIndex(of: UInt8(ascii: ":")) ?? end)]
    // `*.b.io` lies in `*.io`; the wildcard itself is not its own parent.
    let isWildcard = host.utf8.starts(with: "*.".utf8)
    for index in host.utf8.indices.dropFirst(isWildcard ? 2 : 0) where bytes[index] == UInt8(ascii: ".") {
      result.append("*" + host[index...])
    }
    return result
  }
}
