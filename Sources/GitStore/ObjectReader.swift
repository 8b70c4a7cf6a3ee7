import SourceText
import Synchronization

/// A path at which two trees differ.
public struct TreeChange: Hashable, Sendable {
  public struct Side: Hashable, Sendable {
    public let objectID: ObjectID
    public let mode: FileMode
  }

  public let path: RepositoryPath
  /// `nil` for an added file.
  public let old: Side?
  /// `nil` for a deleted file.
  public let new: Side?
}

/// Reads the objects of a history: compares trees by the names of their parts, and gives blobs. Stays open and keeps
/// the trees it has read, for one commit shares most of them with the next. One for each worker.
public final class ObjectReader: Sendable {
  private let location: RepositoryLocation
  private let state: Mutex<State>

  private struct State: ~Copyable {
    var reader = SingleReader()
    var trees: [ObjectID: [UInt8]] = [:]
    var size = 0
  }

  /// Trees are kept up to this many bytes.
  private static let cacheSize = 64 << 20

  public init(_ repository: GitRepository) {
    location = repository.location
    state = Mutex(State())
  }

  /// The bytes of a blob.
  /// - Parameter limit: a blob of more bytes is not read.
  public func blob(_ id: ObjectID, limit: Int) throws(UnreadableReason) -> [UInt8] {
    let bytes = try state.withLock { $0.reader.read(id, of: location, limit: limit) }.get()
    if bytes.withUnsafeBytes(isLFSPointer) { throw .lfsPointer }
    if bytes.withUnsafeBytes(isBinary) { throw .binary }
    return bytes
  }

  /// Where two trees differ, in path order: files, links and submodules, folders left out. Only folders that differ are
  /// looked into; renames are a deletion and an addition.
  /// - Parameters:
  ///   - old: `nil` for the empty tree.
  ///   - new: `nil` for the empty tree.
  public func changes(from old: ObjectID?, to new: ObjectID?) throws(GitError) -> [TreeChange] {
    var changes: [TreeChange] = []
    try compare(old, new, below: RepositoryPath(bytes: []), depth: 0, &changes)
    return changes
  }

  private func compare(
    _ old: ObjectID?, _ new: ObjectID?, below folder: RepositoryPath, depth: Int, _ changes: inout [TreeChange]
  ) throws(GitError) {
    if old == new { return }
    guard depth <= TreeListing.maximumDepth, changes.count <= location.options.maximumEntries else {
      throw GitError(
        .tooManyEntries, attempted: "compare trees", reason: "they are too deep or differ in too many files")
    }
    var before = try TreeCursor(try tree(old))
    var after = try TreeCursor(try tree(new))
    while before.current != nil || after.current != nil {
      let order = TreeCursor.order(before.current, after.current)
      let left = order <= 0 ? before.current : nil
      let right = order >= 0 ? after.current : nil
      if order <= 0 { try before.advance() }
      if order >= 0 { try after.advance() }
      guard let name = (left ?? right)?.name else { break }
      if let left, let right, left.id == right.id, left.mode == right.mode { continue }
      let path = folder.appending(name)
      if (left ?? right)?.isFolder == true {
        try compare(left?.id, right?.id, below: path, depth: depth + 1, &changes)
      } else {
        changes.append(TreeChange(path: path, old: left?.side, new: right?.side))
      }
    }
  }

  /// The raw bytes of a tree.
  private func tree(_ id: ObjectID?) throws(GitError) -> (bytes: [UInt8], idLength: Int) {
    guard let id else { return ([], 20) }
    let result = state.withLock { state -> Result<[UInt8], UnreadableReason> in
      if let kept = state.trees[id] { return .success(kept) }
      let result = state.reader.read(id, type: .tree, of: location, limit: TreeListing.maximumTreeSize)
      if case .success(let bytes) = result {
        if state.size + bytes.count > Self.cacheSize {
          state.trees = [:]
          state.size = 0
        }
        state.trees[id] = bytes
        state.size += bytes.count
      }
      return result
    }
    do throws(UnreadableReason) {
      return (try result.get(), id.byteCount)
    } catch {
      throw GitError(.corrupt, attempted: "read the tree \(id)", reason: error.description)
    }
  }
}

/// Steps through the entries of a raw tree.
private struct TreeCursor {
  struct Entry {
    let name: [UInt8]
    let id: ObjectID
    let gitMode: UInt32

    var isFolder: Bool { gitMode & 0o170000 == 0o040000 }
    var mode: FileMode { FileMode(gitMode: gitMode) }
    var side: TreeChange.Side { .init(objectID: id, mode: mode) }
    /// Git orders folders as if their names ended with a slash.
    var orderedName: [UInt8] { isFolder ? name + [slash] : name }
  }

  private let bytes: [UInt8]
  private let idLength: Int
  private var position = 0
  private(set) var current: Entry?

  init(_ tree: (bytes: [UInt8], idLength: Int)) throws(GitError) {
    bytes = tree.bytes
    idLength = tree.idLength
    try advance()
  }

  mutating func advance() throws(GitError) {
    guard position < bytes.count else {
      current = nil
      return
    }
    let entry = bytes.withUnsafeBytes { buffer -> RawTreeEntry? in
      RawTreeEntry(buffer, at: position, idLength: idLength)
    }
    guard let entry else {
      throw GitError(.corrupt, attempted: "read a tree", reason: "its bytes are not a tree")
    }
    current = Entry(name: Array(bytes[entry.name]), id: entry.id, gitMode: entry.mode)
    position = entry.end
  }

  static func order(_ left: Entry?, _ right: Entry?) -> Int {
    guard let left else { return 1 }
    guard let right else { return -1 }
    return comparePaths(left.orderedName, right.orderedName)
  }
}
