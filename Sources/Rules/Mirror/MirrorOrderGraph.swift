import SourceText

/// The order that several lists of mirrors want for one source, as the operator draws it: an edge from each mirror to
/// the next, and from the last to the source unless the source is in the list.
/// Source: runtime-utils, pkg/registries/registries.go (topoGraph).
struct MirrorOrderGraph {
  private struct Edge {
    let to: Int
    /// The list that wants it.
    let list: Int
  }

  private var numbers: [String: Int] = [:]
  private var names: [String] = []
  private var edges: [[Edge]] = []

  /// Adds a list; a mirror that stands in it twice counts where it stands first.
  mutating func add(_ mirrors: [String], source: String, list: Int) {
    var seen: Set<String> = []
    var chain = mirrors.filter { seen.insert($0).inserted }
    if !seen.contains(source) { chain.append(source) }
    let nodes = chain.map { number(of: $0) }
    for (from, to) in zip(nodes, nodes.dropFirst()) { edges[from].append(Edge(to: to, list: list)) }
  }

  private mutating func number(of name: String) -> Int {
    if let known = numbers[name] { return known }
    numbers[name] = names.count
    names.append(name)
    edges.append([])
    return names.count - 1
  }

  /// A circle of wishes: who is wanted before whom, and by which list. `nil` when all lists can be followed.
  func cycle() -> [(before: String, after: String, list: Int)]? {
    enum State { case new, open, done }
    var states = [State](repeating: .new, count: names.count)
    for start in names.indices where states[start] == .new {
      /// The way from `start`, with the next edge to take at each node.
      var path: [(node: Int, next: Int)] = [(start, 0)]
      states[start] = .open
      while let (node, next) = path.last {
        guard next < edges[node].count else {
          states[node] = .done
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        let target = edges[node][next].to
        switch states[target] {
        case .done: continue
        case .new:
          states[target] = .open
          path.append((target, 0))
        case .open:
          guard let first = path.firstIndex(where: { $0.node == target }) else { continue }
          return path[first...].map { step in
            // Every node of the way was left by the edge before its next one.
            let edge = edges[step.node][step.next - 1]
            return (names[step.node], names[edge.to], edge.list)
          }
        }
      }
    }
    return nil
  }
}
