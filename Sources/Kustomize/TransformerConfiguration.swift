import SourceText

/// A field that a transformer touches: a path in objects of some kind.
struct FieldSpec: Hashable {
  var kind: GroupVersionKind
  /// Parts separated by `/`; `\/` is a slash in a key.
  var path: String
  /// Whether a missing field is made.
  var creates = false
}

/// The field specifications of all transformers: kustomize's own and those of `configurations:`, merged with
/// kustomize's rule that a more general one is dropped when a more special one came first.
struct TransformerConfiguration: Equatable {
  struct NameReference: Equatable {
    /// The kind that is named.
    var kind: GroupVersionKind
    /// The fields that name it.
    var referrers: [FieldSpec]
  }

  /// By section: `namePrefix`, `nameSuffix`, `namespace`, `commonLabels`, `labels`, `templateLabels`,
  /// `volumeClaimTemplateLabels`, `commonAnnotations`, `images`, `replicas`, `varReference`.
  var fields: [String: [FieldSpec]] = [:]
  var nameReferences: [NameReference] = []

  subscript(section: String) -> [FieldSpec] { fields[section] ?? [] }

  static let standard: TransformerConfiguration = {
    var result = TransformerConfiguration()
    for (section, line) in sections(of: builtIn) { result.fields[section, default: []].append(fieldSpec(line)) }
    for (section, line) in sections(of: builtInNameReferences) {
      let kind = groupVersionKind(Substring(section))
      if result.nameReferences.last?.kind != kind {
        result.nameReferences.append(NameReference(kind: kind, referrers: []))
      }
      result.nameReferences[result.nameReferences.count - 1].referrers.append(fieldSpec(line))
    }
    result.sort()
    return result
  }()

  private static func sections(of table: String) -> [(section: String, line: Substring)] {
    var section = ""
    var result: [(String, Substring)] = []
    for line in table.split(separator: "\n") {
      if line.hasPrefix("[") { section = String(line.dropFirst().dropLast()) } else { result.append((section, line)) }
    }
    return result
  }

  private static func fieldSpec(_ line: Substring) -> FieldSpec {
    let words = line.split(separator: " ")
    return FieldSpec(kind: groupVersionKind(words[0]), path: String(words[words.count - 1]), creates: words.count == 3)
  }

  private static func groupVersionKind(_ text: Substring) -> GroupVersionKind {
    // One built-in group holds a slash: networking.k8s.io/v1.
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return GroupVersionKind(
      group: parts[..<(parts.count - 2)].joined(separator: "/"), version: String(parts[parts.count - 2]),
      kind: String(parts[parts.count - 1]))
  }

  mutating func sort() {
    for section in fields.keys { fields[section]?.sort { $0.kind.isBefore($1.kind) } }
    nameReferences.sort { $0.kind.isBefore($1.kind) }
  }

  /// What nearly every kustomization ends with: the standard one merged into nothing. Merging it again changes nothing.
  private static let merged: TransformerConfiguration? = try? TransformerConfiguration().mergedAnew(with: standard)

  /// Whether no object of a kind knows names of others, so far as these references go without being looked through.
  func isNoReferrer(_ kind: String) -> Bool {
    guard let merged = Self.merged, let kinds = Self.builtInReferrers, nameReferences == merged.nameReferences else {
      return false
    }
    return !kinds.contains(kind)
  }

  /// The kinds that kustomize's own references name; `nil` when one of them names any.
  private static let builtInReferrers: Set<String>? = {
    let kinds = Set((merged?.nameReferences ?? []).flatMap(\.referrers).map(\.kind.kind))
    return kinds.contains("") ? nil : kinds
  }()

  func merged(with other: TransformerConfiguration) throws(KustomizeProblem) -> TransformerConfiguration {
    // Equal arrays of one origin share their memory, so that this compares a dozen addresses.
    if let merged = Self.merged, other == .standard || other == merged,
      self == TransformerConfiguration() || self == merged
    {
      return merged
    }
    return try mergedAnew(with: other)
  }

  private func mergedAnew(with other: TransformerConfiguration) throws(KustomizeProblem) -> TransformerConfiguration {
    var result = self
    for section in Set(fields.keys).union(other.fields.keys) {
      result.fields[section] = try Self.merge(self[section], other[section])
    }
    for reference in other.nameReferences {
      var isFound = false
      for index in result.nameReferences.indices where result.nameReferences[index].kind == reference.kind {
        result.nameReferences[index].referrers = try Self.merge(
          result.nameReferences[index].referrers, reference.referrers)
        isFound = true
      }
      if !isFound { result.nameReferences.append(reference) }
    }
    result.sort()
    return result
  }

  /// `FsSlice.MergeAll`.
  static func merge(_ specs: [FieldSpec], _ added: [FieldSpec]) throws(KustomizeProblem) -> [FieldSpec] {
    var result = specs
    for spec in added {
      if let known = result.first(where: { $0.path == spec.path && $0.kind.isSelected(by: spec.kind) }) {
        guard known.creates == spec.creates else {
          throw KustomizeProblem(.transformer, "two field specifications for \(spec.path) disagree about create")
        }
      } else {
        result.append(spec)
      }
    }
    return result
  }
}

extension GroupVersionKind {
  /// kustomize's order of kinds.
  private static let ranks: [String: Int] = {
    var ranks: [String: Int] = [:]
    for (index, kind) in OutputOrder.first.enumerated() { ranks[kind] = index - OutputOrder.first.count }
    for (index, kind) in OutputOrder.last.enumerated() { ranks[kind] = index + 1 }
    return ranks
  }()

  func isBefore(_ other: GroupVersionKind) -> Bool {
    let mine = Self.ranks[kind] ?? 0
    let theirs = Self.ranks[other.kind] ?? 0
    return mine != theirs ? mine < theirs : sortText.lexicographicallyPrecedes(other.sortText)
  }
}
