import SourceText

/// The parts of a stream between `---` lines. A `---` at the start of a line ends a document wherever it stands, so
/// a stream can be cut there before it is parsed: one broken document does not hide the others.
struct DocumentPieces {
  /// Every byte of the file belongs to one piece; a piece begins with its `---` line (or its directives).
  let ranges: [ByteRange]

  /// `text` begins behind a byte order mark, if there was one; its first byte is at `offset` of the file.
  /// - Parameter splitsJSON: Whether JSON objects that follow each other without a `---` are documents of their own.
  init(of text: UnsafeBufferPointer<UInt8>, from offset: Int, splitsJSON: Bool = false) {
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
    let pieces = starts.indices.map { index in
      starts[index]..<(index + 1 < starts.count ? starts[index + 1] : text.count)
    }
    ranges = splitsJSON ? pieces.flatMap { Self.jsonObjects(in: text, $0) } : pieces
  }

  /// A piece that is nothing but JSON objects, cut before each but the first; any other piece as it is.
  private static func jsonObjects(in text: UnsafeBufferPointer<UInt8>, _ piece: ByteRange) -> [ByteRange] {
    var starts: [Int] = []
    var depth = 0
    var index = piece.lowerBound
    while index < piece.upperBound {
      switch text[index] {
      case UInt8(ascii: "\"") where depth > 0: index = Self.endOfString(in: text, from: index + 1)
      case UInt8(ascii: "{"):
        if depth == 0 { starts.append(index) }
        depth += 1
      case UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      // Comments and quotes that only YAML has.
      case UInt8(ascii: "#"), UInt8(ascii: "'"): return [piece]
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): break
      default: if depth == 0 { return [piece] }
      }
      if depth < 0 || starts.isEmpty && depth > 0 { return [piece] }
      index += 1
    }
    guard starts.count > 1, depth == 0 else { return [piece] }
    starts[0] = piece.lowerBound
    return starts.indices.map { starts[$0]..<($0 + 1 < starts.count ? starts[$0 + 1] : piece.upperBound) }
  }

  /// Where the quote stands that ends a string; the end of the text when there is none.
  private static func endOfString(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var index = start
    while true {
      index = text.offset(ofAny: UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "\\"), from: index)
      guard index < text.count, text[index] == UInt8(ascii: "\\") else { return index }
      index += 2
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
