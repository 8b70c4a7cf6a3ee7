extension Array where Element: Sendable {
  /// What `body` makes of each element, in the order of the elements whatever the number of workers. A worker takes
  /// several elements at least: for fewer it costs more than it does.
  func concurrentMap<Result: Sendable>(
    _ workers: Int, _ body: @escaping @Sendable (Element) -> Result
  ) async -> [Result] {
    let workers = Swift.max(1, Swift.min(workers, count / 8))
    if workers == 1 { return map(body) }
    return await withTaskGroup(of: [(Int, Result)].self) { group in
      for worker in 0..<workers {
        group.addTask { stride(from: worker, to: count, by: workers).map { ($0, body(self[$0])) } }
      }
      var parts: [(Int, Result)] = []
      for await part in group { parts += part }
      return parts.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }
}
