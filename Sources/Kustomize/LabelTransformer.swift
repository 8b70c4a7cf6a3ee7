import SourceText

/// Labels and annotations that are put on fields. The node of one label is shared by all fields of an object, as in
/// kustomize: a later patch of one of them changes all.
struct LabelTransformer {
  let labels: [String: MapText]
  let fields: [FieldSpec]

  func apply(to set: ResourceSet) throws(KustomizeProblem) {
    let labels = labels.sorted { byteOrder($0.key, $1.key) }
    for resource in set.resources {
      let kind = resource.groupVersionKind
      let fields = fields.filter { kind.isSelected(by: $0.kind) }
      for (key, text) in labels {
        let node = YNode(kind: .scalar, tag: YNode.Tag.string, value: text.value, span: text.span)
        for spec in fields {
          let filter = FieldSpecFilter(spec: spec, creating: (.mapping, YNode.Tag.mapping), span: text.keySpan)
          try filter.apply(to: resource) { map throws(KustomizeProblem) in
            try map.set(key, node, keySpan: text.keySpan)
          }
        }
      }
    }
  }

  /// The fields of an entry of `labels:`.
  static func fields(
    of label: KustomizationFile.Label, _ configuration: TransformerConfiguration
  ) throws(KustomizeProblem) -> [FieldSpec] {
    do {
      var fields = try TransformerConfiguration.merge(label.fields, configuration["labels"])
      if label.includesSelectors { return try TransformerConfiguration.merge(fields, configuration["commonLabels"]) }
      if label.includesTemplates {
        fields = try TransformerConfiguration.merge(fields, configuration["templateLabels"])
      }
      if label.includesVolumeClaimTemplates {
        fields = try TransformerConfiguration.merge(fields, configuration["volumeClaimTemplateLabels"])
      }
      let own = FieldSpec(kind: GroupVersionKind(), path: "metadata/labels", creates: true)
      return try TransformerConfiguration.merge(fields, [own])
    } catch {
      throw error.located(at: label.span)
    }
  }
}
