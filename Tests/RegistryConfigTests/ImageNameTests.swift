import RegistryConfig
import Testing

@Suite struct ImageNameTests {
  struct Parts: Equatable, Sendable {
    var scheme: String?
    var user: String?
    var host: String
    var port: String?
    var path: String?
    var tag: String?
    var digest: String?
  }

  @Test(arguments: [
    ("quay.io", Parts(host: "quay.io")),
    ("reg.io:5000", Parts(host: "reg.io", port: "5000")),
    ("reg.io:5000/a/b:v1", Parts(host: "reg.io", port: "5000", path: "a/b", tag: "v1")),
    ("reg.io/a@sha256:00ff", Parts(host: "reg.io", path: "a", digest: "sha256:00ff")),
    ("reg.io/a:v1@sha256:00ff", Parts(host: "reg.io", path: "a", tag: "v1", digest: "sha256:00ff")),
    ("com@sha256:00ff", Parts(host: "com", digest: "sha256:00ff")),
    ("nginx:latest", Parts(host: "nginx", tag: "latest")),
    ("https://reg.io/a/", Parts(scheme: "https", host: "reg.io", path: "a/")),
    ("https://u:p@reg.io:5000/a", Parts(scheme: "https", user: "u:p", host: "reg.io", port: "5000", path: "a")),
    ("[fd00::1]:5000/a", Parts(host: "[fd00::1]", port: "5000", path: "a")),
    ("reg.io:/a", Parts(host: "reg.io:", path: "a")),
    ("", Parts(host: "")),
  ])
  func splits(_ text: String, _ parts: Parts) {
    let name = ImageName(text)
    #expect(
      Parts(
        scheme: name.scheme, user: name.userInfo, host: name.host, port: name.port, path: name.path, tag: name.tag,
        digest: name.digest) == parts)
  }

  @Test func knowsSecrets() {
    #expect(ImageName("user:pass@reg.io").hasSecret)
    #expect(ImageName("https://user:pass@reg.io:5000/a").hasSecret)
    #expect(!ImageName("user@reg.io").hasSecret)
    #expect(!ImageName("nginx:1.2@sha256:00ff").hasSecret)
    #expect(!ImageName("reg.io:5000/a@sha256:00ff").hasSecret)
  }

  @Test func repositoryHasNoExtras() {
    #expect(ImageName("https://reg.io:5000/a/b//").repository == "reg.io:5000/a/b")
    #expect(ImageName("reg.io/a:v1@sha256:00ff").repository == "reg.io/a")
  }
}

@Suite struct ScopeNestingTests {
  @Test func enclosingScopesAreOrdered() {
    #expect(
      ScopeNesting.enclosing("a.b.io:5000/x/y") == ["a.b.io:5000/x", "a.b.io:5000", "*.b.io", "*.io"])
    #expect(ScopeNesting.enclosing("*.b.io") == ["*.io"])
    #expect(ScopeNesting.enclosing("localhost") == [])
  }

  @Test func portsAreNotUnderstood() {
    #expect(!ScopeNesting.isNested("r.io:5000/x", in: "r.io"))
    #expect(ScopeNesting.isNested("x.r.io:5000/x", in: "*.r.io"))
    #expect(!ScopeNesting.isNested("r.io", in: "*.r.io"))
    #expect(!ScopeNesting.isNested("r.io/xy", in: "r.io/x"))
    #expect(ScopeSet(["r.io/x", "r.io"]).covering("r.io/x/y") == "r.io/x")
    #expect(ScopeSet(["r.io/x", "r.io"]).enclosing("r.io/x") == "r.io")
  }
}

@Suite struct RegistryEntryFormTests {
  @Test(arguments: [
    ("quay.io", RegistryEntryForm.valid), ("*.reg.io", .valid), ("Reg.IO:99999/a", .valid), ("", .empty),
    (" quay.io", .whitespace), ("a b", .whitespace), ("u:p@quay.io", .secret), (" u:p@quay.io", .secret), ("http://quay.io", .scheme),
    ("docker://quay.io/", .scheme), ("*", .wildcard), ("*.", .wildcard), ("quay.io/*", .wildcard),
    ("*.a.io:5000", .wildcard), ("*.a_b.io", .wildcard), ("reg.io/a:v1", .tagOrDigest),
    ("reg.io/a@sha256:00ff", .tagOrDigest), ("nginx:latest", .tagOrDigest), ("reg.io/", .trailingSlash),
    ("reg.io/a//", .trailingSlash), ("reg.io/A", .other), ("my_host/a", .other), ("[::1]:5000", .other), ("reg.io:", .other),
    ("r.io:x/a-", .other), ("user@reg.io", .other),
  ])
  func findsTheFirstCause(_ text: String, _ form: RegistryEntryForm) {
    #expect(RegistryEntryForm(text) == form)
  }

  @Test(arguments: [
    ("reg.io/a:v1", false), ("reg.io/ns/img:v1", true), ("a.io/b@sha256:00ff", false), ("a.io/b/c@sha256:00ff", true),
    ("a.io/b/c:t@sha256:00ff", false), ("reg.io:", true), ("reg.io/a/", true), ("a.io/b/c/d", false), ("reg.io:5000", true),
  ])
  func knowsWhatTheAtomicTransportLoads(_ text: String, _ loads: Bool) {
    #expect(AtomicPolicyScope.isLoadable(text) == loads)
  }
}
