import Diagnostics
import Rules
import SourceText

/// A file of a cluster with a document that nobody can read: nothing of the cluster is applied while it is there, and
/// what the document held is not gone.
struct UnreadInput {
  let path: RepositoryPath
  let line: Int
  /// Whether it is the new state that has it.
  let isNow: Bool

  /// The first of those that take part in a cluster, of the new state if that has one; `nil` for none.
  /// - Parameter sides: The cluster in the old state and in the new one.
  init?(of sides: [JudgedCluster?], _ old: JudgedState, _ new: JudgedState) {
    // One or two: looking through them costs less than hashing the names of all clusters.
    let names = sides.compactMap { $0?.cluster.name }
    var inputs: [RepositoryPath] = []
    for state in [old, new] {
      for cluster in state.assembly.clusters where names.contains(cluster.name) { inputs += cluster.inputs }
    }
    for state in [new, old] {
      let places = inputs.compactMap { path in Self.line(of: path, in: state).map { (path, $0) } }
      if let first = places.min(by: { $0.0 < $1.0 }) {
        (path, line, isNow) = (first.0, first.1, state === new)
        return
      }
    }
    return nil
  }

  /// For people, without a full stop.
  var words: String {
    let place = "line \(line) of \(path.text) \(isNow ? "cannot" : "could not") be read"
    return isNow
      ? "\(place): clusters keep what they have, and what happens to nodes is not told"
      : "\(place) before: what clusters have of it is not known, so what happens to nodes is not told"
  }

  /// Whether a finding of an older state may still be there, because its file cannot be read now.
  static func hides(_ finding: Diagnostic, in state: JudgedState) -> Bool {
    line(of: finding.span.file.path, in: state) != nil
  }

  private static func line(of path: RepositoryPath, in state: JudgedState) -> Int? {
    state.file(at: path).flatMap { YamlSyntax.problems(in: $0).first?.span.start.line }
  }
}
