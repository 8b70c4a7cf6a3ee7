import Certificates
import RegistryConfig
import SourceText
import YAMLSyntax

/// What a resource says, in the terms of its kind: the same however it is formatted and ordered.
struct ResourceFields {
  enum Value: Equatable {
    /// Order decides nothing: allowed, blocked and insecure lists, sources, scopes, keys.
    case set([String])
    /// Order is meant: mirrors, search registries.
    case ordered([String])
    case single(String)
  }

  private(set) var values: [String: Value] = [:]

  init(_ typed: TypedResource) {
    switch typed {
    case .image(let image): read(image)
    case .mirrorSet(let set): read(set)
    case .signaturePolicy(let policy): read(policy)
    case .configMap(let map): read(map)
    }
  }

  private mutating func read(_ image: ImageConfiguration) {
    for list in [image.allowedRegistries, image.blockedRegistries, image.insecureRegistries] {
      if let list { values[list.field] = .set(list.entries.map(\.value)) }
    }
    for list in [image.searchRegistries, image.externalRegistryHostnames] {
      if let list { values[list.field] = .ordered(list.entries.map(\.value)) }
    }
    if let imports = image.allowedRegistriesForImport {
      values["spec.allowedRegistriesForImport"] = .set(
        imports.map { ($0.domainName?.value ?? "") + ($0.insecure ? " (insecure)" : "") })
    }
    if let name = image.resource.spec?["additionalTrustedCA"]?["name"]?.text {
      values["spec.additionalTrustedCA.name"] = .single(name)
    }
    if let mode = image.resource.spec?["imageStreamImportMode"]?.text {
      values["spec.imageStreamImportMode"] = .single(mode)
    }
  }

  private mutating func read(_ set: MirrorSet) {
    var mirrors: [String: [String]] = [:]
    for item in set.resource.spec?[set.listName]?.items ?? [] {
      guard let source = item["source"]?.text else { continue }
      mirrors[source, default: []] += (item["mirrors"]?.items ?? []).compactMap(\.text)
      if let policy = item["mirrorSourcePolicy"]?.text {
        values["spec.\(set.listName)[\(source)].mirrorSourcePolicy"] = .single(policy)
      }
    }
    values["spec.\(set.listName)"] = .set(mirrors.keys.sorted())
    for (source, list) in mirrors { values["spec.\(set.listName)[\(source)].mirrors"] = .ordered(list) }
  }

  private mutating func read(_ policy: SignaturePolicy) {
    if let scopes = policy.scopes { values[scopes.field] = .set(scopes.entries.map(\.value)) }
    if let body = policy.resource.spec?["policy"] { values["spec.policy"] = .single(body.writtenForm) }
  }

  private mutating func read(_ map: CertificateConfigMap) {
    for section in [CertificateConfigMap.Entry.Section.data, .binaryData] {
      let entries = map.entries.filter { $0.section == section }
      guard !entries.isEmpty else { continue }
      values[section.rawValue] = .set(entries.map(\.key.value))
      for entry in entries {
        // The certificates, not the text: rewrapped PEM is the same CA, and a key that leaked stays unprinted.
        let certificates = RegistryCertificates(configMap: map.resource, entry: entry).bundle?.certificates ?? []
        values["\(section.rawValue)[\(entry.key.value)]"] = .ordered(
          certificates.map { "\($0.subject) until \($0.notAfter) (sha256 \(String($0.sha256.description.prefix(16))))" }
        )
      }
    }
  }
}

extension Node {
  /// A string, or what stands in the file where nobody knows what it will be.
  fileprivate var text: String? { isUnknown ? writtenText : string }
}

/// What changed in one field.
public struct FieldChange: Hashable, Sendable {
  public let field: String
  public let added: [String]
  public let removed: [String]
  public let before: String?
  public let after: String?
  /// The same entries in another order, where order matters or shows in a file of nodes.
  public let isReordered: Bool

  /// The changes from one side to the other, by field.
  /// - Parameter showsOrder: Whether nodes see the order of a set, by its field; else a reordered set is no change.
  static func between(
    _ old: ResourceFields?, _ new: ResourceFields?, showsOrder: (_ field: String, _ entries: [String]) -> Bool
  ) -> [FieldChange] {
    let fields = Set(old?.values.keys.map { $0 } ?? []).union(new?.values.keys.map { $0 } ?? [])
    return fields.sorted().compactMap { field in change(field, old?.values[field], new?.values[field], showsOrder) }
  }

  /// A policy that begins or ceases to merge its object into what the cluster has, which may keep more than it.
  static func ofMerging(_ old: Resource, _ new: Resource) -> [FieldChange] {
    guard old.isMerged != new.isMerged, old.isPatch != new.isPatch else { return [] }
    func type(_ resource: Resource) -> String { resource.isMerged ? "musthave" : "mustonlyhave" }
    return [FieldChange("complianceType", before: type(old), after: type(new))]
  }

  private static func change(
    _ field: String, _ old: ResourceFields.Value?, _ new: ResourceFields.Value?,
    _ showsOrder: (_ field: String, _ entries: [String]) -> Bool
  ) -> FieldChange? {
    guard old != new else { return nil }
    if case .single = old ?? new { return FieldChange(field, before: text(old), after: text(new)) }
    // One that is empty says something else than none.
    if old == nil || new == nil, list(old ?? new).isEmpty {
      return FieldChange(field, before: old.map { _ in "[]" }, after: new.map { _ in "[]" })
    }
    let (before, after) = (list(old), list(new))
    let (beforeSet, afterSet) = (Set(before), Set(after))
    let added = after.filter { !beforeSet.contains($0) }
    let removed = before.filter { !afterSet.contains($0) }
    if added.isEmpty, removed.isEmpty {
      if case .set(let entries) = new, old != nil, !showsOrder(field, entries) { return nil }
      return FieldChange(field, isReordered: old != nil && new != nil)
    }
    return FieldChange(field, added: added, removed: removed)
  }

  private init(
    _ field: String, added: [String] = [], removed: [String] = [], before: String? = nil, after: String? = nil,
    isReordered: Bool = false
  ) {
    self.field = field
    self.added = added
    self.removed = removed
    self.before = before
    self.after = after
    self.isReordered = isReordered
  }

  private static func text(_ value: ResourceFields.Value?) -> String? {
    if case .single(let text) = value { text } else { nil }
  }

  private static func list(_ value: ResourceFields.Value?) -> [String] {
    switch value {
    case .set(let items), .ordered(let items): items
    case .single(let text): [text]
    case nil: []
    }
  }
}
