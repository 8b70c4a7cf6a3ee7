import SourceText

/// `replicas:` sets the count of Deployments and the like by their present or any earlier name.
struct ReplicaTransformer {
  let replica: KustomizationFile.Replica
  let fields: [FieldSpec]

  func apply(to set: ResourceSet) throws(KustomizeProblem) {
    var isFound = false
    for spec in fields {
      let found = try set.matchingAny { $0.name == replica.name && $0.kind.isSelected(by: spec.kind) }
      isFound = isFound || !found.isEmpty
      let filter = FieldSpecFilter(spec: spec, creating: (.scalar, YNode.Tag.int), span: replica.span)
      for resource in found {
        try filter.apply(to: resource) { node throws(KustomizeProblem) in
          try node.setScalar(
            YNode(kind: .scalar, tag: YNode.Tag.int, value: String(replica.count), span: replica.span))
        }
      }
    }
    guard isFound else {
      throw KustomizeProblem(
        .transformer, "no Deployment, StatefulSet, ReplicaSet or ReplicationController is called '\(replica.name)'",
        at: replica.span)
    }
  }
}
