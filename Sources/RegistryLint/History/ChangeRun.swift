import Diagnostics
import GitStore
import History
import Reporting
import Rules

/// Tells what a range changes, commit by commit, oldest first.
public struct ChangeRun: Sendable {
  public struct Outcome: Sendable {
    /// The range as a whole: its findings decide on the status of the run.
    public let ending: ChangeEnding
    /// Changes that were told.
    public let changes: Int
    public let failOn: FailOn

    /// Whether the range introduces a finding that reaches the severity that fails a run.
    public var isFailed: Bool { ending.total.introduced.contains { failOn.isReached(by: $0.severity) } }
  }

  /// What reporters need to know before the first commit.
  public let heading: ChangeHeading
  let request: ChangeRequest
  let run: PreparedRun
  private let plan: Plan
  /// What says more of the two ends; empty for an end that is nothing.
  private let lintCommands: (old: String, new: String)

  /// What is read.
  private enum Plan {
    case paths(old: LintRequest, new: LintRequest)
    case commits(GitRepository, [Commit], base: Revision?, tip: ObjectID)
    /// Two trees as one change.
    case trees(GitRepository, old: Revision?, new: ObjectID)
    case index(GitRepository, head: ObjectID?)
  }

  /// Resolves what is to be compared; nothing but names and commits is read.
  /// - Throws: `UsageError` and `GitError`, for a range that a shallow clone cannot tell one with the remedy.
  public init(_ request: ChangeRequest) throws {
    self.request = request
    var judging = request.judging
    var notes: [Notification] = []
    let name: String
    switch request.subject {
    case .paths(let old, let new):
      name = "\(old) \(new)"
      var (before, after) = (judging, judging)
      before.source = .files(.workingTree(paths: [old]))
      after.source = .files(.workingTree(paths: [new]))
      plan = .paths(old: before, new: after)
      judging = after
      lintCommands = (before.source.lintCommand, after.source.lintCommand)
    case .staged:
      name = "HEAD..index"
      judging.source = .files(.index())
      let repository = try Self.repository(judging.environment)
      guard repository.workTree != nil else {
        throw GitError(
          .unreadable, attempted: "read what is staged", reason: "it is a bare repository",
          hint: "Name a revision or a range.")
      }
      let head = try repository.head().commit
      plan = .index(repository, head: try head.map { try repository.resolve($0.hex).tree })
      lintCommands = (ManifestSource.lintCommand("--rev", "HEAD"), ManifestSource.lintCommand("--staged"))
    case .history(let text):
      name = text
      let repository = try Self.repository(judging.environment)
      let tip = try repository.resolve(text)
      judging.source = .files(.revision(text))
      plan = try Self.plan(request, repository, RevisionRange(base: nil, tip: tip), text, &notes)
      lintCommands = ("", tip.lintCommand)
    case .range(let written):
      name = written
      let text = GitRepository.spelledOut(written)
      let repository = try Self.repository(judging.environment)
      let range = try repository.range(text)
      judging.source = .files(.revision((range.tip.commit ?? range.tip.tree).hex))
      plan = try Self.plan(request, repository, range, text, &notes)
      lintCommands = (range.base?.lintCommand ?? "", range.tip.lintCommand)
    }
    run = try PreparedRun(judging)
    var provenance = run.provenance
    if case .paths = request.subject {
      provenance = LintReport.Provenance(repositoryURI: nil, revision: nil, branch: nil)
    }
    heading = ChangeHeading(
      range: name, version: RegistryLintVersion.current, release: run.settings.release, provenance: provenance,
      rules: run.selection.rules, notifications: notes)
  }

  private static func repository(_ environment: GitEnvironment) throws -> GitRepository {
    guard let repository = try GitRepository.find(environment: environment) else {
      throw GitError(
        .notARepository, attempted: "find a Git repository here", reason: "there is none",
        hint: "Outside of Git, name two files or directories: registrylint diff OLD NEW.")
    }
    return repository
  }

  private static func plan(
    _ request: ChangeRequest, _ repository: GitRepository, _ range: RevisionRange, _ text: String,
    _ notes: inout [Notification]
  ) throws -> Plan {
    guard let tip = range.tip.commit, range.base == nil || range.base?.commit != nil else {
      // Names of trees: there are no commits between them.
      return .trees(repository, old: range.base, new: range.tip.tree)
    }
    if let left = range.left, range.hasParted {
      let told = "what is told is what the second has and the first has not"
      let reason =
        range.base.map { base in
          "\(left.name) has commits that \(range.tip.name) has not; \(told), since \(base.short)"
        } ?? "the two sides of \(text) share no history: all commits of the second are told"
      notes.append(Notification(range.base == nil ? .warning : .note, reason))
    }
    if request.isSummary {
      if range.base == nil {
        let commits = try repository.commits(in: range, workers: request.judging.workers)
        if let end = shallowEnd(of: repository, in: commits) {
          throw GitError.shallow("tell the history of \(text)", reason: "it goes on behind \(end.id)")
        }
      }
      return .trees(repository, old: range.base, new: range.tip.tree)
    }
    var commits: [Commit]
    if case .range = request.subject, range.left == nil {
      // One revision stands for what it changes, and a merge's is not all of what it merges.
      commits = try repository.commit(tip).map { [$0] } ?? []
    } else {
      commits = try repository.commits(in: range, workers: request.judging.workers)
    }
    if let end = shallowEnd(of: repository, in: commits) {
      throw GitError.shallow(
        "tell what \(text) changes", reason: "the commit \(end.id) is in it and its parent is not in this clone")
    }
    if request.followsFirstParent { commits = GitRepository.firstParentLine(of: commits, from: tip) }
    if request.leavesOutMerges { commits.removeAll { $0.parents.count > 1 } }
    return .commits(repository, commits, base: range.base, tip: range.tip.tree)
  }

  private static func shallowEnd(of repository: GitRepository, in commits: [Commit]) -> Commit? {
    let boundary = repository.shallowBoundary()
    return boundary.isEmpty ? nil : commits.first { boundary.contains($0.id) }
  }

  /// The number of commits to compare; 1 for everything that is one change.
  public var commitCount: Int { if case .commits(_, let commits, _, _) = plan { commits.count } else { 1 } }

  /// Compares, and hands over every change as soon as it is known.
  /// - Parameters:
  ///   - progress: Called before each commit with the number of those that are done.
  ///   - emit: Takes the changes in order.
  public func changes(
    progress: (Int) -> Void = { _ in }, _ emit: (CommitChange) throws -> Void
  ) async throws -> Outcome {
    switch plan {
    case .paths(let old, let new): try await comparePaths(old, new, emit)
    case .trees(let repository, let old, let new): try await compareTrees(repository, old, new, emit)
    case .index(let repository, let head):
      try await compareIndex(repository, head, emit)
    case .commits(let repository, let commits, let base, let tip):
      try await walk(repository, commits, base: base, tip: tip, progress, emit)
    }
  }

  /// The report shows what happens to nodes in its own words.
  var rules: ChangeFindings {
    ChangeFindings(run.selection, today: run.settings.today, unlessNamed: [DisruptionReport.documentation.id])
  }

  /// The name that the cluster has which was asked for, in two states; what the user wrote when neither has it.
  func wanted(_ old: JudgedState, _ new: JudgedState) -> String? {
    request.cluster.map { name(meant: $0, new) ?? name(meant: $0, old) ?? $0 }
  }

  /// Whether one of two states has the cluster that was asked for, if any was.
  func isThere(_ old: JudgedState, _ new: JudgedState) -> Bool {
    request.cluster.map { name(meant: $0, new) != nil || name(meant: $0, old) != nil } ?? true
  }

  private func name(meant name: String, _ state: JudgedState) -> String? {
    state.assembly.name(meant: name, from: run.folder)
  }

  /// - Throws: `UsageError` for a name that no cluster of any state has.
  func expectCluster(isFound: Bool, among names: Set<String>) throws(UsageError) {
    guard let cluster = request.cluster, !isFound else { return }
    throw .noCluster(cluster, among: names.sorted())
  }

  /// Objects that the API server refuses, on both sides of the clusters of a change.
  func refusals(_ change: StateChange, _ old: JudgedState, _ new: JudgedState) -> [Notification] {
    let names = Set(change.clusters.flatMap { [$0.cluster, $0.oldName ?? $0.cluster] })
    func clusters(_ state: JudgedState) -> [LintedCluster] {
      state.clusters.map(\.cluster).filter { names.contains($0.name) }
    }
    let (before, after) = lintCommands
    var shown = "a cluster keeps what it took last, and that is what is told of"
    if case .paths = request.subject { shown = "what is shown is what the operator would do with it" }
    return Notification.refusals(in: clusters(old), " before the change", lint: before, shown: shown)
      + Notification.refusals(in: clusters(new), lint: after, shown: shown)
      + (request.cluster == nil ? Notification.unreadable(in: new.files, besides: old.files, lint: after) : [])
  }

  func tools(_ repository: GitRepository) throws -> (ManifestReader, StateJudge) {
    let paths = try PathSelection(request.paths, repository, request.judging.environment)
    let reader = ManifestReader(repository, settings: run.settings, exclude: run.configuration.exclude)
    let judge = StateJudge(settings: run.settings, selection: run.selection, declared: run.declared, paths: paths)
    return (reader, judge)
  }

  func outcome(
    _ change: StateChange, _ origins: [UInt64: CommitDescription], _ notifications: [Notification], changes: Int
  ) -> Outcome {
    let total = CommitChange(nil, change)
    var named: [String: CommitDescription] = [:]
    for finding in total.introduced { named[finding.fingerprint] = origins[FindingKey(finding).fingerprint] }
    return Outcome(
      ending: ChangeEnding(total: total, origins: named, notifications: heading.notifications + notifications),
      changes: changes, failOn: request.judging.failOn ?? run.configuration.failOn ?? .error)
  }
}

extension CommitChange {
  init(_ commit: CommitDescription?, _ change: StateChange) {
    self.init(
      commit: commit, clusters: change.clusters,
      introduced: change.findings.introduced.map(\.diagnostic).sortedAndMerged().withFingerprints(),
      fixed: change.findings.fixed.map(\.diagnostic).sortedAndMerged().withFingerprints())
  }
}

extension Revision {
  fileprivate var lintCommand: String { ManifestSource.lintCommand("--rev", short) }

  fileprivate var short: String { String((commit ?? tree).hex.prefix(10)) }
}
