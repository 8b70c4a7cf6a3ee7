import SourceText
import YAMLSyntax

/// A kustomization.yaml as its transformers see it.
struct KustomizationFile {
  struct Patch {
    var path: Located<String>?
    var patch: Node?
    var target: Selector?
    var allowsNameChange = false
    var allowsKindChange = false
    var span: SourceSpan
  }

  struct Label {
    var pairs: [String: MapText] = [:]
    var includesSelectors = false
    var includesTemplates = false
    var includesVolumeClaimTemplates = false
    var fields: [FieldSpec] = []
    var span: SourceSpan
  }

  struct Image {
    var name = ""
    var newName = ""
    var newTag = ""
    var tagSuffix = ""
    var digest = ""
    var span: SourceSpan
  }

  struct Replica {
    var name = ""
    var count = 0
    var span: SourceSpan
  }

  struct GeneratorOptions {
    var labels: [String: MapText]?
    var annotations: [String: MapText]?
    var disablesNameSuffixHash = false
    var isImmutable = false
  }

  struct Generator {
    var name = ""
    var namespace = ""
    var behavior = ""
    var type = ""
    /// Where `name` is written.
    var nameSpan: SourceSpan
    var literals: [Located<String>] = []
    var literalNodes: [Node] = []
    var files: [Located<String>] = []
    var environmentFiles: [Located<String>] = []
    var options: GeneratorOptions?
    var span: SourceSpan
  }

  struct Variable {
    var name = ""
    var kind = GroupVersionKind()
    var objectName = ""
    var namespace = ""
    var fieldPath = "metadata.name"
    var span: SourceSpan
  }

  let file: SourceFile
  let span: SourceSpan
  var isComponent = false
  var resources: [Located<String>] = []
  var components: [Located<String>] = []
  var configurations: [Located<String>] = []
  var namespace: Located<String>?
  var namePrefix: Located<String>?
  var nameSuffix: Located<String>?
  var commonLabels: [String: MapText] = [:]
  var labels: [Label] = []
  var commonAnnotations: [String: MapText] = [:]
  var patchesStrategicMerge: [Node] = []
  var patches: [Patch] = []
  var patchesJSON6902: [Patch] = []
  var replicas: [Replica] = []
  var images: [Image] = []
  var replacements: [ReplacementField] = []
  var variables: [Variable] = []
  var configMaps: [Generator] = []
  var secrets: [Generator] = []
  var sortOptions: (order: Located<String>?, first: [String]?, last: [String]?)?
  /// Order and span of `sortOptions`, checked at the root only.
  var sortSpan: SourceSpan?
  var buildMetadata: [String]?
  /// Deprecated fields that are used, in kustomize's order.
  var deprecated: [(field: String, span: SourceSpan)] = []
  /// Features that are not composed here and where they are used.
  var unsupported: [(feature: String, span: SourceSpan)] = []
  /// Whether `kustomize build` takes a chart is for its command line to say: Argo CD often gives `--enable-helm`.
  var helm: SourceSpan?

  static let fileNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"]

  private static let known = [
    "kind", "apiVersion", "metadata", "openapi", "namePrefix", "nameSuffix", "namespace", "commonLabels", "labels",
    "commonAnnotations", "patchesStrategicMerge", "patchesJson6902", "patches", "images", "imageTags", "replacements",
    "replicas", "vars", "sortOptions", "resources", "components", "crds", "bases", "configMapGenerator",
    "secretGenerator", "helmGlobals", "helmCharts", "helmChartInflationGenerator", "generatorOptions",
    "configurations", "generators", "transformers", "validators", "buildMetadata",
  ]

  /// - Parameter documents: Those of the file, as GoYAML reads them.
  init(_ file: SourceFile, _ documents: [Document]) throws(KustomizeProblem) {
    self.file = file
    span = SourceSpan(file: file, range: 0..<0)
    let empty = KustomizeProblem(.kustomization, "the kustomization is empty", at: span)
    guard let root = try GoYAML.root(of: documents.first), !root.isNull else { throw empty }
    let reader = try ConfigurationReader(root, name: "", known: Self.known)
    try read(reader)
    try checkKind(reader)
    if isEmpty(reader) { throw empty }
  }

  private mutating func read(_ reader: ConfigurationReader) throws(KustomizeProblem) {
    if let metadata = reader.node("metadata") {
      let fields = try ConfigurationReader(
        metadata, name: "metadata", known: ["name", "namespace", "labels", "annotations"])
      _ = (try fields.string("name"), try fields.string("namespace"))
      _ = (try fields.textMap("labels"), try fields.textMap("annotations"))
    }
    resources = (try reader.texts("resources") ?? []) + (try reader.texts("bases") ?? [])
    components = try reader.texts("components") ?? []
    configurations = try reader.texts("configurations") ?? []
    namespace = try reader.text("namespace")
    namePrefix = try reader.text("namePrefix")
    nameSuffix = try reader.text("nameSuffix")
    commonLabels = try reader.textMap("commonLabels") ?? [:]
    commonAnnotations = try reader.textMap("commonAnnotations") ?? [:]
    labels = try reader.structs("labels", Self.label) ?? []
    _ = try reader.texts("patchesStrategicMerge")
    patchesStrategicMerge = try reader.list("patchesStrategicMerge") ?? []
    patches = try reader.structs("patches", Self.patch) ?? []
    patchesJSON6902 = try reader.structs("patchesJson6902", Self.patch) ?? []
    images = (try reader.structs("images", Self.image) ?? []) + (try reader.structs("imageTags", Self.image) ?? [])
    replacements = try reader.structs("replacements", ReplacementField.init) ?? []
    replicas = try reader.structs("replicas", Self.replica) ?? []
    variables = try reader.structs("vars", Self.variable) ?? []
    let global = try reader.structure("generatorOptions", Self.generatorOptions)
    configMaps =
      try reader.structs("configMapGenerator") { node, name throws(KustomizeProblem) in
        try Self.generator(node, name, isSecret: false, global)
      } ?? []
    secrets =
      try reader.structs("secretGenerator") { node, name throws(KustomizeProblem) in
        try Self.generator(node, name, isSecret: true, global)
      } ?? []
    if let node = reader.node("sortOptions") {
      let fields = try ConfigurationReader(node, name: "sortOptions", known: ["order", "legacySortOptions"])
      let lists = try fields.structure("legacySortOptions") { node, name throws(KustomizeProblem) in
        let lists = try ConfigurationReader(node, name: name, known: ["orderFirst", "orderLast"])
        return (try lists.texts("orderFirst") ?? [], try lists.texts("orderLast") ?? [])
      }
      sortOptions = (try fields.text("order"), lists?.0.map(\.value), lists?.1.map(\.value))
      sortSpan = node.span
    }
    buildMetadata = try reader.texts("buildMetadata")?.map(\.value)
    if buildMetadata?.contains("transformerAnnotations") ?? false, let node = reader.node("buildMetadata") {
      unsupported.append(("buildMetadata: transformerAnnotations", node.span))
    }
    if let openAPI = try reader.textMap("openapi"), !openAPI.isEmpty, let node = reader.node("openapi") {
      unsupported.append(("openapi", node.span))
    }
    for field in ["crds", "generators", "transformers", "validators"] {
      if let items = try reader.texts(field), !items.isEmpty, let node = reader.node(field) {
        unsupported.append((field, node.span))
      }
    }
    for field in ["helmCharts", "helmChartInflationGenerator"] {
      if let items = try reader.list(field), !items.isEmpty { helm = reader.node(field)?.span }
    }
    if let node = reader.node("helmGlobals") {
      _ = try ConfigurationReader(node, name: "helmGlobals", known: ["chartHome", "configHome"])
    }
    for field in ["bases", "commonLabels", "imageTags", "patchesJson6902", "patchesStrategicMerge", "vars"] {
      if let node = reader.node(field) { deprecated.append((field, node.span)) }
    }
  }

  private mutating func checkKind(_ reader: ConfigurationReader) throws(KustomizeProblem) {
    let kind = try reader.text("kind")
    let version = try reader.text("apiVersion")
    isComponent = kind?.value == "Component"
    let kindText = kind?.value ?? ""
    guard ["", "Kustomization", "Component"].contains(kindText) else {
      throw KustomizeProblem(.kustomization, "kind should be Kustomization or Component", at: kind?.span)
    }
    let wanted = isComponent ? "kustomize.config.k8s.io/v1alpha1" : "kustomize.config.k8s.io/v1beta1"
    guard ["", wanted].contains(version?.value ?? "") else {
      throw KustomizeProblem(.kustomization, "apiVersion of this kind should be \(wanted)", at: version?.span)
    }
  }

  /// Nothing but apiVersion and kind: an empty list counts as something, an empty string does not.
  private func isEmpty(_ reader: ConfigurationReader) -> Bool {
    for field in Self.known {
      guard let node = reader.node(field) else { continue }
      switch field {
      case "kind", "apiVersion": continue
      case "namePrefix", "nameSuffix", "namespace": if node.scalar?.text.isEmpty ?? true { continue }
      case "bases", "imageTags", "helmChartInflationGenerator": if node.items.isEmpty { continue }
      default: break
      }
      return false
    }
    return true
  }
}
