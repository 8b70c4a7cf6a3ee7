import CShims
import Synchronization

extension Array where Element: Sendable {
  /// What `body` makes of each element, in the order of the elements whatever the number of workers. A worker takes
  /// several elements at least: for fewer it costs more than it does.
  func concurrentMap<Result: Sendable>(
    _ workers: Int, _ body: @escaping @Sendable (Element) -> Result
  ) async -> [Result] {
    let workers = Swift.max(1, Swift.min(workers, count / 8))
    if workers == 1 { return map(body) }
    let cursor = Cursor()
    return await withTaskGroup(of: [(Int, Result)].self) { group in
      for _ in 0..<workers {
        group.addTask {
          registrylint_prepare_thread_memory()
          var part: [(Int, Result)] = []
          // One at a time: some elements take a hundred times as long as others.
          while let place = cursor.next(before: count) { part.append((place, body(self[place]))) }
          return part
        }
      }
      var parts: [(Int, Result)] = []
      for await part in group { parts += part }
      return parts.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }
}

/// The next element that no worker has taken.
final class Cursor: Sendable {
  private let place = Atomic<Int>(0)

  func next(before end: Int) -> Int? {
    let next = place.add(1, ordering: .relaxed).oldValue
    return next < end ? next : nil
  }
}
