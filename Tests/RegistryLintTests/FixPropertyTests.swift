import Foundation
import RegistryConfig
import Rules
import SourceText
import Testing
import YAMLSyntax

@testable import RegistryLint

/// What holds for fixes of any text: they converge, the text can be read afterwards as before, a second run changes
/// nothing, and safe ones lose no comment. The texts are the examples of all rules, one by one and together, as they
/// are and with what a hand slips into.
@Suite struct FixPropertyTests {
  static let batches = 8
  static let textsOfABatch = 50

  @Test(arguments: 0..<batches)
  func fixesConvergeAndKeepWhatTheyDoNotMean(batch: Int) async throws {
    var changed = 0
    for index in 0..<Self.textsOfABatch {
      var writer = ExampleMutator(seed: UInt64(batch * Self.textsOfABatch + index))
      let text = writer.text()
      for unsafe in [false, true] where try await check(text, unsafe: unsafe, writer.release) { changed += 1 }
    }
    // Which texts are drawn changes with every new example.
    #expect(changed > Self.textsOfABatch / 3, "\(changed)")
  }

  /// - Returns: Whether anything was fixed.
  private func check(_ text: String, unsafe: Bool, _ release: Release) async throws -> Bool {
    let run = try await fixed(text, unsafe: unsafe, release)
    func expect(_ isTrue: Bool, _ what: String) {
      if !isTrue { Issue.record("\(what), unsafe: \(unsafe), release \(release)\n\(text)\n=====\n\(result)") }
    }
    let result = run.changes.first.map { String(decoding: $0.new, as: UTF8.self) } ?? text
    expect(run.defects.isEmpty, "\(run.defects)")
    expect(!run.isUnsettled, "the fixes do not settle: \(run.outcome.report.open.filter { !$0.fixes.isEmpty }.map(\.rule))")
    guard result != text else { return false }
    expect(unreadable(result) <= unreadable(text), "a document cannot be read any more")
    expect(try await fixed(result, unsafe: unsafe, release).changes.isEmpty, "a second run changes the text")
    if !unsafe {
      var left = comments(result)
      for comment in comments(text) {
        guard let place = left.firstIndex(of: comment) else {
          expect(false, "a comment is lost: \(comment)")
          break
        }
        left.remove(at: place)
      }
    }
    return true
  }

  private func fixed(_ text: String, unsafe: Bool, _ release: Release) async throws -> FixRun {
    var request = LintRequest(source: .standardInput(Array(text.utf8), name: "a.yaml"), now: 1_780_272_000)
    request.release = release
    request.workers = 1
    return try await FixRun(request, unsafe: unsafe)
  }

  private func unreadable(_ text: String) -> Int {
    YAMLStream(SourceFile(path: "a.yaml", text: text)).documents.count { $0.problem != nil }
  }

  private func comments(_ text: String) -> [String] {
    let file = SourceFile(path: "a.yaml", text: text)
    return YAMLStream.comments(in: file).map { file.text($0.range) }
  }
}

/// Writes manifests that rules speak of, from their examples.
private struct ExampleMutator {
  private static let examples: [RuleExample] = RuleRegistry.all.flatMap { $0.examples }

  private var state: UInt64
  private(set) var release = Release.newest

  init(seed: UInt64) {
    state = seed &* 0x9E37_79B9_7F4A_7C15
  }

  /// The same numbers on every run and platform (SplitMix64).
  private mutating func number(_ count: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)) % UInt64(count))
  }

  private mutating func chance(_ percent: Int) -> Bool { number(100) < percent }

  mutating func text() -> String {
    let count = 1 + number(3)
    var parts: [String] = []
    for index in 0..<count {
      let example = Self.examples[number(Self.examples.count)]
      if index == 0 { release = example.release }
      parts.append(example.text.replacing("⟦", with: "").replacing("⟧", with: ""))
    }
    var text = parts.joined(separator: parts.contains { $0.hasPrefix("---") } ? "\n" : "\n---\n") + (chance(80) ? "\n" : "")
    if chance(60) { text = mutated(text) }
    if chance(12) { text = text.replacing("\n", with: "\r\n") }
    if chance(5) { text = "\u{FEFF}" + text }
    return text
  }

  private mutating func mutated(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for round in 0..<(1 + number(5)) {
      let place = number(lines.count)
      let blanks = String(repeating: " ", count: number(10))
      switch number(14) {
      case 0: lines.remove(at: place)
      case 1, 2: lines.insert(lines[place], at: place)
      case 3: lines.swapAt(place, number(lines.count))
      case 4: lines[place] = " " + lines[place]
      case 5: lines[place] = "#" + lines[place]
      case 6: lines.insert("", at: place)
      case 7: lines.insert("\(blanks)# slip \(round)", at: place)
      case 8: lines[place] += " # behind \(round)"
      case 9: lines[place] = lines[place].replacing("https://", with: "").replacing(".lab", with: ".lab/")
      case 10: lines[place] = lines[place].replacing("- ", with: "- https://")
      case 11: lines[place] = quoted(lines[place])
      case 12: lines[place] = lines[place].replacing(".", with: chance(50) ? ".." : ".X")
      default: lines[place] += ["x", ":", " ", "/", "\t", ":5000"][number(6)]
      }
      if lines.isEmpty { lines = [""] }
    }
    return lines.joined(separator: "\n")
  }

  /// The value of a line in quotes.
  private mutating func quoted(_ line: String) -> String {
    guard let dash = line.range(of: "- ") ?? line.range(of: ": "), !line.contains("\""), !line.contains("'"),
      dash.upperBound < line.endIndex
    else { return line }
    let quote = chance(50) ? "\"" : "'"
    return line[..<dash.upperBound] + quote + line[dash.upperBound...] + quote
  }
}
