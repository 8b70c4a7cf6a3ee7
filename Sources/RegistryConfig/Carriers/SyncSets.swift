import SourceText
import YAMLSyntax

extension CarrierWalk {
  static func isSyncSet(group: String?, _ kind: String) -> Bool {
    group == "hive.openshift.io" && (kind == "SyncSet" || kind == "SelectorSyncSet")
  }

  /// Hive's `SyncSet` and `SelectorSyncSet`: objects and patches for other clusters.
  mutating func readSyncSet(_ kind: String, _ root: Node, _ context: CarrierContext) {
    guard let spec = root["spec"] else { return }
    // `Upsert` unless it says otherwise.
    let deletes = spec["resourceApplyMode"].map { $0.isUnknown || $0.string == "Sync" } ?? false
    let context = context.inside(
      .object(kind), destination: Self.syncSetDestination(kind, root), retention: Retention(keepsObject: !deletes))
    for item in spec["resources"]?.items ?? [] { read(item, context) }
    for patch in spec["patches"]?.items ?? [] { readSyncPatch(patch, kind, context) }
  }

  private static func syncSetDestination(_ kind: String, _ root: Node) -> Resource.Destination {
    if kind == "SelectorSyncSet" {
      if let labels = selectorText(root.at("spec", "clusterDeploymentSelector")) {
        return .elsewhere("clusters with \(labels)")
      }
    } else if let references = root.at("spec", "clusterDeploymentRefs"), !references.isIncomplete {
      let names = references.items.compactMap { $0.located("name")?.value }
      let namespace = root["metadata"]?.located("namespace")?.value
      if !names.isEmpty, names.count == references.items.count {
        let prefix = namespace.map { "\($0)/" } ?? ""
        return .elsewhere("cluster " + names.sorted().map { prefix + $0 }.joined(separator: ", "))
      }
    }
    return .elsewhere("\(kind) \(qualifiedName(of: root) ?? "without name")")
  }

  /// One entry of `patches`: the kind and name stand beside the patch, which is text.
  private mutating func readSyncPatch(_ patch: Node, _ carrier: String, _ context: CarrierContext) {
    guard let kindName = patch.located("kind"), let kind = ResourceKind(rawValue: kindName.value),
      let text = patch["patch"], let root = EmbeddedYAML(text)?.documents.first?.root
    else { return }
    let span = kindName.span
    var head: [(String, Node)] = []
    if let apiVersion = patch["apiVersion"] { head.append(("apiVersion", apiVersion)) }
    if let kind = patch["kind"] { head.append(("kind", kind)) }
    head.append(
      (
        "metadata",
        DerivedNode.mapping(["name", "namespace"].compactMap { key in patch[key].map { (key, $0) } }, at: span)
      ))
    let parts: [Node]
    if root.isSequence {
      parts = JSONPatchParts.objects(root)
    } else {
      parts = [root]
    }
    for part in parts {
      let entries = part.entries.compactMap { entry -> (String, Node)? in
        guard let key = entry.key.keyText, key == "spec" || key == "data" || key == "binaryData" else { return nil }
        return (key, entry.value)
      }
      guard !entries.isEmpty else { continue }
      var resource = Resource(
        kind: kind, root: DerivedNode.mapping(head + entries, at: span), kindName: kindName,
        apiVersion: patch.located("apiVersion"), name: patch.located("name"), namespace: patch.located("namespace"),
        carrier: .text(carrier), document: document)
      guard resource.isOurs else { continue }
      resource.destination = context.destination
      resource.isPatch = true
      resource.isEditable = false
      reading.resources.append(resource)
    }
  }
}

/// The operations of a JSON patch (RFC 6902) that write something, each as the part of an object that it writes.
enum JSONPatchParts {
  static func objects(_ patch: Node) -> [Node] {
    patch.items.compactMap { operation in
      guard let name = operation.located("op")?.value, name == "add" || name == "replace",
        let path = operation.located("path"), let value = operation["value"]
      else { return nil }
      let steps = path.value.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst().map
      {
        String(Substring($0)).replacing("~1", with: "/").replacing("~0", with: "~")
      }
      guard !steps.isEmpty, !value.isUnknown else { return nil }
      var node = value
      for step in steps.reversed() {
        if step == "-" || step.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
          // One item of a list of which nothing else is known.
          node = DerivedNode.sequence([node], at: path.span)
          node.isIncomplete = true
        } else {
          node = DerivedNode.mapping([(step, node)], at: path.span)
        }
      }
      return node
    }
  }
}
