import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

extension MirrorSet {
  /// How a pull names its image: the operator keeps the mirrors of the two forms apart.
  enum PullForm: String, Hashable, Sendable {
    case digest, tag

    var other: PullForm { self == .digest ? .tag : .digest }
  }

  /// The pulls that these mirrors serve. ImageContentPolicy has one as well, but nothing reads it.
  var pullForm: PullForm { resource.kind == .imageTagMirrorSet ? .tag : .digest }

  /// Whether the operator reads objects of this kind.
  var isRead: Bool { resource.kind != .imageContentPolicy }

  /// Whether the CRD knows `mirrorSourcePolicy` and checks sources and mirrors.
  var hasPolicies: Bool { resource.kind == .imageDigestMirrorSet || resource.kind == .imageTagMirrorSet }

  /// For people: `ImageDigestMirrorSet 'release-0'`.
  var title: String { resource.kind.rawValue + (resource.name.map { " '\($0.value)'" } ?? "") }

  /// What holds for the source: an ICSP has no policy, whatever is written.
  func effectivePolicy(_ entry: Entry) -> SourcePolicy {
    hasPolicies ? entry.effectivePolicy : .allowContactingSource
  }

  /// Whether the policy is known: not a placeholder and no text that the API server refuses.
  func hasKnownPolicy(_ entry: Entry) -> Bool {
    guard hasPolicies, let node = node(entry)?["mirrorSourcePolicy"] else { return true }
    return !node.isUnknown && node.string.flatMap(SourcePolicy.init(rawValue:)) != nil
  }

  func neverContactsSource(_ entry: Entry) -> Bool { effectivePolicy(entry) == .neverContactSource }

  /// The entry as it is written.
  func node(_ entry: Entry) -> Node? {
    guard let items = resource.spec?[listName]?.items, items.indices.contains(entry.index) else { return nil }
    return items[entry.index]
  }

  /// The item of `mirrors` at a place in `entry.mirrors`, and the item before it.
  func mirrorNodes(_ entry: Entry, at place: Int) -> (node: Node, previous: Node?)? {
    guard let items = node(entry)?["mirrors"]?.items, entry.mirrorIndices.indices.contains(place) else { return nil }
    let index = entry.mirrorIndices[place]
    guard items.indices.contains(index) else { return nil }
    return (items[index], index > 0 ? items[index - 1] : nil)
  }
}

extension MirrorSet.Entry {
  /// Whether the operator takes the entry: without a mirror but the source itself it leaves it out, policy and all.
  var hasEffectiveMirrors: Bool {
    guard let source else { return !mirrors.isEmpty }
    return mirrors.contains { $0.value != source.value }
  }

  /// The source when it can be asked for: present, no placeholder, and of the grammar.
  var validSource: Located<String>? {
    hasValidSource ? source : nil
  }
}

extension MirrorSet {
  /// Whether the operator of a release reads the set. Patches are left out: what they meet is composed elsewhere.
  func isRead(by release: Release) -> Bool {
    isRead && !resource.isPatch && (release >= Release(4, 13) || resource.kind == .imageContentSourcePolicy)
  }
}

/// An entry of a set, for rules that look at all entries of a cluster.
struct ClusterMirrors: Sendable {
  let set: MirrorSet
  let entry: MirrorSet.Entry
  let source: Located<String>

  /// The entries of sets that have a source of the grammar, in the order they were read.
  static func entries(of sets: [MirrorSet]) -> [ClusterMirrors] {
    sets.flatMap { set in
      set.entries.compactMap { entry in
        entry.validSource.map { ClusterMirrors(set: set, entry: entry, source: $0) }
      }
    }
  }
}

extension LintedCluster {
  /// Whether every source of the cluster's mirror sets can be read: else nothing may be said of a missing one.
  var knowsAllSources: Bool {
    mirrorSets.allSatisfy { set in
      !set.resource.isPatch && set.isComplete && set.entries.allSatisfy { $0.isComplete }
    }
  }
}

/// The entries that the operator writes, by source. Every question is one look into a hash table.
struct MirroredSources: Sendable {
  /// What stands for one source, as places in `entries`.
  private struct Places: Sendable {
    var all: [Int] = []
    var digest: Int?
    var tag: Int?
    var forbidding: Int?
  }

  let entries: [ClusterMirrors]
  private let bySource: [String: Places]
  private let lengths: ScopeLengths

  /// - Parameter entries: The entries that have a source of the grammar, in the order they were read.
  init(_ entries: [ClusterMirrors]) {
    let entries = entries.filter(\.entry.hasEffectiveMirrors)
    var bySource: [String: Places] = [:]
    for (index, item) in entries.enumerated() {
      var places = bySource[item.source.value] ?? Places()
      // Taken out while it changes, so that its array is not copied.
      bySource[item.source.value] = nil
      places.all.append(index)
      switch item.set.pullForm {
      case .digest: if places.digest == nil { places.digest = index }
      case .tag: if places.tag == nil { places.tag = index }
      }
      if places.forbidding == nil, item.set.neverContactsSource(item.entry) { places.forbidding = index }
      bySource[item.source.value] = places
    }
    self.entries = entries
    self.bySource = bySource
    lengths = bySource.keys.reduce(into: ScopeLengths()) { $0.insert($1) }
  }

  var sources: some Sequence<String> { bySource.keys }

  func contains(_ source: String) -> Bool { bySource[source] != nil }

  /// All entries of a source, in the order they were read.
  subscript(source: String) -> [ClusterMirrors] { (bySource[source]?.all ?? []).map { entries[$0] } }

  func first(of source: String) -> ClusterMirrors? { bySource[source]?.all.first.map { entries[$0] } }

  /// The first entry of a source that has mirrors for a form.
  func first(of source: String, for form: MirrorSet.PullForm) -> ClusterMirrors? {
    let places = bySource[source]
    return (form == .digest ? places?.digest : places?.tag).map { entries[$0] }
  }

  func hasMirrors(for form: MirrorSet.PullForm, of source: String) -> Bool { first(of: source, for: form) != nil }

  /// The entry that forbids a source, when one does.
  func forbidding(_ source: String) -> ClusterMirrors? { bySource[source]?.forbidding.map { entries[$0] } }

  /// The innermost mirrored source that encloses a scope and is not the same: what nodes would use without it.
  func parent(of scope: String) -> String? {
    ScopeNesting.enclosing(scope, of: lengths).first { bySource[$0] != nil }
  }

  /// The first entry of each source, in the order they were read.
  var firstEntries: [ClusterMirrors] {
    entries.indices.filter { bySource[entries[$0].source.value]?.all.first == $0 }.map { entries[$0] }
  }
}
