import SourceText

/// `namePrefix:` and `nameSuffix:`. Namespaces, CRDs and APIServices keep their names; `cluster` does not.
struct NameAffixes {
  enum Side { case prefix, suffix }

  let side: Side
  let text: Located<String>
  let fields: [FieldSpec]

  private static let exempt = [
    GroupVersionKind(kind: "CustomResourceDefinition"),
    GroupVersionKind(group: "apiregistration.k8s.io", kind: "APIService"), GroupVersionKind(kind: "Namespace"),
  ]

  func apply(to set: ResourceSet) throws(KustomizeProblem) {
    guard !text.value.isEmpty else { return }
    for resource in set.resources {
      let original = try resource.originalID()
      if Self.exempt.contains(where: { original.kind.isSelected(by: $0) }) { continue }
      for spec in fields where original.kind.isSelected(by: spec.kind) {
        if spec.path == "metadata/name" {
          try resource.appendToList(side == .prefix ? BuildAnnotation.prefixes : BuildAnnotation.suffixes, text.value)
          try resource.storePreviousID()
        }
        let filter = FieldSpecFilter(spec: spec, creating: (.scalar, YNode.Tag.string), span: text.span)
        try filter.apply(to: resource) { node throws(KustomizeProblem) in
          let value = side == .prefix ? text.value + node.value : node.value + text.value
          // The name still stands where its own part was written.
          try node.setScalar(.scalar(value, at: node.span))
        }
      }
    }
  }
}
