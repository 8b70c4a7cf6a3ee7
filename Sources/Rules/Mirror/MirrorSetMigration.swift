import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// Turning a mirror object with `repositoryDigestMirrors` into an ImageDigestMirrorSet by editing three words.
///
/// `oc adm migrate icsp` writes the same object anew; nodes get byte for byte the same files from both.
struct MirrorSetMigration {
  let edits: [Fix.FileEdit]
  /// The object holds no placeholders: with them what comes out cannot be judged.
  let isCertain: Bool

  /// - Returns: `nil` when the new object would be refused or would mean something else: a source or mirror that only
  ///   the old kind takes, a policy that was pruned so far, keys that we do not know.
  init?(_ set: MirrorSet, in resource: Resource) {
    guard let apiVersion = resource.apiVersion, !resource.isPatch, let spec = resource.spec,
      let list = spec.entry(set.listName), list.value.isSequence, spec["imageDigestMirrors"] == nil
    else { return nil }
    switch resource.kind {
    case .imageContentSourcePolicy: guard apiVersion.value == "operator.openshift.io/v1alpha1" else { return nil }
    case .imageContentPolicy: guard apiVersion.value == "config.openshift.io/v1" else { return nil }
    default: return nil
    }
    guard resource.isEditable || resource.takesWords else { return nil }
    // In an ImageContentSourcePolicyList there is no place for another kind.
    if case .list = resource.carrier, resource.document.root?["kind"]?.string != "List" { return nil }
    for item in list.value.items { guard Self.isTaken(item) else { return nil } }
    func rewriting(_ text: Located<String>, _ word: String) -> Fix.FileEdit? {
      resource.isEditable ? text.rewriting(word) : text.replacingWord(with: word, inside: resource.root.span)
    }
    guard let key = list.key.keyText, let kind = rewriting(resource.kindName, "ImageDigestMirrorSet"),
      let name = rewriting(Located(key, at: list.key.span), "imageDigestMirrors"),
      let version = rewriting(apiVersion, "config.openshift.io/v1")
    else { return nil }
    edits = apiVersion.value == "config.openshift.io/v1" ? [kind, name] : [version, kind, name]
    isCertain = set.isComplete && set.entries.allSatisfy(\.isComplete)
  }

  /// Whether the CRD of ImageDigestMirrorSet takes an entry, placeholders aside.
  private static func isTaken(_ item: Node) -> Bool {
    if item.isUnknown { return true }
    guard item.isMapping, let source = item["source"] else { return false }
    for entry in item.entries {
      guard let key = entry.key.keyText else { return false }
      if key == "allowMirrorByTags", entry.value.bool == false { continue }
      guard key == "source" || key == "mirrors" else { return false }
    }
    if !source.isUnknown { guard let text = source.string, RegistryScope.isSource(text) else { return false } }
    guard let mirrors = item["mirrors"], !mirrors.isUnknown else { return true }
    guard mirrors.isSequence else { return false }
    var seen: Set<String> = []
    for mirror in mirrors.items where !mirror.isUnknown {
      guard let text = mirror.string, RegistryScope.isMirror(text), seen.insert(text).inserted else { return false }
    }
    return true
  }
}
