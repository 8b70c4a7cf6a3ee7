import SourceText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension FileTree {
  /// What a path leads to when the links on its way are followed inside of the tree.
  struct Resolved {
    var path: RepositoryPath
    var kind: PathKind
    var objectID: ObjectID?
    var isUnmerged = false
  }

  /// As many links as the system follows before it calls them a circle.
  private static let maximumLinks = 40
  private static let maximumLinkLength = 4096

  /// Walks a path component by component. A link is replaced by its text; a text that is absolute, or leads above the
  /// root, leaves the tree.
  func resolve(_ path: RepositoryPath) -> Result<Resolved, UnreadableReason> {
    var waiting = Array(path.bytes.split(separator: slash).map(Array.init).reversed())
    var done: [[UInt8]] = []
    var links = 0
    /// The text of the last link followed: what goes wrong behind it is the link's fault.
    var target: [UInt8]?
    var current = Resolved(path: RepositoryPath(bytes: []), kind: .folder)
    while let name = waiting.popLast() {
      if name == [dot] { continue }
      if name == [dot, dot] {
        guard done.popLast() != nil else {
          return .failure(target.map { .symbolicLink(target: $0) } ?? .outside)
        }
        current = Resolved(path: RepositoryPath(bytes: done.joined(separator: [slash])), kind: .folder)
        continue
      }
      if name == gitFolder, case .directory = store { return .failure(.absent) }
      done.append(name)
      guard let step = lookUp(RepositoryPath(bytes: done.joined(separator: [slash]))) else {
        return .failure(target.map { .symbolicLink(target: $0) } ?? .absent)
      }
      switch step {
      case .failure(let reason): return .failure(reason)
      case .success(let found):
        if found.kind == .symbolicLink {
          links += 1
          let text = linkTarget(of: found) ?? []
          target = text
          if text.isEmpty || text.first == slash || links > Self.maximumLinks {
            return .failure(.symbolicLink(target: text))
          }
          done.removeLast()
          current = Resolved(path: RepositoryPath(bytes: done.joined(separator: [slash])), kind: .folder)
          waiting += text.split(separator: slash).map(Array.init).reversed()
        } else {
          if !waiting.isEmpty, found.kind != .folder {
            return .failure(found.kind == .submodule ? .submodule : .absent)
          }
          current = found
        }
      }
    }
    return .success(current)
  }

  /// What stands at a path whose folders are no links; `nil` for nothing.
  func lookUp(_ path: RepositoryPath) -> Result<Resolved, UnreadableReason>? {
    switch store {
    case .objects(let entries):
      if let entry = entries.entry(at: path) {
        return .success(
          Resolved(path: path, kind: entry.mode.pathKind, objectID: entry.objectID, isUnmerged: entry.isUnmerged))
      }
      return entries.range(below: path).isEmpty ? nil : .success(Resolved(path: path, kind: .folder))
    case .directory(let root, _, let tracked):
      let status = reader.withLock { reader in reader.withFolders(of: root) { $0.status(of: path) } }
      switch status {
      case nil: return nil
      case .failure(let error): return error.reason == .absent ? nil : .failure(error.reason)
      case .success(let status):
        if tracked.entry(at: path)?.mode == .submodule { return .success(Resolved(path: path, kind: .submodule)) }
        guard let kind = FolderItem.Kind(mode: status.st_mode).pathKind else { return .failure(.notAFile) }
        return .success(Resolved(path: path, kind: kind))
      }
    }
  }

  func linkTarget(of link: Resolved) -> [UInt8]? {
    switch store {
    case .objects:
      guard let id = link.objectID, let location = repository?.location else { return nil }
      let text = reader.withLock { reader in reader.read(id, of: location, limit: Self.maximumLinkLength) }
      guard case .success(let target) = text else { return nil }
      return target
    case .directory(let root, _, _):
      return reader.withLock { reader in reader.withFolders(of: root) { $0.linkTarget(of: link.path) } ?? nil }
    }
  }
}
