import Diagnostics
import SourceText

/// The lines of a file that a diagnostic points at, with its spans underlined.
struct Snippet {
  let style: TerminalStyle
  let file: SourceFile

  struct Mark {
    let range: ByteRange
    let message: String
    let isPrimary: Bool
  }

  private static let widest = 140

  /// The width of the line-number gutter for these marks.
  static func gutter(_ marks: [(SourceFile, ByteRange)]) -> Int {
    marks.map { String($0.0.lines.lineIndex(of: $0.1.lowerBound) + 1).utf8.count }.max() ?? 1
  }

  func render(_ marks: [Mark], gutter: Int) -> String {
    var text = ""
    let bar = style.blue(String(repeating: " ", count: gutter) + " |")
    let lines = Set(marks.map { file.lines.lineIndex(of: $0.range.lowerBound) }).sorted()
    var previous: Int?
    for line in lines {
      if let previous, line > previous + 1 { text += style.blue(String(repeating: ".", count: max(3, gutter))) + "\n" }
      previous = line
      let number = String(line + 1)
      let range = visible(file.lineRange(line))
      if SecretText.isSecret(line: line, in: file) {
        text += "\(style.blue(pad(number, gutter) + " |")) \(style.dim(SecretText.placeholder))\n"
        for mark in marks where file.lines.lineIndex(of: mark.range.lowerBound) == line && !mark.message.isEmpty {
          text += "\(bar) \(paint(mark, TerminalText.escaped(mark.message)))\n"
        }
        continue
      }
      let here = marks.filter { file.lines.lineIndex(of: $0.range.lowerBound) == line }
        .sorted { ($0.isPrimary ? 0 : 1, $0.range.lowerBound) < ($1.isPrimary ? 0 : 1, $1.range.lowerBound) }
      let window = window(of: range, around: here.first?.range ?? range)
      text += "\(style.blue(pad(number, gutter) + " |")) \(shown(window, of: range))\n"
      for mark in here {
        let start = min(max(mark.range.lowerBound, window.lowerBound), window.upperBound)
        let end = min(max(mark.range.upperBound, start), window.upperBound)
        let lead =
          TerminalText.width(TerminalText.escaped(file.text(window.lowerBound..<start)))
          + (window.lowerBound > range.lowerBound ? 1 : 0)
        let width = max(1, TerminalText.width(TerminalText.escaped(file.text(start..<end))))
        let carets = String(repeating: mark.isPrimary ? "^" : "-", count: width)
        let message = mark.message.isEmpty ? "" : " " + TerminalText.escaped(mark.message)
        text += "\(bar) \(String(repeating: " ", count: lead))\(paint(mark, carets + message))\n"
      }
    }
    return text
  }

  private func paint(_ mark: Mark, _ text: String) -> String { mark.isPrimary ? style.red(text) : style.blue(text) }

  private func pad(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.utf8.count)) + text
  }

  /// The line without the byte order mark.
  private func visible(_ range: ByteRange) -> ByteRange {
    range.lowerBound == 0 ? min(file.byteOrderMarkLength, range.upperBound)..<range.upperBound : range
  }

  /// The part of a long line that is shown.
  private func window(of line: ByteRange, around mark: ByteRange) -> ByteRange {
    guard line.count > Self.widest else { return line }
    var start = max(line.lowerBound, min(mark.lowerBound, line.upperBound) - 40)
    var end = min(line.upperBound, start + Self.widest)
    start = max(line.lowerBound, min(start, end - Self.widest))
    while start > line.lowerBound, file.bytes[start] & 0xC0 == 0x80 { start -= 1 }
    while end < line.upperBound, file.bytes[end] & 0xC0 == 0x80 { end += 1 }
    return start..<end
  }

  private func shown(_ window: ByteRange, of line: ByteRange) -> String {
    (window.lowerBound > line.lowerBound ? "…" : "") + TerminalText.escaped(SecretText.redacting(file.text(window)))
      + (window.upperBound < line.upperBound ? "…" : "")
  }
}
