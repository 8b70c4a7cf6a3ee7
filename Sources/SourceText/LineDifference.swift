/// The changed lines between two texts.
///
/// Patience first: lines that occur once on both sides are anchors, the longest run of them in order is kept, and the
/// gaps are compared in the same way. It needs n log n for a list that was sorted, where Myers alone would need the
/// square of its length. Gaps without anchors go to Myers up to a limit, and are replaced as a whole beyond it.
struct LineDifference {
  struct Change {
    /// Lines removed and lines put in their place, from 0; one of them may be empty.
    var old: Range<Int>
    var new: Range<Int>
  }

  /// In order; between two changes there is at least one equal line.
  private(set) var changes: [Change] = []
  private let old: [Int]
  private let new: [Int]

  /// Hashed in one piece: the hash that is made for slices takes byte after byte.
  private struct Line: Hashable {
    let bytes: ArraySlice<UInt8>

    func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
  }

  init(old oldBytes: [UInt8], oldLines: [ByteRange], new newBytes: [UInt8], newLines: [ByteRange]) {
    var known: [Line: Int] = [:]
    func number(_ line: ArraySlice<UInt8>) -> Int {
      let line = Line(bytes: line)
      if let number = known[line] { return number }
      known[line] = known.count
      return known.count - 1
    }
    // Of a long text mostly little changed: the lines before and behind that have no number.
    let ends = oldBytes.withUnsafeBufferPointer { oldBytes in
      newBytes.withUnsafeBufferPointer { newBytes in
        CommonEnds(oldLines.count, newLines.count) { oldBytes.isEqual(oldLines[$0], to: newBytes, newLines[$1]) }
      }
    }
    func numbers(_ bytes: [UInt8], _ lines: [ByteRange]) -> [Int] {
      var result = [Int](repeating: -1, count: lines.count)
      for line in ends.middle(of: lines.count) { result[line] = number(bytes[lines[line]]) }
      return result
    }
    old = numbers(oldBytes, oldLines)
    new = numbers(newBytes, newLines)
    compare(ends.middle(of: old.count), ends.middle(of: new.count), depth: 0)
  }

  private mutating func change(_ oldRange: Range<Int>, _ newRange: Range<Int>) {
    guard !oldRange.isEmpty || !newRange.isEmpty else { return }
    if let last = changes.last, last.old.upperBound == oldRange.lowerBound, last.new.upperBound == newRange.lowerBound {
      changes[changes.count - 1].old = last.old.lowerBound..<oldRange.upperBound
      changes[changes.count - 1].new = last.new.lowerBound..<newRange.upperBound
    } else {
      changes.append(Change(old: oldRange, new: newRange))
    }
  }

  private mutating func compare(_ oldRange: Range<Int>, _ newRange: Range<Int>, depth: Int) {
    var (oldStart, oldEnd) = (oldRange.lowerBound, oldRange.upperBound)
    var (newStart, newEnd) = (newRange.lowerBound, newRange.upperBound)
    while oldStart < oldEnd, newStart < newEnd, old[oldStart] == new[newStart] {
      oldStart += 1
      newStart += 1
    }
    while oldStart < oldEnd, newStart < newEnd, old[oldEnd - 1] == new[newEnd - 1] {
      oldEnd -= 1
      newEnd -= 1
    }
    guard oldStart < oldEnd, newStart < newEnd else {
      change(oldStart..<oldEnd, newStart..<newEnd)
      return
    }
    let anchors = depth < 48 ? anchors(oldStart..<oldEnd, newStart..<newEnd) : []
    guard !anchors.isEmpty else {
      for part in myers(oldStart..<oldEnd, newStart..<newEnd) { change(part.old, part.new) }
      return
    }
    for anchor in anchors {
      compare(oldStart..<anchor.old, newStart..<anchor.new, depth: depth + 1)
      (oldStart, newStart) = (anchor.old + 1, anchor.new + 1)
    }
    compare(oldStart..<oldEnd, newStart..<newEnd, depth: depth + 1)
  }

  /// Lines that occur once on each side, the longest sequence of them that is in order on both.
  private func anchors(_ oldRange: Range<Int>, _ newRange: Range<Int>) -> [(old: Int, new: Int)] {
    struct Places { var oldCount = 0, newCount = 0, new = 0 }
    var places: [Int: Places] = [:]
    for index in oldRange { places[old[index], default: Places()].oldCount += 1 }
    for index in newRange {
      places[new[index], default: Places()].newCount += 1
      places[new[index]]?.new = index
    }
    // Longest increasing subsequence by patience sorting, with links back.
    var pairs: [(old: Int, new: Int, previous: Int)] = []
    var piles: [Int] = []
    for index in oldRange {
      guard let place = places[old[index]], place.oldCount == 1, place.newCount == 1 else { continue }
      var low = 0
      var high = piles.count
      while low < high {
        let middle = (low + high) / 2
        if pairs[piles[middle]].new < place.new { low = middle + 1 } else { high = middle }
      }
      pairs.append((index, place.new, low > 0 ? piles[low - 1] : -1))
      if low == piles.count { piles.append(pairs.count - 1) } else { piles[low] = pairs.count - 1 }
    }
    var result: [(old: Int, new: Int)] = []
    var next = piles.last ?? -1
    while next >= 0 {
      result.append((pairs[next].old, pairs[next].new))
      next = pairs[next].previous
    }
    return result.reversed()
  }

  /// More differences than this in one gap and the gap is replaced as a whole.
  private static let mostDifferences = 256

  /// The shortest edit script, E. Myers, "An O(ND) Difference Algorithm" (1986), the greedy form.
  private func myers(_ oldRange: Range<Int>, _ newRange: Range<Int>) -> [Change] {
    let (oldCount, newCount) = (oldRange.count, newRange.count)
    let limit = min(oldCount + newCount, Self.mostDifferences)
    var furthest = [Int](repeating: 0, count: 2 * limit + 3)
    let middle = limit + 1
    var trace: [[Int]] = []
    for distance in 0...limit {
      trace.append(Array(furthest[(middle - distance - 1)...(middle + distance + 1)]))
      for diagonal in stride(from: -distance, through: distance, by: 2) {
        let goesDown =
          diagonal == -distance
          || (diagonal != distance && furthest[middle + diagonal - 1] < furthest[middle + diagonal + 1])
        var x = goesDown ? furthest[middle + diagonal + 1] : furthest[middle + diagonal - 1] + 1
        while x < oldCount, x - diagonal >= 0, x - diagonal < newCount,
          old[oldRange.lowerBound + x] == new[newRange.lowerBound + x - diagonal]
        { x += 1 }
        furthest[middle + diagonal] = x
        if x >= oldCount, x - diagonal >= newCount {
          return script(trace, oldRange, newRange)
        }
      }
    }
    return [Change(old: oldRange, new: newRange)]
  }

  private func script(_ trace: [[Int]], _ oldRange: Range<Int>, _ newRange: Range<Int>) -> [Change] {
    var steps: [Change] = []
    var (x, y) = (oldRange.count, newRange.count)
    for distance in stride(from: trace.count - 1, through: 1, by: -1) {
      // `furthest` before this round: its element 0 is diagonal -distance - 1.
      let furthest = trace[distance]
      let diagonal = x - y
      let below = furthest[diagonal - 1 + distance + 1]
      let above = furthest[diagonal + 1 + distance + 1]
      let goesDown = diagonal == -distance || (diagonal != distance && below < above)
      let previousX = goesDown ? above : below
      let previousY = previousX - (goesDown ? diagonal + 1 : diagonal - 1)
      let (oldAt, newAt) = (oldRange.lowerBound + previousX, newRange.lowerBound + previousY)
      steps.append(
        goesDown
          ? Change(old: oldAt..<oldAt, new: newAt..<(newAt + 1)) : Change(old: oldAt..<(oldAt + 1), new: newAt..<newAt))
      (x, y) = (previousX, previousY)
    }
    return steps.reversed()
  }
}
