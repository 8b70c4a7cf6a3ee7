import Clusters
import Diagnostics
import Kustomize
import RegistryConfig
import Rules
import SourceText
import YAMLSyntax

/// What the rules say of files, of resources and of clusters.
///
/// A resource that takes part in kustomizations is judged as they compose it: a finding in its file stays only when a
/// composition has the same, and what only a composition has is added where the value was written.
struct ClusterJudgement {
  let diagnostics: [Diagnostic]
  /// Every file that was linted or that a finding lies in.
  let files: [SourceFile]

  init(_ input: ManifestInput, _ assembly: ClusterAssembly, _ selection: RuleSelection, _ workers: Int) async {
    let checks = ParallelChecks(engine: RuleEngine(rules: selection.rules), workers: workers)
    await self.init(
      input.files + input.others, assembly, selection, isOneCluster: input.isOneCluster, checks: checks)
  }

  /// - Parameter checks: Runs the rules, or knows what they said before.
  init(
    _ files: [LintedFile], _ assembly: ClusterAssembly, _ selection: RuleSelection, isOneCluster: Bool,
    checks: some FindingChecks
  ) async {
    let landings = Landings(assembly)
    let composed = ComposedPaths(assembly)
    let files = files.map { composed.adjusted($0) }

    let written = files.flatMap(\.resources)
    let known = Set(written.map { ObjectIdentifier($0) })
    let made = landings.subjects.filter { !known.contains(ObjectIdentifier($0)) }
    let ofText = await checks.findings(inTextOf: files)
    let ofWritten = await checks.findings(of: written)
    let ofMade = await checks.findings(of: made)

    let patched = Set(made.map { Origin($0) })
    var found = ofText.flatMap { $0 }.map { composed.explained(Self.withoutMigration($0, ofOne: patched)) }
    var confirmed: [FindingPlace: [String]] = [:]
    var objects: [FindingPlace: ResourceReference] = [:]
    for (resource, diagnostics) in zip(made, ofMade) {
      let names = landings.names[ObjectIdentifier(resource)] ?? []
      for diagnostic in diagnostics {
        confirmed[FindingPlace(diagnostic), default: []] += names
        if objects[FindingPlace(diagnostic)] == nil { objects[FindingPlace(diagnostic)] = diagnostic.resource }
      }
    }
    let completed = Self.completed(made, ofMade)
    var said: Set<FindingPlace> = []
    for (resource, diagnostics) in zip(written, ofWritten) {
      let names = isOneCluster ? [] : landings.names[ObjectIdentifier(resource)]
      for var diagnostic in diagnostics {
        let place = FindingPlace(diagnostic)
        if let names {
          diagnostic.clusters = names + (confirmed[place] ?? [])
        } else if composed.paths.contains(resource.file.path) {
          guard let names = confirmed[place] else { continue }
          diagnostic.clusters = names
        }
        // A patch with a target may have any name: what it changes is meant.
        if resource.resource.isPatch, let object = objects[place] { diagnostic.resource = object }
        said.insert(place)
        // An inline patch is text in a text: only what it makes of objects is judged.
        if KustomizationOutline.isKustomization(diagnostic.span.file.path) { diagnostic.fixes = [] }
        if diagnostic.rule == EmptyObject.documentation.id, completed.contains(Origin(resource)) {
          diagnostic.fixes = diagnostic.fixes.map { Fix($0.description, safety: .unsafe, edits: $0.edits) }
        }
        found.append(diagnostic)
      }
    }
    for (resource, diagnostics) in zip(made, ofMade) {
      let names = landings.names[ObjectIdentifier(resource)] ?? []
      for var diagnostic in diagnostics where !said.contains(FindingPlace(diagnostic)) {
        diagnostic.clusters = names
        // An edit of a value that several objects share would change all of them.
        diagnostic.fixes = []
        found.append(diagnostic)
      }
    }

    // Clusters with the same resources are judged once.
    var groups: [Int: (cluster: LintedCluster, names: [String])] = [:]
    for cluster in assembly.clusters {
      guard let linted = cluster.linted else { continue }
      groups[cluster.sameness, default: (linted, [])].names.append(cluster.name)
    }
    let distinct = groups.values.sorted { $0.cluster.name < $1.cluster.name }
    let ofClusters = await checks.findings(of: distinct.map(\.cluster))
    for (group, diagnostics) in zip(distinct, ofClusters) {
      let changed = Set(
        group.cluster.resources.filter { !known.contains(ObjectIdentifier($0)) }
          .flatMap { $0.resource.root.files.map(\.path) })
      for var diagnostic in diagnostics {
        diagnostic.clusters = group.names
        diagnostic.fixes.removeAll { fix in fix.edits.contains { changed.contains($0.file.path) } }
        found.append(diagnostic)
      }
    }
    found += Self.notComposed(assembly, selection, besides: files)
    var seen = Set(files.map { ObjectIdentifier($0.file) })
    self.files = files.map(\.file) + found.map(\.span.file).filter { seen.insert(ObjectIdentifier($0)).inserted }
    diagnostics = found
  }

  /// An object that a kustomization changes keeps its kind: patches and replacements name it by its kind, and by the
  /// fields of that kind. Whoever rewrites one has to rewrite all of them.
  private static func withoutMigration(_ finding: Diagnostic, ofOne patched: Set<Origin>) -> Diagnostic {
    guard finding.rule == IcspDeprecated.documentation.id,
      patched.contains(Origin(path: finding.span.file.path, kind: finding.span.range))
    else { return finding }
    var finding = finding
    finding.fixes = []
    finding.help = """
      a kustomization changes this object and may name its kind or its fields: rewrite it as an ImageDigestMirrorSet \
      together with the patches that are meant for it
      """
    return finding
  }

  /// Where the composed objects are written that are not empty: a patch may have waited for them, and what one overlay
  /// leaves empty another one fills.
  private static func completed(_ made: [LintedResource], _ findings: [[Diagnostic]]) -> Set<Origin> {
    var result: Set<Origin> = []
    for (resource, diagnostics) in zip(made, findings) where resource.mirrorSet != nil {
      if !diagnostics.contains(where: { $0.rule == EmptyObject.documentation.id }) { result.insert(Origin(resource)) }
    }
    return result
  }

  /// One finding for each cause, with the clusters that are not known because of it. Kustomizations that lead to no
  /// resource of ours are silent: files on nodes that have nothing to do with registries are read as well.
  private static func notComposed(
    _ assembly: ClusterAssembly, _ selection: RuleSelection, besides files: [LintedFile]
  ) -> [Diagnostic] {
    let rule = KustomizeNotComposed.documentation
    guard selection.ids.contains(rule.id), assembly.clusters.contains(where: { !$0.problems.isEmpty }) else {
      return []
    }
    let graph = assembly.discovery.graph
    let ours = Set(files.lazy.filter { !$0.resources.isEmpty }.map(\.file.path))
    func leadsToOurs(_ root: RepositoryPath) -> Bool {
      let closure = graph.closure(of: [root])
      return !ours.isDisjoint(with: graph.files(of: closure)) || graph.leadsElsewhere(closure)
        || closure.contains { graph.outline(of: $0)?.generatesForRegistries == true }
    }
    return assembly.clusters.flatMap { cluster in
      cluster.problems.compactMap { root, problem -> Diagnostic? in
        let file = assembly.discovery.graph.outline(of: root)?.file
        guard leadsToOurs(root), let span = problem.span ?? file.map({ SourceSpan(file: $0, range: 0..<0) }) else {
          return nil
        }
        let isOurs = [.unsupported, .remote, .outside, .unread].contains(problem.kind)
        return Diagnostic(
          rule: rule.id, severity: isOurs ? .note : rule.severity, effect: rule.effect,
          message: isOurs ? "not composed: \(problem.message)" : "kustomize refuses this: \(problem.message)",
          span: span,
          clusters: [cluster.name], help: rule.instead)
      }
    }
  }
}

/// What the rules say of the parts of a state, in the order of the parts.
protocol FindingChecks {
  func findings(inTextOf files: [LintedFile]) async -> [[Diagnostic]]
  func findings(of resources: [LintedResource]) async -> [[Diagnostic]]
  func findings(of clusters: [LintedCluster]) async -> [[Diagnostic]]
}

/// Runs the rules in parallel.
private struct ParallelChecks: FindingChecks {
  let engine: RuleEngine
  let workers: Int

  func findings(inTextOf files: [LintedFile]) async -> [[Diagnostic]] {
    await files.concurrentMap(workers) { [engine] in engine.checkText(of: $0) }
  }

  func findings(of resources: [LintedResource]) async -> [[Diagnostic]] {
    await resources.concurrentMap(workers) { [engine] in engine.check($0) }
  }

  func findings(of clusters: [LintedCluster]) async -> [[Diagnostic]] {
    await clusters.concurrentMap(workers) { [engine] in engine.check($0) }
  }
}

/// Where an object is written.
private struct Origin: Hashable {
  let path: RepositoryPath
  let kind: ByteRange

  init(path: RepositoryPath, kind: ByteRange) {
    self.path = path
    self.kind = kind
  }

  init(_ resource: LintedResource) {
    self.init(path: resource.resource.file.path, kind: resource.resource.kindName.span.range)
  }
}

/// The clusters that each subject lands on.
private struct Landings {
  /// Every subject that lands on a cluster, or that is composed and lands on none; each once.
  private(set) var subjects: [LintedResource] = []
  private(set) var names: [ObjectIdentifier: [String]] = [:]

  init(_ assembly: ClusterAssembly) {
    for cluster in assembly.clusters {
      for resource in cluster.linted?.resources ?? [] {
        let id = ObjectIdentifier(resource)
        if names[id] == nil { subjects.append(resource) }
        names[id, default: []].append(cluster.name)
      }
    }
    for resource in assembly.alone where names[ObjectIdentifier(resource)] == nil {
      subjects.append(resource)
      names[ObjectIdentifier(resource)] = []
    }
  }
}

/// The files that take part in kustomizations.
private struct ComposedPaths {
  /// In at least one that was composed.
  private(set) var paths: Set<RepositoryPath> = []
  /// Only in some that were not, which change what their files say.
  /// With the name of the folder of one of them.
  private var doubtful: [RepositoryPath: String] = [:]

  init(_ assembly: ClusterAssembly) {
    let graph = assembly.discovery.graph
    for root in assembly.roots.values {
      if root.problem == nil {
        paths.formUnion(root.inputs)
      } else if graph.changesObjects(root.folder) {
        let name = root.folder.bytes.isEmpty ? "at the top" : "in \(root.folder.text)"
        for path in graph.files(of: graph.closure(of: [root.folder])) {
          doubtful[path] = min(name, doubtful[path] ?? name)
        }
      }
    }
  }

  /// What such a file leaves out may be supplied: it is read like a patch.
  func adjusted(_ file: LintedFile) -> LintedFile {
    isDoubtful(file.file.path) ? file.asPatch() : file
  }

  private func isDoubtful(_ path: RepositoryPath) -> Bool { !paths.contains(path) && doubtful[path] != nil }

  /// Why an object is left as it is, when nothing but a kustomization that is not composed stands in the way.
  func explained(_ finding: Diagnostic) -> Diagnostic {
    guard finding.help == IcspDeprecated.helpForParts, !paths.contains(finding.span.file.path),
      let kustomization = doubtful[finding.span.file.path]
    else { return finding }
    var finding = finding
    finding.help = """
      the kustomization \(kustomization) takes it and is not composed (kustomize-not-composed), so that what it \
      changes in this object is not known: make that kustomization compose, or rewrite the object and its patches by \
      hand
      """
    return finding
  }
}
