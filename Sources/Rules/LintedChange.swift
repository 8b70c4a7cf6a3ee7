import NodeConfig
import RegistryConfig
import SourceText
import YAMLSyntax

/// One cluster before and after a change: what rules of changes see, where a run knows two states.
public final class LintedChange: Sendable {
  public let old: LintedCluster
  public let new: LintedCluster
  /// What it does to nodes that are running.
  public let disruption: Disruption
  /// Resources of the new state that the old one has not, or has with other content.
  let changed: [LintedResource]
  /// Resources of the old state whose object the new one has not.
  let removed: [LintedResource]

  /// - Parameter disruption: What is known already; computed when it is `nil`.
  public init(from old: LintedCluster, to new: LintedCluster, disruption: Disruption? = nil) {
    self.old = old
    self.new = new
    self.disruption = disruption ?? AcceptedStates(from: old, to: new).disruption
    let before = Dictionary(old.resources.map { (Identity($0), $0) }, uniquingKeysWith: { first, _ in first })
    let after = Set(new.resources.map(Identity.init))
    changed = new.resources.filter { resource in
      before[Identity(resource)].map { $0 !== resource && !$0.resource.root.hasSameContent(as: resource.resource.root) }
        ?? true
    }
    removed = old.resources.filter { !after.contains(Identity($0)) }
  }

  /// What makes two resources of two states one object.
  public struct Identity: Hashable, Sendable {
    let kind: ResourceKind
    let namespace: String?
    let name: String?

    public init(_ resource: LintedResource) {
      kind = resource.resource.kind
      namespace = resource.resource.namespace?.value
      name = resource.resource.name?.value
    }
  }

  /// Whether an object with the identity of a resource is in both states.
  func isInBoth(_ resource: LintedResource) -> Bool {
    let identity = Identity(resource)
    return old.resources.contains { Identity($0) == identity } && new.resources.contains { Identity($0) == identity }
  }

  /// Where to show something that stands at one of some places: in the new state when it can be. What was removed is
  /// shown in the patch that had it, when that still makes a part of the object, else where its object is, and with its
  /// object where it was.
  func place(of origins: [Origin]) -> (span: SourceSpan, resource: Resource?)? {
    for origin in origins { if let place = removal(of: origin) { return place } }
    var files: Set<ObjectIdentifier> = []
    for resource in new.resources { resource.resource.root.collectFiles(into: &files) }
    if let origin = origins.first(where: { files.contains(ObjectIdentifier($0.span.file)) }) {
      return (origin.span, new.resources.first { $0.isOrigin(of: origin) }?.resource)
    }
    for origin in origins {
      guard let object = changed.first(where: { $0.isOrigin(of: origin) })?.resource,
        object.file.path != origin.span.file.path,
        let span = object.root.place(of: origin.field, writtenIn: origin.span.file.path)
      else { continue }
      return (span, object)
    }
    for origin in origins {
      if let object = changed.first(where: { $0.isOrigin(of: origin) })?.resource { return (object.head, object) }
      if let object = removed.first(where: { $0.isOrigin(of: origin) })?.resource { return (origin.span, object) }
    }
    return (changed.first ?? removed.first).map { ($0.resource.head, $0.resource) }
  }
}

extension LintedChange {
  /// What has newly taken out of an object what stood at a place: a patch that supplies nothing leaves nothing else.
  private func removal(of origin: Origin) -> (span: SourceSpan, resource: Resource?)? {
    guard let object = changed.first(where: { $0.isOrigin(of: origin) }), !object.resource.removals.isEmpty,
      !object.resource.root.holdsValue(at: origin.span)
    else { return nil }
    let known = old.resources.first { Identity($0) == Identity(object) }?.resource.removals ?? []
    let removal = object.resource.removals.first { removal in
      removal.concerns(origin.field)
        && !known.contains {
          $0.field == removal.field && $0.span.file.path == removal.span.file.path && $0.span.text == removal.span.text
        }
    }
    return removal.map { ($0.span, object.resource) }
  }
}

extension LintedResource {
  func isOrigin(of origin: Origin) -> Bool {
    resource.kind == origin.kind && resource.namespace?.value == origin.namespace && resource.name?.value == origin.name
  }
}

extension Resource {
  /// Where to point for the whole object.
  var head: SourceSpan { name?.span ?? kindName.span }
}

extension Node {
  /// Where a file writes the innermost part of a field that is there, or where that file begins to make a part of this
  /// value.
  /// - Parameter field: As Kubernetes writes it: `spec.imageDigestMirrors[0].source`.
  fileprivate func place(of field: String, writtenIn path: RepositoryPath) -> SourceSpan? {
    var found: SourceSpan?
    var node = self
    // Lists are replaced as a whole: their key says as much as an entry that is gone.
    for part in field.split(separator: ".") {
      guard let entry = node.entry(String(part.prefix { $0 != "[" })) else { break }
      if entry.key.span.file.path == path { found = entry.key.span }
      if part.contains("[") { break }
      node = entry.value
    }
    return found ?? firstPart(writtenIn: path)
  }

  /// Whether a part of this value is written at a place.
  fileprivate func holdsValue(at place: SourceSpan) -> Bool {
    if span.range == place.range, span.file.path == place.file.path { return true }
    return switch content {
    case .scalar: false
    case .sequence(let items): items.contains { $0.holdsValue(at: place) }
    case .mapping(let entries): entries.contains { $0.value.holdsValue(at: place) }
    }
  }

  private func firstPart(writtenIn path: RepositoryPath) -> SourceSpan? {
    switch content {
    case .scalar: return span.file.path == path ? span : nil
    case .sequence(let items): return items.lazy.compactMap { $0.firstPart(writtenIn: path) }.first
    case .mapping(let entries):
      return entries.lazy.compactMap { entry in
        entry.key.span.file.path == path ? entry.key.span : entry.value.firstPart(writtenIn: path)
      }.first
    }
  }

  /// Of all its values: patches may have supplied some.
  fileprivate func collectFiles(into files: inout Set<ObjectIdentifier>) {
    files.insert(ObjectIdentifier(span.file))
    switch content {
    case .scalar: break
    case .sequence(let items): for item in items { item.collectFiles(into: &files) }
    case .mapping(let entries): for entry in entries { entry.value.collectFiles(into: &files) }
    }
  }

  /// Whether both say the same, wherever and in whatever style they are written.
  func hasSameContent(as other: Node) -> Bool {
    switch (content, other.content) {
    case (.scalar(let one), .scalar(let two)): one.text == two.text
    case (.sequence(let one), .sequence(let two)):
      one.count == two.count && zip(one, two).allSatisfy { $0.hasSameContent(as: $1) }
    case (.mapping(let one), .mapping(let two)):
      one.count == two.count
        && one.allSatisfy { entry in
          entry.key.keyText.flatMap { other[$0] }.map { entry.value.hasSameContent(as: $0) } ?? false
        }
    default: false
    }
  }
}
