import SourceText
import Testing
import YAMLSyntax

@testable import RegistryConfig

/// As the policy controller of Advanced Cluster Management merges (its mergeArrays and deeplyEquivalent).
@Suite struct MustHaveTests {
  private func node(_ text: String) throws -> Node {
    try #require(YAMLStream(SourceFile(path: "a.yaml", text: text)).documents.first?.root)
  }

  private func flow(_ node: Node) -> String {
    switch node.content {
    case .scalar(let scalar): scalar.text
    case .sequence(let items): "[" + items.map(flow).joined(separator: ", ") + "]"
    case .mapping: "{" + node.entries.map { "\($0.key.keyText ?? ""): \(flow($0.value))" }.joined(separator: ", ") + "}"
    }
  }

  @Test(arguments: [
    // Scalars and keys: replaced, and kept.
    ("{a: 1, b: 2}", "{b: 3, c: 4}", "{a: 1, b: 2, c: 4}"), ("[a, b]", "[b, c]", "[a, b, c]"), ("[a]", "[]", "[a]"),
    ("{x: }", "{x: {z: 1}}", "{x: {z: 1}}"),
    // An entry that says no more than the one that is there is that one.
    ("[{source: a}]", "[{source: a, mirrors: [x]}]", "[{source: a, mirrors: [x]}]"),
    ("[{source: a, mirrors: [y, x]}]", "[{source: a, mirrors: [x, y]}]", "[{source: a, mirrors: [y, x]}]"),
    // One that says more or something else stands beside it.
    ("[{source: a, mirrors: [x, y]}]", "[{source: a, mirrors: [x]}]", "[{source: a, mirrors: [x, y]}, {source: a, mirrors: [x]}]"),
    ("[{source: a, mirrors: [y]}]", "[{source: a, mirrors: [x]}]", "[{source: a, mirrors: [y]}, {source: a, mirrors: [x]}]"),
    // Equal ones of the cluster keep their number; names are merged.
    ("[a]", "[a, a, b, b]", "[a, a, b, b]"), ("[a, a]", "[a]", "[a, a]"),
    ("[{name: one, v: 2}]", "[{name: one, v: 1, w: 3}]", "[{name: one, v: 2, w: 3}]"),
    ("[{mirrors: [x]}]", "[{source: a, mirrors: [x]}]", "[{mirrors: [x], source: a}]"),
  ]) func nothingIsTakenAway(desired: String, existing: String, expected: String) throws {
    let (one, two) = (try node("spec: {v: \(desired)}"), try node("spec: {v: \(existing)}"))
    let merged = MustHave.object(one, over: two)
    #expect(flow(merged) == "{spec: {v: \(expected)}}")
    #expect(MustHave.isSame(MustHave.object(one, over: merged), merged), "once is enough")
  }

  @Test func namesAndLabelsAreThoseOfThePolicy() throws {
    let merged = MustHave.object(
      try node("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: 1}}"),
      over: try node("{apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: {l: m}}, data: {w: 2}, binaryData: {z: AA==}}"))
    #expect(flow(merged) == "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: 1, w: 2}, binaryData: {z: AA==}}")
  }

  @Test func orderIsNoDifference() throws {
    func same(_ one: String, _ two: String) throws -> Bool { MustHave.isSame(try node("spec: \(one)"), try node("spec: \(two)")) }
    #expect(try same("[{a: [1, 2], b: 3}, {c: 4}]", "[{c: 4}, {b: 3, a: [2, 1]}]"))
    #expect(try !same("[ab, c]", "[a, bc]") && !same("[a, a]", "[a]") && !same("{a: [b]}", "{a: b}"))
  }

  /// Thousands of entries take no time that grows with their square.
  @Test(.timeLimit(.minutes(1))) func longListsAreMergedQuickly() throws {
    func list(_ numbers: Range<Int>) throws -> Node {
      try node("spec:\n" + numbers.map { "- {source: r\($0).example.com/a, mirrors: [m.example.com/\($0)]}\n" }.joined())
    }
    #expect(MustHave.object(try list(0..<6000), over: try list(3000..<9000))["spec"]?.items.count == 9000)
  }
}
