import CZlib

/// Inflates with zlib, which takes a stream in parts.
struct StreamInflater: ~Copyable {
  /// Where it is made: zlib remembers the address.
  private let stream: UnsafeMutablePointer<z_stream>

  init() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // Where this fails, for want of memory, resetting fails each time.
    _ = inflateInit_(stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Fills `space` with all that is in a stream of a pack.
  /// - Returns: How long the stream is; `nil` when it is broken or does not hold as many bytes as there is space.
  func inflate(_ pack: inout PackBlocks, at offset: Int, into space: UnsafeMutableBufferPointer<UInt8>) -> Int? {
    guard inflateReset(stream) == Z_OK else { return nil }
    // zlib wants a place even for nothing.
    var nothing: UInt8 = 0
    return withUnsafeMutablePointer(to: &nothing) { nothing in
      stream.pointee.next_out = space.baseAddress ?? nothing
      stream.pointee.avail_out = uInt(space.count)
      var used = 0
      while true {
        let input = pack.bytes(from: offset + used)
        guard let start = input.baseAddress, !input.isEmpty else { return nil }
        stream.pointee.next_in = UnsafeMutablePointer(mutating: start.assumingMemoryBound(to: Bytef.self))
        stream.pointee.avail_in = uInt(input.count)
        let code = CZlib.inflate(stream, Z_FINISH)
        used += input.count - Int(stream.pointee.avail_in)
        if code == Z_STREAM_END { return stream.pointee.avail_out == 0 ? used : nil }
        // Only more input helps.
        guard code == Z_OK || code == Z_BUF_ERROR, stream.pointee.avail_in == 0 else { return nil }
      }
    }
  }
}
