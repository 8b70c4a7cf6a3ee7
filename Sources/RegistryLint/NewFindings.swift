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
  ///   - behind: What the clusters were before the older state, where that does not tell.
  ///   - lost: What that state does not read of the files of this one.
  ///   - name: Of the older state, for people: `main`.
  ///   - rules: Those that decide by both states.
  ///   - isAsked: Which findings to report of; the others are judged all the same.
  func new(
    since older: Linter.Outcome, behind earlier: EarlierState, lost: [LostFile], name: String, rules: ChangeFindings,
    cluster: String?, where isAsked: (Diagnostic) -> Bool
  ) -> Linter.Outcome {
    func asked(_ findings: [Diagnostic]) -> [KeyedFinding] {
      findings.filter { $0.suppression == nil && isAsked($0) }.map(KeyedFinding.init)
    }
    let (before, after) = (StatePaths(older.input), StatePaths(input))
    let hidden = LastKnown.findings(of: earlier.clusters, besides: older.findings).filter { $0.concerns(cluster) }
    let gone = Set(input.lost.map(\.unread.path))
    let unknownNow = UnknownClusters.names(unknownIn: assembly, besides: older.assembly)
    let compared = FindingComparison(from: asked(older.findings + hidden), to: asked(findings)) { old, new in
      !after.holds(old) && !before.holds(new)
    }.keepingFixed { !$0.isHidden(by: unknownNow) && !gone.contains($0.span.file.path) }
    let pairs = pairs(with: older, earlier, besides: unknownNow)
    let (filesBefore, files) = (older.input.files, input.files)
    let introducedOn = Set(compared.introduced.flatMap(\.diagnostic.clusters))
    let causes = FindingCauses(
      pairs.filter { introducedOn.contains($0.new.name) }.map { $0.change(earlier, filesBefore, files) },
      occasion: "since \(name)"
    ) { span in before.files[span.file.path].map { $0.file.bytes != span.file.bytes } ?? true }
    let suppressed = findings.filter { $0.suppression != nil && isAsked($0) }
    let unread = clustersUnread(besides: older, lost)
    let ofChange = pairs.filter { pair in
      (cluster == nil || pair.new.name == cluster) && (pair.lastKnownIn != nil || !unread.contains(pair.new.name))
    }
      .flatMap { rules.of($0.linted(earlier, filesBefore, files)) }.filter(isAsked).sortedAndMerged().withFingerprints()
    let hiddenOn = pairs.filter { cluster == nil || $0.new.name == cluster }.compactMap { pair in
      LintedCluster.whyNotRead(pair.old, pair.new).map { "the cluster '\(pair.new.name)': \($0)" }
    }
    var outcome = replacing(
      new: compared.introduced.map { causes.explained($0).diagnostic } + suppressed + ofChange,
      unchanged: compared.unchanged.map(\.new.diagnostic),
      absent: compared.fixed.map { finding in
        AbsentFinding(finding.diagnostic, fingerprint: finding.diagnostic.fingerprint)
      })
    outcome.report.notifications += hiddenOn.map { Notification(.warning, path: nil, $0) }
    return outcome
  }

  func replacing(new: [Diagnostic], unchanged: [Diagnostic], absent: [AbsentFinding]) -> Linter.Outcome {
    // Restored to the order of the report.
    let new = new.sortedAndMerged()
    var report = report
    report.diagnostics = new.aggregatedForReports()
    // What is new is gathered apart from what is not, so that neither hides the other. With --since and --baseline both
    // know something: that is gathered together.
    let unchanged = (self.unchanged + unchanged).sortedAndMerged()
    report.known = LintReport.Known(
      unchanged: unchanged.aggregatedForReports(), absent: (report.known?.absent ?? []) + absent)
    return Linter.Outcome(
      report: report, findings: new, unchanged: unchanged, failOn: failOn, input: input, assembly: assembly)
  }

  /// The clusters of the older state with what they are now, renamed ones and such of which nothing is left among them,
  /// and those that are known again.
  /// - Parameter unknown: Those that this state does not know.
  private func pairs(
    with older: Linter.Outcome, _ earlier: EarlierState, besides unknown: Set<String>
  ) -> [ClusterPair] {
    func judged(_ clusters: [LintedCluster]) -> [JudgedCluster] {
      clusters.map { JudgedCluster($0, inputs: JudgedCluster.Inputs($0)) }
    }
    let pairs = ClusterPairs.pairs(
      from: judged(older.clusters), unknown: UnknownClusters.names(unknownIn: older.assembly, besides: assembly),
      to: judged(clusters), unknown: unknown)
    return pairs.compactMap { pair in
      if let after = pair.1?.cluster, let known = earlier.clusters[after.name] {
        return ClusterPair(old: known.cluster.cluster, new: after, lastKnownIn: known.commit)
      }
      // One that comes has no nodes yet.
      guard let before = pair.0?.cluster, pair.1 != nil || !unknown.contains(before.name) else { return nil }
      return ClusterPair(old: before, new: pair.1?.cluster ?? before.emptied, lastKnownIn: nil)
    }
  }

  /// The clusters of which nobody knows what happens to them, because one state does not read what the other one reads
  /// of them.
  private func clustersUnread(besides older: Linter.Outcome, _ lost: [LostFile]) -> Set<String> {
    func unread(_ input: ManifestInput) -> [RepositoryPath: [UInt8]] {
      let files = (input.files + input.others).filter(\.holdsUnread)
      return Dictionary(files.map { ($0.file.path, $0.file.bytes) }) { first, _ in first }
    }
    let (before, after) = (unread(older.input), unread(input))
    let kustomizations = older.input.lostKustomizations(of: input).map(\.file.path)
    let paths = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
      .union(lost.filter(\.isOfClusters).map(\.unread.path) + kustomizations)
    if paths.isEmpty { return [] }
    return Set((assembly.clusters + older.assembly.clusters).filter { !$0.inputs.isDisjoint(with: paths) }.map(\.name))
  }
}

/// One cluster of two states.
private struct ClusterPair {
  let old: LintedCluster
  let new: LintedCluster
  /// The commit that the old side is of, when that is not the one that is compared with.
  let lastKnownIn: String?

  /// - Parameters: The files of both states.
  func change(_ earlier: EarlierState, _ before: [LintedFile], _ after: [LintedFile]) -> ClusterChange {
    ClusterChange(
      from: old, to: new, lastKnownIn: lastKnownIn, before: earlier.objects[old.name] ?? [:],
      written: earlier.written[old.name], isLeft: after.leaves,
      wasIdle: { before.idle(like: $0) != nil })
  }

  /// What rules of changes see.
  func linted(_ earlier: EarlierState, _ before: [LintedFile], _ after: [LintedFile]) -> LintedChange {
    let isPlain =
      earlier.objects[old.name] == nil && earlier.written[old.name] == nil
      && (old.resources + new.resources).allSatisfy { $0.resource.retention == nil }
    return LintedChange(from: old, to: new, disruption: isPlain ? nil : change(earlier, before, after).disruption)
  }
}

/// Which resources stand in which files of a state.
struct StatePaths {
  let files: [RepositoryPath: LintedFile]

  init(_ input: ManifestInput) {
    files = Dictionary(input.files.map { ($0.file.path, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Whether what a finding speaks of stands at its path.
  func holds(_ finding: Diagnostic) -> Bool { holds(finding.resource, at: finding.span.file.path) }

  /// - Parameter object: `nil` for the file itself.
  func holds(_ object: ResourceReference?, at path: RepositoryPath) -> Bool {
    guard let file = files[path] else { return false }
    return object.map { object in file.resources.contains { $0.resource.isOrPatches(object) } } ?? true
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
  func runSince(_ name: String, _ request: LintRequest, _ asked: PreparedRun) async throws -> Outcome {
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
    var (input, inputBefore) = (try await ManifestInput(whole, run), try await ManifestInput(older, old))
    input.lost = input.lost(of: inputBefore, settings: run.settings)
    input.lostKustomizations = input.lostKustomizations(of: inputBefore)
    // The older state is judged by what it reads.
    let lost = inputBefore.lost(of: input, settings: run.settings)
    let new = try await judge(whole, run, input)
    let before = try await judge(older, old, inputBefore)
    try new.assembly.expectCluster(request.cluster, from: run.folder)
    let cluster = request.cluster.flatMap { new.assembly.name(meant: $0, from: run.folder) }
    let rules = ChangeFindings(run.selection, today: run.settings.today)
    let earlier = try await earlier(than: before, to: new, lost, base, run)
    var outcome = new.new(
      since: before, behind: earlier, lost: lost, name: name, rules: rules, cluster: cluster
    ) { finding in
      asked.isAsked(finding, new.assembly) || asked.isAsked(finding, before.assembly)
    }
    outcome.report.notifications += base.notifications + outcome.notKnownBefore(before, earlier, name)
    outcome.report.notifications += new.notKnown(earlier, lost)
    return outcome
  }

  /// What the clusters were behind the base, where that does not tell what the new state is compared with.
  private func earlier(
    than old: Outcome, to new: Outcome, _ lost: [LostFile], _ base: ComparisonBase, _ run: PreparedRun
  ) async throws -> EarlierState {
    var wanted = EarlierSearch.Wanted(from: old, to: new)
    for cluster in new.assembly.clusters where cluster.linted != nil {
      let files = lost.compactMap { cluster.inputs.contains($0.unread.path) ? $0.unread.lastRead : nil }
      if files.isEmpty { continue }
      wanted.plans.insert(cluster.plan.name)
      wanted.standIns += files
    }
    let revision = try base.repository.resolve(base.revision)
    guard !wanted.isEmpty, let commit = revision.commit else { return EarlierState() }
    let reader = ManifestReader(base.repository, settings: run.settings, exclude: run.configuration.exclude)
    let judge = StateJudge(settings: run.settings, selection: run.selection, declared: run.declared, paths: .all)
    var walk = HistoryWalk(reader: reader, judge: judge, commits: [])
    if reader.objects.isPartialClone { return EarlierState() }
    let state = try await walk.state(of: revision.tree)
    return try await walk.lookBack(from: commit, state, for: wanted, in: base.repository)
  }
}

extension EarlierSearch.Wanted {
  /// The same of two runs.
  fileprivate init(from old: Linter.Outcome, to new: Linter.Outcome) {
    self.init()
    plans = old.assembly.unknownPlans.subtracting(new.assembly.unknownPlans)
    let after = Dictionary(new.clusters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for before in old.clusters {
      guard let now = after[before.name] else { continue }
      if before.isFrozen, !now.isFrozen { frozen.insert(before.name) }
      objects = objects || (before.holdsRefused && !now.holdsRefused)
    }
  }
}

extension Linter.Outcome {
  /// Clusters of which no state before this one is known, so that all their findings are new.
  fileprivate func notKnownBefore(_ older: Linter.Outcome, _ earlier: EarlierState, _ name: String) -> [Notification] {
    let plans = older.assembly.unknownPlans.subtracting(earlier.clusters.values.map(\.plan))
    if plans.isEmpty { return [] }
    let found = Set(report.open.flatMap(\.clusters))
    return assembly.clusters.filter { cluster in
      cluster.linted != nil && plans.contains(cluster.plan.name) && found.contains(cluster.name)
    }.map {
      Notification(
        .warning, path: nil,
        "the cluster '\($0.name)' was not known as a whole at '\(name)' and before: "
          + "all that is found on it counts as new")
    }
  }
}

extension Linter.Outcome {
  /// Clusters of which one state does not read what the other one reads, in words: what happens to them is not told.
  /// - Parameter lost: What the older state does not read.
  fileprivate func notKnown(_ earlier: EarlierState, _ lost: [LostFile]) -> [Notification] {
    let before = lost.filter(\.isOfClusters).compactMap { file -> Notification? in
      let path = file.unread.path
      let taking = assembly.clusters.filter { $0.linted != nil && $0.inputs.contains(path) }
      guard taking.contains(where: { earlier.clusters[$0.name] == nil }) else { return nil }
      return Notification(.warning, path: nil, file.unread.words(isNow: false))
    }
    let now = input.lost.filter(\.isOfClusters).map { $0.unread.words(isNow: true) }
    return now.map { Notification(.warning, path: nil, $0) } + before
  }
}

extension Diagnostic {
  fileprivate func concerns(_ cluster: String?) -> Bool {
    cluster.map { clusters.isEmpty || clusters.contains($0) } ?? true
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
