import SourceText
import YAMLSyntax

// The entries of a kustomization's lists.

extension KustomizationFile {
  static func patch(_ node: Node, _ name: String) throws(KustomizeProblem) -> Patch {
    let reader = try ConfigurationReader(node, name: name, known: ["path", "patch", "target", "options"])
    var result = Patch(path: try reader.text("path"), span: node.span)
    if try reader.text("patch") != nil { result.patch = reader.node("patch") }
    result.target = try reader.structure("target", selector)
    if let options = reader.node("options") {
      let fields = try ConfigurationReader(
        options, name: name + ".options", known: ["allowNameChange", "allowKindChange"])
      result.allowsNameChange = try fields.bool("allowNameChange")
      result.allowsKindChange = try fields.bool("allowKindChange")
    }
    return result
  }

  static let selectorFields = ["group", "version", "kind", "name", "namespace"]

  static func selector(_ node: Node, _ name: String) throws(KustomizeProblem) -> Selector {
    let reader = try ConfigurationReader(
      node, name: name, known: selectorFields + ["annotationSelector", "labelSelector"])
    return Selector(
      kind: try groupVersionKind(reader), name: try reader.string("name"), namespace: try reader.string("namespace"),
      annotationSelector: try reader.string("annotationSelector"), labelSelector: try reader.string("labelSelector"),
      span: node.span)
  }

  static func groupVersionKind(_ reader: ConfigurationReader) throws(KustomizeProblem) -> GroupVersionKind {
    GroupVersionKind(
      group: try reader.string("group"), version: try reader.string("version"), kind: try reader.string("kind"))
  }

  static func fieldSpec(_ node: Node, _ name: String) throws(KustomizeProblem) -> FieldSpec {
    let reader = try ConfigurationReader(node, name: name, known: ["group", "version", "kind", "path", "create"])
    return FieldSpec(
      kind: try groupVersionKind(reader), path: try reader.string("path"), creates: try reader.bool("create"))
  }

  static func label(_ node: Node, _ name: String) throws(KustomizeProblem) -> Label {
    let reader = try ConfigurationReader(
      node, name: name,
      known: ["pairs", "includeSelectors", "includeTemplates", "includeVolumeClaimTemplates", "fields"])
    return Label(
      pairs: try reader.textMap("pairs") ?? [:], includesSelectors: try reader.bool("includeSelectors"),
      includesTemplates: try reader.bool("includeTemplates"),
      includesVolumeClaimTemplates: try reader.bool("includeVolumeClaimTemplates"),
      fields: try reader.structs("fields", fieldSpec) ?? [], span: node.span)
  }

  static func image(_ node: Node, _ name: String) throws(KustomizeProblem) -> Image {
    let reader = try ConfigurationReader(node, name: name, known: ["name", "newName", "tagSuffix", "newTag", "digest"])
    return Image(
      name: try reader.string("name"), newName: try reader.string("newName"), newTag: try reader.string("newTag"),
      tagSuffix: try reader.string("tagSuffix"), digest: try reader.string("digest"), span: node.span)
  }

  static func replica(_ node: Node, _ name: String) throws(KustomizeProblem) -> Replica {
    let reader = try ConfigurationReader(node, name: name, known: ["name", "count"])
    return Replica(
      name: try reader.string("name"), count: try reader.integer("count") ?? 0,
      span: reader.node("count")?.span ?? node.span)
  }

  static func variable(_ node: Node, _ name: String) throws(KustomizeProblem) -> Variable {
    let reader = try ConfigurationReader(node, name: name, known: ["name", "objref", "fieldref"])
    var result = Variable(name: try reader.string("name"), span: node.span)
    if let object = reader.node("objref") {
      let fields = try ConfigurationReader(
        object, name: name + ".objref", known: ["apiVersion"] + selectorFields)
      result.kind = try groupVersionKind(fields)
      result.objectName = try fields.string("name")
      result.namespace = try fields.string("namespace")
      let parts = try fields.string("apiVersion").split(separator: "/", omittingEmptySubsequences: false).map(
        String.init)
      if parts.count == 2 { (result.kind.group, result.kind.version) = (parts[0], parts[1]) }
      if parts.count == 1, !parts[0].isEmpty { result.kind.version = parts[0] }
    }
    if let field = reader.node("fieldref") {
      let fields = try ConfigurationReader(field, name: name + ".fieldref", known: ["fieldPath"])
      let path = try fields.string("fieldPath")
      if !path.isEmpty { result.fieldPath = path }
    }
    return result
  }

  static func generatorOptions(_ node: Node, _ name: String) throws(KustomizeProblem) -> GeneratorOptions {
    let reader = try ConfigurationReader(
      node, name: name, known: ["labels", "annotations", "disableNameSuffixHash", "immutable"])
    return GeneratorOptions(
      labels: try reader.textMap("labels"), annotations: try reader.textMap("annotations"),
      disablesNameSuffixHash: try reader.bool("disableNameSuffixHash"), isImmutable: try reader.bool("immutable"))
  }

  static func generator(
    _ node: Node, _ name: String, isSecret: Bool, _ global: GeneratorOptions?
  ) throws(KustomizeProblem) -> Generator {
    let reader = try ConfigurationReader(
      node, name: name,
      known: ["namespace", "name", "behavior", "literals", "files", "envs", "env", "options"]
        + (isSecret ? ["type"] : []))
    var result = Generator(nameSpan: reader.node("name")?.span ?? node.span, span: node.span)
    result.name = try reader.string("name")
    result.namespace = try reader.string("namespace")
    result.behavior = try reader.string("behavior")
    if isSecret { result.type = try reader.string("type") }
    result.literals = try reader.texts("literals") ?? []
    result.literalNodes = try reader.list("literals") ?? []
    result.files = try reader.texts("files") ?? []
    result.environmentFiles = try reader.texts("envs") ?? []
    if let file = try reader.text("env"), !file.value.isEmpty { result.environmentFiles.append(file) }
    result.options = try reader.structure("options", generatorOptions)
    if let global {
      var options = result.options ?? GeneratorOptions()
      options.labels = merged(options.labels, global.labels)
      options.annotations = merged(options.annotations, global.annotations)
      options.disablesNameSuffixHash = options.disablesNameSuffixHash || global.disablesNameSuffixHash
      options.isImmutable = options.isImmutable || global.isImmutable
      result.options = options
    }
    return result
  }

  private static func merged(_ local: [String: MapText]?, _ global: [String: MapText]?) -> [String: MapText]? {
    guard let local else { return global }
    return local.merging(global ?? [:]) { own, _ in own }
  }

  /// A file of `configurations:`.
  static func transformerConfiguration(_ file: SourceFile) throws(KustomizeProblem) -> TransformerConfiguration {
    var result = TransformerConfiguration()
    guard let root = try GoYAML.root(of: file), !root.isNull else { return result }
    let sections = [
      "namePrefix", "nameSuffix", "namespace", "commonLabels", "labels", "templateLabels", "volumeClaimTemplateLabels",
      "commonAnnotations", "varReference", "images", "replicas",
    ]
    try refuseRepeatedKeys(root)
    let reader = try ConfigurationReader(root, name: "", known: sections + ["nameReference"])
    for section in sections { result.fields[section] = try reader.structs(section, fieldSpec) ?? [] }
    result.nameReferences =
      try reader.structs("nameReference") { node, name throws(KustomizeProblem) in
        let reader = try ConfigurationReader(node, name: name, known: ["group", "version", "kind", "fieldSpecs"])
        return TransformerConfiguration.NameReference(
          kind: try groupVersionKind(reader), referrers: try reader.structs("fieldSpecs", fieldSpec) ?? [])
      } ?? []
    result.sort()
    return result
  }

  private static func refuseRepeatedKeys(_ node: Node) throws(KustomizeProblem) {
    var seen: Set<String> = []
    for entry in node.entries {
      if let key = entry.key.keyText, !seen.insert(key).inserted {
        throw KustomizeProblem(.kustomization, "the key '\(key)' is written twice", at: entry.key.span)
      }
      try refuseRepeatedKeys(entry.value)
    }
    for item in node.items { try refuseRepeatedKeys(item) }
  }
}
