import RegistryConfig
import Rules
import SourceText
import YAMLSyntax

/// Resources as rules see them, each once: an object that forty overlays leave as it is written is one subject.
struct ResourcePool {
  private struct Place: Hashable {
    let path: RepositoryPath
    let range: ByteRange
    let kind: ResourceKind

    init(_ resource: Resource) {
      path = resource.root.span.file.path
      range = resource.root.span.range
      kind = resource.kind
    }
  }

  private var known: [Place: [LintedResource]] = [:]
  /// The documents of the files that were read.
  private var documents: [RepositoryPath: [Document]] = [:]

  /// - Parameter subjects: Of objects that were composed of the same files before.
  init(_ files: some Sequence<LintedFile>, subjects: [LintedResource] = []) {
    for file in files {
      documents[file.file.path] = file.stream.documents
      for resource in file.resources where !resource.resource.isPatch {
        known[Place(resource.resource), default: []].append(resource)
      }
    }
    for resource in subjects { known[Place(resource.resource), default: []].append(resource) }
  }

  /// The document that an object comes from; one of its own when its file was not read as a manifest.
  func document(of object: Node) -> Document {
    let start = object.span.range.lowerBound
    let found = documents[object.span.file.path]?.first { $0.file === object.span.file && $0.range.contains(start) }
    return found ?? Document(file: object.span.file, index: 0, range: object.span.range, root: object)
  }

  /// The same subject, when it is judged in the same way.
  mutating func linted(_ resource: LintedResource, settings: RuleSettings) -> LintedResource {
    let own = resource.settings
    if own.release == settings.release, own.releaseImage == settings.releaseImage { return resource }
    return linted(resource.resource, settings: settings)
  }

  /// The subject that says the same, or a new one.
  mutating func linted(_ resource: Resource, settings: RuleSettings) -> LintedResource {
    let place = Place(resource)
    for candidate in known[place] ?? []
    where candidate.settings.release == settings.release && candidate.settings.releaseImage == settings.releaseImage
      && candidate.resource.destination == resource.destination && candidate.resource.root.saysTheSame(as: resource.root)
    {
      return candidate
    }
    let new = LintedResource(resource, settings: settings)
    known[place, default: []].append(new)
    return new
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
      return one.text == two.text && resolved.isSameKind(as: other.resolved)
    case (.sequence(let one), .sequence(let two)):
      return one.count == two.count && zip(one, two).allSatisfy { $0.saysTheSame(as: $1) }
    case (.mapping, .mapping):
      let (one, two) = (sortedEntries, other.sortedEntries)
      return one.count == two.count && zip(one, two).allSatisfy { $0.key == $1.key && $0.value.saysTheSame(as: $1.value) }
    default: return false
    }
  }

  private var sortedEntries: [(key: String, value: Node)] {
    entries.map { ($0.key.keyText ?? "", $0.value) }.sorted { $0.0 < $1.0 }
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
