extension RandomAccessCollection<UInt8> {
  /// Whether `needle` occurs; an empty one does nowhere. For files of interest only: the search over whole trees is
  /// GitStore's, which looks for several words at once.
  public func contains(subsequence needle: [UInt8]) -> Bool {
    let found = withContiguousStorageIfAvailable { text in
      needle.withUnsafeBufferPointer { text.contains($0) }
    }
    return found ?? Array(self).contains(subsequence: needle)
  }
}
