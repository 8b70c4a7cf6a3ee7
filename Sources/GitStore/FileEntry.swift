import SourceText

/// What an entry of a tree, an index or a directory is.
public enum FileMode: UInt8, Hashable, Sendable {
  case regular
  case executable
  case symbolicLink
  case submodule

  /// From the octal modes that Git keeps; every other mode is that of a regular file, as Git reads it.
  init(gitMode mode: UInt32) {
    switch mode & 0o170000 {
    case 0o120000: self = .symbolicLink
    case 0o160000: self = .submodule
    default: self = mode & 0o111 == 0 ? .regular : .executable
    }
  }

  public var isFile: Bool { self == .regular || self == .executable }
}

/// One file of a `FileTree`.
public struct FileEntry: Hashable, Sendable {
  public let path: RepositoryPath
  public let mode: FileMode
  /// The blob; `nil` for files of a working tree, which may differ from what Git has.
  public let objectID: ObjectID?
  /// In the index: the path has several versions from a merge that is not finished.
  public let isUnmerged: Bool

  public init(path: RepositoryPath, mode: FileMode, objectID: ObjectID?, isUnmerged: Bool = false) {
    self.path = path
    self.mode = mode
    self.objectID = objectID
    self.isUnmerged = isUnmerged
  }
}

/// Why the bytes of a path are not given.
public enum UnreadableReason: Error, Hashable, Sendable {
  /// There is nothing at this path.
  case absent
  /// The path is a folder.
  case folder
  /// More bytes than the limit; nothing was read.
  case tooLarge(size: Int, limit: Int)
  /// A symbolic link that leads out of the tree, in a circle, or to nothing.
  case symbolicLink(target: [UInt8])
  case submodule
  /// Git LFS keeps the content elsewhere; here is only a pointer.
  case lfsPointer
  /// NUL bytes in the first 8000, as Git tells binary files: also UTF-16 text.
  case binary
  /// The repository names the object and does not have it.
  case missingObject(ObjectID)
  /// The object is promised by a remote of this partial clone, which did not give it: why.
  case notFetched(ObjectID, String)
  /// An unfinished merge keeps several versions in the index.
  case unmerged
  /// The path, or a link on its way, leaves the tree.
  case outside
  /// A device, socket or pipe.
  case notAFile
  /// The system or Git refused, in its words.
  case failed(String)
}

extension UnreadableReason: CustomStringConvertible {
  /// What follows "FILE is not read: ".
  public var description: String {
    switch self {
    case .absent: "it does not exist"
    case .folder: "it is a folder"
    case .tooLarge(let size, let limit): "its \(size) bytes are over the limit of \(limit)"
    case .symbolicLink: "it is a symbolic link that leads to no file of this tree"
    case .submodule: "it is a submodule"
    case .lfsPointer: "it is a Git LFS pointer, the content is not in the repository"
    case .binary: "it holds NUL bytes, so it is a binary or UTF-16 file"
    case .missingObject(let id): "its object \(id) is missing from the repository"
    case .notFetched(let id, let problem): "its object \(id) is not in this partial clone, and \(problem)"
    case .unmerged: "it is unmerged, the index holds several versions of it"
    case .outside: "it lies outside of the tree"
    case .notAFile: "it is not a regular file"
    case .failed(let message): message
    }
  }
}

/// A file that was left out, and why. Nothing is left out silently but what cannot hold a manifest.
public struct SkippedFile: Hashable, Sendable {
  public enum Level: String, Hashable, Sendable {
    case note
    case warning
    /// Part of the input could not be read although it should be there.
    case error
  }

  public let path: RepositoryPath
  public let reason: UnreadableReason

  public init(path: RepositoryPath, reason: UnreadableReason) {
    self.path = path
    self.reason = reason
  }

  public var level: Level {
    switch reason {
    case .missingObject, .notFetched, .failed: .error
    case .tooLarge, .lfsPointer, .unmerged: .warning
    case .absent, .folder, .symbolicLink, .submodule, .binary, .outside, .notAFile: .note
    }
  }

  /// What follows the path in a report.
  public var message: String { "not read: \(reason)" }

  /// Of an object that is not there, what is the same for others: what follows `12 objects `.
  public var missing: String? {
    switch reason {
    case .missingObject: "are missing from the repository"
    case .notFetched(_, let problem): "are not in this partial clone, and \(problem)"
    default: nil
    }
  }
}

/// The bytes of one file.
public struct FileContents: Sendable {
  public let bytes: [UInt8]
  /// The blob; `nil` for files of a working tree.
  public let objectID: ObjectID?
  /// Where the bytes were found: another path than the one asked for when that is a symbolic link inside of the tree.
  public let path: RepositoryPath
}

/// Whether bytes are a pointer of Git LFS: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md, and its
/// pre-release name.
func isLFSPointer(_ bytes: UnsafeRawBufferPointer) -> Bool {
  guard bytes.count < 1024 else { return false }
  return bytes.starts(with: lfsHeader) || bytes.starts(with: hawserHeader)
}

private let lfsHeader = Array("version https://git-lfs.github.com/spec/".utf8)
private let hawserHeader = Array("version https://hawser.github.com/spec/".utf8)

/// Git's own test: a NUL among the first 8000 bytes.
func isBinary(_ bytes: UnsafeRawBufferPointer) -> Bool {
  ByteSearch.contains(0, in: UnsafeRawBufferPointer(rebasing: bytes.prefix(8000)))
}
