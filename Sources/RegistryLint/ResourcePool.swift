import RegistryConfig
import Rules
import SourceText
import YAMLSyntax

/// Where an object is written.
private struct WrittenPlace: Hashable {
  let path: RepositoryPath
  let range: ByteRange
  let kind: ResourceKind

  init(_ resource: Resource) {
    path = resource.root.span.file.path
    range = resource.root.span.range
    kind = resource.kind
  }
}

/// The resources of files that stand for themselves, by where they are written.
struct WrittenResources: Sendable {
  private var known: [WrittenPlace: [LintedResource]] = [:]

  init(_ files: some Sequence<LintedFile>) {
    for file in files {
      for resource in file.resources where !resource.resource.isPatch {
        known[WrittenPlace(resource.resource), default: []].append(resource)
      }
    }
  }

  /// The resource of a file that a composed one says the same as.
  func same(as resource: Resource) -> LintedResource? {
    known[WrittenPlace(resource)]?.first {
      $0.resource.isCarried(like: resource) && $0.resource.root.saysTheSame(as: resource.root)
    }
  }
}

/// Resources of compositions as rules see them, each once: an object that forty overlays leave as it is written is one
/// subject.
struct ResourcePool {
  /// A subject, or what it is to be made of.
  final class Slot {
    let resource: Resource
    let settings: RuleSettings
    private(set) var made: LintedResource?

    fileprivate init(_ resource: Resource, settings: RuleSettings) {
      self.resource = resource
      self.settings = settings
    }

    fileprivate init(_ linted: LintedResource) {
      resource = linted.resource
      settings = linted.settings
      made = linted
    }

    fileprivate func fill(_ linted: LintedResource) { made = linted }

    var linted: LintedResource {
      if let made { return made }
      let new = LintedResource(resource, settings: settings)
      made = new
      return new
    }
  }

  private var known: [WrittenPlace: [Slot]] = [:]
  /// Those that were to be made, in the order they were asked for.
  private var added: [Slot] = []

  /// - Parameter subjects: Of objects that were composed of the same files before.
  init(subjects: [LintedResource] = []) {
    for resource in subjects { known[WrittenPlace(resource.resource), default: []].append(Slot(resource)) }
  }

  /// The same subject, when it is judged in the same way.
  mutating func linted(_ resource: LintedResource, settings: RuleSettings) -> LintedResource {
    resource.settings.judges(as: settings) ? resource : slot(of: resource.resource, settings: settings).linted
  }

  /// The place of the subject that says the same, or of a new one.
  /// - Parameter written: The resource of a file that says the same.
  mutating func slot(of resource: Resource, settings: RuleSettings, written: LintedResource? = nil) -> Slot {
    if let written, written.settings.judges(as: settings) { return Slot(written) }
    let place = WrittenPlace(resource)
    for candidate in known[place] ?? []
    where candidate.settings.judges(as: settings)
      && candidate.resource.isCarried(like: resource) && candidate.resource.root.saysTheSame(as: resource.root)
      && candidate.resource.removals.elementsEqual(resource.removals, by: { $0.isSame(as: $1) })
    {
      return candidate
    }
    let new = Slot(resource, settings: settings)
    known[place, default: []].append(new)
    added.append(new)
    return new
  }

  /// Makes the subjects that miss, in parallel.
  mutating func fill(workers: Int) async {
    let missing = added.filter { $0.made == nil }
    added = []
    let parts = missing.map { ($0.resource, $0.settings) }
    let made = await parts.concurrentMap(workers) { LintedResource($0.0, settings: $0.1) }
    for (slot, linted) in zip(missing, made) { slot.fill(linted) }
  }
}

extension Node {
  /// Whether both have the same values, written at the same places, whatever the order of keys.
  fileprivate func saysTheSame(as other: Node) -> Bool {
    guard span.range == other.span.range, isUnknown == other.isUnknown, isIncomplete == other.isIncomplete,
      span.file === other.span.file || span.file.path == other.span.file.path
    else { return false }
    switch (content, other.content) {
    case (.scalar(let one), .scalar(let two)):
      guard one.text == two.text else { return false }
      return one.style == two.style && tag == nil && other.tag == nil || resolved.isSameKind(as: other.resolved)
    case (.sequence(let one), .sequence(let two)):
      return one.count == two.count && one.indices.allSatisfy { one[$0].saysTheSame(as: two[$0]) }
    case (.mapping, .mapping):
      let (one, two) = (entries, other.entries)
      guard one.count == two.count else { return false }
      // Composed objects have their keys sorted, and none twice; elsewhere nearly all have the same order.
      return two.indices.allSatisfy { index in
        var place = index
        if !one[index].key.isSameKey(as: two[index].key) {
          guard let found = one.firstIndex(where: { $0.key.isSameKey(as: two[index].key) }) else { return false }
          place = found
        }
        return one[place].value.saysTheSame(as: two[index].value)
      }
    default: return false
    }
  }

  private func isSameKey(as other: Node) -> Bool {
    if case .scalar(let one) = content, case .scalar(let two) = other.content, tag == nil, other.tag == nil,
      one.style == two.style
    {
      return one.text == two.text || (keyText ?? "") == (other.keyText ?? "")
    }
    return (keyText ?? "") == (other.keyText ?? "")
  }
}

extension Resource {
  fileprivate func isCarried(like other: Resource) -> Bool {
    destination == other.destination && retention == other.retention && isMerged == other.isMerged
  }
}

extension RuleSettings {
  /// Whether the same is said of a resource.
  fileprivate func judges(as other: RuleSettings) -> Bool {
    release == other.release && releaseImage == other.releaseImage
  }
}

extension ScalarValue {
  fileprivate func isSameKind(as other: ScalarValue) -> Bool {
    switch (self, other) {
    case (.string, .string), (.bool, .bool), (.null, .null): true
    case (.string, _), (.bool, _), (.null, _), (_, .string), (_, .bool), (_, .null): false
    default: true
    }
  }
}
