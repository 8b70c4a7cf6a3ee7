/// Something in a PEM text that makes Go pass over a block without a word, or a private key.
public struct PEMDefect: Hashable, Sendable {
  public enum Reason: Hashable, Sendable {
    /// `-----END CERTIFICATE----------BEGIN CERTIFICATE-----`: two files were joined and the first had no line feed at
    /// its end. Both certificates are lost.
    case gluedBlocks
    /// Blanks before BEGIN, which must start its line.
    case indentedBegin
    /// Blanks before END, which must start its line.
    case indentedEnd
    /// U+FEFF directly before BEGIN.
    case byteOrderMark
    /// Another character that nobody sees before BEGIN or END: a zero-width space, a no-break space.
    case invisibleCharacter
    case textBeforeBegin
    /// Base64 or other text before END on its line: the line feed is missing.
    case textBeforeEnd
    /// The two characters `\n` in place of line feeds, as in a JSON string.
    case escapedLineFeeds
    /// Carriage returns alone end the lines.
    case carriageReturnsOnly
    /// BEGIN and END on one line, as a folded or plain YAML scalar leaves them.
    case foldedIntoOneLine
    /// The base64 begins on the line of BEGIN.
    case base64OnBeginLine
    case textAfterBegin
    /// A comment, for example.
    case textAfterEnd
    /// The content is not base64; offsets count in the bundle.
    case invalidBase64(Base64.Failure)
    /// The labels of BEGIN and END.
    case labelsDiffer(begin: String, end: String)
    case missingEnd
    case missingBegin
    /// `----- BEGIN`, four dashes, `CERTIFICATE -----`, dashes that are not hyphens, small letters.
    case malformedMarker
    /// With the label. The content is neither kept nor shown.
    case privateKey(String)
    /// Go takes nothing from the block for a reason that has no name here.
    case unreadable
  }

  public let reason: Reason
  /// What to point at, in the bytes of the bundle.
  public let range: Range<Int>
  /// The whole block, from BEGIN to END, or the lone marker.
  public let block: Range<Int>
}

/// Finds the defects from the markers of a text and the ranges that Go decoded.
struct PEMDefectScanner {
  private let bytes: [UInt8]
  private let markers: [PEMMarker]
  private let decoded: [Range<Int>]
  private var defects: [PEMDefect] = []

  init(_ bytes: [UInt8], markers: [PEMMarker], decoded: [Range<Int>]) {
    self.bytes = bytes
    self.markers = markers
    self.decoded = decoded
  }

  mutating func scan() -> [PEMDefect] {
    var open: Int?
    var nextDecoded = 0
    for (index, marker) in markers.enumerated() {
      while nextDecoded < decoded.count, decoded[nextDecoded].upperBound <= marker.range.lowerBound { nextDecoded += 1 }
      let isDecoded = nextDecoded < decoded.count && decoded[nextDecoded].contains(marker.range.lowerBound)
      switch marker.kind {
      case .begin:
        if let open { check(begin: open, end: nil, until: marker.range.lowerBound) }
        open = index
        if isDecoded {
          if isPrivateKeyLabel(bytes[marker.label]) { reportPrivateKey(marker, decoded[nextDecoded]) }
          open = nil
        }
      case .end:
        if isDecoded {
          open = nil
        } else if let begin = open {
          check(begin: begin, end: index, until: marker.range.upperBound)
          open = nil
        } else {
          report(.missingBegin, marker.range, marker.range)
        }
      }
    }
    if let open { check(begin: open, end: nil, until: bytes.count) }
    defects.sort { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
    return defects
  }

  private mutating func report(_ reason: PEMDefect.Reason, _ range: Range<Int>, _ block: Range<Int>) {
    guard defects.count < PEMBundle.maximumDefectCount else { return }
    defects.append(PEMDefect(reason: reason, range: range, block: block))
  }

  private mutating func reportPrivateKey(_ marker: PEMMarker, _ block: Range<Int>) {
    report(.privateKey(text(marker.label)), block, block)
  }

  private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// Checks a block that Go did not decode. Without an END, the block ends at `limit`.
  private mutating func check(begin: Int, end: Int?, until limit: Int) {
    let first = markers[begin]
    if isPrivateKeyLabel(bytes[first.label]) {
      reportPrivateKey(first, first.range.lowerBound..<limit)
      return
    }
    guard let end else {
      if !isGluedToPrevious(begin) { checkBegin(begin, first.range) }
      report(.missingEnd, first.range, first.range)
      return
    }
    let last = markers[end]
    let block = first.range.lowerBound..<last.range.upperBound
    if first.line == last.line {
      report(oneLineReason(after: first.range.upperBound), block, block)
      return
    }
    let count = defects.count
    let isGlued = isGluedToPrevious(begin)
    if !isGlued { checkBegin(begin, block) } else { checkAfterBegin(begin, block) }
    checkEnd(end, begin: first, block)
    if defects.count == count, !isGlued { checkBody(first, last, block) }
  }

  private func oneLineReason(after offset: Int) -> PEMDefect.Reason {
    if bytes[offset] == 0x0D { return .carriageReturnsOnly }
    return startsEscapedLineFeed(offset) ? .escapedLineFeeds : .foldedIntoOneLine
  }

  private func startsEscapedLineFeed(_ offset: Int) -> Bool {
    bytes[offset...].starts(with: "\\n".utf8) || bytes[offset...].starts(with: "\\r\\n".utf8)
  }

  /// An END stands before this BEGIN on its line.
  private func isGluedToPrevious(_ index: Int) -> Bool {
    guard index > 0 else { return false }
    let previous = markers[index - 1]
    return previous.kind == .end && previous.line == markers[index].line
  }

  private mutating func checkBegin(_ index: Int, _ block: Range<Int>) {
    let marker = markers[index]
    if !marker.isExact { report(.malformedMarker, marker.range, block) }
    let before = textBefore(index)
    if !before.isEmpty, let reason = beforeReason(before, .indentedBegin, .textBeforeBegin) {
      report(reason, before, block)
    }
    checkAfterBegin(index, block)
  }

  private mutating func checkAfterBegin(_ index: Int, _ block: Range<Int>) {
    let marker = markers[index]
    let after = textAfter(marker)
    guard !after.isEmpty else { return }
    if startsEscapedLineFeed(after.lowerBound) {
      report(.escapedLineFeeds, after, block)
    } else if bytes[after.lowerBound] == 0x0D {
      report(.carriageReturnsOnly, after, block)
    } else if bytes[after].prefix(200).allSatisfy({ Base64.value(of: $0) != nil || $0 == UInt8(ascii: "=") }) {
      report(.base64OnBeginLine, after, block)
    } else {
      report(.textAfterBegin, after, block)
    }
  }

  private mutating func checkEnd(_ index: Int, begin: PEMMarker, _ block: Range<Int>) {
    let marker = markers[index]
    if !marker.isExact { report(.malformedMarker, marker.range, block) }
    let before = textBefore(index)
    if !before.isEmpty, let reason = beforeReason(before, .indentedEnd, .textBeforeEnd) {
      report(reason, before, block)
    }
    if !bytes[begin.label].elementsEqual(bytes[marker.label]) {
      report(.labelsDiffer(begin: text(begin.label), end: text(marker.label)), marker.range, block)
    }
    if index + 1 < markers.count, markers[index + 1].kind == .begin, markers[index + 1].line == marker.line {
      report(.gluedBlocks, marker.range.lowerBound..<markers[index + 1].range.upperBound, block)
      return
    }
    let after = textAfter(marker)
    guard !after.isEmpty else { return }
    let isCarriageReturn = bytes[after.lowerBound] == 0x0D
    report(isCarriageReturn ? .carriageReturnsOnly : .textAfterEnd, after, block)
  }

  /// What stands before a marker on its line, behind a marker that stands there already.
  private func textBefore(_ index: Int) -> Range<Int> {
    let marker = markers[index]
    var start = marker.line.lowerBound
    if index > 0, markers[index - 1].line == marker.line {
      start = min(markers[index - 1].range.upperBound, marker.range.lowerBound)
    }
    return start..<marker.range.lowerBound
  }

  /// What stands behind a marker on its line, up to the next marker there, without trailing blanks and the carriage
  /// return of a CRLF.
  private func textAfter(_ marker: PEMMarker) -> Range<Int> {
    let start = marker.range.upperBound
    var end = marker.line.upperBound
    if end > start, end < bytes.count, bytes[end - 1] == 0x0D { end -= 1 }
    while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    var first = start
    while first < end, bytes[first] == 0x20 || bytes[first] == 0x09 { first += 1 }
    return first..<max(first, end)
  }

  private func beforeReason(
    _ range: Range<Int>, _ indented: PEMDefect.Reason, _ other: PEMDefect.Reason
  ) -> PEMDefect.Reason? {
    var rest = bytes[range]
    if rest.elementsEqual([0xEF, 0xBB, 0xBF]) { return .byteOrderMark }
    if rest.last == 0x0D { return .carriageReturnsOnly }
    if rest.suffix(2).elementsEqual("\\n".utf8) { return .escapedLineFeeds }
    var sawInvisible = false
    while let byte = rest.first {
      if byte == 0x20 || byte == 0x09 {
        rest = rest.dropFirst()
      } else if rest.starts(with: [0xC2, 0xA0]) {
        sawInvisible = true
        rest = rest.dropFirst(2)
      } else if rest.starts(with: [0xEF, 0xBB, 0xBF]) || rest.starts(with: [0xE2, 0x81, 0xA0])
        || (rest.starts(with: [0xE2, 0x80]) && rest.count > 2 && (0x80...0x8F).contains(rest[rest.startIndex + 2]))
      {
        sawInvisible = true
        rest = rest.dropFirst(3)
      } else {
        return other
      }
    }
    return sawInvisible ? .invisibleCharacter : indented
  }

  /// The lines between two good markers.
  private mutating func checkBody(_ first: PEMMarker, _ last: PEMMarker, _ block: Range<Int>) {
    var start = min(first.line.upperBound + 1, last.line.lowerBound)
    let end = max(start, last.line.lowerBound - 1)
    // Go takes leading lines with a colon for headers.
    while start < end {
      let lineEnd = bytes[start..<end].firstIndex(of: 0x0A) ?? end
      guard bytes[start..<lineEnd].contains(UInt8(ascii: ":")) else { break }
      start = min(lineEnd + 1, end)
    }
    guard case .failure(let failure) = Base64.decode(bytes[start..<end], skipsBlanks: true) else {
      report(.unreadable, first.range, block)
      return
    }
    var offset = start + failure.offset
    if offset >= end {
      // The text ended too early: point at its last character.
      offset = bytes[start..<end].lastIndex { $0 > 0x20 } ?? first.range.lowerBound
    }
    var width = 1
    while offset + width < end, bytes[offset] >= 0xC0, bytes[offset + width] & 0xC0 == 0x80 { width += 1 }
    report(.invalidBase64(failure.shifted(by: start)), offset..<offset + width, block)
  }
}
