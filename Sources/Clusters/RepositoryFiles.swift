import GitStore
import Kustomize
import SourceText

/// The files of a tree as kustomize asks for them: from a working tree, an index, a revision or a plain directory.
/// What was asked for is kept, so that several builds read it once. Not to be used from several tasks at once.
public final class RepositoryFiles: KustomizeFiles {
  private let tree: FileTree
  private let limit: Int
  private var known: [RepositoryPath: SourceFile?]
  private var unreadable: [RepositoryPath: String] = [:]
  private var kinds: [RepositoryPath: PathKind?] = [:]

  /// - Parameters:
  ///   - limit: A file of more bytes is not read, and said to be too large.
  ///   - known: Files that were read already, so that positions of a composition are positions in them.
  public init(_ tree: FileTree, limit: Int, known: [RepositoryPath: SourceFile] = [:]) {
    self.tree = tree
    self.limit = limit
    self.known = known.mapValues { $0 }
  }

  public func contents(of path: RepositoryPath) -> [UInt8]? { source(at: path)?.bytes }

  public func source(at path: RepositoryPath) -> SourceFile? {
    if let file = known[path] { return file }
    var file: SourceFile?
    if kind(of: path) == .file {
      do throws(UnreadableReason) {
        file = SourceFile(path: path, bytes: try tree.bytes(at: path, limit: limit))
      } catch {
        if error != .absent { unreadable[path] = "\(error)" }
      }
    }
    known[path] = .some(file)
    return file
  }

  public func isFolder(_ path: RepositoryPath) -> Bool { kind(of: path) == .folder }

  public func linkTarget(of path: RepositoryPath) -> [UInt8]? {
    kind(of: path) == .symbolicLink ? tree.linkTarget(at: path) : nil
  }

  public func whyUnreadable(_ path: RepositoryPath) -> String? {
    if kind(of: path) == .submodule { return "it is a submodule" }
    return unreadable[path]
  }

  private func kind(of path: RepositoryPath) -> PathKind? {
    if let kind = kinds[path] { return kind }
    let kind = tree.itemKind(at: path)
    kinds[path] = .some(kind)
    return kind
  }
}
