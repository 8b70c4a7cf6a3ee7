import SourceText
import Testing

@Suite struct PositionTests {
  @Test func columnsCountScalarsAndLeaveOutTheByteOrderMark() {
    let file = SourceFile(path: "a.yaml", text: "\u{FEFF}é😀: x\r\nb\u{2028}c: y")
    let x = file.position(of: 3 + 2 + 4 + 2)
    #expect(x.line == 1 && x.column == 5)
    let y = file.position(of: file.bytes.count - 1)
    #expect(y.line == 2 && y.column == 6)
    #expect(file.text(file.lineRange(0)).unicodeScalars.last == "x")
  }

  @Test func editsAreAppliedInOrderAndRefusedWhenTheyOverlap() {
    let bytes = Array("abcdef".utf8)
    let edits = [TextEdit.delete(4..<5), .insert("1", at: 2), .insert("2", at: 2), TextEdit(range: 0..<1, replacement: "A")]
    #expect(edits.applied(to: bytes) == Array("Ab12cdf".utf8))
    #expect([TextEdit.delete(0..<3), TextEdit.delete(2..<4)].applied(to: bytes) == nil)
    #expect([TextEdit.delete(5..<9)].applied(to: bytes) == nil)
  }
}
