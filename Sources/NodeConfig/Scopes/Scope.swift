/// How the operator relates scopes: `registry.example.com:5000/team`, `*.example.com`.
/// Source: runtime-utils, pkg/registries/registries.go.
public enum Scope {
  /// Whether the scope stands for all hosts below a domain.
  public static func isWildcard(_ scope: String) -> Bool {
    scope.startsWithBytes("*.")
  }

  /// Whether everything that `sub` stands for lies in `outer`, as the operator decides it (`ScopeIsNestedInsideScope`):
  /// equal, below it after a `/`, or a host that a wildcard covers. Ports are not understood: `m.io:5000` is not in
  /// `m.io`.
  public static func isNested(_ sub: String, inside outer: String) -> Bool {
    var found = false
    forEachEnclosing(sub, wildcards: isWildcard(outer)) { candidate in
      if candidate.equalsBytes(outer) { found = true }
    }
    return found
  }

  /// Calls `body` with every scope that could enclose `scope`, `scope` itself first.
  ///
  /// A scope has few possible enclosing scopes (one a path component, one a label), so asking a hash table for each
  /// replaces the operator's comparison of all pairs.
  public static func forEachEnclosing(_ scope: String, wildcards: Bool = true, _ body: (String) -> Void) {
    body(scope)
    let bytes = scope.utf8
    var firstColon: String.Index?
    var firstSlash: String.Index?
    for index in bytes.indices {
      if bytes[index] == UInt8(ascii: "/") {
        if firstSlash == nil { firstSlash = index }
        body(String(scope[..<index]))
      } else if bytes[index] == UInt8(ascii: ":"), firstColon == nil {
        firstColon = index
      }
    }
    guard wildcards else { return }
    // The text before the first colon counts as the host, and a slash in it means there is none.
    if let colon = firstColon, let slash = firstSlash, slash < colon { return }
    let host = scope[..<(firstColon ?? firstSlash ?? bytes.endIndex)]
    // Of a wildcard, the host itself was already given.
    let isGiven = firstColon == nil && host.utf8.first == UInt8(ascii: "*")
    for index in host.utf8.indices.dropFirst(isGiven ? 2 : 0) where bytes[index] == UInt8(ascii: ".") {
      body("*" + host[index...])
    }
  }
}

/// Values by scope, to find all scopes that enclose another one without comparing it with each.
struct ScopeIndex<Value> {
  private(set) var values: [Bytewise: Value] = [:]
  private var hasWildcards = false

  init() {}

  /// Keeps the first value of a scope.
  mutating func insert(_ scope: String, _ value: @autoclosure () -> Value) {
    if Scope.isWildcard(scope) { hasWildcards = true }
    let key = Bytewise(scope)
    if values[key] == nil { values[key] = value() }
  }

  var isEmpty: Bool { values.isEmpty }

  subscript(scope: String) -> Value? { values[Bytewise(scope)] }

  /// The scopes that `scope` is nested in, itself first when it is there.
  func forEachEnclosing(_ scope: String, _ body: (String, Value) -> Void) {
    guard !values.isEmpty else { return }
    Scope.forEachEnclosing(scope, wildcards: hasWildcards) { candidate in
      if let value = values[Bytewise(candidate)] { body(candidate, value) }
    }
  }

  func encloses(_ scope: String) -> Bool {
    var found = false
    forEachEnclosing(scope) { _, _ in found = true }
    return found
  }
}
