import SourceText
import Testing
import YAMLSyntax

@testable import Formatting

/// What holds for every file: the same data but for the order of sets, the same comments, the same lines, and a second
/// run changes nothing.
@Suite struct PropertyTests {
  static let batches = 20
  static let filesOfABatch = 260

  @Test(arguments: 0..<batches)
  func generatedAndMutatedFiles(batch: Int) throws {
    var changed = 0
    var readable = 0
    for index in 0..<Self.filesOfABatch {
      var generator = ManifestGenerator(seed: UInt64(batch * Self.filesOfABatch + index))
      let text = generator.file()
      for text in [text, generator.mutated(text)] {
        let file = SourceFile(path: "a.yaml", text: text)
        let result: FormattedFile
        do {
          result = try Formatter.format(file: file)
        } catch {
          Issue.record("\(error.why)\n\(text)")
          continue
        }
        if result.changed { changed += 1 }
        if YAMLStream(file).documents.allSatisfy({ $0.problem == nil }) { readable += 1 }
        try check(file, result)
      }
    }
    // The generator must write what can be read and is out of order, or nothing is tested.
    #expect(changed > Self.filesOfABatch / 2, "\(changed)")
    #expect(readable > Self.filesOfABatch, "\(readable)")
  }

  private func check(_ file: SourceFile, _ result: FormattedFile) throws {
    let text = String(decoding: file.bytes, as: UTF8.self)
    // `#expect` costs more than what it would check here.
    func expect(_ isTrue: Bool, _ what: String) {
      if !isTrue { Issue.record("\(what)\n\(text)\n=====\n\(String(decoding: result.bytes, as: UTF8.self))") }
    }
    expect(result.edits.applied(to: file.bytes) == result.bytes, "the edits give other bytes")
    let check = Formatter.check(file: file)
    expect(check.wouldChange == result.changed && check.notes == result.notes, "check says something else")
    guard result.changed else { return }
    let after = SourceFile(path: file.path, bytes: result.bytes)
    func places(_ file: SourceFile) -> [String] { YAMLStream.comments(in: file).map { file.text($0.range) }.sorted() }
    expect(places(file) == places(after), "comments changed")
    expect(PlainData.of(file) == PlainData.of(after), "the data changed")
    expect(!(try Formatter.format(file: after).changed), "a second run changes the file")
    if !text.utf8.contains(UInt8(ascii: "[")) {
      // Lines are moved, never written: none is new, and what went was a duplicate.
      var left = lines(file)
      for (line, count) in lines(after) {
        expect(count <= left[line, default: 0], "a line is new: \(line)")
        left[line] = left[line, default: 0] - count
      }
    }
  }

  private func lines(_ file: SourceFile) -> [String: Int] {
    var counts: [String: Int] = [:]
    for index in file.lines.starts.indices {
      var bytes = file.bytes[file.lineRange(index)].drop { $0 == 0x20 || $0 == 0x2D }
      if index == 0 { bytes = bytes.drop { [0xEF, 0xBB, 0xBF].contains($0) }.drop { $0 == 0x20 || $0 == 0x2D } }
      if !bytes.isEmpty { counts[String(decoding: bytes, as: UTF8.self), default: 0] += 1 }
    }
    return counts
  }

  /// Comments that surely belong to an item stay with it.
  @Test(arguments: 0..<4)
  func commentsStayWithTheirItem(batch: Int) throws {
    for index in 0..<60 {
      var generator = ManifestGenerator(seed: UInt64(1_000_000 + batch * 1000 + index))
      let isSpaced = generator.chance(50)
      let count = generator.number(2...12)
      let numbers = Array(0..<count).shuffled(using: &generator.shared)
      let entries = numbers.map { number in
        """
            # above \(number)
            - source: quay.io/\(number)   # behind \(number)
              # registrylint:ignore self-mirror -- of \(number)
              mirrors:
              - m.example.com/\(number)
              # - disabled.example.com/\(number)

        """
      }
      let text = "kind: ImageTagMirrorSet\nspec:\n  imageTagMirrors:\n" + entries.joined(separator: isSpaced ? "\n" : "")
      let expected =
        "kind: ImageTagMirrorSet\nspec:\n  imageTagMirrors:\n"
        + zip(numbers, entries).sorted { "\($0.0)" < "\($1.0)" }.map(\.1).joined(separator: isSpaced ? "\n" : "")
      #expect(try format(text).text == expected)
    }
  }

  @Test func tenThousandEntriesAreQuick() throws {
    var random = SeededGenerator(state: 3)
    let entries = (0..<10_000).map { "  - mirrors:\n    - m.example.com/\($0)\n    source: quay.io/\($0 / 2)\n" }
    let text =
      "kind: ImageDigestMirrorSet\nspec:\n  imageDigestMirrors:\n" + entries.shuffled(using: &random).joined()
    let clock = ContinuousClock()
    let time = try clock.measure {
      let result = try format(text)
      #expect(result.text != text && result.notes.isEmpty)
    }
    #expect(time < .seconds(30), "\(time)")
  }
}

extension ManifestGenerator {
  /// For `shuffled(using:)`.
  var shared: SeededGenerator {
    get { random }
    set { self = ManifestGenerator(seed: newValue.state) }
  }
}

/// A second opinion on what a file says, as text, written apart from the formatter.
enum PlainData {
  static func of(_ file: SourceFile) -> [String] {
    YAMLStream(file).documents.map { document in
      document.root.map { of($0, "") } ?? document.problem?.message ?? ""
    }
  }

  private static let sets: Set<String> = ["insecureRegistries", "blockedRegistries", "allowedRegistries"]
  private static let lists: [String: String] = [
    "imageDigestMirrors": "source", "imageTagMirrors": "source", "allowedRegistriesForImport": "domainName",
  ]

  private static func of(_ node: Node, _ key: String) -> String {
    switch node.content {
    case .scalar(let scalar): return (node.string == nil ? "other " : "text ") + "\(scalar.text.utf8.count) " + scalar.text
    case .sequence(let items):
      let values = items.map { of($0, "") }
      if sets.contains(key) { return list(Set(values).sorted()) }
      guard let field = lists[key] else { return list(values) }
      var seen: Set<String> = []
      let entries = zip(items.map { $0[field].map { of($0, "") } ?? "" }, values).enumerated()
        .filter { seen.insert($0.element.1).inserted }
      return list(entries.sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element.1))
    case .mapping(let entries):
      let pairs = entries.enumerated().map { (of($0.element.key, ""), $0.offset, $0.element) }
        .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
      return "map " + list(pairs.map { $0.0 + ": " + of($0.2.value, $0.2.key.scalar?.text ?? "") })
    }
  }

  private static func list(_ values: [String]) -> String { "[" + values.joined(separator: ", ") + "]" }
}
