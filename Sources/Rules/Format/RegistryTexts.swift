import RegistryConfig
import SourceText
import YAMLSyntax

/// A text of a resource where a registry, a repository or an image belongs.
struct RegistryText: Sendable {
  enum Role: Hashable, Sendable {
    case allowed, blocked, insecure, search, importDomain, externalHostname, source, mirror, scope
  }

  let role: Role
  let text: String
  let node: Node
  private let path: FieldPath

  /// `spec.imageDigestMirrors[0].mirrors[1]`
  var field: String { path.text }

  /// The parts of a field path, put together only for what is reported.
  private struct FieldPath: Sendable {
    let list: String
    let index: Int
    var key = ""
    var innerIndex: Int?

    var text: String { "\(list)[\(index)]" + key + (innerIndex.map { "[\($0)]" } ?? "") }
  }

  /// All registry strings of a resource that are written out, in the order of the fields.
  static func texts(of resource: Resource) -> [RegistryText] {
    var texts: [RegistryText] = []
    func add(_ role: Role, _ node: Node?, _ path: FieldPath) {
      guard let node, !node.isUnknown, let text = node.string else { return }
      texts.append(RegistryText(role: role, text: text, node: node, path: path))
    }
    func addList(_ role: Role, _ parent: Node?, _ key: String, _ path: String) {
      guard let items = parent?[key]?.items else { return }
      let list = "\(path).\(key)"
      for (index, item) in items.enumerated() { add(role, item, FieldPath(list: list, index: index)) }
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
        add(
          .importDomain, item["domainName"],
          FieldPath(list: "spec.allowedRegistriesForImport", index: index, key: ".domainName"))
      }
    case .imageContentSourcePolicy, .imageDigestMirrorSet, .imageTagMirrorSet, .imageContentPolicy:
      let key = MirrorSet.listName(of: resource.kind)
      let list = "spec.\(key)"
      for (index, item) in (spec?[key]?.items ?? []).enumerated() {
        add(.source, item["source"], FieldPath(list: list, index: index, key: ".source"))
        for (place, mirror) in (item["mirrors"]?.items ?? []).enumerated() {
          add(.mirror, mirror, FieldPath(list: list, index: index, key: ".mirrors", innerIndex: place))
        }
      }
    case .clusterImagePolicy, .imagePolicy: addList(.scope, spec, "scopes", "spec")
    case .configMap: break
    }
    return texts
  }
}
