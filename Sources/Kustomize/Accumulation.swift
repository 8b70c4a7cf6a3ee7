import SourceText
import YAMLSyntax

/// What one kustomization has gathered: objects, configuration of the transformers, variables.
struct Accumulated {
  var set = ResourceSet()
  var configuration = TransformerConfiguration()
  var variables: [KustomizationFile.Variable] = []
  /// Folders that were built on the way, for finding cycles when this is used again.
  var folders: [RepositoryPath] = []
  var warnings: [KustomizeWarning] = []

  /// Whether two objects have a node in common, so that they must be copied together.
  private var sharesNodes = false

  /// The same for others to include: objects are copied when somebody changes them. This one is used up.
  func asBase() -> Accumulated {
    var places: [ObjectIdentifier: Int] = [:]
    var repeating: Set<Int> = []
    var result = self
    func visit(_ node: YNode, _ index: Int) {
      if let known = places[ObjectIdentifier(node)] {
        if known == index { repeating.insert(index) } else { result.sharesNodes = true }
        return
      }
      places[ObjectIdentifier(node)] = index
      for child in node.content { visit(child, index) }
    }
    for (index, resource) in set.resources.enumerated() where !resource.isOfBase { visit(resource.current, index) }
    if !result.sharesNodes {
      result.set = ResourceSet(
        set.resources.enumerated().map { $0.element.asBase(sharesNodes: repeating.contains($0.offset)) },
        deleted: set.deleted)
    }
    return result
  }

  /// A copy of what `asBase` gave.
  func copy() -> Accumulated {
    var copy = self
    copy.sharesNodes = false
    if sharesNodes {
      var seen: [ObjectIdentifier: YNode] = [:]
      copy.set = ResourceSet(set.resources.map { $0.copy(&seen) }, deleted: set.deleted)
    } else {
      copy.set = ResourceSet(set.resources.map { $0.copyOfBase() }, deleted: set.deleted)
    }
    return copy
  }

  mutating func merge(_ other: Accumulated) throws(KustomizeProblem) {
    try set.append(contentsOf: other.set.resources)
    set.note(other.set.deleted)
    configuration = try configuration.merged(with: other.configuration)
    try merge(other.variables)
  }

  mutating func merge(_ added: [KustomizationFile.Variable]) throws(KustomizeProblem) {
    for variable in added {
      guard !variables.contains(where: { $0.name == variable.name }) else {
        throw KustomizeProblem(.transformer, "the variable '\(variable.name)' is defined twice", at: variable.span)
      }
      variables.append(variable)
    }
  }
}

/// Builds one folder (kustomize api/internal/target/kusttarget.go): resources, configuration, generators, components,
/// transformers, in this order.
struct Accumulation {
  let folder: RepositoryPath
  /// Folders being built, outermost first; this one is last.
  let chain: [RepositoryPath]
  let kustomization: KustomizationFile
  let build: KustomizeBuild
  /// Path of this folder relative to the root, when origins are recorded.
  let origin: Origin?

  func run(on start: Accumulated = Accumulated()) throws(KustomizeProblem) -> Accumulated {
    // Only the root's build metadata counts.
    let unsupported = kustomization.unsupported.filter { chain.count == 1 || !$0.feature.hasPrefix("buildMetadata") }
    if let feature = unsupported.first {
      throw KustomizeProblem.unsupported(feature.feature, at: feature.span)
    }
    var accumulated = start
    accumulated.folders.append(folder)
    accumulated.warnings += kustomization.deprecated.map { KustomizeWarning(deprecated: $0.field, span: $0.span) }
    for resource in kustomization.resources { try accumulate(resource, into: &accumulated) }
    accumulated.configuration = try accumulated.configuration.merged(with: try configuration())
    for generator in kustomization.configMaps { try generate(generator, isSecret: false, into: &accumulated) }
    for generator in kustomization.secrets { try generate(generator, isSecret: true, into: &accumulated) }
    if let helm = kustomization.helm {
      throw KustomizeProblem.unsupported("a Helm chart (kustomize inflates it with --enable-helm)", at: helm)
    }
    for component in kustomization.components { try accumulate(component: component, into: &accumulated) }
    try Transformation(kustomization: kustomization, folder: folder, files: build.files, origin: origin)
      .apply(to: &accumulated.set, accumulated.configuration)
    try assignVariables(to: &accumulated)
    return accumulated
  }

  private func configuration() throws(KustomizeProblem) -> TransformerConfiguration {
    var own = TransformerConfiguration()
    for path in kustomization.configurations {
      let file = try build.files.load(path, in: folder)
      do {
        own = try own.merged(with: try KustomizationFile.transformerConfiguration(file))
      } catch {
        throw error.located(at: path.span)
      }
    }
    return kustomization.configurations.isEmpty ? .standard : try TransformerConfiguration.standard.merged(with: own)
  }

  private func generate(
    _ generator: KustomizationFile.Generator, isSecret: Bool, into accumulated: inout Accumulated
  ) throws(KustomizeProblem) {
    let resource = try ConfigMapGenerator(
      generator: generator, isSecret: isSecret, folder: folder, files: build.files
    ).generate()
    if let origin, resource.annotations[BuildAnnotation.origin] == nil {
      let kind = isSecret ? "SecretGenerator" : "ConfigMapGenerator"
      try resource.setAnnotation(
        BuildAnnotation.origin, try origin.configured(in: kustomization.file.path.name, by: kind, at: generator.span))
    }
    try accumulated.set.absorb(resource)
  }

  // MARK: Files and folders

  private func accumulate(_ path: Located<String>, into accumulated: inout Accumulated) throws(KustomizeProblem) {
    let text = path.value
    if text.isEmpty { throw KustomizeProblem(.missing, "an entry of resources is empty", at: path.span) }
    if !FileAccess.isURL(text), !text.hasPrefix("/"), case .file = build.files.place(of: text, in: folder) {
      let file = try build.files.load(path, in: folder)
      var added: [ComposingResource] = []
      for root in try ResourceReading.objects(of: file, build.files) {
        added.append(ComposingResource(root: root, source: path.span, isGenerated: false))
      }
      if let origin {
        let text = try origin.appending(text).text(at: path.span)
        for resource in added { try annotate(resource, text, at: path.span) }
      }
      try accumulated.set.append(contentsOf: added)
      return
    }
    let target = try enter(path)
    let inner = try build.accumulated(
      target, chain: chain, expecting: .kustomization, origin: origin?.appending(text), from: path.span)
    accumulated.folders += inner.folders
    accumulated.warnings += inner.warnings
    do {
      try accumulated.merge(inner)
    } catch {
      throw error.kind == .duplicate ? error.moved(to: path.span) : error
    }
  }

  private func annotate(_ resource: ComposingResource, _ text: String, at span: SourceSpan) throws(KustomizeProblem) {
    let spec = FieldSpec(kind: GroupVersionKind(), path: "metadata/annotations", creates: true)
    let node = YNode(kind: .scalar, tag: YNode.Tag.string, value: text, span: span)
    try FieldSpecFilter(spec: spec, creating: (.mapping, YNode.Tag.mapping), span: span).apply(to: resource) {
      map throws(KustomizeProblem) in try map.set(BuildAnnotation.origin, node)
    }
  }

  private func accumulate(
    component path: Located<String>, into accumulated: inout Accumulated
  ) throws(KustomizeProblem) {
    if path.value.isEmpty { throw KustomizeProblem(.missing, "an entry of components is empty", at: path.span) }
    let target = try enter(path)
    accumulated = try build.accumulated(
      component: target, chain: chain, on: accumulated, origin: origin?.appending(path.value), from: path.span)
  }

  /// The folder that a path names. It must not hold a folder that is being built.
  private func enter(_ path: Located<String>) throws(KustomizeProblem) -> RepositoryPath {
    let text = path.value
    if FileAccess.isRemote(text) || FileAccess.isURL(text) {
      throw KustomizeProblem(.remote, "'\(text)' is remote; nothing is fetched", at: path.span)
    }
    if text.hasPrefix("/") { throw KustomizeProblem(.outside, "'\(text)' is an absolute path", at: path.span) }
    switch build.files.place(of: text, in: folder) {
    case .folder(let found):
      guard chain.count < BuildLimits.folders else {
        throw KustomizeProblem.unsupported("a base below \(BuildLimits.folders) others", at: path.span)
      }
      if let cycle = cycle(through: found) {
        throw KustomizeProblem(.cycle, "'\(text)' makes a cycle: " + cycle, at: path.span)
      }
      return found
    case .file: throw KustomizeProblem(.missing, "'\(text)' is a file, not a folder", at: path.span)
    case .outside: throw KustomizeProblem(.outside, "'\(text)' leads out of the repository", at: path.span)
    case .unreadable(let why):
      throw KustomizeProblem(.unread, "'\(text)' cannot be read: \(why)", at: path.span)
    case .missing: throw KustomizeProblem(.missing, "there is no '\(text)'", at: path.span)
    }
  }

  /// How including a folder leads back to what is being built, which kustomize refuses for a folder around it as well.
  private func cycle(through found: RepositoryPath) -> String? {
    guard let start = chain.firstIndex(where: { $0.isInside(found) }) else { return nil }
    let name = build.files.name(of:)
    guard chain[start] == found else { return "\(name(found)) holds \(name(chain[start])), which is being built" }
    guard start < chain.count - 1 else { return "\(name(found)) includes itself" }
    return (chain[start...] + [found]).map(name).joined(separator: " includes ")
  }

  // MARK: Variables

  private func assignVariables(to accumulated: inout Accumulated) throws(KustomizeProblem) {
    for variable in kustomization.variables {
      let isClusterScoped = variable.kind.isClusterScoped
      let target = ResourceID(
        kind: variable.kind, name: variable.objectName, namespace: variable.namespace, isClusterScoped: isClusterScoped)
      let isExact = !variable.namespace.isEmpty || isClusterScoped
      let found = try accumulated.set.matchingAny { id in
        isExact ? target.matches(id) : target.name == id.name && target.kind == id.kind
      }
      guard found.count <= 1 else {
        throw KustomizeProblem(
          .transformer, "the variable '\(variable.name)' may mean \(found.count) objects", at: variable.span)
      }
      found.first?.variables.append(variable.name)
    }
    try accumulated.merge(kustomization.variables)
  }
}

/// Where an object comes from, for `buildMetadata: [originAnnotations]`: paths relative to the root.
struct Origin {
  var path = ""

  func appending(_ path: String) -> Origin {
    Origin(path: Self.joined(self.path, path))
  }

  /// `filepath.Join`: leading `..` stay.
  private static func joined(_ first: String, _ second: String) -> String {
    var parts: [Substring] = []
    for part in (first + "/" + second).split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
    }
    return parts.isEmpty ? "." : parts.joined(separator: "/")
  }

  func text(at span: SourceSpan) throws(KustomizeProblem) -> String {
    "path: " + (try plain(path, at: span)) + "\n"
  }

  func configured(in file: some Sequence<UInt8>, by kind: String, at span: SourceSpan) throws(KustomizeProblem)
    -> String
  {
    let file = Self.joined(path, String(decoding: Array(file), as: UTF8.self))
    return "configuredIn: " + (try plain(file, at: span)) + "\nconfiguredBy:\n  apiVersion: builtin\n  kind: \(kind)\n"
  }

  private func plain(_ text: String, at span: SourceSpan) throws(KustomizeProblem) -> String {
    guard PlainText.isAllowedInBlock(text), !YAML11.isNonString(text),
      ScalarResolution(of: text).tag == YNode.Tag.string
    else { throw KustomizeProblem.unsupported("an origin annotation for a path that needs quotes", at: span) }
    return text
  }
}
