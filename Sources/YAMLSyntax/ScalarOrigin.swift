import SourceText

/// Where the bytes of a scalar's text stand in the file: for findings inside of a value, such as one line of a PEM
/// block or a resource inside of a block string.
public struct ScalarOrigin: Sendable {
  /// Starts of runs that stand in the file as they stand in the text, in order.
  private let runs: [(decoded: Int, source: Int)]
  private let decodedCount: Int
  private let sourceEnd: Int
  /// A double-quoted scalar.
  private var isEscaped = false
  private static let longestEscape = 9

  init(runs: [(decoded: Int, source: Int)], decodedCount: Int, sourceEnd: Int) {
    self.runs = runs
    self.decodedCount = decodedCount
    self.sourceEnd = sourceEnd
  }

  /// `nil` for collections.
  public init?(_ node: Node) {
    guard let scalar = node.scalar else { return nil }
    let decoded = Array(scalar.text.utf8)
    let range = node.span.range
    let source = node.span.file.bytes
    var runs: [(Int, Int)] = []
    var end = range.upperBound
    var index = range.lowerBound
    switch scalar.style {
    case .plain: break
    case .singleQuoted, .doubleQuoted:
      index += 1
      end -= 1
    case .literal, .folded:
      while index < end, source[index] != UInt8(ascii: "\n") { index += 1 }
      index += 1
    }
    let indentation = Self.indentation(of: scalar, source, index, end)
    var position = 0
    var isLineStart = scalar.style == .literal || scalar.style == .folded
    var expected = -1
    func mark() {
      if expected != index - position { runs.append((position, index)) }
      expected = index - position
    }
    while position < decoded.count, index < end {
      if isLineStart {
        var skipped = 0
        while skipped < indentation, index < end, source[index] == UInt8(ascii: " ") { index += 1; skipped += 1 }
        isLineStart = false
        continue
      }
      let byte = source[index]
      if byte == UInt8(ascii: "\\"), scalar.style == .doubleQuoted {
        mark()
        let (taken, produced) = Self.escape(source, index, end)
        index += taken
        position += produced
        if produced == 0 { index = Self.skipBlanks(source, index, end) }
        continue
      }
      if byte == UInt8(ascii: "'"), scalar.style == .singleQuoted { mark(); index += 2; position += 1; continue }
      if byte == UInt8(ascii: "\r"), decoded[position] != byte { index += 1; continue }
      if byte == decoded[position] {
        mark()
        if byte == UInt8(ascii: "\n") { isLineStart = scalar.style == .literal || scalar.style == .folded }
        index += 1
        position += 1
        continue
      }
      if byte == UInt8(ascii: "\n"), decoded[position] == UInt8(ascii: " ") {
        // A folded line break.
        mark()
        position += 1
        index += 1
        isLineStart = scalar.style == .folded
        if !isLineStart { index = Self.skipBlanks(source, index, end) }
        continue
      }
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
        index += 1
        if byte == UInt8(ascii: "\n") { isLineStart = scalar.style == .folded }
        continue
      }
      // The file and the text differ in a way that this walk does not know; the rest has no exact place.
      break
    }
    self.runs = runs.isEmpty ? [(0, min(index, end))] : runs
    decodedCount = decoded.count
    isEscaped = scalar.style == .doubleQuoted
    sourceEnd = range.upperBound
  }

  /// The offset in the file of a byte of the text.
  public func offset(ofDecoded position: Int) -> Int {
    var low = 0
    var high = runs.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if runs[middle].decoded <= position { low = middle } else { high = middle }
    }
    return min(runs[low].source + max(0, position - runs[low].decoded), sourceEnd)
  }

  /// The range in the file of a range of the text.
  public func range(ofDecoded range: ByteRange) -> ByteRange {
    let start = offset(ofDecoded: range.lowerBound)
    guard range.upperBound > range.lowerBound else { return start..<start }
    let end = min(offset(ofDecoded: range.upperBound - 1) + 1, sourceEnd)
    guard isEscaped else { return start..<max(start, end) }
    // An escape is longer than the one byte that it begins with.
    let next = range.upperBound < decodedCount ? offset(ofDecoded: range.upperBound) : sourceEnd - 1
    return start..<max(start, next - end <= Self.longestEscape ? max(end, next) : end)
  }

  private static func skipBlanks(_ source: [UInt8], _ start: Int, _ end: Int) -> Int {
    var index = start
    while index < end, source[index] == UInt8(ascii: " ") || source[index] == UInt8(ascii: "\t") { index += 1 }
    return index
  }

  /// The indentation that a block scalar loses: what its first line with text has in the file and not in the text.
  private static func indentation(of scalar: Scalar, _ source: [UInt8], _ start: Int, _ end: Int) -> Int {
    guard scalar.style == .literal || scalar.style == .folded else { return 0 }
    let blank = UInt8(ascii: " ")
    var line = start
    while line < end {
      var index = line
      while index < end, source[index] == blank { index += 1 }
      if index < end, source[index] != UInt8(ascii: "\n"), source[index] != UInt8(ascii: "\r") {
        var kept = 0
        for byte in scalar.text.utf8 {
          if byte == blank { kept += 1 } else if byte == UInt8(ascii: "\n") { kept = 0 } else { break }
        }
        return max(0, index - line - kept)
      }
      while index < end, source[index] != UInt8(ascii: "\n") { index += 1 }
      line = index + 1
    }
    return 0
  }

  /// Bytes that an escape takes in the file and gives in the text.
  private static func escape(_ source: [UInt8], _ index: Int, _ end: Int) -> (taken: Int, produced: Int) {
    guard index + 1 < end else { return (1, 1) }
    func hex(_ digits: Int) -> (Int, Int) {
      let text = String(decoding: source[(index + 2)..<min(index + 2 + digits, end)], as: UTF8.self)
      let scalar = UInt32(text, radix: 16).flatMap(Unicode.Scalar.init)
      return (2 + digits, scalar.map { String($0).utf8.count } ?? 3)
    }
    switch source[index + 1] {
    case UInt8(ascii: "x"): return hex(2)
    case UInt8(ascii: "u"): return hex(4)
    case UInt8(ascii: "U"): return hex(8)
    case UInt8(ascii: "N"), UInt8(ascii: "_"): return (2, 2)
    case UInt8(ascii: "L"), UInt8(ascii: "P"): return (2, 3)
    case UInt8(ascii: "\n"): return (2, 0)
    case UInt8(ascii: "\r"): return (3, 0)
    default: return (2, 1)
    }
  }
}
