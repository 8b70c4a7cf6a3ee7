import Synchronization

/// Byte offsets in a file, half open.
public typealias ByteRange = Range<Int>

/// The bytes of one file and where they came from. Immutable, shared by every value that was read from it.
public final class SourceFile: Sendable {
  public let path: RepositoryPath
  public let bytes: [UInt8]
  private let table = AtomicLazyReference<LineTable>()

  public init(path: RepositoryPath, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }

  public convenience init(path: String, text: String) {
    self.init(path: RepositoryPath(path), bytes: Array(text.utf8))
  }

  /// Where its lines begin: most files have nothing that anybody asks it for.
  public var lines: LineTable { table.load() ?? table.storeIfNil(LineTable(bytes)) }

  /// 3 when the file begins with a UTF-8 byte order mark, else 0.
  public var byteOrderMarkLength: Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

  /// The line and column of a byte offset; offsets past the end are taken as the end.
  public func position(of offset: Int) -> SourcePosition {
    let offset = min(max(offset, 0), bytes.count)
    let line = lines.lineIndex(of: offset)
    var start = lines.starts[line]
    if start == 0 { start = min(byteOrderMarkLength, offset) }
    var column = 1
    for byte in bytes[start..<offset] where byte & 0xC0 != 0x80 { column += 1 }
    return SourcePosition(line: line + 1, column: column, offset: offset)
  }

  /// The bytes of line `index` (from 0) without its line end.
  public func lineRange(_ index: Int) -> ByteRange {
    let start = lines.starts[index]
    var end = index + 1 < lines.starts.count ? lines.starts[index + 1] - 1 : bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return start..<max(start, end)
  }

  /// The text of a range; invalid UTF-8 is replaced.
  public func text(_ range: ByteRange) -> String {
    String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
  }
}

/// A range of bytes in a file: what every diagnostic, label and fix points at.
public struct SourceSpan: Sendable {
  public let file: SourceFile
  public let range: ByteRange

  public init(file: SourceFile, range: ByteRange) {
    self.file = file
    self.range = range
  }

  public var start: SourcePosition { file.position(of: range.lowerBound) }
  public var end: SourcePosition { file.position(of: range.upperBound) }
  public var text: String { file.text(range) }
}

extension SourceSpan: Hashable {
  public static func == (left: SourceSpan, right: SourceSpan) -> Bool {
    left.file === right.file && left.range == right.range
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(file))
    hasher.combine(range)
  }
}

/// A value and where it was written. A value that a patch or a carrier supplied points into the patch or carrier.
public struct Located<Value> {
  public let value: Value
  public let span: SourceSpan

  public init(_ value: Value, at span: SourceSpan) {
    self.value = value
    self.span = span
  }

  public func map<Other>(_ transform: (Value) throws -> Other) rethrows -> Located<Other> {
    Located<Other>(try transform(value), at: span)
  }
}

extension Located: Sendable where Value: Sendable {}
extension Located: Equatable where Value: Equatable {}
extension Located: Hashable where Value: Hashable {}
