import NodeConfig

/// Where nodes see the order of a list that decides nothing by its order.
struct EntryOrder {
  let old: NodeRendering
  let new: NodeRendering

  /// registries.conf has blocked and insecure registries in the order of the lists, behind what mirror sets name; every
  /// other list is sorted in the files of nodes.
  private static let fields: Set<String> = [
    "spec.registrySources.blockedRegistries", "spec.registrySources.insecureRegistries",
  ]

  /// Whether entries of a field, which are the same on both sides, have another order on nodes.
  func shows(_ field: String, _ entries: [String]) -> Bool {
    guard Self.fields.contains(field), old.error == nil, new.error == nil else { return false }
    let (before, after) = (places(in: old), places(in: new))
    let moved = Set(entries).compactMap { entry in before[entry].flatMap { old in after[entry].map { (old, $0) } } }
      .sorted { $0.0 < $1.0 }.map(\.1)
    return zip(moved, moved.dropFirst()).contains { $0 > $1 }
  }

  private func places(in rendering: NodeRendering) -> [String: Int] {
    let places = rendering.registriesConf.registries.enumerated().map { ($0.element.scope, $0.offset) }
    return Dictionary(places) { first, _ in first }
  }
}
