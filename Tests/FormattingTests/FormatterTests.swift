import SourceText
import Testing
import YAMLSyntax

@testable import Formatting

@Suite struct FormatterTests {
  static let cases = CommentCases.all + LayoutCases.all

  @Test(arguments: cases)
  func goldenCases(_ given: FormattingCase) throws {
    let result = try format(given.before)
    #expect(result.text == given.after)
    #expect(result.notes.count == given.notes.count, "\(result.notes)")
    for (note, expected) in zip(result.notes, given.notes) { #expect(note.contains(expected)) }
    let again = try format(given.after)
    #expect(again.text == given.after)
  }

  /// The same case with other line ends, a byte order mark, without its last line end, with text of several bytes, as
  /// one document of many, and as an item of a list.
  @Test(arguments: cases)
  func mutationsOfGoldenCases(_ given: FormattingCase) throws {
    func check(_ name: String, _ change: (String) -> String) throws {
      #expect(try format(change(given.before)).text == change(given.after), "\(name)")
    }
    try check("CRLF") { $0.replacing("\n", with: "\r\n") }
    try check("byte order mark") { "\u{FEFF}" + $0 }
    try check("several bytes") { $0.replacing("example", with: "ex\u{E4}mple😀").replacing("the ", with: "th\u{E9}\u{301} ") }
    try check("documents around") { "---\na: b\n---\n\($0)\n...\n---\nc: d\n" }
    try check("no final line end") { text in
      // The line end of a `|` text is data: it stays.
      text == given.after && text.hasSuffix("CERTIFICATE-----\n") || !text.hasSuffix("\n") ? text : String(text.dropLast())
    }
    try check("no final line end, CRLF") { text in
      let text = text.replacing("\n", with: "\r\n")
      let staysAsIs = text.hasSuffix("CERTIFICATE-----\r\n") && given.before != text
      return staysAsIs || !text.hasSuffix("\r\n") ? text : String(text.dropLast())
    }
    guard !given.before.hasPrefix("#"), !given.before.contains("---\n") else { return }
    try check("an item of a list") { text in
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      return "kind: List\nitems:\n- a: b\n- " + lines.joined(separator: "\n  ") + "\n- c: d\n"
    }
  }
}
