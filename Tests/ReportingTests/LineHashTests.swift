import Reporting
import SourceText
import Testing

/// The test vectors of github/codeql-action.
@Suite struct LineHashTests {
  @Test(arguments: [
    ("", ["c129715d7a2bc9a3:1"]),
    (" a\nb\n  \t\tc\n d", ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]),
    (
      String(repeating: "Lorem ipsum dolor sit amet.\n", count: 10),
      (1...6).map { "a7f2ff13bc495cf2:\($0)" } + [
        "a7f2ff1481e87703:1", "a9cf91f7bbf1862b:1", "55ec222b86bcae53:1", "cc97dc7b1d7d8f7b:1", "c129715d7a2bc9a3:1",
      ]
    ),
  ])
  func vectors(text: String, hashes: [String]) {
    #expect(LineHash.hashes(of: SourceFile(path: "a", text: text)) == hashes)
  }

  @Test func carriageReturnsCountAsLineFeeds() {
    let unix = LineHash.hashes(of: SourceFile(path: "a", text: "a: 1\nb: 2\n"))
    #expect(LineHash.hashes(of: SourceFile(path: "a", text: "a: 1\r\nb: 2\r\n")) == unix)
  }
}
