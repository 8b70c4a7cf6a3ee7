import SourceText

/// What the lines between two values hold, and what a comment says.
struct LineView {
  enum Content: Equatable {
    case blank
    /// A comment alone on its line; the column of its `#`, from 0.
    case comment(column: Int)
    case other
  }

  let file: SourceFile

  /// Lines that exist; the empty text behind the last line end is none.
  var count: Int { file.lines.starts.last == file.bytes.count ? file.lines.starts.count - 1 : file.lines.starts.count }

  func index(of offset: Int) -> Int { file.lines.lineIndex(of: offset) }

  /// Offset of the first byte of a line, behind a byte order mark.
  func start(_ line: Int) -> Int {
    line == 0 ? file.byteOrderMarkLength : line < file.lines.starts.count ? file.lines.starts[line] : file.bytes.count
  }

  /// Offset behind the line end.
  func end(_ line: Int) -> Int { line + 1 < file.lines.starts.count ? file.lines.starts[line + 1] : file.bytes.count }

  func content(_ line: Int) -> Content {
    var index = start(line)
    let lineStart = index
    let end = end(line)
    while index < end, file.bytes[index] == UInt8(ascii: " ") || file.bytes[index] == UInt8(ascii: "\t") { index += 1 }
    guard index < end, file.bytes[index] != UInt8(ascii: "\n"), file.bytes[index] != UInt8(ascii: "\r") else {
      return .blank
    }
    return file.bytes[index] == UInt8(ascii: "#") ? .comment(column: index - lineStart) : .other
  }

  /// A line of blanks that is not empty.
  func hasBlanks(_ line: Int) -> Bool {
    start(line) < end(line) && [UInt8(ascii: " "), UInt8(ascii: "\t")].contains(file.bytes[start(line)])
  }

  /// A tab stands before the text of a line, or in a line without text.
  func hasTab(_ line: Int) -> Bool {
    var index = start(line)
    while index < end(line), file.bytes[index] == UInt8(ascii: " ") { index += 1 }
    return index < end(line) && file.bytes[index] == UInt8(ascii: "\t")
  }

  // MARK: What comments say

  /// The text behind the `#`s of a comment line.
  private func commentText(_ line: Int) -> ArraySlice<UInt8> {
    let range = file.lineRange(line)
    let text = file.bytes[range].drop { $0 != UInt8(ascii: "#") }.drop { $0 == UInt8(ascii: "#") }
    return text
  }

  /// `# - quay.io`, `#- mirrors:`, `##- host # why`: an entry that was commented out. A bullet of prose has more words.
  func isDisabledItem(_ line: Int) -> Bool {
    let text = commentText(line).drop(while: Self.isBlank)
    guard text.first == UInt8(ascii: "-") else { return false }
    let rest = text.dropFirst()
    guard let first = rest.first else { return true }
    guard Self.isBlank(first) else { return false }
    return isOneValue(rest.drop(while: Self.isBlank))
  }

  /// `# mirrorSourcePolicy: NeverContactSource`, `#  mirrors:`: a field that was commented out.
  func isDisabledField(_ line: Int) -> Bool {
    let text = commentText(line).drop(while: Self.isBlank)
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")), colon > text.startIndex else { return false }
    let key = text[..<colon]
    guard key.allSatisfy({ !Self.isBlank($0) }), !key.starts(with: "registrylint".utf8) else { return false }
    let rest = text[(colon + 1)...]
    guard let first = rest.first else { return true }
    guard Self.isBlank(first) else { return false }
    return isOneValue(rest.drop(while: Self.isBlank))
  }

  /// One word, a quoted text or a flow collection, a comment behind it.
  private func isOneValue(_ text: ArraySlice<UInt8>) -> Bool {
    guard let first = text.first else { return true }
    if [UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "|")].contains(first)
    {
      return true
    }
    let word = text.prefix { !Self.isBlank($0) }
    let rest = text.dropFirst(word.count).drop(while: Self.isBlank)
    if rest.isEmpty || rest.first == UInt8(ascii: "#") { return true }
    // `# - source: quay.io/x`
    guard word.last == UInt8(ascii: ":") else { return false }
    let value = rest.prefix { !Self.isBlank($0) }
    let behind = rest.dropFirst(value.count).drop(while: Self.isBlank)
    return behind.isEmpty || behind.first == UInt8(ascii: "#")
  }

  /// `# -----`, `#####`, `# === Title ===`: a line that draws a rule.
  func isRule(_ line: Int) -> Bool {
    let range = file.lineRange(line)
    var run = 0
    var previous: UInt8 = 0
    for byte in file.bytes[range] {
      run = byte == previous ? run + 1 : 1
      previous = byte
      if run >= 3, "#-=*~_+".utf8.contains(byte) { return true }
    }
    return false
  }

  /// A suppression of this tool: it speaks of the next line, wherever that goes.
  func isSuppression(_ line: Int) -> Bool {
    let text = commentText(line).drop(while: Self.isBlank)
    guard text.starts(with: "registrylint:ignore".utf8) else { return false }
    return !text.starts(with: "registrylint:ignore-file".utf8)
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}
