/// The order of objects in kustomize's output. `legacy` unless the root asks for `fifo`.
struct OutputOrder {
  static let first = [
    "Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "ServiceAccount", "PodSecurityPolicy",
    "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret", "Endpoints", "Service",
    "LimitRange", "PriorityClass", "PersistentVolume", "PersistentVolumeClaim", "Deployment", "StatefulSet", "CronJob",
    "PodDisruptionBudget",
  ]
  static let last = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]

  /// As kustomize sorts unless it is told otherwise.
  static let legacy = OutputOrder()

  private let ranks: [String: Int]

  init(first: [String] = Self.first, last: [String] = Self.last) {
    var ranks: [String: Int] = [:]
    for (index, kind) in first.enumerated() { ranks[kind] = index - first.count }
    for (index, kind) in last.enumerated() { ranks[kind] = index + 1 }
    self.ranks = ranks
  }

  func sorted(_ resources: [ComposingResource]) -> [ComposingResource] {
    if resources.count < 2 { return resources }
    let keyed = resources.map { Keyed($0, $0.id, ranks) }
    return keyed.sorted { left, right in
      if left.id.kind == right.id.kind { return left.text.lexicographicallyPrecedes(right.text) }
      if left.rank != right.rank { return left.rank < right.rank }
      let (one, other) = (left.id.kind, right.id.kind)
      if one.kind == "Namespace", other.kind == "Namespace", one.group.isEmpty || other.group.isEmpty {
        return right.kindText.lexicographicallyPrecedes(left.kindText)
      }
      return left.kindText.lexicographicallyPrecedes(right.kindText)
    }.map(\.resource)
  }

  /// An object with what is compared of it.
  private struct Keyed {
    let resource: ComposingResource
    let id: ResourceID
    let rank: Int
    let kindText: [UInt8]

    init(_ resource: ComposingResource, _ id: ResourceID, _ ranks: [String: Int]) {
      self.resource = resource
      self.id = id
      rank = ranks[id.kind.kind] ?? 0
      kindText = id.kind.sortText
    }

    /// Rarely needed: of two objects of one kind.
    var text: [UInt8] {
      var text = Array(id.kind.description.utf8)
      text.append(UInt8(ascii: "|"))
      text += (id.namespace.isEmpty ? "~X" : id.namespace).utf8
      text.append(UInt8(ascii: "|"))
      text += (id.name.isEmpty ? "~N" : id.name).utf8
      return text
    }
  }
}
