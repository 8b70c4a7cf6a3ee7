import RegistryConfig
import SourceText
import YAMLSyntax

/// A text of a resource where a registry, a repository or an image belongs.
struct RegistryText {
  enum Role: Hashable {
    case allowed, blocked, insecure, search, importDomain, externalHostname, source, mirror, scope
  }

  let role: Role
  let text: String
  let node: Node
  let field: String
}

extension LintedResource {
  /// All registry strings of the resource that are written out, in the order of the fields.
  var registryTexts: [RegistryText] {
    var texts: [RegistryText] = []
    func add(_ role: RegistryText.Role, _ node: Node?, _ field: @autoclosure () -> String) {
      guard let node, !node.isUnknown, let text = node.string else { return }
      texts.append(RegistryText(role: role, text: text, node: node, field: field()))
    }
    func addList(_ role: RegistryText.Role, _ parent: Node?, _ key: String, _ path: String) {
      for (index, item) in (parent?[key]?.items ?? []).enumerated() { add(role, item, "\(path).\(key)[\(index)]") }
    }
    let spec = resource.spec
    switch resource.kind {
    case .image:
      let sources = spec?["registrySources"]
      addList(.allowed, sources, "allowedRegistries", "spec.registrySources")
      addList(.blocked, sources, "blockedRegistries", "spec.registrySources")
      addList(.insecure, sources, "insecureRegistries", "spec.registrySources")
      addList(.search, sources, "containerRuntimeSearchRegistries", "spec.registrySources")
      addList(.externalHostname, spec, "externalRegistryHostnames", "spec")
      for (index, item) in (spec?["allowedRegistriesForImport"]?.items ?? []).enumerated() {
        add(.importDomain, item["domainName"], "spec.allowedRegistriesForImport[\(index)].domainName")
      }
    case .imageContentSourcePolicy, .imageDigestMirrorSet, .imageTagMirrorSet, .imageContentPolicy:
      let list = MirrorSet.listName(of: resource.kind)
      for (index, item) in (spec?[list]?.items ?? []).enumerated() {
        let path = "spec.\(list)[\(index)]"
        add(.source, item["source"], path + ".source")
        addList(.mirror, item, "mirrors", path)
      }
    case .clusterImagePolicy, .imagePolicy: addList(.scope, spec, "scopes", "spec")
    case .configMap: break
    }
    return texts
  }
}
