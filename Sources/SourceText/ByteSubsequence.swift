extension RandomAccessCollection<UInt8> {
  /// Whether `needle` occurs; an empty one does nowhere. For files of interest only: the search over whole trees is
  /// GitStore's, which looks for several words at once.
  public func contains(subsequence needle: [UInt8]) -> Bool {
    let found = withContiguousStorageIfAvailable { text in
      needle.withUnsafeBufferPointer { Self.holds($0, in: text) }
    }
    return found ?? Array(self).contains(subsequence: needle)
  }

  private static func holds(_ needle: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = needle.first, text.count >= needle.count else { return false }
    for start in 0...(text.count - needle.count) where text[start] == first {
      var length = 1
      while length < needle.count, text[start + length] == needle[length] { length += 1 }
      if length == needle.count { return true }
    }
    return false
  }
}
