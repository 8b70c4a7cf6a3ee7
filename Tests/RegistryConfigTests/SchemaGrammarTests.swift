import RegistryConfig
import Testing

@Suite struct SchemaGrammarTests {
  @Test(arguments: [
    "a.io", "localhost", "localhost:5000/x", "a.io:5000", "a.io:v1", "a.io:5000:v1", "a.io/b/c_d:v1.2-x", "A.io",
    "a.io@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "a.io:80/x:v1@sha256+b64u:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "a.io:5000x",
  ])
  func imageSpecifications(text: String) {
    #expect(SignatureScope.isImageSpecification(text))
  }

  @Test(arguments: [
    "", "a", "a:5000", "localhosts", "localhost.", "a.io/", "a.io/A", "a.io:", "a.io:5000x/y", "a.io@sha256:aa",
    "a.io:-x",
    "a.io@sha256aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "a.io/x:v1/y", "*.a.io",
    "a.io@1sha:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
  ])
  func noImageSpecifications(text: String) {
    #expect(!SignatureScope.isImageSpecification(text))
  }

  @Test func tagsInRepositories() {
    for text in ["a.io:v1", "a.io:5000", "a.io/x:v1", "localhost:v1"] { #expect(SignatureScope.endsWithTag(text)) }
    for text in ["a.io", "localhost:5000", "a.io:5000/x", "a.io:"] { #expect(!SignatureScope.endsWithTag(text)) }
  }

  @Test func imageContentPolicy() {
    for text in ["a.io", "a", "a:80/B_c/d", "a.io/x:t", "a.io/x@y:z/w", "a/x@@", "a/@", "a/x@"] {
      #expect(ContentPolicySource.matches(text), "\(text)")
    }
    for text in ["", "1a.io", "a.1o", "a-", "a:", "a//b", "a/x:t/u", "a/b\n", "a:t", "a/x:"] {
      #expect(!ContentPolicySource.matches(text), "\(text)")
    }
  }

  @Test func base64() {
    #expect(Base64Text.decode("") == [])
    #expect(Base64Text.decode("YQ==") == Array("a".utf8))
    #expect(Base64Text.decode("YWI=") == Array("ab".utf8))
    #expect(Base64Text.decode("YWJjZA==") == Array("abcd".utf8))
    #expect(Base64Text.decode("YWJj\nZA==\n", ignoringLineEnds: true) == Array("abcd".utf8))
    for text in ["Y", "YQ", "YQ=", "YQ===", "=", "YQ==YQ==", "Y Q=", "YWJj\n", "YWJj=", "YWJj-A=="] {
      #expect(Base64Text.decode(text) == nil, "\(text)")
    }
  }

  @Test func markersOfKeys() {
    let key = "LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0KYQotLS0tLUVORCBQVUJMSUMgS0VZLS0tLS0="
    #expect(ValueGrammar.pemBegins("PUBLIC KEY").matches(key) && ValueGrammar.pemEnds("PUBLIC KEY").matches(key))
    #expect(!ValueGrammar.pemBegins("CERTIFICATE").matches(key) && !ValueGrammar.pemEnds("CERTIFICATE").matches(key))
    #expect(!ValueGrammar.pemBegins("PUBLIC KEY").matches("-----BEGIN PUBLIC KEY-----"))
  }

  @Test func names() {
    for text in ["a", "a.b-c", "0", String(repeating: "a", count: 253)] { #expect(ObjectName.isSubdomain(text)) }
    for text in ["", "A", "a_b", "-a", "a-", "a..b", ".a", "a.", String(repeating: "a", count: 254)] {
      #expect(!ObjectName.isSubdomain(text))
    }
    for text in ["a", "A_b-c.d", "reg.io..5000", "-.."] {
      #expect(ObjectName.isConfigMapKey(text))
    }
    for text in ["", ".", "..", "..a", "a:b", "a/b", "é"] { #expect(!ObjectName.isConfigMapKey(text)) }
  }
}
