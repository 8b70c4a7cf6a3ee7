/// Go's `encoding/pem.Decode` (as of Go 1.25.4, which made it linear), with offsets: finds the first END line, then the
/// last BEGIN before it, and goes on behind an END that yields nothing. Nothing is reported about text that is passed
/// over; that is what `PEMDefect` is for.
struct PEMDecoder {
  struct Block {
    let type: String
    let headers: [String: String]
    /// From the first dash of BEGIN to the last dash of END.
    let range: Range<Int>
    let content: [UInt8]
  }

  static let begin = Array("-----BEGIN ".utf8)
  static let end = Array("\n-----END ".utf8)
  static let dashes = Array("-----".utf8)

  let bytes: [UInt8]
  /// Where the next call starts; what lies behind it when no block is found any more is the unconsumed rest.
  private(set) var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func next() -> Block? {
    var searchStart = position
    while let endIndex = firstIndex(of: Self.end, in: searchStart..<bytes.count) {
      let start = searchStart
      searchStart = endIndex + Self.end.count
      guard let beginIndex = lastIndex(of: Self.begin, in: start..<endIndex),
        beginIndex == start || bytes[beginIndex - 1] == 0x0A
      else { continue }
      let typeLine = line(at: beginIndex + Self.begin.count)
      guard ends(typeLine.range, with: Self.dashes) else { continue }
      let type = typeLine.range.lowerBound..<(typeLine.range.upperBound - Self.dashes.count)

      var bodyStart = typeLine.next
      var headers: [String: String] = [:]
      while true {
        guard bodyStart < bytes.count else { return nil }
        let header = line(at: bodyStart)
        guard let colon = bytes[header.range].firstIndex(of: UInt8(ascii: ":")) else { break }
        headers[trimmed(header.range.lowerBound..<colon)] = trimmed(colon + 1..<header.range.upperBound)
        bodyStart = header.next
      }
      if !headers.isEmpty && endIndex < bodyStart {
        // An END line with a colon was taken for a header, and everything up to it.
        guard searchStart >= bodyStart else { return nil }
        continue
      }

      let trailerEnd = searchStart + type.count + Self.dashes.count
      guard trailerEnd <= bytes.count, bytes[searchStart...].starts(with: bytes[type]),
        ends(searchStart..<trailerEnd, with: Self.dashes), line(at: trailerEnd).range.isEmpty
      else { continue }

      var content: [UInt8] = []
      if endIndex > bodyStart {
        guard case .success(let decoded) = Base64.decode(bytes[bodyStart..<endIndex], skipsBlanks: true) else {
          continue
        }
        content = decoded
      }
      position = line(at: searchStart).next
      return Block(
        type: String(decoding: bytes[type], as: UTF8.self), headers: headers, range: beginIndex..<trailerEnd,
        content: content)
    }
    return nil
  }

  /// The line that starts at `start`, without its line end and trailing blanks. A last line keeps its carriage return.
  private func line(at start: Int) -> (range: Range<Int>, next: Int) {
    var end = bytes.count
    var next = end
    if let newline = bytes[start...].firstIndex(of: 0x0A) {
      end = newline
      next = newline + 1
      if end > start, bytes[end - 1] == 0x0D { end -= 1 }
    }
    while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    return (start..<end, next)
  }

  private func ends(_ range: Range<Int>, with suffix: [UInt8]) -> Bool {
    range.count >= suffix.count && bytes[range].suffix(suffix.count).elementsEqual(suffix)
  }

  private func trimmed(_ range: Range<Int>) -> String {
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
    var slice = bytes[range].drop(while: isBlank)
    while let last = slice.last, isBlank(last) { slice.removeLast() }
    return String(decoding: slice, as: UTF8.self)
  }

  // Both patterns begin with a byte that their rest does not repeat at the places where a search could restart late,
  // so a comparison stops after a few bytes: linear but for the constant length of the pattern.
  private func firstIndex(of pattern: [UInt8], in range: Range<Int>) -> Int? {
    guard range.count >= pattern.count else { return nil }
    return (range.lowerBound...(range.upperBound - pattern.count)).first { matches(pattern, at: $0) }
  }

  private func lastIndex(of pattern: [UInt8], in range: Range<Int>) -> Int? {
    guard range.count >= pattern.count else { return nil }
    return (range.lowerBound...(range.upperBound - pattern.count)).last { matches(pattern, at: $0) }
  }

  private func matches(_ pattern: [UInt8], at start: Int) -> Bool {
    for index in pattern.indices where bytes[start + index] != pattern[index] { return false }
    return true
  }
}
