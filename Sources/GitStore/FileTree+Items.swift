import SourceText

extension FileTree {
  /// What stands at a path itself: a link is not followed, and the folders of the path must be no links. `nil` for
  /// nothing, and for what cannot be looked at.
  ///
  /// For tools that follow links by rules of their own, as kustomize does.
  public func itemKind(at path: RepositoryPath) -> PathKind? {
    if path.bytes.isEmpty { return .folder }
    guard !namesGitFolder(path), case .success(let found) = lookUp(path) else { return nil }
    return found.kind
  }

  /// The text of the link that stands at a path; `nil` when there is none.
  public func linkTarget(at path: RepositoryPath) -> [UInt8]? {
    guard !path.bytes.isEmpty, !namesGitFolder(path), case .success(let found) = lookUp(path),
      found.kind == .symbolicLink
    else { return nil }
    return linkTarget(of: found)
  }

  /// The bytes of the file that stands at a path, also of a binary one; links are not followed.
  /// - Parameter limit: a file of more bytes is not read.
  public func bytes(at path: RepositoryPath, limit: Int) throws(UnreadableReason) -> [UInt8] {
    guard !namesGitFolder(path), let step = lookUp(path) else { throw .absent }
    let found = try step.get()
    switch found.kind {
    case .folder: throw .folder
    case .submodule: throw .submodule
    case .symbolicLink: throw .symbolicLink(target: [])
    case .file: break
    }
    if found.isUnmerged { throw .unmerged }
    let bytes = try read(found, limit: limit).get()
    if bytes.withUnsafeBytes(isLFSPointer) { throw .lfsPointer }
    return bytes
  }

  private func namesGitFolder(_ path: RepositoryPath) -> Bool {
    guard case .directory = store else { return false }
    return path.bytes.split(separator: slash).contains { $0.elementsEqual(gitFolder) }
  }
}
