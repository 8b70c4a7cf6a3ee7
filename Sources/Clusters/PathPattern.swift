import SourceText

/// A path pattern as in .gitignore: `*` and `?` stay inside of a component, `**` crosses them; a pattern without a
/// slash matches at any depth; one that matches a folder holds for everything below it.
public struct PathPattern: Hashable, Sendable {
  /// As it was written.
  public let text: String
  private let components: [[UInt8]]

  /// - Parameter isAnchored: Counts from the root even without a slash, as a path does.
  public init(_ pattern: String, isAnchored: Bool = false) {
    self.text = pattern
    var text = Substring(pattern)
    let isAnchored = isAnchored || text.dropLast().contains("/")
    if text.hasPrefix("./") { text = text.dropFirst(2) }
    while text.hasPrefix("/") { text = text.dropFirst() }
    while text.hasSuffix("/") { text = text.dropLast() }
    let parts = text.split(separator: "/").map { Array($0.utf8) }
    components = isAnchored ? parts : [Array("**".utf8)] + parts
  }

  /// The pattern without `*` and `?`: the path that it means.
  public var plainPath: RepositoryPath? {
    guard !components.contains(where: { $0.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") } }) else {
      return nil
    }
    return RepositoryPath(bytes: components.joined(separator: [UInt8(ascii: "/")]))
  }

  /// Whether the path, or a folder that it is in, fits.
  public func matches(_ path: RepositoryPath) -> Bool {
    let parts = path.bytes.split(separator: UInt8(ascii: "/")).map(Array.init)
    // Positions in the pattern that the components read so far may have led to.
    var positions: Set<Int> = closure([0])
    for part in parts {
      var next: Set<Int> = []
      for position in positions where position < components.count {
        if components[position] == Array("**".utf8) {
          // A last `**` is met by anything below.
          if position == components.count - 1 { return true }
          next.insert(position)
        } else if Self.matches(components[position], part) {
          next.insert(position + 1)
        }
      }
      positions = closure(next)
      if positions.contains(components.count) { return true }
    }
    return false
  }

  private func closure(_ positions: Set<Int>) -> Set<Int> {
    var result = positions
    for position in positions {
      var next = position
      while next < components.count, components[next] == Array("**".utf8) {
        next += 1
        // `a/**` means what is below `a`, not `a` itself; it is never left by reading nothing.
        if next < components.count { result.insert(next) }
      }
    }
    return result
  }

  /// `*` and `?` in one component, in time proportional to the product of the lengths.
  private static func matches(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
    var patternIndex = 0
    var textIndex = 0
    var star: (pattern: Int, text: Int)?
    while textIndex < text.count {
      if patternIndex < pattern.count, pattern[patternIndex] == UInt8(ascii: "*") {
        star = (patternIndex, textIndex)
        patternIndex += 1
      } else if patternIndex < pattern.count,
        pattern[patternIndex] == UInt8(ascii: "?") || pattern[patternIndex] == text[textIndex]
      {
        patternIndex += 1
        textIndex += 1
      } else if let last = star {
        patternIndex = last.pattern + 1
        textIndex = last.text + 1
        star = (last.pattern, textIndex)
      } else {
        return false
      }
    }
    return pattern[patternIndex...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
