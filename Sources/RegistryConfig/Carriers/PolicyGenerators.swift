import SourceText
import YAMLSyntax

extension CarrierWalk {
  /// A `PolicyGenerator`: manifests by their paths, with patches written inline.
  ///
  /// Defaults are `inform` and `musthave` (open-cluster-management-io/policy-generator-plugin
  /// docs/policygenerator-reference.yaml).
  mutating func readPolicyGenerator(_ root: Node, _ context: CarrierContext) {
    add(.policyGenerator, "PolicyGenerator", root, context)
    for policy in PolicyGeneratorManifest.policies(of: root) {
      for manifest in policy.manifests {
        let context = context.inside(.object("PolicyGenerator"), destination: manifest.destination, isPatch: true)
        for patch in manifest.patches {
          if patch["kind"] != nil {
            read(patch, context)
          } else if let kind = MergePatch.kind(of: patch, allowing: ["metadata", "apiVersion"]) {
            readMergePatch(kind, patch, context)
          }
        }
      }
    }
  }

  /// A `PolicyGenTemplate`: files of the reference with `spec` and `metadata` laid over them.
  mutating func readPolicyGenTemplate(_ root: Node, _ context: CarrierContext) {
    guard let spec = root["spec"] else { return }
    let rules = Self.selectorText(spec["bindingRules"])
    let isEnforced = spec.located("remediationAction")?.value.lowercased() == "enforce"
    for file in spec["sourceFiles"]?.items ?? [] {
      let own = file.located("remediationAction")?.value.lowercased()
      let enforced = own.map { $0 == "enforce" } ?? isEnforced
      let destination: Resource.Destination =
        enforced ? .elsewhere("clusters with \(rules ?? "labels of a template")") : .nowhere
      let context = context.inside(.object("PolicyGenTemplate"), destination: destination, isPatch: true)
      if let kind = MergePatch.kind(ofSpec: file["spec"]) { readMergePatch(kind, file, context) }
    }
  }

  /// Labels as `a=b,c=d`, in order of their names; `nil` when something in them is not plain.
  static func selectorText(_ node: Node?) -> String? {
    guard let node, !node.isUnknown, !node.isIncomplete else { return nil }
    var parts: [String] = []
    for entry in (node["matchLabels"] ?? node).entries {
      guard let key = entry.key.keyText, !entry.key.isUnknown else { return nil }
      if key == "matchExpressions" { return nil }
      guard let value = entry.value.scalar?.text, !entry.value.isUnknown else { return nil }
      parts.append("\(key)=\(value)")
    }
    return parts.isEmpty ? nil : parts.sorted().joined(separator: ",")
  }
}

/// The manifests of a PolicyGenerator, by path.
public struct PolicyGeneratorManifest: Sendable {
  /// Relative to the folder of the generator; a file or a folder.
  public let path: Located<String>
  /// Objects laid over what the path holds; without `kind`, apiVersion and name they change each of its objects.
  public let patches: [Node]
  public let destination: Resource.Destination
  /// Merged into what the clusters have.
  public let isMerged: Bool
  public let retention: Retention

  /// The manifests of a PolicyGenerator that a ConfigurationPolicy carries; `mustnothave` is left out.
  public static func all(in object: CarrierObject) -> [PolicyGeneratorManifest] {
    object.kind == .policyGenerator ? policies(of: object.root).flatMap(\.manifests) : []
  }

  static func policies(of root: Node) -> [(name: String?, manifests: [PolicyGeneratorManifest])] {
    let defaults = root["policyDefaults"]
    return (root["policies"]?.items ?? []).map { policy in
      func setting(_ key: String, _ manifest: Node) -> String? {
        (manifest.located(key) ?? policy.located(key) ?? defaults?.located(key))?.value.lowercased()
      }
      let name = policy.located("name")?.value
      let placement = policy["placement"] ?? defaults?["placement"]
      let clusters =
        CarrierWalk.selectorText(
          placement?["labelSelector"] ?? placement?["clusterSelectors"] ?? placement?["clusterSelector"]
        )
        .map { "clusters with \($0)" }
        ?? placement?.located("placementName").map { "placement \($0.value)" } ?? "policy \(name ?? "without name")"
      let isDisabled = (policy["disabled"] ?? defaults?["disabled"])?.bool == true
      let manifests: [PolicyGeneratorManifest] = (policy["manifests"]?.items ?? []).compactMap { manifest in
        guard let path = manifest.located("path") else { return nil }
        let compliance = setting("complianceType", manifest) ?? "musthave"
        guard compliance != "mustnothave" else { return nil }
        let isInform = (setting("remediationAction", manifest) ?? "inform") != "enforce"
        let pruning = [manifest, policy, defaults].lazy.compactMap { $0?["pruneObjectBehavior"] }.first
        return PolicyGeneratorManifest(
          path: path, patches: manifest["patches"]?.items ?? [],
          destination: isInform || isDisabled ? .nowhere : .elsewhere(clusters), isMerged: compliance == "musthave",
          retention: Retention(
            keepsObject: isInform || !CarrierWalk.prunes(pruning),
            keepsContent: compliance == "musthave", isMadeAnew: setting("recreateOption", manifest) == "always",
            deletesOnlyCreated: pruning?.string == "DeleteIfCreated", informs: isInform && !isDisabled))
      }
      return (name, manifests)
    }
  }
}
