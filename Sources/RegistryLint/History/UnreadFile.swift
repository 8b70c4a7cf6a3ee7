import Clusters
import GitStore
import SourceText
import YAMLSyntax

/// A file of which nobody can read something that is there: what it held is not gone, for clusters keep what they have.
final class UnreadFile: Sendable {
  enum Reason: Sendable {
    /// Documents that are no YAML: the line where the first of them ends being it, and their texts.
    case documents(line: Int, [ArraySlice<UInt8>])
    case bytes(UnreadableReason)
    /// Outside of compositions nothing is looked for behind them.
    case symbolicLink
    case submodule

    /// `nil` for none.
    init?(_ unread: [Document]) {
      guard let problem = unread.first?.problem else { return nil }
      self = .documents(line: problem.span.start.line, unread.map { $0.file.bytes[$0.range] })
    }

    /// `nil` for files.
    init?(_ mode: FileMode) {
      switch mode {
      case .regular, .executable: return nil
      case .symbolicLink: self = .symbolicLink
      case .submodule: self = .submodule
      }
    }

    /// Something else in place of the file, which no reader of its bytes has named.
    var isOfLink: Bool {
      switch self {
      case .documents, .bytes: false
      case .symbolicLink, .submodule: true
      }
    }

    fileprivate var words: String {
      switch self {
      case .documents(let line, _): "line \(line) is no YAML"
      case .bytes(let reason): "\(reason)"
      // Of a folder these are said too.
      case .symbolicLink: "it is a symbolic link, which is followed only in compositions"
      case .submodule: "it is a submodule, which is not read"
      }
    }
  }

  let path: RepositoryPath
  /// What stands in the way: the file itself, or a link or a submodule in place of a folder around it.
  let obstacle: RepositoryPath
  let reason: Reason
  /// The file as it was read last, when that held something which is not read now.
  let lastRead: HistoricFile?

  init(_ path: RepositoryPath, behind obstacle: RepositoryPath, _ reason: Reason, lastRead: HistoricFile? = nil) {
    self.path = path
    self.obstacle = obstacle
    self.reason = reason
    self.lastRead = lastRead
  }

  /// Whether what is not read is the same: what stands beside it in the file may differ.
  func hidesTheSame(as other: UnreadFile?) -> Bool {
    if case .documents(_, let texts) = reason, case .documents(_, let others) = other?.reason { return texts == others }
    return self === other
  }

  var isSubmodule: Bool { if case .submodule = reason { true } else { false } }

  /// What is said of a cluster that has it, for people, without a full stop.
  /// - Parameter isNow: Whether it is the new state that does not read it.
  func words(isNow: Bool) -> String {
    isNow
      ? "\(place) cannot be read: clusters keep what they have, and what happens to nodes is not told"
      : "\(place) could not be read before: what clusters have of it is not known, so what happens to nodes is not told"
  }

  /// For people, beside the path.
  var notRead: String { "not read: \(why)" }

  private var place: String {
    if case .documents(let line, _) = reason { "line \(line) of \(path.text)" } else { "\(path.text) (\(why))" }
  }

  private var why: String { obstacle == path ? reason.words : "'\(obstacle.text)' is \(reason.words.dropFirst(6))" }
}

extension PathOrdered<UnreadFile> {
  /// What stands in the way of reading a path: there, or in place of a folder around it.
  subscript(covering path: RepositoryPath) -> UnreadFile? {
    if isEmpty { return nil }
    var place = path
    while !place.bytes.isEmpty {
      if let found = self[place], place == path || found.obstacle == place { return found }
      place = place.folder
    }
    return nil
  }
}

extension JudgedState {
  /// What this state does not read of a cluster, where another one does: files that only that one knows to be a part of
  /// it, and files of which nothing is known but that there is more in them.
  func unread(of cluster: ClusterAssembly.Cluster, besides other: JudgedState) -> [UnreadFile] {
    if set.unread.isEmpty { return [] }
    let own = assembly.clusters.first { $0.name == cluster.name }
    let files = Set(cluster.plan.files)
    return cluster.inputs.sorted().compactMap { path in
      // What both do not read is the same before and after.
      guard let unread = set.unread[covering: path], !unread.hidesTheSame(as: other.set.unread[covering: path])
      else { return nil }
      // What is composed was read, through whatever links.
      if let own, own.linted != nil, own.inputs.contains(path), !own.plan.files.contains(path) { return nil }
      guard
        files.contains(path) || KustomizationOutline.isKustomization(path)
          || other.set.file(at: path)?.holdsOwn == true
      else { return nil }
      return unread.path == path ? unread : UnreadFile(path, behind: unread.obstacle, unread.reason)
    }
  }

  /// Whether nothing of a file is read that is there.
  func leavesUnread(_ path: RepositoryPath) -> Bool {
    set.unread[covering: path] != nil && set.file(at: path) == nil
  }

  /// Whether a finding of an older state may still be there, because what its file held is not read now.
  func hides(_ path: RepositoryPath) -> Bool { set.unread[path]?.lastRead != nil }
}
