#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Compares two raw trees. Nearly all of their entries are equal: those are passed over as bytes.
enum TreeDifference {
  /// Entries of one name that differ; one side is `nil` where the name is in one tree only.
  struct Pair {
    let name: [UInt8]
    let isFolder: Bool
    let old: RawTreeEntry?
    let new: RawTreeEntry?
  }

  /// In the order of the trees; `nil` when one of them is broken.
  static func pairs(_ old: UnsafeRawBufferPointer, _ new: UnsafeRawBufferPointer, idLength: Int) -> [Pair]? {
    var pairs: [Pair] = []
    var before = 0
    var after = 0
    while true {
      skipEqual(old, &before, new, &after, idLength: idLength)
      var left: RawTreeEntry?
      var right: RawTreeEntry?
      if before < old.count {
        guard let entry = RawTreeEntry(old, at: before, idLength: idLength) else { return nil }
        left = entry
      }
      if after < new.count {
        guard let entry = RawTreeEntry(new, at: after, idLength: idLength) else { return nil }
        right = entry
      }
      if left == nil, right == nil { return pairs }
      if let first = left, let second = right {
        let order = comparePaths(first.orderedName(in: old), second.orderedName(in: new))
        if order < 0 { right = nil }
        if order > 0 { left = nil }
      }
      if let left { before = left.end }
      if let right { after = right.end }
      let name = left.map { Array(old[$0.name]) } ?? right.map { Array(new[$0.name]) } ?? []
      // Two spellings of one mode, as old versions of Git wrote them, are no difference.
      if let left, let right, left.id == right.id, left.side.mode == right.side.mode { continue }
      pairs.append(Pair(name: name, isFolder: (left ?? right)?.isFolder ?? false, old: left, new: right))
    }
  }

  private static func skipEqual(
    _ old: UnsafeRawBufferPointer, _ before: inout Int, _ new: UnsafeRawBufferPointer, _ after: inout Int,
    idLength: Int
  ) {
    guard let oldStart = old.baseAddress, let newStart = new.baseAddress else { return }
    while before < old.count, after < new.count {
      guard let nul = memchr(oldStart + before, 0, old.count - before) else { return }
      let length = UnsafeRawPointer(nul) - (oldStart + before) + 1 + idLength
      guard before + length <= old.count, after + length <= new.count,
        memcmp(oldStart + before, newStart + after, length) == 0
      else { return }
      before += length
      after += length
    }
  }
}

extension RawTreeEntry {
  var isFolder: Bool { mode & 0o170000 == 0o040000 }

  var side: TreeChange.Side { .init(objectID: id, mode: FileMode(gitMode: mode)) }

  /// Git orders folders as if their names ended with a slash.
  fileprivate func orderedName(in bytes: UnsafeRawBufferPointer) -> [UInt8] {
    isFolder ? Array(bytes[name]) + [slash] : Array(bytes[name])
  }
}
