import GitStore
import SourceText

/// A file with other bytes than it has: what `format` and fixes make.
public struct FileChange: Sendable {
  public let path: RepositoryPath
  public let old: [UInt8]
  public let new: [UInt8]
  /// For people.
  public let displayPath: String
  /// `nil` for inputs that are not on disk.
  private let diskPath: String?

  init(_ path: RepositoryPath, from old: [UInt8], to new: [UInt8], in tree: FileTree?) {
    self.path = path
    self.old = old
    self.new = new
    displayPath = tree?.displayPath(of: path) ?? path.text
    diskPath = tree?.diskPath(of: path)
  }

  /// A diff that `git apply` takes; that of standard input without a name is for people and `patch FILE`.
  public var diff: [UInt8] {
    guard path != ManifestSource.unnamed else {
      return UnifiedDiff.render(old: old, new: new, named: "<standard input>")
    }
    return UnifiedDiff.render(old: old, new: new, oldPath: path, newPath: path)
  }

  fileprivate func write() throws(ReplacementError) {
    guard let diskPath else { return }
    try FileReplacement.write(new, over: old, at: diskPath)
  }
}

extension [FileChange] {
  /// Writes all files; one that cannot be written stays as it was and the others are written all the same.
  /// - Returns: The files that could not be written.
  public func write() -> [ReplacementError] {
    compactMap { change in
      do throws(ReplacementError) {
        try change.write()
        return nil
      } catch {
        return error
      }
    }
  }
}
