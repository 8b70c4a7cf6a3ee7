import RegistryConfig
import Testing

@Suite struct RegistryScopeTests {
  @Test(arguments: [
    "quay.io", "Quay.IO", "registry", "localhost:5000", "10.0.0.1:99999", "r.io/a.b_c__d", "r.io/a-----b/c", "1.2.3.4/x",
  ])
  func mirrors(text: String) {
    #expect(RegistryScope.isMirror(text) && RegistryScope.isSource(text))
  }

  @Test(arguments: [
    "", "r.io/", "r.io/a..b", "r.io/a___b", "r.io/a._b", "r.io/-a", "r.io/a-", "r.io/A", "r.io:", "r.io:x", "r_x.io",
    "https://r.io", "r.io/a:v1", "r.io/a@sha256:00", "-r.io", "r-.io", "r..io", "[::1]:5000", " r.io", "r.io//a",
  ])
  func neither(text: String) {
    #expect(!RegistryScope.isMirror(text) && !RegistryScope.isSource(text))
  }

  @Test func wildcardsAreSourcesOnly() {
    for text in ["*.io", "*.a.b"] { #expect(RegistryScope.isSource(text) && !RegistryScope.isMirror(text)) }
    for text in ["*", "*.", "*.a/b", "*.a:5000", "a.*.b", "**.a", "*a.b"] { #expect(!RegistryScope.isSource(text)) }
  }

  @Test func longNamesTakeLinearTime() {
    let name = "registry.redhat.io/" + String(repeating: "a", count: 200_000) + "@"
    #expect(!RegistryScope.isSource(name))
  }
}
