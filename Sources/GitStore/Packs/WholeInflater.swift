#if canImport(CLibdeflate)
  import CLibdeflate

  /// Inflates with libdeflate, which wants all of a stream and takes half of the time of zlib.
  struct WholeInflater: ~Copyable {
    /// `nil` for want of memory.
    private let decompressor: OpaquePointer?

    init() {
      decompressor = libdeflate_alloc_decompressor()
    }

    deinit { libdeflate_free_decompressor(decompressor) }

    /// Fills `space` with all that is in a stream of a pack.
    /// - Returns: How long the stream is; `nil` when it is broken or does not hold as many bytes as there is space.
    func inflate(_ pack: inout PackBlocks, at offset: Int, into space: UnsafeMutableBufferPointer<UInt8>) -> Int? {
      // Most streams end in the block that they begin in. Where one does not, all that it can be is read: of bytes that
      // cannot be deflated a stream is longer than they are.
      let near = pack.bytes(from: offset)
      if near.count >= space.count / 2, let length = inflate(near, into: space) { return length }
      let most = space.count + space.count / 8 + 256
      return near.count < most ? pack.withBytes(from: offset, count: most) { inflate($0, into: space) } : nil
    }

    private func inflate(_ stream: UnsafeRawBufferPointer, into space: UnsafeMutableBufferPointer<UInt8>) -> Int? {
      guard let decompressor, let start = stream.baseAddress else { return nil }
      // libdeflate wants a place even for nothing.
      var nothing: UInt8 = 0
      return withUnsafeMutablePointer(to: &nothing) { nothing in
        var length = 0
        let result = libdeflate_zlib_decompress_ex(
          decompressor, start, stream.count, space.baseAddress ?? nothing, space.count, &length, nil)
        return result == LIBDEFLATE_SUCCESS ? length : nil
      }
    }
  }
#endif
