import NodeConfig
import RegistryConfig
import SourceText

extension LintedCluster {
  /// The resource that an origin of the node files stands in.
  func resource(of origin: Origin) -> Resource? {
    resources.last { $0.isOrigin(of: origin) }?.resource
  }

  /// The operator gave up on its lists and goes on without any of them, in its own words.
  var emptiedLists: String? {
    rendering.droppedBlockedRegistries.isEmpty ? rendering.warning : nil
  }

  /// The entries of blockedRegistries that are of the grammar and that the operator does not drop.
  var keptBlockedEntries: [RegistryEntry] {
    guard let list = image?.blockedRegistries, emptiedLists == nil else { return [] }
    let dropped = Set(rendering.droppedBlockedRegistries.map(\.span))
    return list.known(.valid).filter { !dropped.contains($0.span) }
  }
}

/// References that stand for everything below a source, to ask a node's configuration where it would pull from.
enum ProbeImage {
  private static let name = "registrylint-probe"
  private static let digest = "@sha256:0000000000000000000000000000000000000000000000000000000000000000"

  static func below(_ source: String, _ form: MirrorSet.PullForm) -> String {
    let scope = RegistryScope.isWildcard(source) ? name + source.dropFirst() : source
    return "\(scope)/\(name)" + (form == .digest ? digest : ":latest")
  }
}

extension Origin {
  /// Whether it is an entry of a list of an Image, not a policy of a mirror set.
  var isListEntry: Bool { if case .listEntry = place { kind == .image } else { false } }
}
