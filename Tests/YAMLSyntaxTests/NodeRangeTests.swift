import SourceText
import Testing

@testable import YAMLSyntax

/// Parses a text in which `⟦…⟧` marks the expected range, which is handed back as a range of the stripped text.
func marked(_ text: String) -> (file: SourceFile, range: ByteRange?) {
  var bytes: [UInt8] = []
  var start: Int?
  var end: Int?
  for scalar in text.unicodeScalars {
    switch scalar {
    case "⟦": start = bytes.count
    case "⟧": end = bytes.count
    default: bytes += Array(String(scalar).utf8)
    }
  }
  let range: ByteRange? = if let start, let end { start..<end } else { nil }
  return (SourceFile(path: RepositoryPath("a.yaml"), bytes: bytes), range)
}

func root(_ text: String) -> Node? {
  YAMLStream(SourceFile(path: "a.yaml", text: text)).documents.first?.root
}

@Suite struct NodeRangeTests {
  @Test(arguments: [
    "k: ⟦value⟧  # c\n", "k: ⟦'it''s'⟧\n", "k: ⟦\"a\\u00e9\"⟧\n", "k: ⟦|\n  a\n  b⟧\n\nx: y\n", "k:⟦⟧\nx: y",
    "é😀: ⟦日本⟧\n", "\u{FEFF}k: ⟦v⟧\r\n", "k: &anchor !!str ⟦v⟧\n", "k: &a\n  ⟦x: y⟧\n# c\nz: 1\n", "k: ⟦[a, {b: c}]⟧\n",
    "k:\n⟦- a\n- b: c\n  d: e⟧\n# comment\n\nx: y\n", "k:\n  ⟦- a⟧", "{\"k\": ⟦{\"a\": 1}⟧}", "k: ⟦>-\n  folded\n  text⟧\nx: y\n",
    "k: ⟦plain\n  over lines⟧\nx: y\n", "k: ⟦\"a\u{2028}b\"⟧\n",
  ])
  func valuesKnowTheirBytes(text: String) throws {
    let (file, range) = marked(text)
    let document = try #require(YAMLStream(file).documents.first)
    #expect(document.problem == nil)
    let root = try #require(document.root)
    let value = try #require(root.entries.first?.value)
    #expect(value.span.range == range)
  }

  @Test func aliasesShareTheValueAndKeepTheirPlace() throws {
    let (file, range) = marked("a: &x {k: v}\nb: ⟦*x⟧\n")
    let b = try #require(YAMLStream(file).documents.first?.root?["b"])
    #expect(b.isAlias && b.span.range == range && b["k"]?.string == "v")
  }

  @Test func mergeKeysAreResolvedWithoutHidingWrittenKeys() throws {
    let node = try #require(root("base: &b {a: 1, b: 2}\nuse:\n  <<: *b\n  b: 3\n")?["use"])
    #expect(node.entries.map { $0.key.keyText } == ["b", "a"])
    #expect(node["b"]?.resolved == .int(3))
  }

  @Test func duplicateKeysAreKept() throws {
    let node = try #require(root("a: 1\na: 2\n"))
    #expect(node.entries.count == 2 && node["a"]?.resolved == .int(2))
  }

  @Test func commentsAreExactlyTheCommentsOfTheText() {
    let text = """
      # head
      a: "# no" # one
      b: | # two
        # no
        text # no
      c: [1, # three
        '#no']
      # tail
      ---
      #! last
      """
    let file = SourceFile(path: "a", text: text)
    let comments = YAMLStream.comments(in: file).map { file.text($0.range) }
    #expect(comments == ["# head", "# one", "# two", "# three", "# tail", "#! last"])
  }

  @Test(arguments: [
    ("k: |\n    one\n     two\n\n    three\n", "two"), ("k: |\r\n  one\r\n  two\r\n", "two"), ("k: \"a\\n\\u00e9 two\"\n", "two"),
    ("k: 'it''s two'\n", "two"), ("k: >\n  one\n  two\n\n  three\n", "three"), ("k: plain\n  two\n", "two"), ("k: é two\n", "two"),
    ("k: |2\n    one\n  two\n", "two"), ("k: \"a\\\n   two\"\n", "two"),
  ])
  func bytesOfATextAreFoundInTheFile(text: String, word: String) throws {
    let file = SourceFile(path: "a", text: text)
    let node = try #require(YAMLStream(file).documents.first?.root?["k"])
    let decoded = try #require(node.scalar?.text)
    let place = try #require(decoded.range(of: word))
    let start = decoded.utf8.distance(from: decoded.startIndex, to: place.lowerBound)
    let origin = try #require(ScalarOrigin(node))
    #expect(file.text(origin.range(ofDecoded: start..<(start + word.utf8.count))) == word)
  }
}

extension String {
  fileprivate func range(of word: String) -> Range<String.Index>? { self.ranges(of: word).first }
}
