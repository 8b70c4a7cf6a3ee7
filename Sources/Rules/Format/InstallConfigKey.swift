import RegistryConfig
import SourceText
import YAMLSyntax

/// A key of registries that install-config does not have. Of other keys nothing is said: each installer has its own.
///
/// Source: openshift/installer pkg/types/installconfig.go (`ImageDigestSource`, `ImageContentSource`); `sourcePolicy`
/// by pull request 10050.
struct InstallConfigKey {
  let node: Node
  let field: String
  let message: String
  let advice: String
  let rename: (key: String, edit: TextEdit)?

  /// The release whose installer knows `sourcePolicy`.
  private static let policies = Release(4, 21)

  /// Lists of the kinds that a cluster has, which somebody may take for the installer's.
  private static let foreign: [String] = ["repositoryDigestMirrors", "imageDigestMirrors", "imageTagMirrors"]

  static func unknown(in object: CarrierObject, release: Release) -> [InstallConfigKey] {
    var found: [InstallConfigKey] = []
    for key in foreign {
      guard let entry = object.root.entry(key), !entry.key.isUnknown else { continue }
      found.append(
        InstallConfigKey(
          node: entry.key, field: key,
          message: "unknown field '\(key)' in install-config: its list of mirrors is 'imageDigestSources'",
          advice: "move its entries there", rename: nil))
    }
    for list in ["imageContentSources", "imageDigestSources"] {
      for (index, item) in (object.root[list]?.items ?? []).enumerated() {
        for entry in item.entries where !entry.key.isUnknown {
          guard let key = entry.key.keyText, !["source", "mirrors"].contains(key) else { continue }
          let takesPolicy = list == "imageDigestSources" && release >= policies
          if key == "sourcePolicy", takesPolicy { continue }
          found.append(unknown(key, entry.key, in: item, "\(list)[\(index)]", takesPolicy: takesPolicy, object))
        }
      }
    }
    return found
  }

  private static func unknown(
    _ key: String, _ node: Node, in item: Node, _ place: String, takesPolicy: Bool, _ object: CarrierObject
  ) -> InstallConfigKey {
    let name = key.shortened()
    var message = "unknown field '\(name)': an entry of the install-config has no such key"
    var advice = "remove it"
    var rename: (key: String, edit: TextEdit)?
    if key == "mirrorSourcePolicy", takesPolicy {
      message = "unknown field '\(name)', did you mean 'sourcePolicy'?"
      advice = "rename it"
      if object.isEditable, item.entry("sourcePolicy") == nil {
        rename = node.rewritten(as: "sourcePolicy").map { ("sourcePolicy", $0) }
      }
    } else if key == "mirrorSourcePolicy" || key == "sourcePolicy" {
      message = place.hasPrefix("imageDigest")
        ? "unknown field '\(name)': a policy of a source came with OpenShift \(policies), as 'sourcePolicy'"
        : "unknown field '\(name)': only imageDigestSources have a policy, 'sourcePolicy' from OpenShift \(policies) on"
      advice = "set it in an ImageDigestMirrorSet after the installation"
    }
    return InstallConfigKey(node: node, field: "\(place).\(name)", message: message, advice: advice, rename: rename)
  }
}
