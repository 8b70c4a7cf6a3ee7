import RegistryConfig
import SourceText
import Testing

@testable import NodeConfig

/// What cannot be read is written down to compare it: no more of it than there is, however much a stranger writes.
struct LeftOutTests {
  @Test func linesOfAResourceAreWrittenDownOnce() {
    let entries = (0..<500).map {
      "  - source: quay.io/a\($0)\n    mirrors:\n{{- if .Values.a }}\n    - m.example.com/a\($0)\n{{- end }}\n"
    }
    let text =
      "apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata: {name: m}\nspec:\n"
      + "  imageDigestMirrors:\n" + entries.joined()
    let leftOut = Cases.render(text).leftOut
    #expect(leftOut.count == 501)
    #expect(leftOut.reduce(0) { $0 + ($1.text?.utf8.count ?? 0) } < 2 * text.utf8.count)
  }

  @Test func nothingBehindAnObjectIsItsOwn() {
    let objects = (0..<200).map {
      "---\napiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata: {name: m\($0)}\nspec:\n"
        + "  imageDigestMirrors:\n{{ toYaml .Values.a\($0) | indent 2 }}\n# a comment\n\n  {{- template \"b\" }}\n"
    }
    let leftOut = Cases.render(objects.joined()).leftOut
    #expect(leftOut.count == 200)
    for (number, value) in leftOut.enumerated() {
      let lines = value.text?.split(separator: "\n") ?? []
      #expect(lines.suffix(2) == ["{{ toYaml .Values.a\(number) | indent 2 }}", "{{- template \"b\" }}"])
    }
  }
}
