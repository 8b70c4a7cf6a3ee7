import YAMLSyntax

/// What an unknown key may have been meant to be.
public struct FieldSuggestion: Hashable, Sendable {
  public enum Place: Hashable, Sendable {
    /// The same object.
    case here
    /// Another object of the same resource; the key's whole path, `[]` for items of lists.
    case elsewhere(path: String)
    /// Only other kinds know the key.
    case otherKind(ResourceKind)
    /// Later releases know the key.
    case release(since: Release)
  }

  public let key: String
  public let place: Place
  /// Renaming the key is all there is to do: the object does not hold the suggested key yet, and the value has its
  /// type.
  public let isRename: Bool

  public init(key: String, place: Place, isRename: Bool = false) {
    self.key = key
    self.place = place
    self.isRename = isRename
  }
}

/// Looks for the key that was meant: other spellings first, then other places.
struct FieldSuggestions {
  let kind: KindSchema
  let release: Release

  /// - Parameters:
  ///   - fields: the keys of the object that holds the unknown key.
  ///   - isPresent: whether the object holds a key.
  /// - Returns: the best suggestions, all equally good; empty when nothing is near.
  func suggestions(
    for key: String, value: Node, among fields: [ValueSchema.Field], isPresent: (String) -> Bool
  ) -> [FieldSuggestion] {
    if let later = fields.first(where: { $0.key == key }) {
      return later.releases.since.map { [FieldSuggestion(key: key, place: .release(since: $0))] } ?? []
    }
    let known = fields.filter { $0.releases.contains(release) }
    let near = spellings(of: key, among: known, isPresent: isPresent)
    if !near.isEmpty {
      return near.map { field in
        let fits = value.jsonType == field.schema.type && !value.isUnknown
        return FieldSuggestion(key: field.key, place: .here, isRename: fits && !isPresent(field.key))
      }
    }
    var places: [FieldSuggestion] = []
    collectPlaces(of: key, in: kind.root, at: "", into: &places)
    if !places.isEmpty { return places }
    for other in ResourceKind.allCases where other != kind.kind && other != .configMap {
      var found: [FieldSuggestion] = []
      collectPlaces(of: key, in: KindSchema.of(other).root, at: "", into: &found)
      if !found.isEmpty { return [FieldSuggestion(key: key, place: .otherKind(other))] }
    }
    return []
  }

  private func spellings(
    of key: String, among fields: [ValueSchema.Field], isPresent: (String) -> Bool
  ) -> [ValueSchema.Field] {
    let plain = Self.plain(key)
    let same = fields.filter { Self.plain($0.key) == plain }
    if !same.isEmpty { return same }
    if let others = Self.otherNames[key] {
      let same = fields.filter { others.contains($0.key) }
      if !same.isEmpty { return same }
    }
    let limit = key.utf8.count < 5 ? 1 : key.utf8.count < 10 ? 2 : 3
    var best: [ValueSchema.Field] = []
    var bestDistance = limit
    for field in fields {
      guard let distance = EditDistance.between(plain, Self.plain(field.key), limit: bestDistance) else { continue }
      if distance < bestDistance { best = [] }
      bestDistance = distance
      best.append(field)
    }
    if !best.isEmpty { return best }
    // A key that was damaged while editing: `complianccompliancepiVersion`.
    return fields.filter { field in
      field.isRequired && !isPresent(field.key) && field.key.utf8.count >= 8
        && Self.sharesEnd(key, field.key, atLeast: field.key.utf8.count - 2)
    }
  }

  /// Lower case, without `-` and `_`.
  private static func plain(_ key: String) -> String {
    String(decoding: key.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }, as: UTF8.self)
      .lowercased()
  }

  private static func sharesEnd(_ key: String, _ other: String, atLeast count: Int) -> Bool {
    key.utf8.suffix(count).elementsEqual(other.utf8.suffix(count))
      || key.utf8.prefix(count).elementsEqual(other.utf8.prefix(count))
  }

  /// Names that other kinds and files give to the same thing.
  private static let otherNames: [String: [String]] = {
    let lists = ["imageDigestMirrors", "imageTagMirrors", "repositoryDigestMirrors"]
    var names: [String: [String]] = [
      "domain": ["domainName"], "host": ["domainName"], "sourcePolicy": ["mirrorSourcePolicy"],
      "searchRegistries": ["containerRuntimeSearchRegistries"],
      "unqualifiedSearchRegistries": ["containerRuntimeSearchRegistries"],
      "trustedCA": ["additionalTrustedCA"], "additionalTrustBundle": ["additionalTrustedCA"],
      "allowed": ["allowedRegistries"], "blocked": ["blockedRegistries"], "insecure": ["insecureRegistries"],
    ]
    for name in lists + ["mirrors", "imageContentSources", "imageDigestSources"] {
      names[name] = lists
    }
    return names
  }()

  private func collectPlaces(
    of key: String, in schema: ValueSchema, at path: String, into places: inout [FieldSuggestion]
  ) {
    switch schema.shape {
    case .object(let fields):
      for field in fields where field.releases.contains(release) {
        let fieldPath = path.isEmpty ? field.key : path + "." + field.key
        if field.key == key { places.append(FieldSuggestion(key: key, place: .elsewhere(path: fieldPath))) }
        collectPlaces(of: key, in: field.schema, at: fieldPath, into: &places)
      }
    case .list(let items): collectPlaces(of: key, in: items, at: path + "[]", into: &places)
    default: break
    }
  }
}
