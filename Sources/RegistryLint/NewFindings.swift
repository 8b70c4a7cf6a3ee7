import Diagnostics
import GitStore
import History
import RegistryConfig
import Reporting
import Rules
import SourceText

extension Linter.Outcome {
  /// The outcome without the findings that an older state has.
  /// - Parameters:
  ///   - older: The older state, judged in the same way.
  ///   - name: Of the older state, for people: `main`.
  ///   - rules: Those that decide by both states.
  ///   - isAsked: Which findings to report of; the others are judged all the same.
  func new(
    since older: Linter.Outcome, name: String, rules: ChangeFindings, cluster: String?, where isAsked: (Diagnostic) -> Bool
  ) -> Linter.Outcome {
    func asked(_ findings: [Diagnostic]) -> [KeyedFinding] {
      findings.filter { $0.suppression == nil && isAsked($0) }.map(KeyedFinding.init)
    }
    let (before, after) = (StatePaths(older.input), StatePaths(input))
    let compared = FindingComparison(from: asked(older.findings), to: asked(findings)) { old, new in
      !after.holds(old) && !before.holds(new)
    }
    let causes = FindingCauses(
      changes(of: Set(compared.introduced.flatMap(\.diagnostic.clusters)), since: older), occasion: "since \(name)"
    ) { span in before.files[span.file.path].map { $0.file.bytes != span.file.bytes } ?? true }
    let suppressed = findings.filter { $0.suppression != nil && isAsked($0) }
    let ofChange = pairs(with: older, cluster).flatMap { rules.of(LintedChange(from: $0, to: $1)) }.filter(isAsked)
      .sortedAndMerged().withFingerprints()
    return replacing(
      new: compared.introduced.map { causes.explained($0).diagnostic } + suppressed + ofChange,
      unchanged: compared.unchanged.map(\.new.diagnostic),
      absent: compared.fixed.map { finding in
        AbsentFinding(finding.diagnostic, fingerprint: finding.diagnostic.fingerprint)
      })
  }

  /// The outcome without the findings of a baseline.
  func new(besides baseline: Baseline) -> Linter.Outcome {
    var left: [String: Int] = [:]
    for entry in baseline.entries { left[entry.fingerprint, default: 0] += entry.count }
    func take(_ fingerprint: String) -> Bool {
      guard let count = left[fingerprint], count > 0 else { return false }
      left[fingerprint] = count - 1
      return true
    }
    var open: [(Diagnostic, FindingKey)] = []
    var unchanged: [Diagnostic] = []
    for finding in findings where finding.suppression == nil {
      let key = FindingKey(finding)
      if take(FindingKey.text(key.fingerprint)) { unchanged.append(finding) } else { open.append((finding, key)) }
    }
    // A file that is gone took its findings to where the same ones are now.
    let paths = Set(input.files.map(\.file.path.text))
    var moved: [String: [String]] = [:]
    for entry in baseline.entries where !paths.contains(entry.path) { moved[entry.identity, default: []].append(entry.fingerprint) }
    var new: [Diagnostic] = []
    for (finding, key) in open {
      if (moved[FindingKey.text(key.identity)] ?? []).contains(where: take) { unchanged.append(finding) } else { new.append(finding) }
    }
    let absent = baseline.entries.flatMap { entry in
      (0..<(left[entry.fingerprint] ?? 0)).map { _ in
        AbsentFinding(rule: entry.rule, path: RepositoryPath(entry.path), fingerprint: entry.fingerprint)
      }
    }
    return replacing(new: new + findings.filter { $0.suppression != nil }, unchanged: unchanged, absent: absent)
  }

  private func replacing(new: [Diagnostic], unchanged: [Diagnostic], absent: [AbsentFinding]) -> Linter.Outcome {
    // Restored to the order of the report.
    let new = new.sortedAndMerged()
    var report = report
    report.diagnostics = new.aggregated(exempt: ["unknown-field"])
    let before = report.known
    report.known = LintReport.Known(
      unchanged: ((before?.unchanged ?? []) + unchanged).sortedAndMerged(), absent: (before?.absent ?? []) + absent)
    return Linter.Outcome(report: report, findings: new, failOn: failOn, input: input, assembly: assembly)
  }

  /// The clusters that both states know, or the one of a name.
  private func pairs(with older: Linter.Outcome, _ name: String?) -> [(LintedCluster, LintedCluster)] {
    let before = Dictionary(older.clusters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return clusters.filter { name == nil || $0.name == name }.compactMap { cluster in
      before[cluster.name].map { ($0, cluster) }
    }
  }

  /// What changed on the clusters of some names.
  private func changes(of names: Set<String>, since older: Linter.Outcome) -> [ClusterChange] {
    guard !names.isEmpty else { return [] }
    let before = Dictionary(older.clusters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return clusters.filter { names.contains($0.name) }.compactMap { cluster in
      before[cluster.name].map { ClusterChange(from: $0, to: cluster) }
    }
  }
}

/// Which resources stand in which files of a state.
private struct StatePaths {
  let files: [RepositoryPath: LintedFile]

  init(_ input: ManifestInput) {
    files = Dictionary(input.files.map { ($0.file.path, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Whether what a finding speaks of stands at its path.
  func holds(_ finding: Diagnostic) -> Bool {
    guard let file = files[finding.span.file.path] else { return false }
    guard let resource = finding.resource else { return true }
    return file.resources.contains { $0.resource.isOrPatches(resource) }
  }
}

extension Resource {
  /// Whether it is the object that a finding speaks of, or a patch, which may have another name than what it changes.
  func isOrPatches(_ object: ResourceReference) -> Bool {
    kindName.value == object.kind
      && (isPatch || name?.value == object.name && namespace?.value == object.namespace)
  }
}

/// Where a comparison of a lint run begins.
struct ComparisonBase {
  let repository: GitRepository
  /// The commit or tree that is compared with.
  let revision: String
  let notifications: [Notification]

  /// The merge base of `name` and what is linted; in histories without one, `name` itself.
  init(_ name: String, of tree: FileTree?) throws {
    guard let tree else { throw UsageError("--since needs files of a Git repository, not standard input") }
    guard let repository = tree.repository else {
      throw GitError(
        .notARepository, attempted: "compare with '\(name)'", reason: "there is no Git repository here")
    }
    self.repository = repository
    let other = try repository.side(name)
    var tip = try repository.head().commit
    if case .revision(let revision) = tree.source { tip = revision.commit }
    guard let tip, let commit = other.commit else {
      revision = (other.commit ?? other.tree).hex
      notifications = []
      return
    }
    if let base = try repository.mergeBase(tip, commit) {
      revision = base.hex
      notifications = []
    } else if !repository.shallowBoundary().isEmpty {
      throw GitError.shallow(
        "find where '\(name)' and this parted", reason: "they share no commit as far as this clone goes")
    } else {
      revision = commit.hex
      notifications = [Notification(.warning, "'\(name)' shares no history with this: it is compared with itself")]
    }
  }
}

extension Linter {
  /// Lints the whole tree and the one it is compared with, and keeps what is new at the paths that were asked for.
  func runSince(_ name: String, _ request: LintRequest) async throws -> Outcome {
    let asked = try PreparedRun(request)
    let base = try ComparisonBase(name, of: asked.tree)
    var (whole, older) = (request, request)
    whole.since = nil
    whole.baseline = nil
    // What is checked together may lie anywhere.
    let root = asked.tree?.rootPath.map { [$0] } ?? []
    whole.source = request.source.restricted(to: root)
    var run = try PreparedRun(whole)
    run.folder = asked.folder
    older.source = .files(.revision(base.revision, paths: []))
    let old = PreparedRun(try base.repository.files(of: try base.repository.resolve(base.revision)), like: run)
    let new = try await judge(whole, run, try await ManifestInput(whole, run))
    let before = try await judge(older, old, try await ManifestInput(older, old))
    try new.assembly.expectCluster(request.cluster, from: run.folder)
    let cluster = request.cluster.flatMap { new.assembly.name(meant: $0, from: run.folder) }
    let rules = ChangeFindings(run.selection, today: run.settings.today)
    var outcome = new.new(since: before, name: name, rules: rules, cluster: cluster) { finding in
      asked.isAsked(finding, new.assembly) || asked.isAsked(finding, before.assembly)
    }
    outcome.report.notifications += base.notifications
    return outcome
  }
}

extension PreparedRun {
  /// Another tree, judged in the same way.
  fileprivate init(_ tree: FileTree, like other: PreparedRun) {
    self.tree = tree
    configuration = other.configuration
    declared = other.declared
    settings = other.settings
    selection = other.selection
    inputKind = .revision
    revisionName = nil
    provenance = other.provenance
    folder = other.folder
  }
}

extension ManifestSource {
  fileprivate func restricted(to paths: [String]) -> ManifestSource {
    switch self {
    case .standardInput: self
    case .files(.workingTree): .files(.workingTree(paths: paths))
    case .files(.index): .files(.index(paths: paths))
    case .files(.revision(let name, _)): .files(.revision(name, paths: paths))
    }
  }
}
