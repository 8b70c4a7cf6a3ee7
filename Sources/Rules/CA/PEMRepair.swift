import Certificates
import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// Repairs of PEM blocks, all of them suggestions: the certificate inside is nobody's to guess.
enum PEMRepair {
  static func fixes(of defect: PEMDefect, _ item: RegistryCertificates, _ places: CertificatePlaces) -> [Fix] {
    guard item.entry.section == .data, !item.entry.node.isAlias, let scalar = item.entry.node.scalar else { return [] }
    let file = item.entry.node.span.file
    let range = places.span(defect.range).range
    func fix(_ description: String, _ edits: [TextEdit]) -> [Fix] {
      [Fix(description, safety: .unsafe, in: file, edits)]
    }
    switch (defect.reason, scalar.style) {
    case (.foldedIntoOneLine, .folded):
      let indicator = item.entry.node.span.range.lowerBound
      guard file.bytes[indicator] == UInt8(ascii: ">") else { return [] }
      return fix(
        "Write a '|' block, which keeps the lines", [TextEdit(range: indicator..<indicator + 1, replacement: "|")])
    case (.escapedLineFeeds, .singleQuoted):
      let value = item.entry.node.span.range
      let inner = file.bytes[value.dropFirst().dropLast()]
      guard !inner.contains(UInt8(ascii: "\"")), !inner.contains(UInt8(ascii: "'")), !inner.contains(UInt8(ascii: "\n"))
      else { return [] }
      return fix(
        "Write double quotes, in which \\n is a line end",
        [
          TextEdit(range: value.lowerBound..<value.lowerBound + 1, replacement: "\""),
          TextEdit(range: value.upperBound - 1..<value.upperBound, replacement: "\""),
        ])
    case (.gluedBlocks, .literal):
      guard let split = splitPoint(file.bytes[range]), let lineBreak = lineBreak(at: range.lowerBound, file) else {
        return []
      }
      return fix("Put a line end between them", [TextEdit(range: split..<split, replacement: lineBreak)])
    case (.indentedBegin, .literal), (.indentedEnd, .literal), (.byteOrderMark, .literal),
      (.invisibleCharacter, .literal):
      return fix("Remove what stands before the marker", [.delete(range)])
    case (.textBeforeBegin, .literal), (.textBeforeEnd, .literal):
      return newLine(at: range.upperBound, file).map { fix("Put the marker on a line of its own", [$0]) } ?? []
    case (.base64OnBeginLine, .literal), (.textAfterBegin, .literal), (.textAfterEnd, .literal):
      return newLine(at: range.lowerBound, file).map { fix("Put the marker on a line of its own", [$0]) } ?? []
    case (.malformedMarker, .literal):
      let text = file.text(range).uppercased()
      guard text.contains("CERTIFICATE"), !text.contains("REQUEST"), !text.contains("TRUSTED") else { return [] }
      let marker = text.contains("BEGIN") ? "-----BEGIN CERTIFICATE-----" : "-----END CERTIFICATE-----"
      return fix("Write '\(marker)'", [TextEdit(range: range, replacement: marker)])
    default: return []
    }
  }

  /// `CERTIFICATE` in place of a label under which a certificate stands.
  static func fixes(of block: PEMBundle.Block, _ item: RegistryCertificates, _ places: CertificatePlaces) -> [Fix] {
    guard item.entry.section == .data, case .skippedType = block.result, block.certificate != nil,
      block.headers.isEmpty, item.entry.node.scalar?.style == .literal, !item.entry.node.isAlias
    else { return [] }
    let file = item.entry.node.span.file
    let label = block.type.utf8.count
    let begin = block.range.lowerBound + "-----BEGIN ".utf8.count
    let end = block.range.upperBound - "-----".utf8.count - label
    let edits = [begin, end].map {
      TextEdit(range: places.span($0..<$0 + label).range, replacement: "CERTIFICATE")
    }
    guard edits.allSatisfy({ file.bytes[$0.range].elementsEqual(block.type.utf8) }) else { return [] }
    return [Fix("Write the label CERTIFICATE", safety: .unsafe, in: file, edits)]
  }

  /// Between the hyphens of END and those of BEGIN.
  private static func splitPoint(_ bytes: ArraySlice<UInt8>) -> Int? {
    let begin = Array("-----BEGIN ".utf8)
    return bytes.indices.last { bytes[$0...].starts(with: begin) }
  }

  /// A line end at an offset, with the blanks around it removed.
  private static func newLine(at offset: Int, _ file: SourceFile) -> TextEdit? {
    guard let lineBreak = lineBreak(at: offset, file) else { return nil }
    var start = offset
    while start > 0, file.bytes[start - 1] == UInt8(ascii: " ") || file.bytes[start - 1] == UInt8(ascii: "\t") {
      start -= 1
    }
    return TextEdit(range: start..<offset, replacement: lineBreak)
  }

  /// A line end and the indentation of the line that holds an offset.
  private static func lineBreak(at offset: Int, _ file: SourceFile) -> [UInt8]? {
    let line = file.lineRange(file.lines.lineIndex(of: offset))
    let blanks = file.bytes[line].prefix { $0 == UInt8(ascii: " ") }
    let span = SourceSpan(file: file, range: offset..<offset)
    return LineIndentation.lineEnd(at: span, in: file) + blanks
  }
}
