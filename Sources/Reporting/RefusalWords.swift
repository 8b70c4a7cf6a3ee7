import Diagnostics
import History

extension ClusterChange {
  /// Of each object that the API server refuses, before what the operator would do with it: a line for people.
  func refusals(in commit: CommitDescription?) -> [String] {
    func lines(_ objects: [RefusedObject], _ revision: String?, _ words: (String) -> String) -> [String] {
      guard let first = objects.first else { return [] }
      let lint = revision.map { ", see `registrylint lint --rev \($0)`" } ?? ""
      let more = objects.count > 1 ? " and \(objects.count - 1) more" : ""
      return [words("\(first.title) (\(first.span.file.path.text):\(first.span.start.line)\(lint))\(more)")]
    }
    let known = Set(refused.map { RefusedKey($0) })
    let isShown = !nodeFiles.isEmpty || wouldOnlyFreeze
    return lines(refused, commit?.short) {
      "not on the cluster: the API server refuses \($0)" + (isShown ? "; below is what the operator would do with it" : "")
    } + lines(refusedBefore.filter { !known.contains(RefusedKey($0)) }, commit?.parent.map { String($0.prefix(10)) }) {
      "before this, the API server refused \($0): nodes need not have had it"
    }
  }
}

extension ClusterChange {
  /// What happens to nodes, for programs: with what the API server refuses it is what would happen.
  var reasonWithRefusals: String {
    refused.isEmpty ? reason : "the API server refuses objects of the new side; with them, the operator would do this: \(reason)"
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
