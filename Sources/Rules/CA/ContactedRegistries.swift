import RegistryConfig
import SourceText

/// The registries that the mirror sets of a cluster make nodes talk to.
struct ContactedRegistries: Sendable {
  /// A registry as a mirror or source writes it, at its first place.
  struct Use: Sendable {
    let registry: String
    let host: String
    let port: String?
    let place: Located<String>
    let set: MirrorSet
    let entry: MirrorSet.Entry
    /// Which of the entry's mirrors it is; `nil` for the source.
    let mirror: Int?

    var isMirror: Bool { mirror != nil }
    var field: String { mirror.map { set.field(entry, mirror: $0) } ?? set.field(entry, "source") }
  }

  /// One use of each registry, mirrors before sources, in the order they were read.
  let uses: [Use]
  private let byHost: [String: [Int]]

  init(_ sets: [MirrorSet]) {
    var uses: [Use] = []
    var seen: Set<String> = []
    func add(_ text: Located<String>, _ set: MirrorSet, _ entry: MirrorSet.Entry, mirror: Int?) {
      guard RegistryScope.isMirror(text.value) else { return }
      let name = ImageName(text.value)
      guard seen.insert(name.registry).inserted else { return }
      uses.append(
        Use(
          registry: name.registry, host: name.host, port: name.port, place: text, set: set, entry: entry,
          mirror: mirror))
    }
    for set in sets {
      for entry in set.entries {
        for (place, mirror) in entry.mirrors.enumerated() {
          add(mirror, set, entry, mirror: place)
        }
      }
    }
    for set in sets {
      for entry in set.entries where !set.neverContactsSource(entry) {
        if let source = entry.validSource { add(source, set, entry, mirror: nil) }
      }
    }
    self.uses = uses
    byHost = Dictionary(grouping: uses.indices) { uses[$0].host }
  }

  func uses(of host: String) -> [Use] { (byHost[host] ?? []).map { uses[$0] } }
}
