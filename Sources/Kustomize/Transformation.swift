import SourceText
import YAMLSyntax

/// The transformers of one kustomization in kustomize's fixed order, whatever the order of the keys in the file.
struct Transformation {
  let kustomization: KustomizationFile
  let folder: RepositoryPath
  let files: FileAccess
  let origin: Origin?

  func apply(to set: inout ResourceSet, _ configuration: TransformerConfiguration) throws(KustomizeProblem) {
    if !kustomization.patchesStrategicMerge.isEmpty {
      for patch in try strategicMergePatches() {
        do {
          try set.apply(patch, to: [set.unique(patch.originalID())])
        } catch {
          throw error.located(at: patch.source)
        }
      }
      try finish("PatchStrategicMergeTransformer", &set)
    }
    for patch in kustomization.patches {
      try apply(patch, to: &set)
      try finish("PatchTransformer", &set)
    }
    if let namespace = kustomization.namespace, !namespace.value.isEmpty {
      try NamespaceTransformer(namespace: namespace, fields: configuration["namespace"]).apply(to: set)
      try finish("NamespaceTransformer", &set)
    }
    if let prefix = kustomization.namePrefix, !prefix.value.isEmpty {
      try NameAffixes(side: .prefix, text: prefix, fields: configuration["namePrefix"]).apply(to: set)
      try finish("PrefixTransformer", &set)
    }
    if let suffix = kustomization.nameSuffix, !suffix.value.isEmpty {
      try NameAffixes(side: .suffix, text: suffix, fields: configuration["nameSuffix"]).apply(to: set)
      try finish("SuffixTransformer", &set)
    }
    try applyLabels(to: &set, configuration)
    if !kustomization.commonAnnotations.isEmpty {
      try LabelTransformer(labels: kustomization.commonAnnotations, fields: configuration["commonAnnotations"])
        .apply(to: set)
      try finish("AnnotationsTransformer", &set)
    }
    for patch in kustomization.patchesJSON6902 {
      try applyJSON6902(patch, to: &set)
      try finish("PatchJson6902Transformer", &set)
    }
    for replica in kustomization.replicas {
      try ReplicaTransformer(replica: replica, fields: configuration["replicas"]).apply(to: set)
      try finish("ReplicaCountTransformer", &set)
    }
    for image in kustomization.images {
      try ImageTransformer(image, fields: configuration["images"]).apply(to: set)
      try finish("ImageTagTransformer", &set)
    }
    if !kustomization.replacements.isEmpty {
      var transformer = ReplacementTransformer(replacements: try replacements())
      try transformer.apply(to: set)
      try finish("ReplacementTransformer", &set)
    }
  }

  /// Objects that lost their origin in a transformer are taken for its products, as in kustomize.
  private func finish(_ transformer: String, _ set: inout ResourceSet) throws(KustomizeProblem) {
    if let origin {
      for resource in set.resources where resource.annotations[BuildAnnotation.origin] == nil {
        if resource.isNilOrEmpty {
          throw KustomizeProblem.unsupported("the origin of an object that is gone", at: resource.source)
        }
        try resource.setAnnotation(
          BuildAnnotation.origin,
          try origin.configured(in: kustomization.file.path.name, by: transformer, at: kustomization.span))
      }
    }
    set.dropEmpty()
  }

  private func applyLabels(
    to set: inout ResourceSet, _ configuration: TransformerConfiguration
  ) throws(KustomizeProblem) {
    guard !kustomization.labels.isEmpty || !kustomization.commonLabels.isEmpty else { return }
    for label in kustomization.labels {
      let fields = try LabelTransformer.fields(of: label, configuration)
      try LabelTransformer(labels: label.pairs, fields: fields).apply(to: set)
      try finish("LabelTransformer", &set)
    }
    try LabelTransformer(labels: kustomization.commonLabels, fields: configuration["commonLabels"]).apply(to: set)
    try finish("LabelTransformer", &set)
  }

  // MARK: Strategic merge

  /// `patchesStrategicMerge`: each entry an inline text or a path.
  private func strategicMergePatches() throws(KustomizeProblem) -> [ComposingResource] {
    var patches: [ComposingResource] = []
    for node in kustomization.patchesStrategicMerge {
      let text = node.scalar?.text ?? ""
      let roots: [YNode]
      if let inline = try? ResourceReading.objects(embedded: node, range: 0..<text.utf8.count) {
        roots = inline
      } else {
        roots = try ResourceReading.objects(of: try files.load(Located(text, at: node.span), in: folder), files)
      }
      patches += roots.map { ComposingResource(root: $0, source: node.span, isGenerated: false) }
    }
    guard !patches.isEmpty else {
      throw KustomizeProblem(
        .patch, "the patches of patchesStrategicMerge are empty", at: kustomization.patchesStrategicMerge[0].span)
    }
    return patches
  }

  private func apply(_ patch: KustomizationFile.Patch, to set: inout ResourceSet) throws(KustomizeProblem) {
    let text = try PatchText(patch, files: files, folder: folder)
    let merges: [ComposingResource]
    do {
      merges = try text.objects().map { ComposingResource(root: $0, source: patch.span, isGenerated: false) }
    } catch {
      // No object: a JSON patch, or nothing at all.
      guard let operations = try? text.operations() else {
        throw error.kind == .unsupported
          ? error
          : KustomizeProblem(
            .patch, "the patch is neither a strategic merge patch nor a JSON patch: \(error.message)",
            at: error.span ?? patch.span)
      }
      try apply(operations, patch, to: set)
      return
    }
    for merge in merges {
      if patch.allowsNameChange { try merge.setAnnotation(BuildAnnotation.allowNameChange, BuildAnnotation.enabled) }
      if patch.allowsKindChange { try merge.setAnnotation(BuildAnnotation.allowKindChange, BuildAnnotation.enabled) }
    }
    do throws(KustomizeProblem) {
      if let target = patch.target {
        guard let merge = merges.first else { return }
        guard merges.count == 1 else {
          throw KustomizeProblem(.patch, "several patches in one entry with a target", at: patch.span)
        }
        try set.apply(merge, to: try set.selected(by: target))
      } else {
        for merge in merges { try set.unique(try merge.originalID()).apply(merge) }
        // kustomize crashes on two objects with one id.
        if let resource = set.firstRepeated {
          throw KustomizeProblem(
            .duplicate, "a patch makes two objects the same: \(resource.id.description)", at: patch.span)
        }
      }
    } catch {
      throw error.located(at: patch.span)
    }
  }

  // MARK: JSON patches

  private func apply(
    _ operations: JSONPatch, _ patch: KustomizationFile.Patch, to set: ResourceSet
  ) throws(KustomizeProblem) {
    guard let target = patch.target else {
      throw KustomizeProblem(.patch, "a JSON patch needs a target", at: patch.span)
    }
    for resource in try set.selected(by: target) {
      try resource.storePreviousID()
      try apply(operations, to: resource)
    }
  }

  private func apply(_ operations: JSONPatch, to resource: ComposingResource) throws(KustomizeProblem) {
    let saved = resource.annotations.filter { BuildAnnotation.isInternal($0.key) }
    resource.root = try operations.apply(to: resource.root)
    resource.removals += operations.removals
    try resource.setAnnotations(resource.annotations.merging(saved) { $1 })
  }

  private func applyJSON6902(_ patch: KustomizationFile.Patch, to set: inout ResourceSet) throws(KustomizeProblem) {
    guard let target = patch.target, !target.name.isEmpty else {
      throw KustomizeProblem(.patch, "an entry of patchesJson6902 needs the name of its target", at: patch.span)
    }
    let operations = try PatchText(patch, files: files, folder: folder, isTrimmed: false).operations()
    guard !operations.operations.isEmpty else {
      throw KustomizeProblem(.patch, "the JSON patch is empty", at: patch.span)
    }
    for resource in try set.selected(by: target) { try apply(operations, to: resource) }
  }

  private func replacements() throws(KustomizeProblem) -> [ReplacementField] {
    var result: [ReplacementField] = []
    for field in kustomization.replacements {
      guard let path = field.path else {
        result.append(field)
        continue
      }
      guard field.source == nil, (field.targets ?? []).isEmpty else {
        throw KustomizeProblem(.transformer, "a replacement has a path and more", at: field.span)
      }
      result += try ReplacementField.entries(of: try files.load(path, in: folder))
    }
    return result
  }
}

/// The text of a patch: in the kustomization or in a file.
struct PatchText {
  private enum Place {
    case inline(Node, ByteRange)
    case file(SourceFile)
  }

  private let place: Place
  private let bytes: [UInt8]
  private let files: FileAccess

  /// - Parameter isTrimmed: Whether blanks around an inline text are dropped (`patches`), or not (`patchesJson6902`).
  init(
    _ patch: KustomizationFile.Patch, files: FileAccess, folder: RepositoryPath, isTrimmed: Bool = true
  ) throws(KustomizeProblem) {
    self.files = files
    let text = Array((patch.patch?.scalar?.text ?? "").utf8)
    var range = 0..<text.count
    if isTrimmed {
      let blanks: [UInt8] = [0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D]
      while let first = range.first, blanks.contains(text[first]) { range.removeFirst() }
      while let last = range.last, blanks.contains(text[last]) { range.removeLast() }
    }
    let path = patch.path.flatMap { $0.value.isEmpty ? nil : $0 }
    switch (range.isEmpty, path) {
    case (true, nil): throw KustomizeProblem(.patch, "a patch needs a text or a path", at: patch.span)
    case (false, .some): throw KustomizeProblem(.patch, "a patch has both a text and a path", at: patch.span)
    case (true, let path?):
      let file = try files.load(path, in: folder)
      place = .file(file)
      bytes = file.bytes
    case (false, nil):
      guard let node = patch.patch else { throw KustomizeProblem(.patch, "a patch needs a text", at: patch.span) }
      place = .inline(node, range)
      bytes = Array(text[range])
    }
  }

  func objects() throws(KustomizeProblem) -> [YNode] {
    switch place {
    case .inline(let node, let range): try ResourceReading.objects(embedded: node, range: range)
    case .file(let file): try ResourceReading.objects(of: file, files)
    }
  }

  /// JSON when it begins with a bracket, else the first YAML document.
  func operations() throws(KustomizeProblem) -> JSONPatch {
    if bytes.first == UInt8(ascii: "[") {
      return try JSONPatch(try JSONReader.read(bytes, place: span))
    }
    let document: Document?
    switch place {
    case .inline(let node, let range):
      document = EmbeddedYAML(node, range: range, masking: false)?.documents.first
    case .file(let file): document = GoYAML.documents(file).first
    }
    guard let root = try GoYAML.root(of: document) else { throw KustomizeProblem(.patch, "the patch is empty") }
    return try JSONPatch(try JSONDocument(yaml: root))
  }

  private func span(_ range: ByteRange) -> SourceSpan {
    switch place {
    case .file(let file): return SourceSpan(file: file, range: range)
    case .inline(let node, let part):
      guard let origin = ScalarOrigin(node) else { return node.span }
      let moved = (range.lowerBound + part.lowerBound)..<(range.upperBound + part.lowerBound)
      return SourceSpan(file: node.span.file, range: origin.range(ofDecoded: moved))
    }
  }
}
