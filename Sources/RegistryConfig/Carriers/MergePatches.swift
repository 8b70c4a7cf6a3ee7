import SourceText
import YAMLSyntax

/// Patches without a kind: `oc patch images.config.openshift.io cluster --patch-file`, and overlays of generators.
enum MergePatch {
  static let imageKeys = [
    "registrySources", "additionalTrustedCA", "allowedRegistriesForImport", "externalRegistryHostnames",
  ]

  /// The kind that a document is a patch of: when it holds a `spec` of ours and nothing else.
  /// - Parameter allowing: Keys that may stand beside `spec`.
  static func kind(of root: Node, allowing keys: Set<String> = ["metadata"]) -> ResourceKind? {
    for entry in root.entries {
      guard let key = entry.key.keyText, key == "spec" || keys.contains(key) else { return nil }
    }
    return kind(ofSpec: root["spec"])
  }

  /// The kind whose `spec` this is a part of. One key that no kind of ours has makes it something else.
  static func kind(ofSpec spec: Node?) -> ResourceKind? {
    guard let spec, spec.isMapping else { return nil }
    let keys = spec.entries.compactMap { $0.key.keyText }
    if let first = keys.first, keys.count == 1 {
      switch first {
      case "imageDigestMirrors": return .imageDigestMirrorSet
      case "imageTagMirrors": return .imageTagMirrorSet
      case "repositoryDigestMirrors": return .imageContentSourcePolicy
      default: break
      }
    }
    let others = ["imageStreamImportMode"]
    guard keys.contains(where: imageKeys.contains), keys.allSatisfy({ imageKeys.contains($0) || others.contains($0) })
    else { return nil }
    // The same names without our structure belong to other projects.
    if let sources = spec["registrySources"], !sources.isMapping, !sources.isNull { return nil }
    return .image
  }
}

extension CarrierWalk {
  /// A patch whose kind was told from its fields: an object of that kind, of which the patch is a part.
  mutating func readMergePatch(_ kind: ResourceKind, _ root: Node, _ context: CarrierContext) {
    guard let spec = root.entry("spec") else { return }
    let span = spec.key.span
    var entries: [(String, Node)] = [("kind", DerivedNode.text(kind.rawValue, at: span))]
    if kind == .image {
      entries.append(("metadata", DerivedNode.mapping([("name", DerivedNode.text("cluster", at: span))], at: span)))
    }
    entries.append(("spec", spec.value))
    let carrier = if case .object(let name) = context.carrier { name } else { "patch" }
    addDerived(kind, DerivedNode.mapping(entries, at: span), carrier, context.destination, isPatch: true)
  }
}
