import SourceText
import Testing

@testable import RegistryLint

@Suite struct PathOrderedTests {
  private final class Item: Sendable {
    let path: RepositoryPath
    init(_ path: RepositoryPath) { self.path = path }
  }

  @Test(arguments: [1, 2, 3] as [UInt64]) func isWhatADictionaryWouldBe(seed: UInt64) {
    var state = seed
    func draw(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    var versions: [(list: PathOrdered<Item>, items: [RepositoryPath: Item])] = [(PathOrdered(path: \.path), [:])]
    for round in 0..<400 {
      var (list, items) = versions[versions.count - 1]
      var changes: [RepositoryPath: Item?] = [:]
      for _ in 0..<(round % 50 == 0 ? 300 : draw(4)) {
        let path = RepositoryPath("f/\(draw(900))")
        changes[path] = .some(draw(3) == 0 ? nil : draw(4) == 0 ? items[path] : Item(path))
      }
      let isChanged = changes.contains { items[$0.key] !== $0.value }
      for (path, item) in changes { items[path] = item }
      let next = list.replacing(changes.map { (path: $0.key, new: $0.value) })
      #expect((next != nil) == isChanged)
      if let next {
        #expect(!next.isSame(as: list))
        list = next
      }
      #expect(list.isSame(as: list))
      versions.append((list, items))
    }
    // Older versions are what they were.
    for (list, items) in versions {
      let expected = items.values.sorted { $0.path < $1.path }
      #expect(list.elements.map { ObjectIdentifier($0) } == expected.map { ObjectIdentifier($0) })
    }
  }
}
