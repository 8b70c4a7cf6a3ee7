import RegistryConfig

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
    var length = ScopeLengths()
    length.insert(outer)
    forEachEnclosing(sub, wildcards: isWildcard(outer), of: length) { candidate in
      if candidate.equalsBytes(outer) { found = true }
    }
    return found
  }

  /// Calls `body` with every scope that could enclose `scope`, `scope` itself first.
  ///
  /// A scope has few possible enclosing scopes (one a path component, one a label), so asking a hash table for each
  /// replaces the operator's comparison of all pairs.
  /// - Parameter lengths: Only those that have one of these lengths.
  public static func forEachEnclosing(
    _ scope: String, wildcards: Bool = true, of lengths: ScopeLengths = .all, _ body: (String) -> Void
  ) {
    if lengths.mayHold(scope.utf8.count) { body(scope) }
    var scope = scope
    scope.withUTF8 { bytes in
      var firstColon: Int?
      var firstSlash: Int?
      for index in bytes.indices {
        if bytes[index] == UInt8(ascii: "/") {
          if firstSlash == nil { firstSlash = index }
          if lengths.mayHold(index) { body(String(decoding: bytes[..<index], as: UTF8.self)) }
        } else if bytes[index] == UInt8(ascii: ":"), firstColon == nil {
          firstColon = index
        }
      }
      guard wildcards else { return }
      // The text before the first colon counts as the host, and a slash in it means there is none.
      if let colon = firstColon, let slash = firstSlash, slash < colon { return }
      let hostEnd = firstColon ?? firstSlash ?? bytes.count
      // Of a wildcard, the host itself was already given.
      let isGiven = firstColon == nil && bytes.first == UInt8(ascii: "*")
      for index in bytes.indices[..<hostEnd].dropFirst(isGiven ? 2 : 0)
      where bytes[index] == UInt8(ascii: ".") && lengths.mayHold(1 + hostEnd - index) {
        body("*" + String(decoding: bytes[index..<hostEnd], as: UTF8.self))
      }
    }
  }
}

/// Values by scope, to find all scopes that enclose another one without comparing it with each.
struct ScopeIndex<Value> {
  private(set) var values: [Bytewise: Value] = [:]
  private var hasWildcards = false
  private var lengths = ScopeLengths()

  init() {}

  /// Keeps the first value of a scope.
  mutating func insert(_ scope: String, _ value: @autoclosure () -> Value) {
    if Scope.isWildcard(scope) { hasWildcards = true }
    let key = Bytewise(scope)
    if values[key] == nil { values[key] = value() }
    lengths.insert(scope)
  }

  var isEmpty: Bool { values.isEmpty }

  subscript(scope: String) -> Value? { values[Bytewise(scope)] }

  /// The scopes that `scope` is nested in, itself first when it is there.
  func forEachEnclosing(_ scope: String, _ body: (String, Value) -> Void) {
    guard !values.isEmpty else { return }
    Scope.forEachEnclosing(scope, wildcards: hasWildcards, of: lengths) { candidate in
      if let value = values[Bytewise(candidate)] { body(candidate, value) }
    }
  }

  func encloses(_ scope: String) -> Bool {
    var found = false
    forEachEnclosing(scope) { _, _ in found = true }
    return found
  }
}
