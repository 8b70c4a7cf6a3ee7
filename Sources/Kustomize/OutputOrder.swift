/// The order of objects in kustomize's output. `legacy` unless the root asks for `fifo`.
struct OutputOrder {
  static let first = [
    "Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "ServiceAccount", "PodSecurityPolicy",
    "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret", "Endpoints", "Service",
    "LimitRange", "PriorityClass", "PersistentVolume", "PersistentVolumeClaim", "Deployment", "StatefulSet", "CronJob",
    "PodDisruptionBudget",
  ]
  static let last = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]

  private let ranks: [String: Int]

  init(first: [String] = Self.first, last: [String] = Self.last) {
    var ranks: [String: Int] = [:]
    for (index, kind) in first.enumerated() { ranks[kind] = index - first.count }
    for (index, kind) in last.enumerated() { ranks[kind] = index + 1 }
    self.ranks = ranks
  }

  func sorted(_ resources: [ComposingResource]) -> [ComposingResource] {
    let keyed = resources.map { (resource: $0, id: $0.id, text: sortText($0.id)) }
    return keyed.sorted { left, right in
      if left.id.kind == right.id.kind { return left.text.lexicographicallyPrecedes(right.text) }
      let mine = ranks[left.id.kind.kind] ?? 0
      let theirs = ranks[right.id.kind.kind] ?? 0
      if mine != theirs { return mine < theirs }
      let (one, other) = (left.id.kind, right.id.kind)
      if one.kind == "Namespace", other.kind == "Namespace", one.group.isEmpty || other.group.isEmpty {
        return other.sortText.lexicographicallyPrecedes(one.sortText)
      }
      return one.sortText.lexicographicallyPrecedes(other.sortText)
    }.map(\.resource)
  }

  private func sortText(_ id: ResourceID) -> [UInt8] {
    Array(id.kind.description.utf8) + [UInt8(ascii: "|")] + Array((id.namespace.isEmpty ? "~X" : id.namespace).utf8)
      + [UInt8(ascii: "|")] + Array((id.name.isEmpty ? "~N" : id.name).utf8)
  }
}
