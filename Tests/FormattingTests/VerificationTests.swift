import SourceText
import Testing
import YAMLSyntax

@testable import Formatting

/// The check behind the formatter finds what a bug would do.
@Suite struct VerificationTests {
  private static let text = """
    apiVersion: config.openshift.io/v1
    kind: Image
    metadata:
      name: cluster
    spec:
      registrySources:
        # why
        allowedRegistries:
        - quay.io # one
        - docker.io
        containerRuntimeSearchRegistries: [z.io, a.io]
    ---
    kind: ImageDigestMirrorSet
    spec:
      imageDigestMirrors:
      - source: quay.io/a
        mirrors: [z.io, a.io]
      - source: quay.io/a
        mirrors: [b.io]
      - source: quay.io/b
        mirrors: [b.io]
    ---
    kind: Other
    list: [b, a]
    map: {b: 1, a: 2}

    """

  private func check(_ old: String, _ new: String) throws(FormattingDefect) {
    func read(_ text: String) -> (YAMLStream, [Int: CanonicalShape], [YAMLSyntax.Comment]) {
      let stream = YAMLStream(SourceFile(path: "a", text: text))
      return (stream, CanonicalShape.shapes(in: stream), YAMLStream.comments(in: stream.file))
    }
    let before = read(old)
    let after = read(new)
    try Verification.check(
      old: before.0, oldShapes: before.1, oldComments: before.2, new: after.0, newShapes: after.1,
      newComments: after.2)
  }

  @Test(arguments: [
    ("- quay.io # one", "- quay.io"), ("# why", "# Why"), ("# one", "# why"), ("- docker.io\n", ""),
    ("docker.io", "docker.com"), ("[z.io, a.io]\n---", "[a.io, z.io]\n---"), ("mirrors: [z.io, a.io]", "mirrors: [a.io, z.io]"),
    ("mirrors: [b.io]\n  - source: quay.io/b", "mirrors: []\n  - source: quay.io/b"), ("list: [b, a]", "list: [a, b]"),
    ("{b: 1, a: 2}", "{a: 2, b: 1}"), ("- docker.io", "- docker.io\n    - extra.io"), ("kind: Other", "kind: Image"),
    ("name: cluster", "name: \"cluster\nx\""), ("name: cluster", "name: {{ cluster }}"), ("kind: Other\n", "kind: Other\n---\n"),
    ("name: cluster", "name: 5"), ("list: [b, a]", "list: [b, a"),
  ])
  func damageIsFound(part: String, damage: String) throws {
    let damaged = Self.text.replacing(part, with: damage)
    try #require(damaged != Self.text)
    #expect(throws: FormattingDefect.self) { try check(Self.text, damaged) }
  }

  @Test func equalSourcesMustKeepTheirOrder() {
    let swapped = Self.text.replacing("mirrors: [z.io, a.io]\n  - source", with: "mirrors: [0]\n  - source")
      .replacing("mirrors: [b.io]\n  - source", with: "mirrors: [z.io, a.io]\n  - source")
      .replacing("mirrors: [0]", with: "mirrors: [b.io]")
    #expect(throws: FormattingDefect.self) { try check(Self.text, swapped) }
  }

  @Test(arguments: [
    ("- quay.io # one\n    - docker.io", "- docker.io\n    - quay.io # one"),
    ("- docker.io", "- docker.io\n    - docker.io"), ("- docker.io", "- \"docker.io\""),
    ("kind: Image\nmetadata:\n  name: cluster", "metadata:\n  name: cluster\nkind: Image"),
  ])
  func whatOrderMayChangeIsEqual(part: String, other: String) throws {
    let text = Self.text.replacing(part, with: other)
    try #require(text != Self.text)
    try check(Self.text, text)
  }

  /// The trap of an anchored set that is used where order matters.
  @Test func anAliasIsComparedInOrder() {
    let text = """
      kind: Image
      spec:
        registrySources:
          allowedRegistries: &a [b.io, a.io]
          containerRuntimeSearchRegistries: *a
        additionalTrustedCA: {}

      """
    #expect(throws: FormattingDefect.self) { try check(text, text.replacing("[b.io, a.io]", with: "[a.io, b.io]")) }
  }
}
