import Diagnostics

/// A finding of an older state, or what is kept of it.
public protocol KnownFinding: Sendable {
  var key: FindingKey { get }
  /// Whether it speaks of several places, of which either may be the first.
  var isOfSeveralPlaces: Bool { get }
}

/// Which findings of a state are those of an older one, each of which stands for one.
public struct FindingMatch<Known: KnownFinding>: Sendable {
  /// Those that the older state has not.
  public private(set) var introduced: [KeyedFinding]
  /// Those of the older state that are left over.
  public private(set) var left: [Known]
  public private(set) var unchanged: [(old: Known, new: KeyedFinding)] = []

  /// Matches by fingerprint; what is left, by everything but the path where the old place is gone and the new one was
  /// not there; then findings about several places of which either may be the first.
  /// - Parameter hasMoved: Whether what the first finding speaks of went from its place to that of the second.
  public init(from old: [Known], to new: [KeyedFinding], hasMoved: (Known, KeyedFinding) -> Bool) {
    (left, introduced) = (old, new)
    match(by: \.fingerprint) { _, _ in true }
    match(by: \.identity, hasMoved)
    match(by: \.places) { $0.isOfSeveralPlaces && $1.isOfSeveralPlaces }
  }

  private mutating func match(by part: KeyPath<FindingKey, UInt64>, _ isSame: (Known, KeyedFinding) -> Bool) {
    guard !left.isEmpty, !introduced.isEmpty else { return }
    var waiting: [UInt64: [Int]] = [:]
    for index in left.indices.reversed() { waiting[left[index].key[keyPath: part], default: []].append(index) }
    var isTaken = Array(repeating: false, count: left.count)
    var others: [KeyedFinding] = []
    for finding in introduced {
      let candidates = waiting[finding.key[keyPath: part]] ?? []
      // The last of them is the first of the text.
      guard let place = candidates.lastIndex(where: { isSame(left[$0], finding) }) else {
        others.append(finding)
        continue
      }
      let index = candidates[place]
      waiting[finding.key[keyPath: part]]?.remove(at: place)
      isTaken[index] = true
      unchanged.append((left[index], finding))
    }
    left = left.indices.filter { !isTaken[$0] }.map { left[$0] }
    introduced = others
  }
}
