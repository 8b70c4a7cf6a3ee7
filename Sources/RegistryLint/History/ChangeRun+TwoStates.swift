import Clusters
import Diagnostics
import GitStore
import History
import Rules
import SourceText

/// Two states as one change.
extension ChangeRun {
  func comparePaths(
    _ old: LintRequest, _ new: LintRequest, _ emit: (CommitChange) throws -> Void
  ) async throws -> Outcome {
    func state(_ request: LintRequest) async throws -> (ManifestInput, ClusterAssembly, JudgedState) {
      let own = try PreparedRun(request)
      // What lies around one of the folders belongs to neither.
      let input = try await ManifestInput(request, own, reach: .insideFolders)
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

  func compareIndex(
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
    var walk = HistoryWalk(reader: reader, judge: judge, commits: [])
    let earlier = try await walk.lookBack(from: repository.head().commit, from: old.state, to: new, in: repository)
    let paths = try PathSelection(request.paths, repository, environment)
    let isStaged = try tree.stagedPaths().contains { paths.contains($0.path) }
    return try finish(
      old.state, new, earlier, notifications: notes + reader.notifications, paths: nil, isTouched: isStaged, emit)
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

  func compareTrees(
    _ repository: GitRepository, _ old: Revision?, _ new: ObjectID, _ emit: (CommitChange) throws -> Void
  ) async throws -> Outcome {
    let (reader, judge) = try tools(repository)
    try reader.fetchAhead((old.map { [(nil, $0.tree)] } ?? []) + [(old?.tree, new)])
    var walk = HistoryWalk(reader: reader, judge: judge, commits: [])
    let before = try await walk.state(of: old?.tree)
    let after = try await walk.state(of: new)
    let earlier = try await walk.lookBack(from: old?.commit, from: before, to: after, in: repository)
    // As commit by commit: a range in which none of the paths that were asked for differs has nothing to tell.
    let isTouched = try reader.objects.changes(from: old?.tree, to: new).contains { judge.paths.contains($0.path) }
    return try finish(
      before, after, earlier, notifications: reader.notifications, paths: nil, isTouched: isTouched, emit)
  }

  /// - Parameter isTouched: Whether a file differs that was asked for: if not, only an effect is told.
  private func finish(
    _ old: JudgedState, _ new: JudgedState, _ earlier: EarlierState = EarlierState(), notifications: [Notification],
    paths: PathPairing?, isTouched: Bool = true, _ emit: (CommitChange) throws -> Void
  ) throws -> Outcome {
    let names = (old.assembly.clusters + new.assembly.clusters).map(\.name)
    try expectCluster(isFound: isThere(old, new), among: Set(names))
    let change = StateChange(
      from: old, to: new, earlier: earlier, onlyCluster: wanted(old, new), paths: paths,
      rules: rules, occasion: "in this change")
    let told = CommitChange(nil, change)
    let isTold = isTouched || told.isEffective
    if isTold { try emit(told) }
    return outcome(
      change, [:], notifications + change.unknown + refusals(change, old, new), changes: isTold ? 1 : 0)
  }
}

extension ManifestInput {
  /// The one folder that was named, as a path of its tree: what two compared directories do not share.
  fileprivate var base: RepositoryPath {
    guard let tree, tree.selection.count == 1, let folder = tree.selection.first else { return RepositoryPath(bytes: []) }
    return folder
  }
}
