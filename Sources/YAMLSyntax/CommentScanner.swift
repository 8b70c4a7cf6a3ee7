import CLibyaml
import SourceText

extension YAMLStream {
  /// All comments of a file in order. Between libyaml's tokens there is nothing but blanks, breaks and comments, so
  /// they are exact; the comment behind a `|` is inside of its token. In a document that cannot be scanned the
  /// comments end where scanning does.
  public static func comments(in file: SourceFile) -> [Comment] {
    guard file.bytes.contains(UInt8(ascii: "#")) else { return [] }
    let mask = TemplateMask(file.bytes)
    return mask.bytes.withUnsafeBufferPointer { text in
      var comments: [Comment] = []
      for range in DocumentPieces(of: text, from: file.byteOrderMarkLength).ranges {
        let piece = UnsafeBufferPointer(rebasing: text[range])
        scan(piece, base: range.lowerBound, into: &comments)
      }
      return comments
    }
  }

  private static func scan(_ text: UnsafeBufferPointer<UInt8>, base: Int, into comments: inout [Comment]) {
    guard let parser = LibyamlParser(text) else { return }
    var offsets = ScalarOffsets(text)
    var position = 0
    func take(_ gap: ByteRange) {
      var index = gap.lowerBound
      while index < gap.upperBound {
        if text[index] == UInt8(ascii: "#") {
          var end = index
          while end < text.count, text[end] != UInt8(ascii: "\n") { end += 1 }
          var last = end
          while last > index, text[last - 1] == UInt8(ascii: "\r") { last -= 1 }
          comments.append(Comment(range: (base + index)..<(base + last)))
          index = end
        } else {
          index += 1
        }
      }
    }
    while true {
      let next: (start: Int, end: Int, isLast: Bool, isBlock: Bool)
      do {
        next = try parser.withNextToken { token in
          let isScalar = token.type == YAML_SCALAR_TOKEN
          let style = token.data.scalar.style
          return (
            offsets.byteOffset(ofScalar: Int(token.start_mark.index)),
            offsets.byteOffset(ofScalar: Int(token.end_mark.index)), token.type == YAML_STREAM_END_TOKEN,
            isScalar && (style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE)
          )
        }
      } catch {
        return
      }
      if next.isLast {
        take(position..<max(position, text.count))
        return
      }
      if next.start > position { take(position..<next.start) }
      if next.isBlock {
        // The header's line: `key: | # comment`
        var end = next.start
        while end < text.count, text[end] != UInt8(ascii: "\n") { end += 1 }
        take(next.start..<end)
      }
      position = max(position, next.end)
    }
  }
}
