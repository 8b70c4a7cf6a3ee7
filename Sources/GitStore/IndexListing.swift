import CLibgit2
import SourceText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The entries of an index file, in the order of their paths.
enum IndexListing {
  /// - Returns: `nil` when libgit2 does not know the format (split or sparse index).
  static func entries(of file: HostPath) throws(GitError) -> [FileEntry]? {
    _ = Libgit2.initialized
    var opened: OpaquePointer?
    let code = file.withCString { git_index_open(&opened, $0) }
    guard code == 0, let index = opened else {
      let failure = Libgit2.Failure(code: code)
      if failure.message.contains("unsupported mandatory extension") { return nil }
      throw GitError(.corrupt, attempted: "read the index \(file)", reason: failure.message)
    }
    defer { git_index_free(index) }
    let count = git_index_entrycount(index)
    var entries: [FileEntry] = []
    entries.reserveCapacity(count)
    for position in 0..<count {
      guard let entry = git_index_get_byindex(index, position), let path = entry.pointee.path else { continue }
      // `git add -N` announces a file that is not in the index yet.
      if entry.pointee.flags_extended & UInt16(GIT_INDEX_ENTRY_INTENT_TO_ADD.rawValue) != 0 { continue }
      append(
        path: UnsafeRawBufferPointer(start: path, count: strlen(path)), mode: entry.pointee.mode,
        id: withUnsafePointer(to: entry.pointee.id) { ObjectID($0) },
        stage: git_index_entry_stage(entry), to: &entries)
    }
    return entries
  }

  /// Adds an entry; the versions of an unmerged path become one.
  static func append(
    path: UnsafeRawBufferPointer, mode: UInt32, id: ObjectID?, stage: Int32, to entries: inout [FileEntry]
  ) {
    let path = RepositoryPath(bytes: path)
    if stage > 0, let last = entries.last, last.isUnmerged, last.path == path { return }
    entries.append(
      FileEntry(path: path, mode: FileMode(gitMode: mode), objectID: stage > 0 ? nil : id, isUnmerged: stage > 0))
  }
}
