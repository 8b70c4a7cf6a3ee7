/// The objects of a build in the order they were added (kustomize's ResMap).
struct ResourceSet {
  private(set) var resources: [ComposingResource] = []
  /// Objects that patches removed.
  private(set) var deleted: [DeletedObject] = []

  init(_ resources: [ComposingResource] = [], deleted: [DeletedObject] = []) {
    self.resources = resources
    self.deleted = deleted
  }

  /// Notes what patches removed from another set that is taken in.
  mutating func note(_ others: [DeletedObject]) { deleted += others }

  private mutating func note(_ resource: ComposingResource) {
    if let span = resource.deletedBy { deleted.append(DeletedObject(resource, by: span)) }
  }

  /// Adds an object whose id is new.
  mutating func append(_ resource: ComposingResource) throws(KustomizeProblem) {
    try append(contentsOf: CollectionOfOne(resource))
  }

  mutating func append(contentsOf added: some Collection<ComposingResource>) throws(KustomizeProblem) {
    guard resources.count + added.count <= BuildLimits.resources else {
      throw KustomizeProblem.unsupported(
        "a build of more than \(BuildLimits.resources) objects", at: added.first?.source)
    }
    let isSmall = resources.count + added.count <= Self.few
    var known = isSmall ? [] : Set(resources.map(\.id.key))
    for resource in added {
      let isNew = isSmall ? !resources.contains { $0.hasKey(of: resource) } : known.insert(resource.id.key).inserted
      guard isNew else {
        throw KustomizeProblem(
          .duplicate, "an object with the id \(resource.id.description) is there already", at: resource.source)
      }
      resources.append(resource)
    }
  }

  /// Comparing these many is cheaper than hashing them.
  private static let few = 8

  /// An object with the id of one before it.
  var firstRepeated: ComposingResource? {
    let objects = resources.filter { !$0.isNilOrEmpty }
    if objects.count <= Self.few {
      return objects.indices.first { index in objects[..<index].contains { $0.hasKey(of: objects[index]) } }
        .map { objects[$0] }
    }
    var known: Set<ResourceID.Key> = []
    return objects.first { !known.insert($0.id.key).inserted }
  }

  mutating func replaceAll(_ resources: [ComposingResource]) throws(KustomizeProblem) {
    self.resources = []
    try append(contentsOf: resources)
  }

  mutating func dropEmpty() {
    guard resources.contains(where: \.isNilOrEmpty) else { return }
    for resource in resources { note(resource) }
    resources.removeAll { $0.isNilOrEmpty }
  }

  mutating func remove(where condition: (ComposingResource) -> Bool) { resources.removeAll(where: condition) }

  func matchingCurrent(_ id: ResourceID) -> [ComposingResource] { resources.filter { id.matches($0.id) } }

  /// Objects that have or had an id that fits.
  func matchingAny(_ fits: (ResourceID) -> Bool) throws(KustomizeProblem) -> [ComposingResource] {
    var result: [ComposingResource] = []
    for resource in resources where !resource.isNilOrEmpty {
      let isCurrent = fits(resource.id)
      let previous = try resource.previousIDs()
      if isCurrent || previous.contains(where: fits) { result.append(resource) }
    }
    return result
  }

  /// The only object that has or had this id.
  func unique(_ id: ResourceID) throws(KustomizeProblem) -> ComposingResource {
    let found = try matchingAny { id.matches($0) }
    guard let first = found.first else {
      throw KustomizeProblem(.patch, "no object has the id \(id.description) of the patch")
    }
    guard found.count == 1 else {
      throw KustomizeProblem(.patch, "\(found.count) objects have the id \(id.description) of the patch")
    }
    return first
  }

  /// `AbsorbAll`: a generated object is added, or replaces or merges one that has or had its id.
  mutating func absorb(_ generated: ComposingResource) throws(KustomizeProblem) {
    let id = generated.id
    let behavior = generated.annotations[BuildAnnotation.generatorBehavior]?.value ?? ""
    let matches = try matchingAny { id.matches($0) }
    guard let old = matches.first else {
      guard behavior != "merge", behavior != "replace" else {
        throw KustomizeProblem(
          .generator, "there is no \(id.description) that could be \(behavior)d", at: generated.source)
      }
      try append(generated)
      return
    }
    guard matches.count == 1 else {
      throw KustomizeProblem(.generator, "several objects could be merged with \(id.description)", at: generated.source)
    }
    switch behavior {
    case "replace": try generated.takeMetadata(from: old)
    case "merge":
      let origin = old.annotations[BuildAnnotation.origin]
      try generated.takeMetadata(from: old)
      try generated.mergeData(from: old)
      if let origin { try generated.setAnnotation(BuildAnnotation.origin, origin.value, at: origin.span) }
    default:
      throw KustomizeProblem(
        .generator, "\(id.description) exists; the generator needs behavior: merge or replace", at: generated.source)
    }
    // kustomize looks the place up by the id that the result has now.
    let current = generated.id
    let places = resources.indices.filter { current.matches(resources[$0].id) }
    guard places.count == 1, resources[places[0]] === old else {
      throw KustomizeProblem(.generator, "the place of \(id.description) is not unique", at: generated.source)
    }
    resources[places[0]] = generated
  }

  /// Applies a patch to every selected object; objects that become empty vanish.
  mutating func apply(_ patch: ComposingResource, to selected: [ComposingResource]) throws(KustomizeProblem) {
    let ids = Set(selected.map(\.id))
    var result: [ComposingResource] = []
    for resource in resources {
      if ids.contains(resource.id) {
        let copy = ComposingResource(root: patch.root.copy(), source: patch.source, isGenerated: false)
        try copy.takeMetadata(from: patch)
        let kind = resource.groupVersionKind
        let span = resource.root.field("kind")?.span ?? resource.root.span
        try copy.setKind(kind.kind, at: span)
        try copy.setAPIVersion(kind.apiVersion, at: resource.root.field("apiVersion")?.span ?? resource.root.span)
        try copy.setKind(patch.kind, at: patch.current.field("kind")?.span ?? patch.root.span)
        try resource.apply(copy)
      }
      if resource.isNilOrEmpty { note(resource) } else { result.append(resource) }
    }
    try replaceAll(result)
  }
}
