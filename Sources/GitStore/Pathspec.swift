import SourceText

/// A path that restricts what is read, as Git takes it behind `--`: a file, a folder with everything below it, or a
/// pattern in which `*` and `?` stand for slashes as well (gitglossary, pathspec, without magic).
public struct Pathspec: Hashable, Sendable {
  /// As it is written, from the root of the repository.
  public let path: RepositoryPath
  public let isPattern: Bool

  public init(_ path: RepositoryPath) {
    self.path = path
    isPattern = Self.holdsWildcard(path.bytes)
  }

  /// Whether a text is a pattern: a file of exactly that name is meant all the same.
  public static func holdsWildcard(_ text: String) -> Bool { holdsWildcard(Array(text.utf8)) }

  private static func holdsWildcard(_ bytes: [UInt8]) -> Bool { bytes.contains { "*?[".utf8.contains($0) } }

  public func matches(_ other: RepositoryPath) -> Bool {
    other.isInside(path) || (isPattern && Self.matches(path.bytes, other.bytes))
  }

  /// As Git's wildmatch without WM_PATHNAME, in time proportional to the product of the lengths.
  private static func matches(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
    var place = 0
    var position = 0
    var star: (pattern: Int, text: Int)?
    while position < text.count {
      if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
        place += 1
        star = (place, position)
      } else if let next = step(pattern, place, text[position]) {
        place = next
        position += 1
      } else if let last = star {
        place = last.pattern
        position = last.text + 1
        star = (last.pattern, position)
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
  }

  /// Where the pattern goes on behind what takes one byte; `nil` when it does not take it.
  private static func step(_ pattern: [UInt8], _ place: Int, _ byte: UInt8) -> Int? {
    guard place < pattern.count else { return nil }
    switch pattern[place] {
    case UInt8(ascii: "?"): return place + 1
    case UInt8(ascii: "["): return set(pattern, place + 1, byte)
    case UInt8(ascii: "\\") where place + 1 < pattern.count: return pattern[place + 1] == byte ? place + 2 : nil
    default: return pattern[place] == byte ? place + 1 : nil
    }
  }

  /// A set of bytes behind its `[`: `[a-z_]`, `[!a-z]`, `[^a-z]`. One without end takes nothing.
  private static func set(_ pattern: [UInt8], _ start: Int, _ byte: UInt8) -> Int? {
    var place = start
    let isNegated = place < pattern.count && "!^".utf8.contains(pattern[place])
    if isNegated { place += 1 }
    let first = place
    var isFound = false
    func member() -> UInt8? {
      if place < pattern.count, pattern[place] == UInt8(ascii: "\\") { place += 1 }
      guard place < pattern.count else { return nil }
      place += 1
      return pattern[place - 1]
    }
    while place < pattern.count {
      if pattern[place] == UInt8(ascii: "]"), place > first { return isFound != isNegated ? place + 1 : nil }
      guard let low = member() else { return nil }
      var high = low
      if place + 1 < pattern.count, pattern[place] == UInt8(ascii: "-"), pattern[place + 1] != UInt8(ascii: "]") {
        place += 1
        guard let end = member() else { return nil }
        high = end
      }
      if low <= byte, byte <= high { isFound = true }
    }
    return nil
  }
}
