import Foundation
import SourceText
import Testing
import YAMLSyntax

@testable import RegistryLint

/// Edits that change more than they touch must be noticed.
@Suite struct FixVerificationTests {
  private func problem(_ old: String, _ edits: (String, String)...) throws -> String? {
    let file = SourceFile(path: "a.yaml", text: old)
    let edits = try edits.map { (part: String, replacement: String) -> TextEdit in
      let range = try #require(old.range(of: part))
      let start = old.utf8.distance(from: old.startIndex, to: range.lowerBound)
      return TextEdit(range: start..<(start + part.utf8.count), replacement: replacement)
    }
    let bytes = try #require(edits.applied(to: file.bytes))
    return FixVerification(edits, of: file).problem(
      old: YAMLStream(file), new: YAMLStream(SourceFile(path: RepositoryPath("a.yaml"), bytes: bytes)))
  }

  @Test(arguments: [
    ("a: b\nc: d\n", "b", "[", "read any more"),
    ("a: b\nc: d # e\n", "b\n", "|\n  ", "would be read as something else"),
    ("a:\n- b\n- c\n", "- b\n", "- b: |\n  ", "read any more"),
    ("a: b # c\nd: e\n", "b ", "\"b", "read any more"),
    ("a: b\n  # c\nd: e\n", "b", "|", "a comment would be lost"),
    ("a:\n  b: c\nd:\n  e: f\n", "d:\n", "", "'e' would belong to another key"),
    ("a: \"b\"\nc: d\n", "b\"\n", "", "read any more"),
  ])
  func breakageIsNoticed(_ old: String, _ part: String, _ replacement: String, _ words: String) throws {
    let found = try problem(old, (part, replacement))
    #expect(found != nil, "\(old.debugDescription): \(part.debugDescription) → \(replacement.debugDescription)")
    if let found { #expect(found.contains(words), "\(found)") }
  }

  @Test func honestEditsPass() throws {
    #expect(try problem("a:\n- b # own\n- c\n", ("- b # own\n", "")) == nil)
    #expect(try problem("a: [b, c, d]\n", (", c", "")) == nil)
    #expect(try problem("a:\n  b: c\n", ("b", "x")) == nil)
    #expect(try problem("a:\n- b\n", ("- b", "- b\n- c: d")) == nil)
    #expect(try problem("a: b\nc: d # e\n", ("b", "'z'"), ("d", "\"y\"")) == nil)
  }
}
