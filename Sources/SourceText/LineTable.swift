/// A place as people and reports count it.
public struct SourcePosition: Hashable, Sendable {
  /// From 1. Lines end at LF; the CR of a CRLF belongs to the line it ends.
  public let line: Int
  /// From 1, in Unicode scalars; a byte order mark at the start of the file is not counted, as in editors.
  public let column: Int
  /// From 0, in bytes of the file, the byte order mark counted.
  public let offset: Int

  public init(line: Int, column: Int, offset: Int) {
    self.line = line
    self.column = column
    self.offset = offset
  }
}

/// Where the lines of a text begin, to turn byte offsets into lines and columns when something is reported.
public final class LineTable: Sendable {
  /// Offset of the first byte of each line; the first is 0.
  public let starts: [Int]

  public init(_ bytes: [UInt8]) {
    var starts = [0]
    bytes.withUnsafeBufferPointer { buffer in
      var index = buffer.offset(of: UInt8(ascii: "\n"), from: 0)
      while index < buffer.count {
        starts.append(index + 1)
        index = buffer.offset(of: UInt8(ascii: "\n"), from: index + 1)
      }
    }
    self.starts = starts
  }

  /// The number of the line, from 0, that holds `offset`.
  public func lineIndex(of offset: Int) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }
}
