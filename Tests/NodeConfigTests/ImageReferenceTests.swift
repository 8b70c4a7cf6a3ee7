import Testing

@testable import NodeConfig

struct ImageReferenceTests {
  @Test(arguments: [
    ("nginx", "docker.io/library/nginx"), ("a/b", "docker.io/a/b"), ("docker.io/nginx:1", "docker.io/library/nginx:1"),
    ("index.docker.io/x", "docker.io/library/x"), ("localhost/x", "localhost/x"),
    ("r.io:5000/x/y:z", "r.io:5000/x/y:z"),
    ("my_reg.io/x", "my_reg.io/x"), ("R.io/x", "R.io/x"), ("r.io/a__b/c--d", "r.io/a__b/c--d"),
    ("nginx:5000", "docker.io/library/nginx:5000"),
  ])
  func normalises(text: String, full: String) throws {
    #expect(try ImageReference(normalizing: text).text == full)
  }

  @Test(arguments: [
    ("r.io/X", "invalid reference format: repository name must be lowercase"),
    ("r.io/a..b", "invalid reference format"), ("r.io/a___b", "invalid reference format"),
    ("r.io/a:", "invalid reference format"), ("r.io/", "invalid reference format"),
    ("My_reg.io/x", "repository name must be lowercase"), ("-r.io/x", "invalid reference format"),
    ("r.io/x@sha256:abc", "invalid reference format"),
    ("r.io/x@sha256:" + String(repeating: "a", count: 63), "invalid checksum digest length"),
    ("r.io/x@sha256:" + String(repeating: "A", count: 64), "invalid checksum digest format"),
    ("r.io/x@md5:" + String(repeating: "a", count: 32), "unsupported digest algorithm"),
    ("r.io/" + String(repeating: "a", count: 255), "repository name must not be more than 255 characters"),
    ("r.io/x:" + String(repeating: "t", count: 129), "invalid reference format"),
    (
      String(repeating: "a", count: 64),
      "invalid repository name (\(String(repeating: "a", count: 64))), cannot specify 64-byte hexadecimal strings"
    ),
  ])
  func refuses(text: String, message: String) {
    #expect(throws: ImageReference.Problem(message: message)) { try ImageReference(normalizing: text) }
  }

  @Test func canonicalFormIsWrittenInFull() {
    #expect(throws: ImageReference.Problem(message: "repository name must be canonical")) {
      try ImageReference(canonical: "docker.io/nginx")
    }
  }

  @Test func policyScopesAreTriedFromTheReferenceToTheWidestWildcard() throws {
    let reference = try ImageReference(normalizing: "a.b.io:5000/x/y:1")
    #expect(
      PolicyDecision.scopes(of: reference) == [
        "a.b.io:5000/x/y:1", "a.b.io:5000/x/y", "a.b.io:5000/x", "a.b.io:5000", "*.b.io", "*.io",
      ])
  }
}
