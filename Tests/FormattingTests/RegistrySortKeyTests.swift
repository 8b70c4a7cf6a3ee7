import Testing

@testable import Formatting

@Suite struct RegistrySortKeyTests {
  @Test func registriesInCanonicalOrder() {
    let ordered = [
      "10.0.0.9", "10.0.0.9:80", "10.0.0.10:5", "10.1.0.0/x", "com", "example.com", "example.com/a", "example.com:443",
      "example.com:5000", "example.com:10000", "example.com:10000/a", "example.com:99999999999999999999",
      "*.example.com", "a.example.com", "b.a.example.com", "a-b.example.com", "quay.io", "quay.io/", "quay.io/a",
      "quay.io/a/b", "quay.io/a-b", "quay.io/a_b", "quay.io/aa", "localhost", "localhost:5000",
    ]
    #expect(ordered.reversed().sorted { RegistrySortKey(registry: $0) < RegistrySortKey(registry: $1) } == ordered)
  }

  @Test func certificateKeysAreOrderedAsTheirRegistries() {
    let keys = ["quay.io", "a.example.com..10000", "a.example.com..443", "a.example.com", "updateservice-registry", "a..b"]
    let sorted = keys.sorted { RegistrySortKey(certificateKey: $0) < RegistrySortKey(certificateKey: $1) }
    #expect(
      sorted == ["a..b", "a.example.com", "a.example.com..443", "a.example.com..10000", "quay.io", "updateservice-registry"])
    #expect(RegistrySortKey(registry: "A.io") != RegistrySortKey(registry: "a.io"))
    #expect(RegistrySortKey(registry: "A.io") < RegistrySortKey(registry: "b.io"))
    for odd in ["", ":", "/", "..", "*", "a:b:c", "[::1]:5000", ".", "a@sha256:00", " "] {
      #expect(!(RegistrySortKey(registry: odd) < RegistrySortKey(registry: odd)))
      #expect(!(RegistrySortKey(certificateKey: odd) < RegistrySortKey(certificateKey: odd)))
    }
  }
}
