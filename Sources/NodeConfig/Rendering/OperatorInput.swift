import RegistryConfig
import SourceText
import YAMLSyntax

/// A resource that the operator does not see, and why, in words for people.
public struct UnseenResource: Sendable {
  public let kind: ResourceKind
  public let name: String?
  /// One clause: `ImageDigestMirrorSet is not known to 4.12`.
  public let reason: String
  /// The part of the manifest that is the cause.
  public let span: SourceSpan
}

/// A value that could not be read (a placeholder, template control), so what is rendered lacks it.
public struct LeftOut: Sendable {
  public let reason: String
  public let span: SourceSpan
  /// What cannot be read, as it is written: two states with the same texts lack the same. `nil` for what is merged into
  /// what clusters have.
  let text: String?

  private init(reason: String, span: SourceSpan, text: String?) {
    self.reason = reason
    self.span = span
    self.text = text
  }

  /// - Parameters:
  ///   - node: The value with what cannot be read in it; `nil` for the whole resource.
  ///   - isBesideWhole: Whether the whole resource was left out before: its lines are not written down for each value.
  init(
    _ reason: String, at span: SourceSpan, _ node: Node?, of resource: Resource, isBesideWhole: Bool = false
  ) {
    let value = node ?? resource.root
    var text = value.writtenForm
    // Control lines may stand around it, and what is nothing but template text has no place.
    if !isBesideWhole, value.holdsControl || value.span.range.isEmpty {
      text = Self.lines(of: resource.root.span).joined(separator: "\n")
    }
    self.init(reason: reason, span: span, text: text)
  }

  /// The lines of an object without comments, with template text that stands behind its last value.
  private static func lines(of span: SourceSpan) -> [Substring] {
    let bytes = span.file.bytes
    var end = span.range.upperBound
    // No further: behind it may stand megabytes of other objects.
    while end < bytes.count {
      let next = bytes[end...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
      let line = bytes[end..<next].drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D }
      guard line.isEmpty || line.first == UInt8(ascii: "#") || line.starts(with: "{{".utf8) || line.starts(with: "{%".utf8)
      else { break }
      end = next
    }
    return String(decoding: bytes[span.range.lowerBound..<end], as: UTF8.self).split(separator: "\n")
      .map { $0.drop { $0 == " " } }.filter { !$0.isEmpty && $0.first != "#" }
  }

  /// Entries of a list: those that can be read beside them are told of.
  init(_ list: RegistryList, of resource: Resource) {
    let (reason, node) = ("\(list.field) holds entries that cannot be read", list.node(in: resource))
    guard node?.holdsControl == false, list.entries.contains(where: \.isUnknown) else {
      self.init(reason, at: list.span, node, of: resource)
      return
    }
    let unknown = list.entries.filter(\.isUnknown).map(\.value).sorted()
    self.init(reason: reason, span: list.span, text: unknown.joined(separator: "\n"))
  }

  /// A part that is merged into what clusters have.
  init(_ resource: Resource) {
    self.init(reason: resource.whyPartial, span: resource.name?.span ?? resource.kindName.span, text: nil)
  }
}

/// What the operator of a release sees of a cluster's resources, as lists of plain values with their places.
struct OperatorInput: Sendable {
  /// `nil` when the key is absent or null; an empty list is something else.
  private(set) var insecure: [ListedScope]?
  private(set) var blocked: [ListedScope]?
  private(set) var allowed: [ListedScope]?
  private(set) var search: [ListedScope]?
  /// Entries of ImageDigestMirrorSets and ImageContentSourcePolicies, these after those.
  private(set) var digestLists: [MirrorList] = []
  private(set) var tagLists: [MirrorList] = []
  /// Any mirror object makes the operator write the file, an empty one too.
  private(set) var hasMirrorObjects = false
  private(set) var signaturePolicies: [SignaturePolicy] = []
  private(set) var trustedCA: Located<String>?
  private(set) var unseen: [UnseenResource] = []
  private(set) var leftOut: [LeftOut] = []

  init(_ resources: ClusterResources, release: Release) {
    let images = resources.images.filter { sees($0.resource, release) }
    for image in images where image.resource.isOfUnknownName {
      leftOut.append(
        LeftOut("the name of an Image cannot be read", at: image.resource.kindName.span, nil, of: image.resource))
    }
    for image in images where image.resource.name?.value != "cluster" && !image.resource.isOfUnknownName {
      unseen.append(
        UnseenResource(
          kind: .image, name: image.resource.name?.value, reason: "only the Image named cluster is read",
          span: image.resource.name?.span ?? image.resource.kindName.span))
    }
    if let image = images.last(where: { $0.resource.name?.value == "cluster" }) { read(image) }
    for part in resources.parts { merge(part) }

    let sets = Self.lastOfEachName(resources.mirrorSets.filter { sees($0.resource, release) }, \.resource)
    hasMirrorObjects = !sets.isEmpty
    for set in sets where set.resource.kind == .imageDigestMirrorSet { digestLists += lists(of: set) }
    for set in sets where set.resource.kind == .imageContentSourcePolicy { digestLists += lists(of: set) }
    for set in sets where set.resource.kind == .imageTagMirrorSet { tagLists += lists(of: set) }

    signaturePolicies = Self.lastOfEachName(
      resources.signaturePolicies.filter { sees($0.resource, release) }, \.resource)
  }

  private mutating func sees(_ resource: Resource, _ release: Release) -> Bool {
    let reason: String
    var span = resource.kindName.span
    if resource.isPatch {
      reason = "a patch is no object of its own"
    } else if let version = release.apiVersion(of: resource.kind) {
      // A placeholder in apiVersion says nothing against the resource.
      guard let written = resource.apiVersion else { return resource.root["apiVersion"]?.isUnknown == true }
      if written.value == version { return true }
      reason = "\(resource.kind.rawValue) of \(written.value) is not what the operator of \(release) reads (\(version))"
      span = written.span
    } else if resource.kind == .imageContentPolicy {
      reason = "nothing reads ImageContentPolicy"
    } else {
      reason = "\(resource.kind.rawValue) is not known to \(release)"
    }
    unseen.append(UnseenResource(kind: resource.kind, name: resource.name?.value, reason: reason, span: span))
    return false
  }

  private struct Identity: Hashable {
    let kind: ResourceKind
    let namespace: String
    let name: String
  }

  /// Of objects with one kind, namespace and name the last, as `apply` leaves it; objects without a name all stay.
  private static func lastOfEachName<Object>(
    _ objects: [Object], _ resource: (Object) -> Resource
  ) -> [Object] {
    func identity(_ object: Object) -> Identity? {
      let resource = resource(object)
      return resource.name.map {
        Identity(kind: resource.kind, namespace: resource.namespace?.value ?? "", name: $0.value)
      }
    }
    var last: [Identity: Int] = [:]
    for (index, object) in objects.enumerated() { if let identity = identity(object) { last[identity] = index } }
    return objects.enumerated().filter { index, object in identity(object).map { last[$0] == index } ?? true }
      .map(\.element)
  }

  private mutating func read(_ image: ImageConfiguration) {
    insecure = entries(image.insecureRegistries, of: image.resource)
    blocked = entries(image.blockedRegistries, of: image.resource)
    allowed = entries(image.allowedRegistries, of: image.resource)
    search = entries(image.searchRegistries, of: image.resource)
    trustedCA = image.trustedCA
  }

  /// What is known of an object that the cluster has: of an Image the entries that are added, of others nothing.
  private mutating func merge(_ part: TypedResource) {
    let resource =
      switch part {
      case .image(let image): image.resource
      case .mirrorSet(let set): set.resource
      case .signaturePolicy(let policy): policy.resource
      case .configMap(let map): map.resource
      }
    leftOut.append(LeftOut(resource))
    guard case .image(let image) = part, resource.isMerged, resource.name?.value == "cluster" else { return }
    func added(_ list: RegistryList?, to known: [ListedScope]?) -> [ListedScope]? {
      guard let more = entries(list, of: resource) else { return known }
      let scopes = Set((known ?? []).map(\.scope))
      return (known ?? []) + more.filter { !scopes.contains($0.scope) }
    }
    insecure = added(image.insecureRegistries, to: insecure)
    blocked = added(image.blockedRegistries, to: blocked)
    allowed = added(image.allowedRegistries, to: allowed)
    trustedCA = image.trustedCA ?? trustedCA
  }

  private mutating func entries(_ list: RegistryList?, of resource: Resource) -> [ListedScope]? {
    guard let list else { return nil }
    if list.entries.isEmpty, !list.isComplete {
      // Not a list: null is absent to the operator, anything else the API server refuses; or it cannot be read.
      let node = list.node(in: resource)
      if node?.isSequence != true {
        // Behind a key without a value, a line of template text may write one.
        if node?.isNull != true || node?.isUnknown == true {
          leftOut.append(LeftOut("\(list.field) is no list that can be read", at: list.span, node, of: resource))
        }
        return nil
      }
    }
    if !list.isComplete { leftOut.append(LeftOut(list, of: resource)) }
    return list.entries.lazy.filter { !$0.isUnknown }.map { entry in
      ListedScope(
        scope: entry.value,
        origin: Origin(
          resource, .listEntry(field: list.field, index: entry.index), value: entry.value, span: entry.span))
    }
  }

  private mutating func lists(of set: MirrorSet) -> [MirrorList] {
    if !set.isComplete {
      leftOut.append(
        LeftOut(
          "\(set.listName) holds entries that cannot be read", at: set.resource.kindName.span, nil, of: set.resource))
    }
    let items = set.resource.spec?[set.listName]?.items ?? []
    return set.entries.compactMap { entry in
      if !entry.isComplete {
        let item = items.indices.contains(entry.index) ? items[entry.index] : nil
        leftOut.append(
          LeftOut(
            "\(set.field(entry)) holds values that cannot be read", at: entry.span, item, of: set.resource,
            isBesideWhole: item != nil && !set.isComplete))
        // Without its source an entry says nothing; without one of its mirrors it still says what the others do.
        guard entry.source != nil else { return nil }
      }
      return list(entry, of: set)
    }
  }

  private func list(_ entry: MirrorSet.Entry, of set: MirrorSet) -> MirrorList {
    let hasPolicy = set.resource.kind != .imageContentSourcePolicy
    let mirrors = entry.mirrors.enumerated().map { index, mirror in
      (
        location: mirror.value,
        origin: Origin(
          set.resource, .mirror(list: set.listName, entry: entry.index, index: index), value: mirror.value,
          span: mirror.span)
      )
    }
    return MirrorList(
      source: entry.source?.value ?? "", mirrors: mirrors, policy: hasPolicy ? entry.policy?.value ?? "" : "",
      sourceOrigin: Origin(
        set.resource, .mirrorSource(list: set.listName, entry: entry.index), value: entry.source?.value ?? "",
        span: entry.source?.span ?? entry.span),
      policyOrigin: hasPolicy
        ? entry.policy.map {
          Origin(
            set.resource, .mirrorSourcePolicy(list: set.listName, entry: entry.index), value: $0.value, span: $0.span)
        } : nil)
  }
}

extension Resource {
  /// Why what a cluster makes of a part is not known: for people, without a full stop.
  public var whyPartial: String {
    isMerged
      ? "\(title) is merged into what the cluster has, which is not in the repository"
      : "\(title) is a patch of an object that is not known here"
  }
}

extension Resource {
  fileprivate var isOfUnknownName: Bool { name == nil && root.at("metadata", "name")?.isUnknown == true }
}

extension RegistryList {
  /// The value of the list in its resource.
  fileprivate func node(in resource: Resource) -> Node? {
    field.split(separator: ".").reduce(resource.root) { $0?[String($1)] }
  }
}
