import GitStore
import SourceText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that could not be replaced; it is as it was.
public struct ReplacementError: Error, Sendable, CustomStringConvertible {
  public let path: String
  public let reason: String

  public var description: String { "cannot write \(path): \(reason); the file is as it was" }
}

/// Replaces a file's content in one step: readers see the old bytes or the new ones, a full disk leaves the old ones.
enum FileReplacement {
  /// Writes beside the file, with its mode, and renames. The file must still hold `old`: a change made meanwhile by
  /// somebody else is not overwritten. Links are not followed: only regular files are replaced.
  static func write(_ new: [UInt8], over old: [UInt8], at path: String) throws(ReplacementError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { throw failure(path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw ReplacementError(path: path, reason: "it is no regular file")
    }
    guard access(path, W_OK) == 0 else { throw failure(path) }
    // Root may write everything, and containers run as root: who took the right away from all meant it.
    guard status.st_mode & 0o222 != 0 else { throw ReplacementError(path: path, reason: "it is read-only") }
    guard let current = read(path, count: Int(status.st_size)), current == old else {
      throw ReplacementError(path: path, reason: "it was changed meanwhile")
    }
    var template = Array("\(path).registrylint-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw failure(path) }
    let temporary = template.withUnsafeBufferPointer {
      String(decoding: $0.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    let isWritten =
      write(new, to: descriptor) && fchmod(descriptor, status.st_mode & 0o7777) == 0 && fsync(descriptor) == 0
    let writeError = errno
    // The owner is kept where this process may; else the file is the user's who asked for the change.
    if isWritten, status.st_uid != geteuid() || status.st_gid != getegid() {
      _ = fchown(descriptor, status.st_uid, status.st_gid)
    }
    guard close(descriptor) == 0, isWritten else {
      unlink(temporary)
      errno = writeError
      throw failure(path)
    }
    guard rename(temporary, path) == 0 else {
      let error = errno
      unlink(temporary)
      errno = error
      throw failure(path)
    }
  }

  private static func failure(_ path: String) -> ReplacementError {
    ReplacementError(path: path, reason: String(cString: strerror(errno)))
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var written = 0
      while written < buffer.count {
        guard let base = buffer.baseAddress else { return true }
        #if canImport(Darwin)
          let count = Darwin.write(descriptor, base + written, buffer.count - written)
        #else
          let count = Glibc.write(descriptor, base + written, buffer.count - written)
        #endif
        if count < 0, errno == EINTR { continue }
        if count <= 0 { return false }
        written += count
      }
      return true
    }
  }

  private static func read(_ path: String, count: Int) -> [UInt8]? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: count + 1)
    let read = fread(&bytes, 1, bytes.count, file)
    return Array(bytes[..<read])
  }
}

extension FileTree {
  /// The place of a file on disk; `nil` for inputs that are not on disk.
  func diskPath(of path: RepositoryPath) -> String? {
    switch source {
    case .workingTree, .plainDirectory: root.map { $0.resolving(path.bytes).text }
    case .index, .revision: nil
    }
  }
}
