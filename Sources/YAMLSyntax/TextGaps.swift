import SourceText

/// What need not be read of a file, because it is known what stands there.
public struct Abridgement: Sendable {
  /// Stretches of documents, sorted and disjoint: the rest is read as if they were not there.
  public var leftOut: [ByteRange] = []
  /// The number of nodes that stand there.
  public var weight = 0
  /// Where the parts of the text end that were looked at by themselves. When template text reaches over one of these
  /// places, it is not known what stands there, and everything is read.
  public var seams: [Int] = []

  public init() {}

  public var isEmpty: Bool { leftOut.isEmpty }
  /// How many bytes are left out.
  public var byteCount: Int { leftOut.reduce(0) { $0 + $1.count } }
}

/// Stretches of a text that are not read, as if they were not there, and where the rest stands.
struct TextGaps {
  /// Sorted and disjoint.
  private let ranges: [ByteRange]
  /// How much is left of the text before each.
  private let left: [Int]

  /// - Parameters:
  ///   - leftOut: Stretches of the file, sorted and disjoint.
  ///   - piece: The part of the file that is the text.
  init(_ leftOut: [ByteRange], in piece: ByteRange) {
    ranges = leftOut.lazy.filter { piece.contains($0) }.map {
      $0.lowerBound - piece.lowerBound..<$0.upperBound - piece.lowerBound
    }
    var gone = 0
    left = ranges.map { range in
      defer { gone += range.count }
      return range.lowerBound - gone
    }
  }

  var isEmpty: Bool { ranges.isEmpty }

  /// What is left of a text.
  func rest(of text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var rest: [UInt8] = []
    rest.reserveCapacity(ranges.reduce(text.count) { $0 - $1.count })
    var start = 0
    for range in ranges {
      rest += text[start..<range.lowerBound]
      start = range.upperBound
    }
    rest += text[start...]
    return rest
  }

  /// The offset in the text of an offset in what is left of it: where a gap is, that before the gap.
  func offset(ofLeft offset: Int) -> Int {
    if ranges.isEmpty { return offset }
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if left[middle] < offset { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? offset : ranges[low - 1].upperBound + offset - left[low - 1]
  }
}
