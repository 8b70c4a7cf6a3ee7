import SourceText
import Testing
import YAMLSyntax

/// JSON objects that follow each other, as catalogues are written and `oc create` reads them.
@Suite struct JSONStreamTests {
  private func roots(_ text: String, masking: Bool = true) -> [Document] {
    YAMLStream(SourceFile(path: "a.json", text: text), masking: masking).documents
  }

  @Test(arguments: [
    "{\"a\":1}\n{\"a\":2}\n", "{\"a\":1}{\"a\":2}", " {\n \"a\": 1\n}\r\n\r\n{\n \"a\": \"}{\\\"\"\n}\n",
    "{\"a\": [{}, {}]}\n{\"a\": {\"b\": \"#'\"}}", "\u{FEFF}{\"a\":1}\n{\"a\":2}",
  ])
  func eachIsADocument(text: String) throws {
    let documents = roots(text)
    #expect(documents.count == 2)
    for (index, document) in documents.enumerated() {
      #expect(document.problem == nil && document.index == index)
      let root = try #require(document.root)
      #expect(root["a"] != nil)
      #expect(root.span.text.hasPrefix("{") && root.span.text.hasSuffix("}"))
    }
    #expect(documents.first?.range.upperBound == documents.last?.range.lowerBound)
  }

  @Test func oneIsOne() { #expect(roots("{\"a\": {\"b\": [1, 2]}}\n").count == 1) }

  /// What is no JSON stays what it was.
  @Test(arguments: ["{a: 1} # x {\n{b: 2}\n", "{a: '}'}\n{b: 2}\n", "{\"a\":1}\n{\"a\":2", "{\"a\":1}]\n{}\n", "{\"a\":1}\nb: 2\n"])
  func otherTextIsBroken(text: String) { #expect(roots(text).contains { $0.problem != nil }) }

  @Test func kustomizeReadsNoStreams() { #expect(roots("{\"a\":1}\n{\"a\":2}\n", masking: false).contains { $0.problem != nil }) }
}
