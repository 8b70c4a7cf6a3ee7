import SourceText
import Synchronization

/// A path at which two trees differ.
public struct TreeChange: Hashable, Sendable {
  public struct Side: Hashable, Sendable {
    public let objectID: ObjectID
    public let mode: FileMode

    public init(objectID: ObjectID, mode: FileMode) {
      self.objectID = objectID
      self.mode = mode
    }
  }

  public let path: RepositoryPath
  /// `nil` for an added file.
  public let old: Side?
  /// `nil` for a deleted file.
  public let new: Side?

  public init(path: RepositoryPath, old: Side?, new: Side?) {
    self.path = path
    self.old = old
    self.new = new
  }
}

/// Reads the objects of a history: compares trees by the names of their parts, and gives blobs. Stays open and keeps
/// the trees it has read, for one commit shares most of them with the next. One for each worker.
public final class ObjectReader: Sendable {
  private let location: RepositoryLocation
  private let state: Mutex<State>

  private struct State: ~Copyable {
    var reader = SingleReader()
    var trees = RecentBytes<ObjectID>(limit: 12 << 20)
  }

  public init(_ repository: GitRepository) {
    location = repository.location
    state = Mutex(State())
  }

  /// The bytes of a blob.
  /// - Parameter limit: a blob of more bytes is not read.
  public func blob(_ id: ObjectID, limit: Int) throws(UnreadableReason) -> [UInt8] {
    try blob(id, limit: limit) { _ in true } ?? []
  }

  /// The bytes of a blob; `nil` for one that is not wanted.
  /// - Parameters:
  ///   - limit: a blob of more bytes is not read.
  ///   - isWanted: Decides on the bytes where they lie.
  public func blob(
    _ id: ObjectID, limit: Int, where isWanted: @Sendable (UnsafeRawBufferPointer) -> Bool
  ) throws(UnreadableReason) -> [UInt8]? {
    let bytes = try state.withLock { state in state.reader.read(id, of: location, limit: limit) }.get()
    let judged = bytes.withUnsafeBytes { raw -> Result<Bool, UnreadableReason> in
      if isLFSPointer(raw) { return .failure(.lfsPointer) }
      if isBinary(raw) { return .failure(.binary) }
      return .success(isWanted(raw))
    }
    return try judged.get() ? bytes : nil
  }

  /// Whether objects may be at the remote that they were cloned from.
  public var isPartialClone: Bool { location.isPartialClone }

  /// Brings the blobs that a partial clone lacks, all in one request. What no remote gives is said when it is read.
  public func fetchMissing(_ ids: Set<ObjectID>) throws(GitError) {
    try state.withLock { state throws(GitError) in try state.reader.fetchMissing(ids, of: location) }
  }

  /// What stands at a path of a tree itself, and its object: links are not followed. `nil` for nothing.
  public func item(
    at path: RepositoryPath, in tree: ObjectID
  ) throws(GitError) -> (kind: PathKind, objectID: ObjectID)? {
    var found: (kind: PathKind, objectID: ObjectID) = (.folder, tree)
    for part in path.bytes.split(separator: slash) {
      guard found.kind == .folder else { return nil }
      let bytes = try self.tree(found.objectID)
      let next = bytes.withUnsafeBytes { bytes -> (kind: PathKind, objectID: ObjectID)? in
        var position = 0
        while let entry = RawTreeEntry(bytes, at: position, idLength: found.objectID.byteCount) {
          if bytes[entry.name].elementsEqual(part) {
            return (entry.isFolder ? .folder : entry.side.mode.pathKind, entry.id)
          }
          position = entry.end
        }
        return nil
      }
      guard let next else { return nil }
      found = next
    }
    return found
  }

  /// Where two trees differ, in path order: files, links and submodules, folders left out. Only folders that differ are
  /// looked into; renames are a deletion and an addition.
  /// - Parameters:
  ///   - old: `nil` for the empty tree.
  ///   - new: `nil` for the empty tree.
  public func changes(from old: ObjectID?, to new: ObjectID?) throws(GitError) -> [TreeChange] {
    var changes: [TreeChange] = []
    var path: [UInt8] = []
    try compare(old, new, below: &path, depth: 0, &changes)
    return changes
  }

  /// - Parameter path: of the folder; as it was when it returns.
  private func compare(
    _ old: ObjectID?, _ new: ObjectID?, below path: inout [UInt8], depth: Int, _ changes: inout [TreeChange]
  ) throws(GitError) {
    if old == new { return }
    guard depth <= TreeListing.maximumDepth, changes.count <= location.options.maximumEntries else {
      throw GitError(
        .tooManyEntries, attempted: "compare trees", reason: "they are too deep or differ in too many files")
    }
    let (before, after) = (try tree(old), try tree(new))
    let length = path.count
    try before.withUnsafeBufferPointer { before throws(GitError) in
      try after.withUnsafeBufferPointer { after throws(GitError) in
        var difference = TreeDifference(
          UnsafeRawBufferPointer(before), UnsafeRawBufferPointer(after), idLength: (old ?? new)?.byteCount ?? 20)
        while let pair = difference.next() {
          if length > 0 { path.append(slash) }
          path.append(contentsOf: pair.name)
          if pair.isFolder {
            try compare(pair.old?.id, pair.new?.id, below: &path, depth: depth + 1, &changes)
          } else {
            changes.append(TreeChange(path: RepositoryPath(bytes: path), old: pair.old?.side, new: pair.new?.side))
          }
          path.removeLast(path.count - length)
        }
        if difference.isBroken {
          let folder = String(decoding: path, as: UTF8.self)
          throw GitError(.corrupt, attempted: "compare trees", reason: "the bytes of one at '\(folder)' are not a tree")
        }
      }
    }
  }

  /// The raw bytes of a tree.
  private func tree(_ id: ObjectID?) throws(GitError) -> [UInt8] {
    guard let id else { return [] }
    let result = state.withLock { state -> Result<[UInt8], UnreadableReason> in
      if let kept = state.trees[id] { return .success(kept.bytes) }
      let result = state.reader.read(id, type: .tree, of: location, limit: TreeListing.maximumTreeSize)
      if case .success(let bytes) = result { state.trees.keep(bytes, .tree, at: id) }
      return result
    }
    do throws(UnreadableReason) {
      return try result.get()
    } catch {
      throw GitError(.corrupt, attempted: "read the tree \(id)", reason: error.description)
    }
  }
}
