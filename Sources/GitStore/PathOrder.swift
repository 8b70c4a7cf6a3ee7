import SourceText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Less than, equal to or greater than 0, as Git orders paths: byte by byte.
func comparePaths(_ left: [UInt8], _ right: [UInt8]) -> Int {
  let order = left.withUnsafeBytes { left in
    right.withUnsafeBytes { right in
      guard let first = left.baseAddress, let second = right.baseAddress else { return Int32(0) }
      return memcmp(first, second, min(left.count, right.count))
    }
  }
  return order != 0 ? Int(order) : left.count - right.count
}

extension [FileEntry] {
  /// The position of the first entry whose path is not before `path`.
  func position(notBefore path: [UInt8], in range: Range<Int>? = nil) -> Int {
    var low = range?.lowerBound ?? 0
    var high = range?.upperBound ?? count
    while low < high {
      let middle = (low + high) / 2
      if comparePaths(self[middle].path.bytes, path) < 0 { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The entries below a folder; all for the empty path. The entry of the folder's own name is not among them.
  func range(below folder: RepositoryPath, in range: Range<Int>? = nil) -> Range<Int> {
    let whole = range ?? indices
    if folder.bytes.isEmpty { return whole }
    // `0` follows `/`: everything below the folder stands between the two.
    let first = position(notBefore: folder.bytes + [slash], in: whole)
    let end = position(notBefore: folder.bytes + [slash + 1], in: first..<whole.upperBound)
    return first..<end
  }

  func entry(at path: RepositoryPath, in range: Range<Int>? = nil) -> FileEntry? {
    let position = self.position(notBefore: path.bytes, in: range)
    guard position < (range?.upperBound ?? count), self[position].path == path else { return nil }
    return self[position]
  }
}

extension [FileEntry] {
  mutating func sortByPath() {
    sort { comparePaths($0.path.bytes, $1.path.bytes) < 0 }
  }

  var isSortedByPath: Bool {
    indices.dropFirst().allSatisfy { comparePaths(self[$0 - 1].path.bytes, self[$0].path.bytes) < 0 }
  }
}
