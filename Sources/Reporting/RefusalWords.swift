import Diagnostics
import History
import Rules

extension ClusterChange {
  /// Of each object that the API server refuses, before what happens to nodes: a line for people.
  func refusals(in commit: CommitDescription?) -> [String] {
    func line(_ objects: [RefusedObject], _ revision: String?) -> String? {
      guard let first = objects.first else { return nil }
      let lint = revision.map { ", see `registrylint lint --rev \($0)`" } ?? ""
      let more = objects.count > 1 ? " and \(objects.count - 1) more" : ""
      return "\(first.title) (\(first.span.file.path.text):\(first.span.start.line)\(lint))\(more)"
    }
    let before = mended
    let parent = commit?.parent.map { String($0.prefix(10)) }
    let taken = before.filter { $0.takenIn != nil }
    return [
      line(refused, commit?.short).map { "not taken: the API server refuses \($0)\(wordsIfTaken)" },
      line(unknownBefore, parent).map {
        "before this, the API server refused \($0): "
          + (ifAbsent == nil ? "nodes need not have had it" : "what nodes have of it is not known")
      },
      line(before.filter(\.isAbsent), parent).map {
        "before this, the API server refused \($0): nodes have nothing of it yet"
      },
      line(taken, parent).map {
        "before this, the API server refused \($0): nodes have it as of \(taken[0].takenIn?.prefix(10) ?? "")"
      },
    ].compactMap { $0 }
  }

  /// Of the objects that clusters keep more of than is written now: lines for people.
  var leftovers: [String] {
    func line(_ extent: LeftObject.Extent, _ words: (String, LeftObject) -> String) -> String? {
      let objects = left.filter { $0.extent == extent }
      guard let first = objects.first else { return nil }
      return words(first.resource.title + (objects.count > 1 ? " and \(objects.count - 1) more" : ""), first)
    }
    return [
      line(.object) { title, object in
        let isOfHive = [.object("SyncSet"), .object("SelectorSyncSet")].contains(object.resource.carrier)
        let retention = object.resource.retention
        let carrier =
          if isOfHive {
            "its SyncSet takes nothing away (resourceApplyMode)"
          } else if retention?.keepsObject == true {
            "its policy takes nothing away (pruneObjectBehavior)"
          } else if retention?.deletesOnlyCreated == true, object.resource.staysWhenRemoved {
            "no policy created it (DeleteIfCreated)"
          } else {
            "its policy only informs"
          }
        if object.resource.isMerged {
          return "what was merged into \(title) stays there until it is removed on the clusters: \(carrier)"
        }
        return "\(title) stays on clusters that have it until it is deleted there: \(carrier)"
      },
      line(.unchanged) { title, _ in
        "\(title) stays as it is on clusters that have it: its policy only adds what is missing (musthave)"
      },
      line(.content) { title, _ in
        "what was in \(title) stays on clusters that have it, beside what is new, until it is removed there: "
          + "its policy only adds (musthave)"
      },
    ].compactMap { $0 }
  }

  /// What happened to a resource: one that stays on clusters is not removed there.
  func words(_ change: ResourceChange) -> String {
    let (title, namespace) = (change.resource.title, change.resource.namespace?.value)
    let stays = left.contains {
      $0.extent == .object && $0.resource.title == title && $0.resource.namespace?.value == namespace
    }
    return change.change == .removed && stays ? "no longer delivered:" : change.change.rawValue
  }

  /// What was refused before and is not any more.
  private var mended: [RefusedObject] {
    let known = Set(refused.map { RefusedKey($0) })
    return refusedBefore.filter { !known.contains(RefusedKey($0)) }
  }

  private var unknownBefore: [RefusedObject] { mended.filter { $0.takenIn == nil && !$0.isAbsent } }

  /// What is assumed of what nodes have: for people, to be followed by what is told then; `nil` when nothing is.
  var assumption: String? {
    guard ifAbsent != nil else { return nil }
    if let doubt { return doubt.assumption }
    let unknown = unknownBefore
    guard let first = unknown.first else { return nil }
    return "if nodes have nothing of \(first.title)" + (unknown.count > 1 ? " and \(unknown.count - 1) more" : "")
  }

  /// What happens to nodes, behind the words on what is refused.
  var wordsAfterRefusals: String {
    if doubt != nil { return reason }
    if let ifAbsent { return "if they have nothing of it: \(ifAbsent.reason)" }
    return isOnlyRefused ? "nothing changes on nodes until that is mended" : reason
  }

  /// What would come of it, when that is more than nothing.
  private var wordsIfTaken: String {
    if isAsWritten { return "; below is what the operator would do with it" }
    guard let ifTaken else { return "" }
    if let error = ifTaken.error {
      return disruption.error == nil ? "; the operator would refuse it, too: \(error.message)" : ""
    }
    return ifTaken.drain && !disruption.drain ? "; if it took it, \(ifTaken.reason)" : ""
  }
}

/// The same object on both sides.
private struct RefusedKey: Hashable {
  let title: String
  let namespace: String?

  init(_ object: RefusedObject) {
    title = object.title
    namespace = object.resource.namespace?.value
  }
}
