/// The replacement of a range of bytes. Everything outside of the range stays byte for byte.
public struct TextEdit: Hashable, Sendable {
  public let range: ByteRange
  public let replacement: [UInt8]

  public init(range: ByteRange, replacement: some Sequence<UInt8>) {
    self.range = range
    self.replacement = Array(replacement)
  }

  public init(range: ByteRange, replacement: String) {
    self.init(range: range, replacement: replacement.utf8)
  }

  public static func delete(_ range: ByteRange) -> TextEdit { TextEdit(range: range, replacement: []) }

  public static func insert(_ text: String, at offset: Int) -> TextEdit {
    TextEdit(range: offset..<offset, replacement: text)
  }
}

extension [TextEdit] {
  /// The bytes with all edits applied, or `nil` when two edits overlap or one lies outside of the bytes.
  /// Insertions at the same offset are applied in the order given.
  public func applied(to bytes: [UInt8]) -> [UInt8]? {
    let ordered = self.enumerated().sorted {
      ($0.element.range.lowerBound, $0.element.range.upperBound, $0.offset)
        < ($1.element.range.lowerBound, $1.element.range.upperBound, $1.offset)
    }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var position = 0
    for (_, edit) in ordered {
      guard edit.range.lowerBound >= position, edit.range.upperBound <= bytes.count else { return nil }
      result += bytes[position..<edit.range.lowerBound]
      result += edit.replacement
      position = edit.range.upperBound
    }
    result += bytes[position...]
    return result
  }
}
