/// One entry of a mirror object: a source and its mirrors in the order written.
struct MirrorList: Sendable {
  let source: String
  let mirrors: [(location: String, origin: Origin)]
  /// The text of mirrorSourcePolicy, empty when it is absent; an ImageContentSourcePolicy has none.
  let policy: String
  let sourceOrigin: Origin
  let policyOrigin: Origin?

  var neverContactsSource: Bool { policy.equalsBytes("NeverContactSource") }
}

/// All mirrors of one source, merged from every list that names it.
struct MergedMirrors: Sendable {
  let source: String
  /// In the order nodes try them. Ends before the source, which is tried last anyway.
  let mirrors: [(location: String, origins: [Origin])]
  let neverContactSource: Bool
  let sourceOrigins: [Origin]
  let neverContactOrigins: [Origin]

  /// Merges lists by source; the result is sorted by source as Go sorts strings.
  ///
  /// A list without a mirror other than its source is ignored, its mirrorSourcePolicy too.
  /// Source: runtime-utils, `mergedMirrorSets`.
  static func merge(_ lists: some Sequence<MirrorList>) -> [MergedMirrors] {
    var bySource: [Bytewise: [MirrorList]] = [:]
    for list in lists where list.mirrors.contains(where: { !$0.location.equalsBytes(list.source) }) {
      bySource[Bytewise(list.source), default: []].append(list)
    }
    return bySource.sorted { $0.key < $1.key }.map { MergedMirrors(source: $0.key.text, lists: $0.value) }
  }

  private init(source: String, lists: [MirrorList]) {
    self.source = source
    sourceOrigins = lists.map(\.sourceOrigin)
    neverContactOrigins = lists.compactMap { $0.neverContactsSource ? $0.policyOrigin ?? $0.sourceOrigin : nil }
    neverContactSource = !neverContactOrigins.isEmpty
    if lists.count == 1, let list = lists.first, let alone = Self.mirrors(of: list) {
      mirrors = alone
      return
    }
    let sourceKey = Bytewise(source)
    var graph = PreferenceGraph()
    var origins: [Bytewise: [Origin]] = [:]
    for list in lists {
      let keys = list.mirrors.map { Bytewise($0.location) }
      for (key, mirror) in zip(keys, list.mirrors) { origins[key, default: []].append(mirror.origin) }
      for (from, to) in zip(keys, keys.dropFirst()) { graph.addEdge(from: from, to: to) }
      if !keys.contains(sourceKey), let last = keys.last { graph.addEdge(from: last, to: sourceKey) }
    }
    var sorted = graph.sorted()
    if sorted.last == sourceKey { sorted.removeLast() }
    mirrors = sorted.map { ($0.text, origins[$0] ?? []) }
  }

  /// One list without duplicates needs no sorting: its order is the order. `nil` when it has duplicates.
  private static func mirrors(of list: MirrorList) -> [(location: String, origins: [Origin])]? {
    var mirrors = list.mirrors
    // Most lists are shorter than a hash table is worth.
    if mirrors.count < 8 {
      for (index, mirror) in mirrors.enumerated() {
        if mirrors[..<index].contains(where: { $0.location.equalsBytes(mirror.location) }) { return nil }
      }
    } else if Set(mirrors.map { Bytewise($0.location) }).count < mirrors.count {
      return nil
    }
    if mirrors.last?.location.equalsBytes(list.source) == true { mirrors.removeLast() }
    return mirrors.map { ($0.location, [$0.origin]) }
  }
}

/// "This mirror before that one", sorted as runtime-utils' topo.go does: Kahn's algorithm with a first-in-first-out
/// queue, ties in byte order, a cycle broken at the smallest node that is left.
struct PreferenceGraph {
  private var numbers: [Bytewise: Int] = [:]
  private var names: [Bytewise] = []
  private var successors: [Set<Int>] = []
  private var predecessorCounts: [Int] = []

  mutating func addEdge(from: Bytewise, to: Bytewise) {
    let from = number(of: from)
    let to = number(of: to)
    if successors[from].insert(to).inserted { predecessorCounts[to] += 1 }
  }

  private mutating func number(of name: Bytewise) -> Int {
    if let number = numbers[name] { return number }
    let number = names.count
    numbers[name] = number
    names.append(name)
    successors.append([])
    predecessorCounts.append(0)
    return number
  }

  func sorted() -> [Bytewise] {
    let inOrder = names.indices.sorted { names[$0] < names[$1] }
    var open = predecessorCounts
    var used = [Bool](repeating: false, count: names.count)
    var queue = inOrder.filter { open[$0] == 0 }
    var head = 0
    var nextUnused = 0
    var result: [Bytewise] = []
    result.reserveCapacity(names.count)
    while true {
      let node: Int
      if head < queue.count {
        node = queue[head]
        head += 1
      } else if nextUnused < inOrder.count {
        node = inOrder[nextUnused]
        nextUnused += 1
        if used[node] { continue }
      } else {
        return result
      }
      used[node] = true
      result.append(names[node])
      var freed: [Int] = []
      for successor in successors[node] {
        open[successor] -= 1
        if open[successor] == 0, !used[successor] { freed.append(successor) }
      }
      queue += freed.sorted { names[$0] < names[$1] }
    }
  }
}
