import Clusters
import Diagnostics
import GitStore
import History
import RegistryConfig
import Reporting
import Rules
import SourceText

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
  private let request: ChangeRequest
  private let run: PreparedRun
  private let plan: Plan
  /// What says more of the two ends; empty for an end that is nothing.
  private let lintCommands: (old: String, new: String)

  /// What is read.
  private enum Plan {
    case paths(old: LintRequest, new: LintRequest)
    case commits(GitRepository, [Commit], base: ObjectID?, tip: ObjectID)
    /// Two trees as one change.
    case trees(GitRepository, old: ObjectID?, new: ObjectID)
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
      name = "\(old)..\(new)"
      var (before, after) = (judging, judging)
      before.source = .files(.workingTree(paths: [old]))
      after.source = .files(.workingTree(paths: [new]))
      plan = .paths(old: before, new: after)
      judging = after
      lintCommands = (before.source.lintCommand, after.source.lintCommand)
    case .staged:
      name = "HEAD..index"
      judging.source = .files(.index(paths: request.paths))
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
      return .trees(repository, old: range.base?.tree, new: range.tip.tree)
    }
    if text.contains("..."), range.base == nil {
      notes.append(Notification(.warning, "the two sides of \(text) share no history: all commits of the second are told"))
    }
    if request.isSummary {
      if range.base == nil, let end = try shallowEnd(of: repository, in: repository.commits(in: range)) {
        throw GitError.shallow("tell the history of \(text)", reason: "it goes on behind \(end.id)")
      }
      return .trees(repository, old: range.base?.tree, new: range.tip.tree)
    }
    var commits = try isSingle(text, request) ? repository.commit(tip).map { [$0] } ?? [] : repository.commits(in: range)
    if let end = shallowEnd(of: repository, in: commits) {
      throw GitError.shallow(
        "tell what \(text) changes", reason: "the commit \(end.id) is in it and its parent is not in this clone")
    }
    if request.followsFirstParent { commits = GitRepository.firstParentLine(of: commits, from: tip) }
    if request.leavesOutMerges { commits.removeAll { $0.parents.count > 1 } }
    return .commits(repository, commits, base: range.base?.tree, tip: range.tip.tree)
  }

  /// One revision stands for what it changes, and a merge's is not all of what it merges.
  private static func isSingle(_ text: String, _ request: ChangeRequest) -> Bool {
    if case .history = request.subject { return false }
    return !text.contains("..")
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
  private var rules: ChangeFindings {
    ChangeFindings(run.selection, today: run.settings.today, unlessNamed: [DisruptionReport.documentation.id])
  }

  // MARK: One change

  private func comparePaths(
    _ old: LintRequest, _ new: LintRequest, _ emit: (CommitChange) throws -> Void
  ) async throws -> Outcome {
    func state(_ request: LintRequest) async throws -> (ManifestInput, ClusterAssembly, JudgedState) {
      let own = try PreparedRun(request)
      let input = try await ManifestInput(request, own)
      let assembly = try await ClusterAssembly(input, own, workers: request.workers)
      let judge = StateJudge(settings: own.settings, selection: run.selection, declared: own.declared, paths: .all)
      return (input, assembly, await judge.judge(input, assembly))
    }
    let (before, one, oldState) = try await state(old)
    let (after, other, newState) = try await state(new)
    return try finish(
      oldState, newState,
      notifications: before.notifications + one.notifications + after.notifications + other.notifications,
      paths: PathPairing(pairsSingles: request.cluster == nil, bases: (before.base, after.base)), emit)
  }

  private func compareIndex(
    _ repository: GitRepository, _ head: ObjectID?, _ emit: (CommitChange) throws -> Void
  ) async throws -> Outcome {
    let environment = request.judging.environment
    let tree = try FileTree.open(.index(), environment: environment)
    let index = try await tree.entries(scope: .everything)
    var changes: [RepositoryPath: FileEntry] = [:]
    for entry in index.entries { changes[entry.path] = entry }
    var notes = index.skipped.map(Notification.init)
    notes += index.entries.filter(\.isUnmerged).map { Notification(SkippedFile(path: $0.path, reason: .unmerged)) }
    let (reader, judge) = try tools(repository)
    let whole = try reader.objects.changes(from: nil, to: head)
    let old = try await firstState(whole, reader, judge, tree: head)
    var staged: [TreeChange] = []
    for old in whole {
      let entry = changes.removeValue(forKey: old.path)
      // Of an unmerged path the commit side stays: what it will be is not known.
      if entry?.isUnmerged == true { continue }
      let side = entry.flatMap { entry in entry.objectID.map { TreeChange.Side(objectID: $0, mode: entry.mode) } }
      if side != old.new { staged.append(TreeChange(path: old.path, old: old.new, new: side)) }
    }
    for entry in changes.values where !entry.isUnmerged {
      guard let id = entry.objectID else { continue }
      staged.append(TreeChange(path: entry.path, old: nil, new: TreeChange.Side(objectID: id, mode: entry.mode)))
    }
    let set = reader.set(after: StepReading(changes: staged), from: old.set)
    let cache = SourceCache(set.files.map(\.source))
    let new = await judge.judge(
      set, after: old.state, changed: Set(staged.map(\.path)),
      tree: { RepositoryFiles(tree, limit: ManifestInput.byteLimit, cache: cache) },
      source: { reader.source($0, at: $1) })
    return try finish(old.state, new, notifications: notes + reader.notifications, paths: nil, emit)
  }

  private func firstState(
    _ changes: [TreeChange], _ reader: ManifestReader, _ judge: StateJudge, tree: ObjectID?
  ) async throws -> (set: ManifestSet, state: JudgedState) {
    guard let tree else { return (.empty, judge.empty()) }
    try reader.fetchAhead([(nil, tree)])
    let set = reader.set(after: StepReading(changes: changes), from: .empty)
    let state = await judge.judge(
      set, after: nil, changed: [], tree: { HistoricTree(tree, reader) }, source: { reader.source($0, at: $1) })
    return (set, state)
  }

  private func compareTrees(
    _ repository: GitRepository, _ old: ObjectID?, _ new: ObjectID, _ emit: (CommitChange) throws -> Void
  ) async throws -> Outcome {
    let (reader, judge) = try tools(repository)
    try reader.fetchAhead((old.map { [(nil, $0)] } ?? []) + [(old, new)])
    var walk = HistoryWalk(reader: reader, judge: judge, commits: [])
    let before = try await walk.state(of: old)
    return try finish(
      before, try await walk.state(of: new), notifications: reader.notifications, paths: nil, emit)
  }

  private func finish(
    _ old: JudgedState, _ new: JudgedState, notifications: [Notification], paths: PathPairing?,
    _ emit: (CommitChange) throws -> Void
  ) throws -> Outcome {
    let names = (old.assembly.clusters + new.assembly.clusters).map(\.name)
    try expectCluster(isFound: isThere(old, new), among: Set(names))
    let change = StateChange(
      from: old, to: new, onlyCluster: wanted(old, new), paths: paths, rules: rules, occasion: "in this change")
    try emit(CommitChange(nil, change))
    return outcome(change, [:], notifications + change.unknown + refusals(change, old, new), changes: 1)
  }

  // MARK: Commits

  private func walk(
    _ repository: GitRepository, _ commits: [Commit], base: ObjectID?, tip: ObjectID, _ progress: (Int) -> Void,
    _ emit: (CommitChange) throws -> Void
  ) async throws -> Outcome {
    let (reader, judge) = try tools(repository)
    let steps = steps(commits, from: base)
    try reader.fetchAhead((base.map { [(nil, $0)] } ?? []) + steps)
    let ahead = ReadAhead(steps, reader.blobs, of: repository)
    // What no remote gives is asked for once, and said as it was said then: by the one reader that knows it.
    let others = reader.objects.isPartialClone ? 0 : ReadAhead.workers(request.judging.workers, steps: steps.count)
    return try await withThrowingTaskGroup { group in
      defer { ahead.stop() }
      for _ in 0..<others { group.addTask { await ahead.work() } }
      let walk = HistoryWalk(reader: reader, judge: judge, commits: commits, ahead: others > 0 ? ahead : nil)
      return try await tell(commits, walk, repository, base: base, tip: tip, progress, emit)
    }
  }

  private func tell(
    _ commits: [Commit], _ walk: consuming HistoryWalk, _ repository: GitRepository, base: ObjectID?, tip: ObjectID,
    _ progress: (Int) -> Void, _ emit: (CommitChange) throws -> Void
  ) async throws -> Outcome {
    let rules = rules
    let start = try await walk.state(of: base)
    var told = 0
    var origins = FindingOrigins()
    var names = Set(start.assembly.clusters.map(\.name))
    var unknown: [Notification] = []
    var isFound = isThere(start, start)
    /// What is told as soon as the cluster that was asked for comes.
    var held: [CommitChange] = []
    func tell(_ steps: [PendingChanges.Step]) throws {
      for step in steps {
        told += 1
        unknown += step.change.unknown.filter { !unknown.contains($0) }
        if let commit = step.told.commit { origins.follow(step.change.findings, in: commit) }
        held.append(step.told)
      }
      guard isFound else { return }
      for change in held { try emit(change) }
      held = []
    }
    var pending = PendingChanges(workers: request.judging.workers)
    for (position, commit) in commits.enumerated() {
      try Task.checkCancellation()
      progress(position)
      for (number, parent) in parents(of: commit) {
        let made: (old: JudgedState, new: JudgedState)?
        do {
          made = try await walk.step(from: parent, to: commit, in: repository)
        } catch {
          // What stands before is told.
          try tell(await pending.finish())
          throw error
        }
        guard let step = made else { continue }
        let description = CommitDescription(
          id: commit.id.hex, parent: parent?.hex, parentNumber: number, author: commit.authorName,
          date: commit.authored.rfc3339, subject: commit.subject)
        // Only who asked for a cluster that never comes is told what there is.
        if !isFound, step.old !== step.new { names.formUnion(step.new.assembly.clusters.map(\.name)) }
        isFound = isFound || isThere(step.old, step.new)
        let wanted = wanted(step.old, step.new)
        let compared = await pending.add(from: step.old, to: step.new, of: description) { old, new in
          StateChange(from: old, to: new, onlyCluster: wanted, rules: rules, occasion: "in this commit")
        }
        try tell(compared)
      }
      walk.finish(commit)
    }
    try tell(await pending.finish())
    try expectCluster(isFound: isFound, among: names)
    // A range without commits changes nothing, whichever of its ends is the newer one.
    let end = told == 0 ? start : try await walk.state(of: tip)
    let whole = StateChange(
      from: start, to: end, onlyCluster: wanted(start, end), rules: rules, occasion: "in this range")
    return outcome(
      whole, origins.commits, walk.notifications + unknown + refusals(whole, start, end), changes: told)
  }

  /// The trees that a walk compares, as far as they are known without reading more commits.
  private func steps(_ commits: [Commit], from base: ObjectID?) -> [(old: ObjectID?, new: ObjectID)] {
    let trees = Dictionary(commits.map { ($0.id, $0.tree) }, uniquingKeysWith: { first, _ in first })
    return commits.flatMap { commit in
      parents(of: commit).map { (old: $0.1.flatMap { trees[$0] ?? base }, new: commit.tree) }
    }
  }

  /// The name that the cluster has which was asked for, in two states; what the user wrote when neither has it.
  private func wanted(_ old: JudgedState, _ new: JudgedState) -> String? {
    request.cluster.map { name(meant: $0, new) ?? name(meant: $0, old) ?? $0 }
  }

  /// Whether one of two states has the cluster that was asked for, if any was.
  private func isThere(_ old: JudgedState, _ new: JudgedState) -> Bool {
    request.cluster.map { name(meant: $0, new) != nil || name(meant: $0, old) != nil } ?? true
  }

  private func name(meant name: String, _ state: JudgedState) -> String? {
    state.assembly.name(meant: name, from: run.folder)
  }

  /// - Throws: `UsageError` for a name that no cluster of any state has.
  private func expectCluster(isFound: Bool, among names: Set<String>) throws(UsageError) {
    guard let cluster = request.cluster, !isFound else { return }
    throw .noCluster(cluster, among: names.sorted())
  }

  /// With their numbers where each has a report.
  private func parents(of commit: Commit) -> [(Int?, ObjectID?)] {
    if request.comparesAllParents, commit.parents.count > 1 {
      return commit.parents.enumerated().map { ($0.offset + 1, $0.element) }
    }
    return [(nil, commit.parents.first)]
  }

  // MARK: Parts

  /// Objects that the API server refuses, on both sides of the clusters of a change.
  private func refusals(_ change: StateChange, _ old: JudgedState, _ new: JudgedState) -> [Notification] {
    let names = Set(change.clusters.flatMap { [$0.cluster, $0.oldName ?? $0.cluster] })
    func clusters(_ state: JudgedState) -> [LintedCluster] {
      state.clusters.map(\.cluster).filter { names.contains($0.name) }
    }
    let (before, after) = lintCommands
    return Notification.refusals(in: clusters(old), " before the change", lint: before)
      + Notification.refusals(in: clusters(new), lint: after)
      + (request.cluster == nil ? Notification.unreadable(in: new.files, besides: old.files, lint: after) : [])
  }

  private func tools(_ repository: GitRepository) throws -> (ManifestReader, StateJudge) {
    let paths = try PathSelection(request.paths, repository, request.judging.environment)
    let reader = ManifestReader(repository, settings: run.settings, exclude: run.configuration.exclude)
    let judge = StateJudge(settings: run.settings, selection: run.selection, declared: run.declared, paths: paths)
    return (reader, judge)
  }

  private func outcome(
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

/// Which commit brought a finding, followed while it moves.
private struct FindingOrigins {
  /// By fingerprint.
  private(set) var commits: [UInt64: CommitDescription] = [:]

  mutating func follow(_ findings: FindingComparison, in commit: CommitDescription) {
    for (old, new) in findings.unchanged where old.key.fingerprint != new.key.fingerprint {
      commits[new.key.fingerprint] = commits.removeValue(forKey: old.key.fingerprint)
    }
    for finding in findings.fixed { commits[finding.key.fingerprint] = nil }
    // What a merge brings from a side branch, a commit of that branch has brought.
    for finding in findings.introduced where commits[finding.key.fingerprint] == nil {
      commits[finding.key.fingerprint] = commit
    }
  }
}

extension ManifestInput {
  /// The one folder that was named, as a path of its tree: what two compared directories do not share.
  fileprivate var base: RepositoryPath {
    guard let tree, tree.selection.count == 1, let folder = tree.selection.first else { return RepositoryPath(bytes: []) }
    return folder
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

/// The paths that a user named, in a repository.
struct PathSelection: Sendable {
  private let paths: [Pathspec]

  /// A path need not exist in any of the trees that are read.
  /// - Throws: `UsageError` for a path outside of the repository, and for what Git calls magic.
  init(_ paths: [String], _ repository: GitRepository, _ environment: GitEnvironment) throws {
    self.paths = try paths.map { argument in
      if argument.hasPrefix(":") {
        throw UsageError(
          "'\(argument)': no pathspec magic is understood; name files, folders, or patterns in which * matches / too "
            + "(./\(argument) for a file of this name)")
      }
      guard let path = repository.path(of: argument, from: environment.currentDirectory) else {
        throw UsageError("'\(argument)' lies outside of the repository")
      }
      return Pathspec(path)
    }
  }

  static let all = PathSelection(paths: [])

  private init(paths: [Pathspec]) {
    self.paths = paths
  }

  var isRestricted: Bool { !paths.isEmpty }

  /// The path when there is one alone: names of clusters begin there.
  var only: RepositoryPath? { paths.count == 1 && !paths[0].isPattern ? paths[0].path : nil }

  func contains(_ path: RepositoryPath) -> Bool { paths.isEmpty || paths.contains { $0.matches(path) } }
}

extension Revision {
  fileprivate var lintCommand: String { ManifestSource.lintCommand("--rev", String((commit ?? tree).hex.prefix(10))) }
}
