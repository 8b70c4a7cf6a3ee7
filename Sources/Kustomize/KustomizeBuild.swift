import SourceText
import YAMLSyntax

/// A warning of a build; the result is right all the same.
public struct KustomizeWarning: Sendable {
  /// One sentence without a full stop.
  public let message: String
  public let span: SourceSpan

  init(deprecated field: String, span: SourceSpan) {
    let instead: [String: String] = [
      "bases": "resources", "commonLabels": "labels", "imageTags": "images", "patchesJson6902": "patches",
      "patchesStrategicMerge": "patches", "vars": "replacements",
    ]
    message = "'\(field)' is deprecated; use '\(instead[field] ?? "")'"
    self.span = span
  }
}

/// What a kustomization yields.
public struct Composition: Sendable {
  /// In kustomize's output order.
  public let resources: [ComposedResource]
  /// Objects that patches removed.
  public let deleted: [DeletedObject]
  public let warnings: [KustomizeWarning]
  /// All kustomization folders that took part, the root first.
  public let folders: [RepositoryPath]
}

/// A composition or why there is none, and what it depends on.
public struct CompositionAttempt: Sendable {
  public let result: Result<Composition, KustomizeProblem>
  /// Every path that was looked at, those where nothing stands included: the result is the same as long as what stands
  /// there is.
  public let inputs: Set<RepositoryPath>
}

/// Composes kustomizations as kustomize v5.8.1 does, without running it: from a working tree, an index or a revision.
///
/// One build serves many roots: a base that several overlays use is built once. What cannot be composed faithfully is
/// a `KustomizeProblem`, never a different result. Nothing is fetched and nothing outside of the files is read.
/// Not to be used from several tasks at once.
public final class KustomizeBuild {
  let files: FileAccess
  private var built: [RepositoryPath: (result: Result<Accumulated, KustomizeProblem>, looked: Set<RepositoryPath>)] =
    [:]

  public init(_ files: any KustomizeFiles) {
    self.files = FileAccess(files)
  }

  /// Every file that was read so far, links resolved.
  public var filesRead: [RepositoryPath] { files.read.keys.sorted() }

  /// The kustomization file of a folder, when there is exactly one.
  public static func kustomization(in folder: RepositoryPath, of files: any KustomizeFiles) -> RepositoryPath? {
    let found = KustomizationFile.fileNames.map { folder.appending($0.utf8) }.filter { files.contents(of: $0) != nil }
    return found.count == 1 ? found[0] : nil
  }

  /// Composes the kustomization in a folder, and tells what the result depends on.
  public func attempt(_ folder: RepositoryPath) -> CompositionAttempt {
    let (result, looked) = files.recording { () throws(KustomizeProblem) in try compose(folder) }
    return CompositionAttempt(result: result, inputs: looked)
  }

  /// Composes the kustomization in a folder.
  /// - Parameter folder: Relative to the root of the repository; empty for the root.
  public func compose(_ folder: RepositoryPath) throws(KustomizeProblem) -> Composition {
    let root: RepositoryPath
    switch files.place(of: "", in: folder) {
    case .folder(let path): root = path
    case .file:
      throw KustomizeProblem(.missing, "\(files.name(of: folder)) is a file; name the folder of the kustomization")
    default: throw KustomizeProblem(.missing, "there is no folder \(files.name(of: folder))")
    }
    let kustomization = try self.kustomization(in: root, from: nil)
    let metadata = kustomization.buildMetadata ?? []
    // Origins are recorded for any build metadata and shown only when asked for.
    let accumulation = Accumulation(
      folder: root, chain: [root], kustomization: kustomization, build: self, origin: metadata.isEmpty ? nil : Origin())
    var accumulated = try accumulation.run()
    for resource in accumulated.set.resources where resource.isEnabled(BuildAnnotation.needsHashSuffix) {
      let suffix = try NameHash.suffix(of: resource)
      try resource.storePreviousID()
      try resource.setName(resource.name + "-" + suffix, at: resource.nameSpan)
    }
    try NameReferences(accumulated.configuration, in: accumulated.set).repair()
    try Variables(
      accumulated.variables, fields: accumulated.configuration["varReference"], in: accumulated.set
    ).replace(in: accumulated.set)
    try dropLocal(&accumulated.set)
    try sort(&accumulated.set, kustomization)
    if metadata.contains("managedByLabel") {
      let label = MapText(value: "kustomize-v5.8.1", span: kustomization.span, keySpan: kustomization.span)
      let spec = FieldSpec(kind: GroupVersionKind(), path: "metadata/labels", creates: true)
      try LabelTransformer(labels: ["app.kubernetes.io/managed-by": label], fields: [spec]).apply(to: accumulated.set)
    }
    var resources: [ComposedResource] = []
    for resource in accumulated.set.resources {
      resources.append(try resource.composed(keepingOrigin: metadata.contains("originAnnotations")))
    }
    return Composition(
      resources: resources, deleted: accumulated.set.deleted, warnings: accumulated.warnings,
      folders: accumulated.folders)
  }

  /// Objects with the local-config annotation are tools' input, not the cluster's.
  private func dropLocal(_ set: inout ResourceSet) throws(KustomizeProblem) {
    var dropped: Set<ObjectIdentifier> = []
    for resource in set.resources {
      if !resource.isNilOrEmpty {
        if resource.kind.isEmpty || (resource.name.isEmpty && !resource.kind.hasSuffix("List")) {
          throw KustomizeProblem(.resource, "an object lost its kind or name", at: resource.current.span)
        }
        let value = resource.annotations[BuildAnnotation.localConfig]?.value
        if value == nil || value == "false" { continue }
      }
      dropped.insert(ObjectIdentifier(resource))
    }
    set.remove { dropped.contains(ObjectIdentifier($0)) }
  }

  private func sort(_ set: inout ResourceSet, _ kustomization: KustomizationFile) throws(KustomizeProblem) {
    guard let options = kustomization.sortOptions else {
      try set.replaceAll(OutputOrder.legacy.sorted(set.resources))
      return
    }
    let order = options.order?.value ?? ""
    guard order == "legacy" || order == "fifo" else {
      throw KustomizeProblem(.kustomization, "sortOptions.order must be fifo or legacy", at: kustomization.sortSpan)
    }
    if order == "fifo" {
      guard options.first == nil, options.last == nil else {
        throw KustomizeProblem(.kustomization, "legacySortOptions need order: legacy", at: kustomization.sortSpan)
      }
      return
    }
    let custom = options.first != nil || options.last != nil
    let sorter = custom ? OutputOrder(first: options.first ?? [], last: options.last ?? []) : .legacy
    try set.replaceAll(sorter.sorted(set.resources))
  }

  // MARK: Folders

  enum Expected { case kustomization, component }

  private func kustomization(in folder: RepositoryPath, from span: SourceSpan?) throws(KustomizeProblem)
    -> KustomizationFile
  {
    var found: [SourceFile] = []
    for name in KustomizationFile.fileNames {
      // A link that leads out of the folder is no kustomization file.
      switch files.place(of: name, in: folder) {
      case .file(let path):
        if path.isInside(folder), let file = files.source(path) { found.append(file) }
      case .unreadable(let why):
        throw KustomizeProblem(.unread, "'\(name)' in \(files.name(of: folder)) cannot be read: \(why)", at: span)
      case .folder, .missing, .outside: break
      }
    }
    guard let file = found.first else {
      throw KustomizeProblem(.missing, "there is no kustomization file in \(files.name(of: folder))", at: span)
    }
    guard found.count == 1 else {
      throw KustomizeProblem(
        .kustomization, "there are several kustomization files in \(files.name(of: folder))", at: span)
    }
    return try KustomizationFile(file, files.documents(of: file))
  }

  /// What a folder accumulates by itself; built once, copied for each use.
  func accumulated(
    _ folder: RepositoryPath, chain: [RepositoryPath], expecting: Expected, origin: Origin?, from span: SourceSpan
  ) throws(KustomizeProblem) -> Accumulated {
    if origin == nil, let (known, looked) = built[folder] {
      files.note(looked)
      let known = try known.get()
      if let back = known.folders.first(where: { entered in chain.contains { $0.isInside(entered) } }) {
        throw KustomizeProblem(
          .cycle, "a cycle: \(files.name(of: folder)) leads back to \(files.name(of: back))", at: span)
      }
      return known.copy()
    }
    let kustomization = try kustomization(in: folder, from: span)
    guard !kustomization.isComponent else {
      throw KustomizeProblem(.kustomization, "a component stands under resources", at: span)
    }
    let accumulation = Accumulation(
      folder: folder, chain: chain + [folder], kustomization: kustomization, build: self, origin: origin)
    guard origin == nil else { return try accumulation.run() }
    let (result, looked) = files.recording { () throws(KustomizeProblem) in try accumulation.run().asBase() }
    // A cycle depends on where the build began; everything else fails again in the same way.
    if case .failure(let error) = result, error.kind == .cycle { throw error }
    var all = looked
    for name in KustomizationFile.fileNames { all.insert(folder.appending(name.utf8)) }
    built[folder] = (result, all)
    return try result.get().copy()
  }

  /// A component works on what its parent has gathered.
  func accumulated(
    component folder: RepositoryPath, chain: [RepositoryPath], on parent: Accumulated, origin: Origin?,
    from span: SourceSpan
  ) throws(KustomizeProblem) -> Accumulated {
    let kustomization = try kustomization(in: folder, from: span)
    guard kustomization.isComponent else {
      throw KustomizeProblem(.kustomization, "what stands under components is no Component", at: span)
    }
    var result = try Accumulation(
      folder: folder, chain: chain + [folder], kustomization: kustomization, build: self, origin: origin
    ).run(on: parent)
    // kustomize merges the result into an empty accumulator: ids are checked and specifications merged once more.
    var merged = Accumulated()
    try merged.merge(result)
    (result.set, result.configuration, result.variables) = (merged.set, merged.configuration, merged.variables)
    return result
  }
}
