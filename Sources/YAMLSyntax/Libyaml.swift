import CLibyaml
import SourceText

/// A libyaml parser over bytes that outlive it. The handle never leaves this module.
struct LibyamlParser: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let event: UnsafeMutablePointer<yaml_event_t>
  private let token: UnsafeMutablePointer<yaml_token_t>

  /// libyaml failed; the marks count Unicode scalars of the input, `offset` counts bytes.
  struct Failure: Error {
    let isReaderFailure: Bool
    let problem: String
    let context: String?
    let problemIndex: Int
    let contextIndex: Int?
    let byteOffset: Int
  }

  /// `nil` when memory is short. `text` must stay valid as long as the parser lives.
  init?(_ text: UnsafeBufferPointer<UInt8>) {
    parser = .allocate(capacity: 1)
    event = .allocate(capacity: 1)
    token = .allocate(capacity: 1)
    guard yaml_parser_initialize(parser) == 1 else {
      parser.deallocate()
      event.deallocate()
      token.deallocate()
      return nil
    }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, text.baseAddress, text.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    event.deallocate()
    token.deallocate()
  }

  /// The next event, valid inside of `body`.
  func withNextEvent<Result>(_ body: (borrowing yaml_event_t) throws -> Result) throws -> Result {
    guard yaml_parser_parse(parser, event) == 1 else { throw failure }
    defer { yaml_event_delete(event) }
    return try body(event.pointee)
  }

  /// The next token, valid inside of `body`.
  func withNextToken<Result>(_ body: (borrowing yaml_token_t) throws -> Result) throws -> Result {
    guard yaml_parser_scan(parser, token) == 1 else { throw failure }
    defer { yaml_token_delete(token) }
    return try body(token.pointee)
  }

  private var failure: Failure {
    let state = parser.pointee
    return Failure(
      isReaderFailure: state.error == YAML_READER_ERROR,
      problem: state.problem.map { String(cString: $0) } ?? "out of memory",
      context: state.context.map { String(cString: $0) },
      problemIndex: Int(state.problem_mark.index),
      contextIndex: state.context == nil ? nil : Int(state.context_mark.index),
      byteOffset: Int(state.problem_offset))
  }
}

/// libyaml counts Unicode scalars; we count bytes. Moves with the marks, which hardly ever go back.
struct ScalarOffsets {
  private let text: UnsafeBufferPointer<UInt8>
  private let isASCII: Bool
  private var scalars = 0
  private var offset = 0

  init(_ text: UnsafeBufferPointer<UInt8>) {
    self.text = text
    isASCII = text.allSatisfy { $0 < 0x80 }
  }

  mutating func byteOffset(ofScalar index: Int) -> Int {
    if isASCII { return min(index, text.count) }
    while scalars < index, offset < text.count {
      offset += 1
      while offset < text.count, text[offset] & 0xC0 == 0x80 { offset += 1 }
      scalars += 1
    }
    while scalars > index, offset > 0 {
      offset -= 1
      while offset > 0, text[offset] & 0xC0 == 0x80 { offset -= 1 }
      scalars -= 1
    }
    return offset
  }
}
