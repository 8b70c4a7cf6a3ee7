import Diagnostics
import RegistryConfig

/// Edits of the search list, which replaces the default one.
enum SearchListEdits {
  /// What nodes search without a list of their own.
  static let defaults: Set = ["registry.access.redhat.com", "docker.io"]
  private static let kept = "registry.access.redhat.com"

  /// The fix that takes an entry out. The last default registry of the list is replaced by the one of Red Hat, where
  /// nobody else can publish: else `search-drops-default` would be the next finding. None where that one is rejected.
  static func removal(
    _ description: String, of entry: RegistryEntry, in list: RegistryList, _ image: ImageConfiguration
  ) -> [Fix] {
    func isDefault(_ value: String) -> Bool {
      SearchEntryForm.isHost(value) && defaults.contains(ImageName(value).host)
    }
    let others = list.known.filter { $0.index != entry.index }
    guard list.isComplete, isDefault(entry.value), !others.contains(where: { isDefault($0.value) }) else {
      return ListEdits.removal(of: entry, in: list).map {
        [Fix(description, safety: .unsafe, in: entry.span.file, [$0.edit])]
      } ?? []
    }
    let isBlocked = image.blockedRegistries.map { ScopeSet($0.known(.valid).map(\.value)).covers(kept) } ?? false
    let isAllowed = image.allowedRegistries.map { $0.entries.isEmpty || MeantScopes($0).touches(kept) } ?? true
    guard ImageName(entry.value).host != kept, !isBlocked, isAllowed,
      let edit = ScalarReplacement.edit(entry.span, with: kept)
    else { return [] }
    return [Fix("Search '\(kept)' in its place", safety: .unsafe, in: entry.span.file, [edit])]
  }
}
