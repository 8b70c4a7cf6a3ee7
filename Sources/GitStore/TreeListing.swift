import SourceText

/// Lists every file below a tree, in the order of their paths, from the raw bytes of the tree objects: `mode SP name
/// NUL id`, repeated. Git keeps trees in the order that makes the full paths ascend.
struct TreeListing: ~Copyable {
  enum Failure: Error {
    /// A tree that is not here, as in a clone without trees.
    case missingTree(ObjectID)
    case failed(GitError)
  }

  private(set) var entries: [FileEntry] = []
  private(set) var skipped: [SkippedFile] = []
  private var prefix: [UInt8] = []
  private let mayBeAbsent: Bool
  private let maximumEntries: Int

  /// Git's own bound on a path.
  static let maximumPathLength = 4096
  static let maximumDepth = 256
  /// Of one tree object.
  static let maximumTreeSize = 256 << 20

  init(
    of root: ObjectID, in objects: inout ObjectDatabase, mayBeAbsent: Bool, maximumEntries: Int
  ) throws(Failure) {
    self.maximumEntries = maximumEntries
    self.mayBeAbsent = mayBeAbsent
    try list(root, in: &objects, depth: 0)
  }

  consuming func finish() -> (entries: [FileEntry], skipped: [SkippedFile]) { (entries, skipped) }

  private mutating func list(
    _ tree: ObjectID, in objects: inout ObjectDatabase, depth: Int
  ) throws(Failure) {
    let reading = objects.read(tree, type: .tree, limit: Self.maximumTreeSize, mayBeAbsent: mayBeAbsent) { Array($0) }
    switch reading {
    case .value(let bytes): try parse(bytes, tree, in: &objects, depth: depth)
    case .missing: throw .missingTree(tree)
    case .tooLarge(let size):
      throw .failed(
        GitError(.tooManyEntries, attempted: "list the tree \(tree)", reason: "it is \(size) bytes large"))
    case .failed(let message):
      throw .failed(GitError(.corrupt, attempted: "read the tree \(tree)", reason: message))
    }
  }

  private mutating func parse(
    _ bytes: [UInt8], _ tree: ObjectID, in objects: inout ObjectDatabase, depth: Int
  ) throws(Failure) {
    let start = prefix.count
    var position = 0
    while position < bytes.count {
      let next = bytes.withUnsafeBytes { RawTreeEntry($0, at: position, idLength: tree.byteCount) }
      guard let entry = next else {
        throw .failed(GitError(.corrupt, attempted: "read the tree \(tree)", reason: "its bytes are not a tree"))
      }
      position = entry.end
      if start > 0 { prefix.append(slash) }
      prefix.append(contentsOf: bytes[entry.name])
      defer { prefix.removeSubrange(start...) }
      if entry.mode & 0o170000 == 0o040000 {
        if depth >= Self.maximumDepth || prefix.count > Self.maximumPathLength {
          skipped.append(
            SkippedFile(path: RepositoryPath(bytes: prefix), reason: .failed("its folders are nested too deeply")))
        } else {
          try list(entry.id, in: &objects, depth: depth + 1)
        }
      } else {
        guard entries.count < maximumEntries else {
          throw .failed(
            GitError(
              .tooManyEntries, attempted: "list the files of the tree",
              reason: "there are more than \(maximumEntries)"))
        }
        entries.append(
          FileEntry(path: RepositoryPath(bytes: prefix), mode: FileMode(gitMode: entry.mode), objectID: entry.id))
      }
    }
  }
}

/// One entry of a raw tree: its mode in octal digits, a space, the name, NUL and the raw bytes of the id.
struct RawTreeEntry {
  let mode: UInt32
  let name: Range<Int>
  let id: ObjectID
  /// Where the next entry begins.
  let end: Int

  /// `nil` when the bytes at `start` are no entry.
  init?(_ bytes: UnsafeRawBufferPointer, at start: Int, idLength: Int) {
    var mode: UInt32 = 0
    var position = start
    while position < bytes.count, bytes[position] != UInt8(ascii: " ") {
      mode = mode << 3 | UInt32(bytes[position] & 7)
      position += 1
    }
    let nameStart = position + 1
    position = nameStart
    while position < bytes.count, bytes[position] != 0 { position += 1 }
    let end = position + 1 + idLength
    guard position > nameStart, end <= bytes.count,
      let id = ObjectID(bytes: UnsafeRawBufferPointer(rebasing: bytes[(position + 1)..<end]))
    else { return nil }
    self.mode = mode
    self.name = nameStart..<position
    self.id = id
    self.end = end
  }
}
