import SourceText
import Testing
import YAMLSyntax

@Suite struct BrokenDocumentTests {
  private func problem(_ text: String) throws -> SyntaxProblem {
    let documents = YAMLStream(SourceFile(path: "a.yaml", text: text)).documents
    return try #require(documents.compactMap(\.problem).first)
  }

  @Test(arguments: [
    ("a:\n\t- b\n", "spaces", 2), ("list:\n- *.example.com\n", "quote it: \"*.example.com\"", 2),
    ("a: b: c\n", "quoted", 1), ("- a\n    mirrors: x\n", "align", 2), ("a: \"open\n", "closing quote", 1),
    ("a: @x\n", "quote it: \"@x\"", 1), ("a: *missing\n", "quoted", 1),
  ])
  func hintsSayWhatToDo(text: String, hint: String, line: Int) throws {
    let problem = try problem(text)
    #expect(problem.kind == .syntax)
    #expect(problem.hint?.contains(hint) == true, "\(problem.message): \(problem.hint ?? "-")")
    #expect(problem.span.start.line == line)
  }

  @Test func otherDocumentsOfTheFileAreRead() {
    let stream = YAMLStream(SourceFile(path: "a", text: "a: 1\n---\nb: [\n---\nc: 3\n"))
    #expect(stream.documents.map { $0.problem != nil } == [false, true, false])
    #expect(stream.documents.last?.root?["c"]?.resolved == .int(3))
    #expect(stream.documents.map(\.index) == [0, 1, 2])
  }

  @Test func documentsCoverTheFileInOrder() {
    let text = "# head\n---\na: 1\n...\nb: 2\n--- # c\n- x\n"
    let stream = YAMLStream(SourceFile(path: "a", text: text))
    #expect(stream.documents.count == 3)
    #expect(stream.documents.first?.range.lowerBound == 0)
    #expect(stream.documents.last?.range.upperBound == text.utf8.count)
    for (one, next) in zip(stream.documents, stream.documents.dropFirst()) {
      #expect(one.range.upperBound == next.range.lowerBound)
    }
  }

  @Test func hostileInputEndsSoonWithOneProblem() throws {
    let nested = try problem(String(repeating: "[", count: 100_000))
    #expect(nested.kind == .limit && nested.message.contains("128"))
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      bomb += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
    }
    #expect(try problem(bomb).kind == .limit)
    #expect(try problem("a: &a [*a]\n").message.contains("contains itself"))
    let nul = YAMLStream(SourceFile(path: RepositoryPath("a"), bytes: [0x61, 0x3A, 0x20, 0x00]))
    #expect(nul.documents.first?.problem?.span.range == 3..<4)
    let latin = YAMLStream(SourceFile(path: RepositoryPath("a"), bytes: Array("a: b\nc: ".utf8) + [0xE9, 0x0A]))
    #expect(latin.documents.first?.problem?.kind == .encoding)
    #expect(latin.documents.first?.problem?.span.range == 8..<9)
  }

  @Test func countsAreLimited() throws {
    let file = SourceFile(path: "a", text: String(repeating: "---\na: b\n", count: 20))
    let documents = YAMLStream(file, limits: ParseLimits(documents: 10)).documents
    #expect(documents.count == 11 && documents.last?.problem?.kind == .limit)
    let nodes = YAMLStream(file, limits: ParseLimits(nodes: 12)).documents
    #expect(nodes.contains { $0.problem?.kind == .limit })
  }
}
