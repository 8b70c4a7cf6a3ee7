import RegistryConfig
import SourceText
import Testing

@testable import NodeConfig

struct ScopeTests {
  @Test(arguments: [
    ("a.b", "a.b", true), ("a.b/c", "a.b", true), ("a.bc", "a.b", false), ("a.b:5000", "a.b", false),
    ("*.a.b", "*.b", true), ("a.b", "*.a.b", false), ("b", "*.b", false), ("x.b/y", "*.b", true),
    ("x.b:5000/y", "*.b", true), ("q/x.b", "*.b", false), ("q/x.b:1", "*.b", false), ("x.b/y:1", "*.b", false),
    ("*.b", "*.b", true), ("x.", "*.", true), ("a.b/c/d", "a.b/c", true), ("a.b", "", false), ("/a", "", true),
  ])
  func nesting(sub: String, outer: String, isNested: Bool) {
    #expect(Scope.isNested(sub, inside: outer) == isNested)
    #expect(Self.nestedByDefinition(sub, outer) == isNested)
  }

  /// The comparison of two scopes as the operator writes it.
  static func nestedByDefinition(_ sub: String, _ outer: String) -> Bool {
    if sub == outer { return true }
    if sub.hasPrefix(outer + "/") { return true }
    guard outer.hasPrefix("*.") else { return false }
    let suffix = outer.dropFirst()
    if sub.contains(":") {
      let host = sub.prefix { $0 != ":" }
      return host.hasSuffix(suffix) && !host.contains("/")
    }
    return sub.prefix { $0 != "/" }.hasSuffix(suffix)
  }

  @Test func enclosingScopesAgreeWithTheDefinition() {
    var random = SplitMix(seed: 7)
    let scopes = (0..<400).map { _ in random.scope() }
    var index = ScopeIndex<Bool>()
    for scope in scopes { index.insert(scope, true) }
    var hits = 0
    for scope in (0..<400).map({ _ in random.scope() }) {
      var found: [String] = []
      index.forEachEnclosing(scope) { outer, _ in found.append(outer) }
      hits += found.count
      #expect(found.sorted() == Set(scopes).filter { Self.nestedByDefinition(scope, $0) }.sorted(), "\(scope)")
    }
    #expect(hits > 100)
  }

  @Test func registriesAreFoundAsByALinearSearch() throws {
    var random = SplitMix(seed: 11)
    var conf = RegistriesConf()
    conf.registries = Set((0..<300).map { _ in random.scope().withoutTrailingSlashes })
      .map { RegistriesConf.Registry(scope: $0) }
      .filter { !Scope.isWildcard($0.scope) || !$0.scope.dropFirst().contains { "/:@".contains($0) } }
    let loaded = try LoadedRegistries(conf, release: .newest)
    let sorted = conf.registries.map(\.scope).sorted { Bytewise($0) < Bytewise($1) }
    var hits = 0
    for name in (0..<600).map({ _ in random.scope() }) {
      var best = ""
      for prefix in sorted where prefix.count > best.count {
        if LoadedRegistries.matchLength(of: prefix, in: name) != nil { best = prefix }
      }
      #expect((loaded.find(name)?.prefix ?? "") == best, "\(name)")
      hits += best.isEmpty ? 0 : 1
    }
    #expect(hits > 50)
  }

  @Test(arguments: [
    ("m.io", "m.io:5000/x", 4), ("m.io", "m.iox/y", nil), ("*.io", "foo.io.example.io/a", nil), ("*.io", "foo.io/a", 6),
    ("*.io", "foo.io:5000/a", 6), ("*.io", "a/foo.io", nil), ("m.io/x", "m.io/x@sha256:0", 6), ("m.io/x", "m.io", nil),
  ])
  func prefixes(prefix: String, name: String, length: Int?) {
    #expect(LoadedRegistries.matchLength(of: prefix, in: name) == length)
  }

  @Test func preferencesAreSortedAsTheOperatorSortsThem() {
    func merged(_ lists: [String]) -> String {
      var graph = PreferenceGraph()
      for list in lists {
        let names = list.split(separator: " ").map { Bytewise(String($0)) }
        for (from, to) in zip(names, names.dropFirst()) { graph.addEdge(from: from, to: to) }
      }
      return graph.sorted().map(\.text).joined(separator: " ")
    }
    #expect(merged(["b c s", "a b s"]) == "a b c s")
    #expect(merged(["z b s", "a y s"]) == "a z y b s")
    #expect(merged(["a b s", "b a s"]) == "a b s")
    #expect(merged(["c a b s", "b c d s"]) == "a b c d s")
    #expect(merged(["m s n"]) == "m s n")
    #expect(merged(["a a s"]) == "a s")
  }
}

/// A small generator with a seed, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  /// Scopes of few parts, so that many are nested in each other.
  mutating func scope() -> String {
    let hosts = [
      "a.io", "b.a.io", "a.b.a.io", "io.io", "x.io.a.io", "a.io:5000", "b.a.io:1", "*.io", "*.a.io", "*.b.a.io", ".",
    ]
    var scope = hosts.randomElement(using: &self) ?? ""
    for _ in 0..<Int.random(in: 0...2, using: &self) {
      scope += "/" + (["a", "b", "a.io"].randomElement(using: &self) ?? "")
    }
    return scope + (["", "", "", ":1", "/"].randomElement(using: &self) ?? "")
  }
}
