import SourceText
import YAMLSyntax

extension CarrierWalk {
  /// A `MachineConfig`: the files of registries that its Ignition configuration writes.
  mutating func readMachineConfig(_ root: Node, _ context: CarrierContext) {
    let files = (root.at("spec", "config", "storage", "files")?.items ?? []).compactMap { file in
      nodeFile(file, role: role(of: root)) { contents in
        // Of compressed content nothing can be said.
        if let compression = contents["compression"], compression.scalar?.text.isEmpty != true { return nil }
        return contents["source"].flatMap { NodeFileText(dataURL: $0) }
      }
    }
    addMachineConfig("MachineConfig", root, files, context)
  }

  /// A Butane file, which compiles to a MachineConfig (`variant: openshift`) or to an Ignition configuration.
  /// Source: coreos/butane docs/config-openshift-v4_20.md
  mutating func readButane(_ root: Node, _ context: CarrierContext) {
    let files = (root.at("storage", "files")?.items ?? []).compactMap { file in
      nodeFile(file, role: role(of: root)) { contents in
        if let inline = contents["inline"] { return NodeFileText(inline: inline) }
        if let compression = contents["compression"], compression.scalar?.text.isEmpty != true { return nil }
        return contents["source"].flatMap { NodeFileText(dataURL: $0) }
      }
    }
    addMachineConfig("Butane", root, files, context)
  }

  private mutating func addMachineConfig(_ name: String, _ root: Node, _ files: [NodeFile], _ context: CarrierContext) {
    let isGenerated = root["metadata"]?.located("name")?.value.hasSuffix("-generated-registries") == true
    guard !files.isEmpty || isGenerated else { return }
    add(.machineConfig, name, root, context)
    reading.carriers[reading.carriers.count - 1].files = files
  }

  /// A `MachineConfiguration`: its node disruption policies decide what changes of files do to nodes. Most are for
  /// other files.
  mutating func readMachineConfiguration(_ root: Node, _ context: CarrierContext) {
    guard let files = root.at("spec", "nodeDisruptionPolicy", "files") else { return }
    func isOfRegistries(_ policy: Node) -> Bool {
      guard let path = policy.located("path")?.value else { return true }
      let folder = path.hasSuffix("/") ? path : path + "/"
      return ["/etc/containers/", "/etc/crio/policies/"].contains { folder.hasPrefix($0) || $0.hasPrefix(folder) }
    }
    guard files.isIncomplete || files.items.contains(where: isOfRegistries) else { return }
    add(.machineConfiguration, "MachineConfiguration", root, context)
  }

  private func role(of root: Node) -> String? {
    root.at("metadata", "labels")?.located("machineconfiguration.openshift.io/role")?.value
  }

  private func nodeFile(_ file: Node, role: String?, _ text: (Node) -> NodeFileText?) -> NodeFile? {
    guard let path = file.located("path"), NodeFile.isOfRegistries(path.value) else { return nil }
    return NodeFile(path: path, text: file["contents"].flatMap(text), role: role)
  }
}
