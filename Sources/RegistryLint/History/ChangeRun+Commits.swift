import Diagnostics
import GitStore
import History

/// A range commit by commit.
extension ChangeRun {
  func walk(
    _ repository: GitRepository, _ commits: [Commit], base: Revision?, tip: ObjectID, _ progress: (Int) -> Void,
    _ emit: (CommitChange) throws -> Void
  ) async throws -> Outcome {
    let (reader, judge) = try tools(repository)
    let steps = steps(commits, from: base?.tree, areRestricted: judge.paths.isRestricted)
    try reader.fetchAhead((base.map { [(nil, $0.tree)] } ?? []) + steps.compactMap(\.self))
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
    _ commits: [Commit], _ walk: consuming HistoryWalk, _ repository: GitRepository, base: Revision?, tip: ObjectID,
    _ progress: (Int) -> Void, _ emit: (CommitChange) throws -> Void
  ) async throws -> Outcome {
    let rules = rules
    let start = try await walk.state(of: base?.tree)
    var wanted = EarlierSearch.Wanted()
    wanted.objects = true
    var atStart = try await walk.lookBack(from: base?.commit, start, for: wanted, in: repository)
    var told = 0
    var origins = FindingOrigins()
    var names = Set(start.assembly.clusters.map(\.name))
    var (unknown, known): ([Notification], Set<Notification>) = ([], [])
    var isFound = isThere(start, start)
    /// What is told as soon as the cluster that was asked for comes.
    var held: [CommitChange] = []
    func tell(_ steps: [PendingChanges.Step]) throws {
      for step in steps {
        if let commit = step.told.commit { origins.follow(step.change.findings, in: commit) }
        // A commit elsewhere matters when it brings a finding here, or mends one.
        if !step.isAsked, step.told.introduced.isEmpty, step.told.fixed.isEmpty { continue }
        told += 1
        unknown += step.change.unknown.filter { known.insert($0).inserted }
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
        let made: (old: JudgedState, new: JudgedState, earlier: EarlierState, isAsked: Bool)?
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
        let (wanted, earlier) = (self.wanted(step.old, step.new), step.earlier)
        let compared = await pending.add(
          from: step.old, to: step.new, of: description, isAsked: step.isAsked
        ) { old, new in
          StateChange(
            from: old, to: new, earlier: earlier, onlyCluster: wanted, rules: rules, occasion: "in this commit")
        }
        try tell(compared)
      }
      walk.finish(commit)
    }
    // A range without commits changes nothing, whichever of its ends is the newer one.
    let end = told == 0 && pending.isEmpty ? start : try await walk.state(of: tip)
    let (asked, objects) = (self.wanted(start, end), walk.earlierOfLast.objects)
    atStart = try await walk.lookBack(
      from: base?.commit, start, for: EarlierSearch.Wanted(from: start, to: end), besides: atStart, in: repository)
    let beforeStart = atStart
    async let comparison = StateChange(
      from: start, to: end, earlier: beforeStart, objectsAtEnd: objects, onlyCluster: asked, rules: rules,
      tellsPulls: request.tellsWhole, occasion: "in this range")
    try tell(await pending.finish())
    try expectCluster(isFound: isFound, among: names)
    let compared = await comparison
    // What nobody is told of is not counted either.
    let whole = told == 0 ? StateChange(from: start, to: start, occasion: "in this range") : compared
    return outcome(
      whole, origins.commits, walk.notifications + unknown + refusals(whole, start, end), changes: told)
  }

  /// The trees that a walk compares, as far as they are known without reading more commits; `nil` for a commit with the
  /// tree of one of its parents, as most merges of a single branch are: the walk has come by it.
  private func steps(_ commits: [Commit], from base: ObjectID?, areRestricted: Bool) -> [ReadAhead.Step?] {
    var trees: [ObjectID: ObjectID] = Dictionary(minimumCapacity: commits.count)
    var steps: [ReadAhead.Step?] = []
    steps.reserveCapacity(commits.count)
    // Parents come first, mostly just before. Nothing is copied of the commits.
    for index in commits.indices {
      let (tree, parents) = (commits[index].tree, commits[index].parents)
      func treeOf(_ parent: ObjectID) -> ObjectID? {
        index > 0 && commits[index - 1].id == parent ? commits[index - 1].tree : trees[parent]
      }
      let isKnown = !areRestricted && parents.contains { treeOf($0) == tree }
      if parents.isEmpty { steps.append((old: nil, new: tree)) }
      for parent in request.comparesAllParents ? parents[...] : parents.prefix(1) {
        steps.append(isKnown ? nil : (old: treeOf(parent) ?? base, new: tree))
      }
      trees[commits[index].id] = tree
    }
    return steps
  }

  /// With their numbers where each has a report.
  private func parents(of commit: Commit) -> [(Int?, ObjectID?)] {
    if request.comparesAllParents, commit.parents.count > 1 {
      return commit.parents.enumerated().map { ($0.offset + 1, $0.element) }
    }
    return [(nil, commit.parents.first)]
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
