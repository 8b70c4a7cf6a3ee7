import Diagnostics
import History
import RegistryConfig
import Rules

extension Notification {
  /// Objects that the API server refuses and that are computed with all the same: what an operator would do with them
  /// is asked for, but no cluster has them.
  /// - Parameters:
  ///   - when: Which state it is that has them, for people: ` before the change`.
  ///   - shown: What is made of them.
  ///   - lint: The command that says more of that state.
  static func refusals(
    in clusters: some Sequence<LintedCluster>, _ when: String = "", lint: String = "registrylint lint",
    shown: String = "what is shown is what the operator would do with it"
  ) -> [Notification] {
    var result: [Notification] = []
    var seen: Set<ObjectIdentifier> = []
    for resource in clusters.lazy.flatMap(\.resources) where seen.insert(ObjectIdentifier(resource)).inserted {
      guard let refused = RefusedObject(resource) else { continue }
      let notification = Notification(
        .warning, path: refused.span.file.path,
        "line \(refused.span.start.line): the API server refuses \(refused.title)\(when), "
          + "see `\(lint)`; \(shown)")
      // What patches make of one object is another one for each cluster.
      if !result.contains(notification) { result.append(notification) }
    }
    return result
  }

  /// Documents that nobody can read, and that may hold objects of ours: what is shown is without them.
  /// - Parameter besides: Files of another state, which are not named again.
  static func unreadable(
    in files: [LintedFile], besides others: [LintedFile] = [], lint: String = "registrylint lint"
  ) -> [Notification] {
    let known = Set(others.filter(\.holdsUnread).map(\.file.path))
    return files.filter { !known.contains($0.file.path) }.flatMap { file in
      YamlSyntax.problems(in: file).map { problem in
        Notification(
          .warning, path: file.file.path,
          "line \(problem.span.start.line): nothing can read this document, see `\(lint)`; what is shown is "
            + "without it, while a cluster keeps what it has")
      }
    }
  }
}

extension LintedFile {
  /// Whether nobody can read one of its documents, which may hold objects of ours.
  var holdsUnread: Bool { !YamlSyntax.problems(in: self).isEmpty }
}
