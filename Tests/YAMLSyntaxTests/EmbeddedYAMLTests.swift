import SourceText
import Testing
import YAMLSyntax

struct EmbeddedYAMLTests {
  @Test("nodes inside of a block string point into the outer file")
  func blockString() throws {
    let file = SourceFile(
      path: "kustomization.yaml", text: "patches:\n- patch: |-\n    kind: Image\n    spec: {a: é, b: [x, y]}\n")
    let root = try #require(YAMLStream(file).documents[0].root)
    let patch = try #require(root["patches"]?.items[0]["patch"])
    let inner = try #require(EmbeddedYAML(patch)?.documents[0].root)
    #expect(inner["kind"]?.span.text == "Image")
    #expect(inner["kind"]?.span.start.line == 3)
    #expect(inner.at("spec", "b")?.items[1].span.text == "y")
    #expect(inner.at("spec", "a")?.span.text == "é")
    #expect(inner["spec"]?.span.text == "{a: é, b: [x, y]}")
  }

  @Test("a problem inside of a string points into the outer file")
  func problem() throws {
    let file = SourceFile(path: "k.yaml", text: "a: \"x: [\\n\"\n")
    let root = try #require(YAMLStream(file).documents[0].root)
    let problem = try #require(EmbeddedYAML(root["a"]!)?.documents[0].problem)
    #expect(problem.span.file === file)
    #expect(EmbeddedYAML(root) == nil)
  }

  @Test("without masking a template is literal text")
  func unmasked() throws {
    let file = SourceFile(path: "k.yaml", text: "a: pre-${NAME}\n")
    #expect(YAMLStream(file).documents[0].root?["a"]?.isUnknown == true)
    let literal = YAMLStream(file, masking: false).documents[0].root?["a"]
    #expect(literal?.scalar?.text == "pre-${NAME}")
    #expect(literal?.isUnknown == false)
  }
}
