import SourceText

/// What stands at a path of a tree.
public enum PathKind: Hashable, Sendable {
  case file
  case folder
  case symbolicLink
  case submodule
}

extension FileTree {
  /// What stands at a path, links in it followed inside of the tree; `nil` for nothing, and for what leads out of it.
  public func kind(of path: RepositoryPath) -> PathKind? {
    switch resolve(path) {
    case .success(let found): found.kind
    case .failure: nil
    }
  }

  public func exists(_ path: RepositoryPath) -> Bool { kind(of: path) != nil }

  /// The names in a folder, in the order of their bytes, and what each is (a link is not followed); empty for what is
  /// no folder. `.git` is left out.
  public func list(_ folder: RepositoryPath) -> [(name: [UInt8], kind: PathKind)] {
    guard case .success(let found) = resolve(folder), found.kind == .folder else { return [] }
    switch store {
    case .objects(let entries):
      let range = entries.range(below: found.path)
      let start = found.path.bytes.isEmpty ? 0 : found.path.bytes.count + 1
      var names: [(name: [UInt8], kind: PathKind)] = []
      var position = range.lowerBound
      while position < range.upperBound {
        let below = entries[position].path.bytes[start...]
        if let end = below.firstIndex(of: slash) {
          names.append((Array(below[..<end]), .folder))
          let child = RepositoryPath(bytes: entries[position].path.bytes[..<end])
          position = entries.range(below: child, in: position..<range.upperBound).upperBound
        } else {
          names.append((Array(below), entries[position].mode.pathKind))
          position += 1
        }
      }
      return names.sorted { comparePaths($0.name, $1.name) < 0 }
    case .directory(let root, _, _):
      let listed = reader.withLock { reader in reader.withFolders(of: root) { $0.list(found.path) } }
      guard case .success(let items) = listed else { return [] }
      return items.filter { $0.name != gitFolder }
        .compactMap { item in item.kind.pathKind.map { (item.name, $0) } }
        .sorted { comparePaths($0.name, $1.name) < 0 }
    }
  }

  /// The bytes of one file, wherever in the tree it lies and whether or not it is ignored.
  ///
  /// Symbolic links are followed as long as they stay in the tree, as kustomize does with its own files.
  /// - Parameter limit: a file of more bytes is not read.
  public func contents(of path: RepositoryPath, limit: Int) throws(UnreadableReason) -> FileContents {
    let found = try resolve(path).get()
    switch found.kind {
    case .folder: throw .folder
    case .submodule: throw .submodule
    case .symbolicLink: throw .symbolicLink(target: [])
    case .file: break
    }
    if found.isUnmerged { throw .unmerged }
    let bytes = try read(found, limit: limit).get()
    if bytes.withUnsafeBytes(isLFSPointer) { throw .lfsPointer }
    if bytes.withUnsafeBytes(isBinary) { throw .binary }
    return FileContents(bytes: bytes, objectID: found.objectID, path: found.path)
  }

  /// The bytes of a file that was looked up.
  func read(_ found: Resolved, limit: Int) -> Result<[UInt8], UnreadableReason> {
    switch store {
    case .objects:
      guard let id = found.objectID, let location = repository?.location else { return .failure(.absent) }
      return reader.withLock { $0.read(id, of: location, limit: limit) }
    case .directory(let root, _, _):
      let onDisk = reader.withLock { reader in
        reader.withFolders(of: root) { $0.read(found.path, limit: limit) { Array($0) } }
      }
      return onDisk ?? .failure(.absent)
    }
  }

  /// The path at which the bytes of `path` are: another one where links are followed.
  func contentsPath(of path: RepositoryPath) throws(UnreadableReason) -> RepositoryPath {
    let found = try resolve(path).get()
    return found.path
  }
}

extension FileMode {
  var pathKind: PathKind {
    switch self {
    case .regular, .executable: .file
    case .symbolicLink: .symbolicLink
    case .submodule: .submodule
    }
  }
}

extension FolderItem.Kind {
  var pathKind: PathKind? {
    switch self {
    case .file: .file
    case .folder: .folder
    case .symbolicLink: .symbolicLink
    case .other: nil
    }
  }
}
