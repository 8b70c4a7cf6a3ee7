import SourceText

/// What stands at a path from now on; `nil` for nothing.
typealias PathChange<Element> = (path: RepositoryPath, new: Element?)

/// Objects of paths, in path order, each path once. Versions of it that differ in few paths share nearly all of their
/// memory: a history changes one kustomization of thousands at a time.
struct PathOrdered<Element: AnyObject & Sendable>: Sendable {
  /// Some elements that follow each other, at least one.
  private final class Run: Sendable {
    let elements: [Element]
    init(_ elements: some Sequence<Element>) { self.elements = Array(elements) }
  }

  private var runs: [Run] = []
  private let path: @Sendable (Element) -> RepositoryPath

  /// Longer runs are halved.
  private static var longestRun: Int { 128 }

  init(path: @escaping @Sendable (Element) -> RepositoryPath) {
    self.path = path
  }

  var elements: some Sequence<Element> { runs.lazy.flatMap(\.elements) }

  var isEmpty: Bool { runs.isEmpty }

  subscript(place: RepositoryPath) -> Element? {
    let number = runs.partitionPoint { path($0.elements[0]) <= place } - 1
    guard number >= 0 else { return nil }
    let elements = runs[number].elements
    let index = elements.partitionPoint { path($0) < place }
    return index < elements.count && path(elements[index]) == place ? elements[index] : nil
  }

  /// Whether it is this version or one that was made of it by changing nothing.
  func isSame(as other: Self) -> Bool { runs.elementsEqual(other.runs, by: ===) }

  /// The same with other elements at some paths, `nil` for none; `nil` when that changes nothing.
  func replacing(_ changes: [PathChange<Element>]) -> Self? {
    var result = self
    var isChanged = false
    for (place, new) in changes {
      // Most changes are of files that are of no interest before and after.
      if result.replace(place, by: new) { isChanged = true }
    }
    return isChanged ? result : nil
  }

  private mutating func replace(_ place: RepositoryPath, by new: Element?) -> Bool {
    // The last run that begins at the path or before it.
    let number = max(0, runs.partitionPoint { path($0.elements[0]) <= place } - 1)
    guard number < runs.count else {
      guard let new else { return false }
      runs.append(Run([new]))
      return true
    }
    var elements = runs[number].elements
    let index = elements.partitionPoint { path($0) < place }
    let known = index < elements.count && path(elements[index]) == place ? elements[index] : nil
    if known === new { return false }
    switch (known, new) {
    case (.some, let new?): elements[index] = new
    case (nil, let new?): elements.insert(new, at: index)
    default: elements.remove(at: index)
    }
    if elements.isEmpty {
      runs.remove(at: number)
    } else if elements.count > Self.longestRun {
      let middle = elements.count / 2
      runs.replaceSubrange(number...number, with: [Run(elements[..<middle]), Run(elements[middle...])])
    } else {
      runs[number] = Run(elements)
    }
    return true
  }
}

extension Array {
  /// How many elements stand before the first one that is not `isBefore`: those that are stand before all others.
  func partitionPoint(_ isBefore: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
