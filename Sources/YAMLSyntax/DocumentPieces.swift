import SourceText

/// The parts of a stream between `---` lines. A `---` at the start of a line ends a document wherever it stands, so
/// a stream can be cut there before it is parsed: one broken document does not hide the others.
struct DocumentPieces {
  /// Every byte of the file belongs to one piece; a piece begins with its `---` line (or its directives).
  let ranges: [ByteRange]

  /// `text` begins behind a byte order mark, if there was one; its first byte is at `offset` of the file.
  init(of text: UnsafeBufferPointer<UInt8>, from offset: Int) {
    var starts: [Int] = []
    var pieceStart = offset
    /// The current piece holds nothing but blanks, comments and directives so far.
    var isPreamble = true
    var line = offset
    while line < text.count {
      let end = text.offset(of: UInt8(ascii: "\n"), from: line)
      if Self.isMarker(text, line, end) {
        // Comments and directives before the first `---` stay with the document that follows.
        if !(isPreamble && starts.isEmpty) {
          starts.append(pieceStart)
          pieceStart = line
        }
        isPreamble = false
      } else if isPreamble, !Self.isBlankCommentOrDirective(text, line, end) {
        isPreamble = false
      }
      line = end + 1
    }
    starts.append(pieceStart)
    ranges = starts.indices.map { index in
      starts[index]..<(index + 1 < starts.count ? starts[index + 1] : text.count)
    }
  }

  /// `---` alone or followed by a blank.
  private static func isMarker(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard end - start >= 3 else { return false }
    let dash = UInt8(ascii: "-")
    guard text[start] == dash, text[start + 1] == dash, text[start + 2] == dash else { return false }
    if end - start == 3 { return true }
    return [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r")].contains(text[start + 3])
  }

  private static func isBlankCommentOrDirective(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var index = start
    while index < end, text[index] == UInt8(ascii: " ") || text[index] == UInt8(ascii: "\t") { index += 1 }
    guard index < end, text[index] != UInt8(ascii: "\r") else { return true }
    return text[index] == UInt8(ascii: "#") || (index == start && text[index] == UInt8(ascii: "%"))
  }
}
