import GitStore
import Kustomize
import SourceText
import Synchronization
import YAMLSyntax

/// Files that were read, so that each is read once and every position in it is in the same `SourceFile`.
public final class SourceCache: Sendable {
  private let files: Mutex<[RepositoryPath: SourceFile]>

  /// Files that were read as YAML as a whole.
  private let streams: [RepositoryPath: YAMLStream]

  public init(_ files: some Sequence<SourceFile> = []) {
    streams = [:]
    self.files = Mutex(Dictionary(files.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first }))
  }

  /// - Parameters:
  ///   - streams: Read with template text hidden or not.
  ///   - files: Others, which need not be read as YAML.
  public init(_ streams: some Sequence<YAMLStream>, and files: some Sequence<SourceFile>) {
    self.streams = Dictionary(streams.map { ($0.file.path, $0) }, uniquingKeysWith: { first, _ in first })
    self.files = Mutex(
      Dictionary((streams.map(\.file) + files).map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first }))
  }

  /// The documents of a file in which there is nothing to hide.
  func documents(of file: SourceFile) -> [Document]? {
    guard let stream = streams[file.path], stream.file === file, stream.isWhole,
      !file.bytes.contains(where: { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "<") })
    else { return nil }
    return stream.documents
  }

  public subscript(path: RepositoryPath) -> SourceFile? { files.withLock { $0[path] } }

  /// Keeps a file; gives the one that was there already, if there was.
  func keep(_ file: SourceFile) -> SourceFile {
    files.withLock { files in
      if let known = files[file.path] { return known }
      files[file.path] = file
      return file
    }
  }
}

/// The files of a tree as kustomize asks for them: from a working tree, an index, a revision or a plain directory.
/// Not to be used from several tasks at once; the cache may be shared.
public final class RepositoryFiles: KustomizeFiles {
  private let tree: FileTree
  private let limit: Int
  private let cache: SourceCache
  private var unreadable: [RepositoryPath: String] = [:]
  private var kinds: [RepositoryPath: PathKind?] = [:]

  /// - Parameters:
  ///   - limit: A file of more bytes is not read, and said to be too large.
  ///   - cache: Files that were read already; they win over what the tree holds now.
  public init(_ tree: FileTree, limit: Int, cache: SourceCache = SourceCache()) {
    self.tree = tree
    self.limit = limit
    self.cache = cache
  }

  public func contents(of path: RepositoryPath) -> [UInt8]? { source(at: path)?.bytes }

  public func source(at path: RepositoryPath) -> SourceFile? {
    if let file = cache[path] { return file }
    guard kind(of: path) == .file, unreadable[path] == nil else { return nil }
    do throws(UnreadableReason) {
      return cache.keep(SourceFile(path: path, bytes: try tree.bytes(at: path, limit: limit)))
    } catch {
      if error != .absent { unreadable[path] = "\(error)" }
      return nil
    }
  }

  public func documents(of file: SourceFile) -> [Document]? { cache.documents(of: file) }

  public func isFolder(_ path: RepositoryPath) -> Bool { kind(of: path) == .folder }

  public func linkTarget(of path: RepositoryPath) -> [UInt8]? {
    kind(of: path) == .symbolicLink ? tree.linkTarget(at: path) : nil
  }

  /// Where paths are counted from the root of the file system, a name without it would be a wrong one.
  public func displayName(of folder: RepositoryPath) -> String {
    guard tree.root == HostPath("/") else { return folder.text }
    let name = tree.displayPath(of: folder)
    return name.isEmpty ? "." : name
  }

  public func isSubmodule(_ path: RepositoryPath) -> Bool { kind(of: path) == .submodule }

  public func whyUnreadable(_ path: RepositoryPath) -> String? { unreadable[path] }

  private func kind(of path: RepositoryPath) -> PathKind? {
    if let kind = kinds[path] { return kind }
    let kind = tree.itemKind(at: path)
    kinds[path] = .some(kind)
    return kind
  }
}
