import Clusters
import Kustomize
import RegistryConfig

extension ClusterAssembly {
  /// What patches removed of what a cluster would have.
  func deleted(in plan: ClusterPlan) -> [DeletedObject] { plan.roots.flatMap { roots[$0]?.deleted ?? [] } }
}

extension DeletedObject {
  /// Whether it is that object, which may have got another name on its way, or another place in its file.
  func isOf(_ resource: Resource) -> Bool {
    let span = resource.root.span
    return kind == resource.kindName.value && object.file.path == span.file.path
      && (name == resource.name?.value || object.range == span.range)
  }

  /// Whether it is of a kind that says something of registries.
  var isOwn: Bool {
    guard let kind = ResourceKind(rawValue: kind) else { return false }
    return kind != .configMap || namespace == "openshift-config"
  }

  /// `ConfigMap openshift-config/registry-cas`
  var title: String { "\(kind) " + (namespace.isEmpty ? name : "\(namespace)/\(name)") }
}
