#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Compares two raw trees. Nearly all of their entries are equal: those are passed over as bytes.
struct TreeDifference {
  /// Entries of one name that differ; one side is `nil` where the name is in one tree only.
  struct Pair {
    /// A part of one of the trees.
    let name: UnsafeRawBufferPointer
    let isFolder: Bool
    let old: RawTreeEntry?
    let new: RawTreeEntry?
  }

  private let old: UnsafeRawBufferPointer
  private let new: UnsafeRawBufferPointer
  private let idLength: Int
  private var before = 0
  private var after = 0
  /// Whether one of them turned out not to be a tree: what was given before is not all.
  private(set) var isBroken = false

  /// - Parameters:
  ///   - old: has to outlive the comparison, and `new` too.
  ///   - idLength: of a name of an object, in bytes.
  init(_ old: UnsafeRawBufferPointer, _ new: UnsafeRawBufferPointer, idLength: Int) {
    (self.old, self.new, self.idLength) = (old, new, idLength)
  }

  /// The next pair, in the order of the trees.
  mutating func next() -> Pair? {
    while true {
      skipEqual()
      var left = before < old.count ? RawTreeEntry(old, at: before, idLength: idLength) : nil
      var right = after < new.count ? RawTreeEntry(new, at: after, idLength: idLength) : nil
      isBroken = (left == nil && before < old.count) || (right == nil && after < new.count)
      if isBroken { return nil }
      if let first = left, let second = right {
        let order = first.order(in: old, before: second, in: new)
        if order < 0 { right = nil }
        if order > 0 { left = nil }
      }
      guard let entry = left ?? right else { return nil }
      let name = UnsafeRawBufferPointer(rebasing: (left == nil ? new : old)[entry.name])
      if let left { before = left.end }
      if let right { after = right.end }
      // Two spellings of one mode, as old versions of Git wrote them, are no difference.
      if let left, let right, left.id == right.id, left.side.mode == right.side.mode { continue }
      return Pair(name: name, isFolder: entry.isFolder, old: left, new: right)
    }
  }

  private mutating func skipEqual() {
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

  /// Less than 0 when this one comes first. Git orders folders as if their names ended with a slash.
  fileprivate func order(
    in bytes: UnsafeRawBufferPointer, before other: RawTreeEntry, in others: UnsafeRawBufferPointer
  ) -> Int {
    guard let left = bytes.baseAddress, let right = others.baseAddress else { return 0 }
    let shared = min(name.count, other.name.count)
    let order = memcmp(left + name.lowerBound, right + other.name.lowerBound, shared)
    if order != 0 { return Int(order) }
    return Int(byte(at: shared, in: bytes)) - Int(other.byte(at: shared, in: others))
  }

  /// A byte of the name that it is ordered by; behind that 0, which is in no name.
  private func byte(at position: Int, in bytes: UnsafeRawBufferPointer) -> UInt8 {
    if position < name.count { return bytes[name.lowerBound + position] }
    return position == name.count && isFolder ? slash : 0
  }
}
