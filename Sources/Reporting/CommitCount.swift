import History

/// Counts commits that are told one after the other: a merge that is compared with each of its parents once.
struct CommitCount {
  private(set) var all = 0
  private(set) var effective = 0
  private var last: (id: String, isEffective: Bool)?

  var quiet: Int { all - effective }

  mutating func add(_ change: CommitChange) {
    guard let id = change.commit?.id else { return }
    let isNew = last?.id != id
    let wasEffective = !isNew && last?.isEffective == true
    if isNew { all += 1 }
    if change.isEffective, !wasEffective { effective += 1 }
    last = (id, wasEffective || change.isEffective)
  }
}
