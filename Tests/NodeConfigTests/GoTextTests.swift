import Testing

@testable import NodeConfig

/// Texts as Go's encoders write them.
struct GoTextTests {
  @Test func quotedAsInMessages() {
    #expect(
      GoQuoting.quote("a\"b\\c\n\u{7}\u{1}\u{7f}é\u{a0}\u{1f600}\u{e000}")
        == #""a\"b\\c\n\a\x01\x7fé\u00a0😀\ue000""#)
    #expect(GoQuoting.quote(["a", "b c"]) == #"["a" "b c"]"#)
  }

  @Test func quotedAsInTOML() {
    #expect(TOMLText.quote("a\"\\\n\t\u{1}\u{7f}é") == #""a\"\\\n\t\u0001\u007fé""#)
  }

  @Test func quotedAsInJSON() {
    let value = GoJSONValue.string("<a&b>\"\\\n\u{8}\u{1}\u{2028}é\u{7f}")
    #expect(
      GoJSON.text(of: value, indent: nil, shortControlEscapes: true)
        == #""\u003ca\u0026b\u003e\"\\\n\b\u0001\u2028é"# + "\u{7f}\"")
    #expect(GoJSON.text(of: .string("\u{8}"), indent: nil, shortControlEscapes: false) == #""\u0008""#)
  }

  @Test func emptyCollectionsStayOnTheirLine() {
    let value = GoJSONValue.object([("a", .object([])), ("b", .array([.string("x")]))])
    #expect(
      GoJSON.text(of: value, indent: 2, shortControlEscapes: true)
        == "{\n  \"a\": {},\n  \"b\": [\n    \"x\"\n  ]\n}")
    #expect(GoJSON.text(of: value, indent: nil, shortControlEscapes: true) == #"{"a":{},"b":["x"]}"#)
  }

  @Test func mapKeysAreInTheOrderOfGoYAML() {
    let keys = ["r10.io", "r9.io", "r.io", "r.io/x", "r.io:5000", "*.io", "a.io", "r09.io", "r-a.io", "10.0.0.2"]
    #expect(
      keys.sorted(by: GoYAML.keyPrecedes) == [
        "*.io", "10.0.0.2", "a.io", "r-a.io", "r.io", "r.io/x", "r.io:5000", "r9.io", "r09.io", "r10.io",
      ])
  }

  @Test(arguments: [
    ("r.io", "r.io"), ("*.r.io", "'*.r.io'"), ("1.5", "\"1.5\""), ("1.2.3.4", "1.2.3.4"),
    ("r.io:5000/x", "r.io:5000/x"),
    ("1:30", "\"1:30\""), ("1.5:30", "1.5:30"), ("true", "\"true\""), ("r.io:", "'r.io:'"),
    ("-r.io", "-r.io"), ("2001-01-31", "\"2001-01-31\""), ("@r", "'@r'"),
  ])
  func yamlKeys(text: String, written: String) {
    #expect(GoYAML.scalar(text) == written)
  }

  @Test func base64() {
    let texts = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob\u{1f600}", "Zm9vYvCfmIA=")]
    for (text, encoded) in texts {
      #expect(Base64Encoding.encode(Array(text.utf8)) == encoded)
    }
  }
}
