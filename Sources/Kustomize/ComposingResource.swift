import SourceText
import YAMLSyntax

/// A text in a map of labels, annotations or data, with the places of key and value.
struct MapText {
  var value: String
  var span: SourceSpan
  var keySpan: SourceSpan
}

/// An object while it is composed.
final class ComposingResource {
  /// An object of a folder that several kustomizations may include. Nobody changes it any more.
  final class Base {
    let root: YNode
    /// Whether one of its nodes stands at several places.
    let sharesNodes: Bool
    /// What comes out where nothing is changed in it.
    var composed: ComposedResource?

    init(_ root: YNode, sharesNodes: Bool) {
      self.root = root
      self.sharesNodes = sharesNodes
    }

    func copy() -> YNode {
      var seen: [ObjectIdentifier: YNode] = [:]
      return sharesNodes ? root.copySharing(&seen) : root.copy()
    }
  }

  private enum State {
    case own(YNode)
    case base(Base)
  }

  private var state: State
  /// What deleted it, in a patch.
  var deletedBy: SourceSpan?
  /// Variables that take their value from this object.
  var variables: [String] = []
  /// What patches took out of it.
  var removals: [RemovedField] = []
  /// The file or kustomization that brought it in.
  let source: SourceSpan
  let isGenerated: Bool

  init(root: YNode, source: SourceSpan, isGenerated: Bool) {
    state = .own(root)
    self.source = source
    self.isGenerated = isGenerated
  }

  /// The object, to change it: that of a base is copied before it is given out.
  var root: YNode {
    get {
      switch state {
      case .own(let root): return root
      case .base(let base):
        let copy = base.copy()
        state = .own(copy)
        return copy
      }
    }
    set { state = .own(newValue) }
  }

  /// The object, only to read it.
  var current: YNode {
    switch state {
    case .own(let root): root
    case .base(let base): base.root
    }
  }

  /// A copy in which the same nodes are shared as before, also with other objects.
  func copy(_ seen: inout [ObjectIdentifier: YNode]) -> ComposingResource {
    copy(.own(root.copySharing(&seen)))
  }

  /// A copy that shares everything with this object until something is changed in it. This one is not changed any more.
  /// - Parameter sharesNodes: Whether a node of this object stands at several places.
  func asBase(sharesNodes: Bool) -> ComposingResource {
    if case .base = state { return copy(state) }
    return copy(.base(Base(root, sharesNodes: sharesNodes)))
  }

  /// The same of an object that is a base's already.
  func copyOfBase() -> ComposingResource { copy(state) }

  private func copy(_ state: State) -> ComposingResource {
    let copy = ComposingResource(root: current, source: source, isGenerated: isGenerated)
    copy.state = state
    copy.deletedBy = deletedBy
    copy.variables = variables
    copy.removals = removals
    return copy
  }

  /// Whether it is as its base has it.
  var isOfBase: Bool { if case .base = state { true } else { false } }

  /// What comes out, without what was noted on the way.
  func composed(keepingOrigin: Bool) throws(KustomizeProblem) -> ComposedResource {
    guard case .base(let base) = state, !keepingOrigin else { return try finished(keepingOrigin: keepingOrigin) }
    if let known = base.composed { return known }
    let result = try finished(keepingOrigin: false)
    base.composed = result
    return result
  }

  private func finished(keepingOrigin: Bool) throws(KustomizeProblem) -> ComposedResource {
    // Without annotations there is nothing to take away, and so nothing to copy.
    if let metadata, metadata.kind == .mapping, !hasAnnotations {
      return try ComposedResource(current, source: source, isGenerated: isGenerated, removals: removals)
    }
    var annotations = self.annotations
    for key in BuildAnnotation.all { annotations[key] = nil }
    if !keepingOrigin { annotations[BuildAnnotation.origin] = nil }
    annotations[BuildAnnotation.transformations] = nil
    try setAnnotations(annotations)
    return try ComposedResource(root, source: source, isGenerated: isGenerated, removals: removals)
  }

  var isNilOrEmpty: Bool { deletedBy != nil || current.isEmpty }

  // MARK: Identity

  var kind: String { current.fieldValue("kind") }
  var apiVersion: String { current.fieldValue("apiVersion") }
  var groupVersionKind: GroupVersionKind { GroupVersionKind(apiVersion: apiVersion, kind: kind) }
  var name: String { metadataText("name") }
  var namespace: String { metadataText("namespace") }

  var id: ResourceID {
    let kind = groupVersionKind
    return ResourceID(kind: kind, name: name, namespace: namespace, isClusterScoped: kind.isClusterScoped)
  }

  /// Whether a build may hold only one of the two.
  func hasKey(of other: ComposingResource) -> Bool {
    name == other.name && kind == other.kind && id.key == other.id.key
  }

  /// The ids it had before it was renamed or moved, oldest first.
  func previousIDs() throws(KustomizeProblem) -> [ResourceID] {
    let annotations = self.annotations
    guard let names = annotations[BuildAnnotation.previousNames]?.value else { return [] }
    let split = { (text: String?) in
      (text ?? "").split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let all = split(names)
    let namespaces = split(annotations[BuildAnnotation.previousNamespaces]?.value)
    let kinds = split(annotations[BuildAnnotation.previousKinds]?.value)
    guard all.count == namespaces.count, all.count == kinds.count else {
      throw KustomizeProblem(.resource, "the internal annotations of \(id.description) disagree", at: source)
    }
    let current = groupVersionKind
    return all.indices.map { index in
      ResourceID(
        kind: GroupVersionKind(group: current.group, version: current.version, kind: kinds[index]), name: all[index],
        namespace: namespaces[index], isClusterScoped: false)
    }
  }

  func originalID() throws(KustomizeProblem) -> ResourceID { try previousIDs().first ?? id }

  func storePreviousID() throws(KustomizeProblem) {
    let id = self.id
    try appendToList(BuildAnnotation.previousNames, id.name)
    try appendToList(BuildAnnotation.previousNamespaces, id.effectiveNamespace)
    try appendToList(BuildAnnotation.previousKinds, id.kind.kind)
  }

  // MARK: Metadata

  private var metadata: YNode? {
    let root = current
    guard !root.isTaggedNull, let node = root.field("metadata"), !node.isEmpty else { return nil }
    return node
  }

  private func metadataText(_ field: String) -> String {
    guard let node = metadata?.firstValue(field), !node.isEmpty else { return "" }
    return node.value
  }

  var labels: [String: MapText] { metadataMap("labels") }
  var hasAnnotations: Bool { metadata?.firstValue("annotations") != nil }
  var annotations: [String: MapText] { metadataMap("annotations") }

  /// Values as text, whatever they are: 5 becomes "5", null its text.
  private func metadataMap(_ field: String) -> [String: MapText] {
    guard let map = metadata?.firstValue(field) else { return [:] }
    var result: [String: MapText] = [:]
    for index in stride(from: 0, to: map.content.count - map.content.count % 2, by: 2) where map.kind == .mapping {
      let key = map.content[index]
      let value = map.content[index + 1]
      result[key.value] = MapText(value: value.value, span: value.span, keySpan: key.span)
    }
    return result
  }

  func setLabels(_ map: [String: MapText]) throws(KustomizeProblem) { try setMetadataMap("labels", map) }
  func setAnnotations(_ map: [String: MapText]) throws(KustomizeProblem) { try setMetadataMap("annotations", map) }

  private func setMetadataMap(_ field: String, _ map: [String: MapText]) throws(KustomizeProblem) {
    guard let metadata = try root.lookupCreate(.mapping, "metadata", at: root.span) else { return }
    try metadata.clear(field)
    guard !map.isEmpty else { return }
    let node = YNode(kind: .mapping, span: metadata.span)
    for (key, text) in map.sorted(by: { byteOrder($0.key, $1.key) }) {
      try node.set(key, .string(text.value, at: text.span), keySpan: text.keySpan)
    }
    try metadata.set(field, node)
  }

  func setAnnotation(_ key: String, _ value: String, at span: SourceSpan? = nil) throws(KustomizeProblem) {
    var map = annotations
    let span = span ?? source
    map[key] = MapText(value: value, span: span, keySpan: span)
    try setAnnotations(map)
  }

  func isEnabled(_ annotation: String) -> Bool { annotations[annotation]?.value == BuildAnnotation.enabled }

  func list(_ annotation: String) -> [String] {
    guard let value = annotations[annotation]?.value else { return [] }
    return value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }

  /// Adds to a list in an annotation in place (kyaml's `SetAnnotation`): the others are left as they are written.
  func appendToList(_ annotation: String, _ value: String) throws(KustomizeProblem) {
    guard !value.isEmpty else { return }
    let joined = (list(annotation) + [value]).joined(separator: ",")
    let node = YNode(kind: .scalar, tag: YNode.Tag.string, value: joined, style: .single, span: source)
    if let metadata = try root.lookup("metadata") { try metadata.clear("annotations", ifEmpty: true) }
    try root.clear("metadata", ifEmpty: true)
    try root.lookupCreate(.mapping, "metadata", "annotations", at: source)?.set(annotation, node)
  }

  func setName(_ name: String, at span: SourceSpan) throws(KustomizeProblem) {
    try root.lookupCreate(.mapping, "metadata", at: span)?.set("name", .scalar(name, at: span))
  }

  func setNamespace(_ namespace: String, at span: SourceSpan) throws(KustomizeProblem) {
    if namespace.isEmpty {
      if let metadata = try root.lookup("metadata") { try metadata.clear("namespace") }
    } else {
      try root.lookupCreate(.mapping, "metadata", at: span)?.set("namespace", .scalar(namespace, at: span))
    }
  }

  func setKind(_ kind: String, at span: SourceSpan) throws(KustomizeProblem) {
    try root.set("kind", .scalar(kind, at: span))
  }

  func setAPIVersion(_ version: String, at span: SourceSpan) throws(KustomizeProblem) {
    try root.set("apiVersion", .scalar(version, at: span))
  }

  var nameSpan: SourceSpan { metadata?.field("name")?.span ?? current.span }
  var namespaceSpan: SourceSpan { metadata?.field("namespace")?.span ?? current.span }

  // MARK: Merging

  /// `CopyMergeMetaDataFieldsFrom`: labels and annotations of the other below these, its name and namespace.
  func takeMetadata(from other: ComposingResource) throws(KustomizeProblem) {
    try setLabels(other.labels.merging(labels) { $1 })
    let own = annotations
    let theirs = other.annotations
    var merged = theirs.merging(own) { $1 }
    for key in BuildAnnotation.all { merged[key] = theirs[key] }
    if own[BuildAnnotation.needsHashSuffix] == nil { merged[BuildAnnotation.needsHashSuffix] = nil }
    try setAnnotations(merged)
    try setName(other.name, at: other.nameSpan)
    try setNamespace(other.namespace, at: other.namespaceSpan)
    variables = other.variables
  }

  /// `ApplySmPatch`: kind, name and namespace stay unless the patch may change them.
  func apply(_ patch: ComposingResource) throws(KustomizeProblem) {
    let name = (self.name, nameSpan)
    let namespace = (self.namespace, namespaceSpan)
    let kind = (self.kind, root.field("kind")?.span ?? root.span)
    let mayRename = patch.isEnabled(BuildAnnotation.allowNameChange)
    let mayChangeKind = patch.isEnabled(BuildAnnotation.allowKindChange)
    for file in [patch.root.span.file, root.span.file] {
      if let comment = GoYAML.schemaComment(in: file) {
        throw KustomizeProblem.unsupported("a comment with a schema in what is merged", at: comment)
      }
    }
    if mayRename || mayChangeKind { try storePreviousID() }
    let removed = StrategicMerge.removals(in: patch.root)
    removals += removed
    if try StrategicMerge().apply(patch.root, to: root) == .deleted {
      deletedBy = removed.first { $0.field.isEmpty }?.span ?? patch.source
      return
    }
    if root.isEmpty { return }
    if !mayChangeKind { try setKind(kind.0, at: kind.1) }
    if !mayRename { try setName(name.0, at: name.1) }
    try setNamespace(namespace.0, at: namespace.1)
  }
}

/// Go's order of strings.
func byteOrder(_ left: String, _ right: String) -> Bool {
  let order = left.utf8.withContiguousStorageIfAvailable { left in
    right.utf8.withContiguousStorageIfAvailable { right in left.lexicographicallyPrecedes(right) }
  }
  if case .some(.some(let isBefore)) = order { return isBefore }
  return left.utf8.lexicographicallyPrecedes(right.utf8)
}

extension YNode {
  /// `getMapFieldValue`: the text of a field, whatever it is.
  func fieldValue(_ name: String) -> String { firstValue(name)?.value ?? "" }

  /// As `field`, without asking whether this is a mapping.
  func firstValue(_ name: String) -> YNode? {
    for index in stride(from: 0, to: content.count - content.count % 2, by: 2) where content[index].value == name {
      return content[index + 1]
    }
    return nil
  }
}
