import YAMLSyntax

/// Kinds that are nearly ones of this program. The API server knows kinds by their exact letters, in the singular, and
/// answers `no matches for kind` to all others.
public enum MisspeltKind {
  /// The kind that was meant; `nil` for kinds of others, for lists, and for those of this program.
  ///
  /// Both groups belong to OpenShift alone. Short names are only compared without case and plural: an `ImagePolicy` and
  /// an `Images` of others are a few letters away.
  public static func meant(by name: String, group: String?) -> ResourceKind? {
    guard group == "config.openshift.io" || group == "operator.openshift.io", ResourceKind(rawValue: name) == nil,
      !name.hasSuffix("List")
    else { return nil }
    let plain = name.lowercased()
    let kinds = ResourceKind.allCases.filter { $0 != .configMap }
    if let same = kinds.first(where: { forms(of: $0).contains(plain) }) { return same }
    var best: (kind: ResourceKind, distance: Int)?
    for kind in kinds where kind.rawValue.utf8.count >= shortestCompared {
      guard let distance = EditDistance.between(plain, kind.rawValue.lowercased(), limit: 2) else { continue }
      if distance < best?.distance ?? .max { best = (kind, distance) }
    }
    return best?.kind
  }

  /// Of the names that are compared letter by letter, in bytes.
  private static let shortestCompared = 17

  /// In small letters: the name, its plural, and a set without its last word.
  private static func forms(of kind: ResourceKind) -> [String] {
    let name = kind.rawValue.lowercased()
    var forms = [name, name + "s"]
    if name.hasSuffix("y") { forms.append(name.dropLast() + "ies") }
    if name.hasSuffix("set") { forms += [String(name.dropLast(3)), name.dropLast(3) + "s"] }
    return forms
  }
}
