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
    let field: String
    let isMirror: Bool
  }

  /// One use of each registry, mirrors before sources, in the order they were read.
  let uses: [Use]
  private let byHost: [String: [Int]]

  init(_ sets: [MirrorSet]) {
    var uses: [Use] = []
    var seen: Set<String> = []
    func add(_ text: Located<String>, _ set: MirrorSet, _ field: String, isMirror: Bool) {
      guard RegistryScope.isMirror(text.value) else { return }
      let name = ImageName(text.value)
      guard seen.insert(name.registry).inserted else { return }
      uses.append(
        Use(
          registry: name.registry, host: name.host, port: name.port, place: text, set: set, field: field,
          isMirror: isMirror))
    }
    for set in sets {
      for entry in set.entries {
        for (place, mirror) in entry.mirrors.enumerated() {
          add(mirror, set, set.field(entry, mirror: place), isMirror: true)
        }
      }
    }
    for set in sets {
      for entry in set.entries where !set.neverContactsSource(entry) {
        if let source = entry.validSource { add(source, set, set.field(entry, "source"), isMirror: false) }
      }
    }
    self.uses = uses
    byHost = Dictionary(grouping: uses.indices) { uses[$0].host }
  }

  func uses(of host: String) -> [Use] { (byHost[host] ?? []).map { uses[$0] } }
}
