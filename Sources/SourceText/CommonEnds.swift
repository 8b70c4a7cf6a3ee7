/// How much two lists have in common before and behind the one stretch that they differ in.
public struct CommonEnds: Equatable, Sendable {
  /// How many elements are equal at the start.
  public let before: Int
  /// How many of the others are equal at the end.
  public let behind: Int

  /// - Parameter areEqual: Whether the elements at two positions are, one of each list, from 0.
  public init(_ count: Int, _ otherCount: Int, _ areEqual: (Int, Int) -> Bool) {
    let shortest = min(count, otherCount)
    var before = 0
    while before < shortest, areEqual(before, before) { before += 1 }
    var behind = 0
    while behind < shortest - before, areEqual(count - 1 - behind, otherCount - 1 - behind) { behind += 1 }
    (self.before, self.behind) = (before, behind)
  }

  /// The positions between the two, in a list of so many elements.
  public func middle(of count: Int) -> Range<Int> { before..<count - behind }
}
