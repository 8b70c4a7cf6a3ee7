import Diagnostics
import SourceText
import Testing

@Suite struct SuppressionTests {
  private let today = Day("2026-06-01")!

  private func pass(_ text: String, at needle: String, rule: String = "r") -> SuppressionPass {
    let file = SourceFile(path: "a.yaml", text: text)
    let start = text.utf8.distance(from: text.startIndex, to: text.ranges(of: needle).first!.lowerBound)
    let diagnostic = Diagnostic(
      rule: rule, severity: .error, effect: .refused, message: "m",
      span: SourceSpan(file: file, range: start..<(start + needle.utf8.count)))
    return SuppressionPass([diagnostic], files: [file], ranRules: ["r", "s"], today: today)
  }

  @Test(arguments: [
    "a: X # registrylint:ignore r -- because\n", "# registrylint:ignore r,s -- because\na: X\n",
    "# registrylint:ignore r until=2026-06-01 -- because\n# another comment\na: X\n",
    "# registrylint:ignore-file r -- because\n---\nb: 1\na: X\n",
  ])
  func hides(text: String) {
    #expect(pass(text, at: "X").diagnostics[0].suppression?.reason == "because")
  }

  @Test func doesNotHideOtherLinesOrRules() {
    #expect(pass("# registrylint:ignore r -- x\nb: 1\na: X\n", at: "X").diagnostics[0].suppression == nil)
    #expect(pass("a: X # registrylint:ignore s -- x\n", at: "X").diagnostics[0].suppression == nil)
    #expect(pass("a: '# registrylint:ignore r -- x' # X\n", at: "X").diagnostics[0].suppression == nil)
  }

  @Test(arguments: [
    "# registrylint:ignore-file r -- x\na: X\n", "\u{FEFF}%YAML 1.2\n--- # registrylint:ignore-file r -- x\na: X\n",
    "{{- if .Values.on }}\n\n  # registrylint:ignore-file r -- x\na: X\n{{- end }}\n",
    "b: 1\r\n---\r\n# registrylint:ignore-file r -- x\r\na: X\r\n", "b: 1\n...\n# registrylint:ignore-file r -- x\n---\na: X\n",
  ])
  func ofFilesStandBeforeTheFirstKey(text: String) {
    #expect(pass(text, at: "X").diagnostics[0].suppression != nil)
  }

  @Test(arguments: [
    "a: X\n# registrylint:ignore-file r -- x\n", "b: # registrylint:ignore-file r -- x\n  a: X\n",
    "---\nb: 1\n---\nc: 1 # registrylint:ignore-file r -- x\na: X\n", "--- {a: X} # registrylint:ignore-file r -- x\n",
    "b: ----\n# registrylint:ignore-file r -- x\na: X\n", "- ---\n# registrylint:ignore-file r -- x\n- X\n",
  ])
  func ofFilesBehindTheFirstKeyHideNothingAndAreNamed(text: String) {
    let pass = pass(text, at: "X")
    #expect(pass.diagnostics[0].suppression == nil && pass.unused.isEmpty)
    #expect(pass.withoutReason.first?.defect == "it stands behind the first key of its document; write it before")
  }

  @Test func reasonsAreRequired() {
    let pass = pass("a: X # registrylint:ignore r\n", at: "X")
    #expect(pass.diagnostics[0].suppression == nil && pass.withoutReason.count == 1 && pass.unused.isEmpty)
    #expect(self.pass("a: X # registrylint:ignore r -- \n", at: "X").withoutReason.count == 1)
  }

  @Test func expiredOnesHideNothing() {
    let pass = pass("a: X # registrylint:ignore r until=2026-05-31 -- x\n", at: "X")
    #expect(pass.diagnostics[0].suppression == nil && pass.expired.count == 1)
    #expect(self.pass("a: X # registrylint:ignore r until=soon -- x\n", at: "X").withoutReason.first?.defect != nil)
  }

  @Test func unusedOnesAreNamed() {
    let pass = pass("a: X # registrylint:ignore r,s,unknown -- x\n", at: "X")
    #expect(pass.unused.map(\.rules) == [["s"]])
  }

  @Test func daysFollowTheCalendar() {
    #expect(Day(secondsSince1970: 0).description == "1970-01-01")
    #expect(Day(secondsSince1970: 1_780_272_000).description == "2026-06-01")
    #expect(Day(secondsSince1970: 951_782_400).description == "2000-02-29")
    #expect(Day(secondsSince1970: -1).description == "1969-12-31")
    #expect(Day("2026-13-01") == nil && Day("26-1-1") == nil)
  }

  @Test func fingerprintsSurviveMovedLines() {
    func print(_ text: String, _ field: String) -> String {
      let file = SourceFile(path: "a.yaml", text: text)
      let start = text.utf8.distance(from: text.startIndex, to: text.ranges(of: "X").first!.lowerBound)
      return [
        Diagnostic(
          rule: "r", severity: .error, effect: .none, message: "m", span: SourceSpan(file: file, range: start..<(start + 1)),
          field: field)
      ].withFingerprints()[0].fingerprint
    }
    #expect(print("a: X\n", "spec.l[0]") == print("# c\n\n\nb: 1\na: X\n", "spec.l[12]"))
    #expect(print("a: X\n", "spec.l[0]") != print("a: X\n", "spec.m[0]"))
  }
}
