/// Reads the instructions of a delta. Source: git Documentation/gitformat-pack.txt, "Deltified representation".
struct DeltaReader {
  enum Instruction {
    /// A range of the old text.
    case copy(Range<Int>)
    /// A range of the delta itself.
    case insert(Range<Int>)
    case broken
  }

  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  /// - Parameter bytes: have to outlive the reader.
  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  /// Reads the instructions only; `nil` when there are no lengths before them.
  init?(behindLengthsOf bytes: UnsafeRawBufferPointer) {
    self.init(bytes)
    if length() == nil || length() == nil { return nil }
  }

  /// One of the two lengths that a delta begins with: of the old text and of the new one.
  mutating func length() -> Int? {
    var length = 0
    var shift = 0
    while position < bytes.count, shift < 40 {
      let byte = bytes[position]
      position += 1
      length |= Int(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return length }
      shift += 7
    }
    return nil
  }

  mutating func next() -> Instruction? {
    guard position < bytes.count else { return nil }
    let code = bytes[position]
    position += 1
    if code & 0x80 == 0 {
      let start = position
      position += Int(code)
      return code > 0 && position <= bytes.count ? .insert(start..<position) : .broken
    }
    guard position + (code & 0x7F).nonzeroBitCount <= bytes.count else { return .broken }
    let offset = number(code & 15)
    let size = number(code >> 4 & 7)
    return .copy(offset..<offset + (size == 0 ? 0x10000 : size))
  }

  /// A number of which only the bytes of these bits are written.
  private mutating func number(_ bits: UInt8) -> Int {
    var number = 0
    var shift = 0
    var rest = bits
    while rest != 0 {
      if rest & 1 != 0 {
        number |= Int(bytes[position]) << shift
        position += 1
      }
      rest >>= 1
      shift += 8
    }
    return number
  }
}

/// What a delta makes of a text.
enum DeltaResult {
  case bytes([UInt8])
  /// Longer than the limit: how long.
  case tooLong(Int)
  case broken

  /// - Parameter limit: of the bytes of the result.
  init(applying delta: UnsafeRawBufferPointer, to text: UnsafeRawBufferPointer, limit: Int) {
    var reader = DeltaReader(delta)
    guard reader.length() == text.count, let length = reader.length() else {
      self = .broken
      return
    }
    guard length <= limit else {
      self = .tooLong(length)
      return
    }
    var isWhole = false
    let bytes = [UInt8](unsafeUninitializedCapacity: length) { space, count in
      isWhole = Self.apply(&reader, delta, to: text, into: UnsafeMutableRawBufferPointer(space), length: length)
      count = isWhole ? length : 0
    }
    self = isWhole ? .bytes(bytes) : .broken
  }

  private static func apply(
    _ reader: inout DeltaReader, _ delta: UnsafeRawBufferPointer, to text: UnsafeRawBufferPointer,
    into space: UnsafeMutableRawBufferPointer, length: Int
  ) -> Bool {
    var end = 0
    while let instruction = reader.next() {
      let (source, range): (UnsafeRawBufferPointer, Range<Int>)
      switch instruction {
      case .copy(let copied): (source, range) = (text, copied)
      case .insert(let inserted): (source, range) = (delta, inserted)
      case .broken: return false
      }
      guard range.upperBound <= source.count, end + range.count <= length, let start = space.baseAddress,
        let from = source.baseAddress
      else { return false }
      (start + end).copyMemory(from: from + range.lowerBound, byteCount: range.count)
      end += range.count
    }
    return end == length
  }
}
