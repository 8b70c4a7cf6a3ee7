/// Scopes by which to ask what covers a registry or repository.
///
/// A scope has few scopes that could enclose it (one for each path component and each label of the host), so asking a
/// hash table for each of them replaces a comparison with every entry of a long list.
/// Source: runtime-utils pkg/registries ScopeIsNestedInsideScope; containers/image looks up policy keys the same way.
/// Ports are not understood: `registry.example.com:5000` does not lie in `registry.example.com`.
public struct ScopeSet: Sendable {
  private var scopes: Set<String>
  private var lengths = ScopeLengths()

  public init(_ scopes: some Sequence<String>) { self.init(Array(scopes)) }

  public init(_ scopes: [String]) {
    self.scopes = Set(scopes)
    for scope in self.scopes { lengths.insert(scope) }
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
    scopes.isEmpty ? nil : ScopeNesting.enclosing(scope, of: lengths).first { scopes.contains($0) }
  }
}

/// The lengths of scopes, to leave out what cannot be one of them before it is made. Lengths 64 bytes apart are one.
public struct ScopeLengths: Sendable {
  private var bits: UInt64 = 0

  public init() {}

  /// Every length there is.
  public static let all: ScopeLengths = {
    var lengths = ScopeLengths()
    lengths.bits = .max
    return lengths
  }()

  public mutating func insert(_ scope: String) { bits |= 1 << UInt64(scope.utf8.count & 63) }

  /// False only when no scope has this length in bytes.
  public func mayHold(_ length: Int) -> Bool { bits & 1 << UInt64(length & 63) != 0 }
}

public enum ScopeNesting {
  /// Whether everything that `inner` stands for lies in `outer`.
  public static func isNested(_ inner: String, in outer: String) -> Bool {
    if inner == outer { return true }
    var length = ScopeLengths()
    length.insert(outer)
    return enclosing(inner, of: length).contains(outer)
  }

  /// Every scope that could enclose `scope`, innermost first, without itself: its parent namespaces, its registry, and
  /// the wildcards over its host. `a.b.io:5000/x/y` gives `a.b.io:5000/x`, `a.b.io:5000`, `*.b.io`, `*.io`.
  /// - Parameter lengths: Only those that have one of these lengths.
  public static func enclosing(_ scope: String, of lengths: ScopeLengths = .all) -> [String] {
    var scope = scope
    return scope.withUTF8 { bytes in
      var result: [String] = []
      func add(_ prefix: String, _ range: Range<Int>) {
        guard lengths.mayHold(prefix.utf8.count + range.count) else { return }
        result.append(prefix + String(decoding: bytes[range], as: UTF8.self))
      }
      var end = bytes.count
      while let slash = bytes[..<end].lastIndex(of: UInt8(ascii: "/")) {
        add("", 0..<slash)
        end = slash
      }
      let hostEnd = bytes[..<end].firstIndex(of: UInt8(ascii: ":")) ?? end
      // `*.b.io` lies in `*.io`; the wildcard itself is not its own parent.
      let isWildcard = hostEnd >= 2 && bytes[0] == UInt8(ascii: "*") && bytes[1] == UInt8(ascii: ".")
      for index in (isWildcard ? 2 : 0)..<hostEnd where bytes[index] == UInt8(ascii: ".") { add("*", index..<hostEnd) }
      return result
    }
  }
}
