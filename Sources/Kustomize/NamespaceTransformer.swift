import SourceText

/// `namespace:` puts `metadata.namespace` on everything that kustomize does not know to be cluster-scoped, which is
/// every OpenShift kind (kustomize api/filters/namespace).
struct NamespaceTransformer {
  let namespace: Located<String>
  let fields: [FieldSpec]

  func apply(to set: ResourceSet) throws(KustomizeProblem) {
    var ids: [ResourceID.Key: Int] = [:]
    for resource in set.resources { ids[resource.id.key, default: 0] += 1 }
    for resource in set.resources where !resource.isNilOrEmpty {
      if resource.annotations[BuildAnnotation.helmGenerated]?.value == "true" { continue }
      ids[resource.id.key, default: 1] -= 1
      try resource.storePreviousID()
      try apply(to: resource)
      ids[resource.id.key, default: 0] += 1
      guard ids[resource.id.key] == 1 else {
        throw KustomizeProblem(
          .duplicate, "namespace '\(namespace.value)' makes two objects the same: \(resource.id.description)",
          at: namespace.span)
      }
    }
  }

  private func value() -> YNode {
    YNode(kind: .scalar, tag: YNode.Tag.string, value: namespace.value, span: namespace.span)
  }

  private func apply(to resource: ComposingResource) throws(KustomizeProblem) {
    let kind = resource.groupVersionKind
    let span = namespace.span
    if !kind.isClusterScoped {
      let filter = FieldSpecFilter(
        spec: FieldSpec(kind: GroupVersionKind(), path: "metadata/namespace", creates: true), creating: (.scalar, ""),
        span: span)
      try filter.apply(to: resource) { node throws(KustomizeProblem) in try node.setScalar(value()) }
    }
    var fields = fields.filter { spec in
      spec.path != "metadata/namespace" && (spec.path != "metadata/name" || resource.apiVersion == "v1")
    }
    if kind.kind == "RoleBinding" || kind.kind == "ClusterRoleBinding" {
      fields.removeAll {
        ["RoleBinding", "ClusterRoleBinding"].contains($0.kind.kind) && $0.path == "subjects/namespace"
      }
      try moveDefaultSubjects(of: resource)
    }
    for spec in fields {
      let filter = FieldSpecFilter(spec: spec, creating: (.scalar, YNode.Tag.string), span: span)
      try filter.apply(to: resource) { node throws(KustomizeProblem) in try node.setScalar(value()) }
    }
  }

  /// Subjects called `default` move along; others follow their ServiceAccount as name references.
  private func moveDefaultSubjects(of resource: ComposingResource) throws(KustomizeProblem) {
    guard let subjects = try resource.root.lookup("subjects"), !subjects.isTaggedNull else { return }
    for subject in try subjects.elements() {
      guard let name = try subject.get("name") else { continue }
      if !name.isTaggedNull { try name.require(.scalar) }
      guard !name.isTaggedNull, name.value == "default" else { continue }
      guard let field = try subject.lookupCreate(.scalar, "namespace", at: namespace.span) else { continue }
      try field.setScalar(value())
    }
  }
}
