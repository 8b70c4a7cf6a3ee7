import CLibgit2
import CShims
import Synchronization

/// The library's state of the process: initialised once, never shut down (a command-line tool exits).
enum Libgit2 {
  /// Less than 0 when the library could not be initialised.
  static let initialized: Int32 = {
    let allocating = registrylint_git_set_limited_allocator()
    let count = git_libgit2_init()
    guard count > 0 else { return count }
    // The names of objects come from Git's own trees and index; hashing each blob again doubles the time of a scan.
    let hashing = registrylint_git_set_strict_hash_verification(0)
    // Every blob is read once, so keeping it would only grow memory.
    let caching = registrylint_git_set_object_cache(0)
    // A history reads all of a pack, and what is mapped of it counts as memory of this process.
    let mapping = registrylint_git_set_mapped_pack_limit(32 << 20, 128 << 20)
    return min(allocating, hashing, caching, mapping)
  }()

  /// Repositories are opened one at a time: whether owners are checked is a setting of the whole process.
  static let opening = Mutex(())

  /// What the last failed call of this thread said. Read it right after the call, never across an `await`.
  struct Failure: Error {
    let code: Int32
    let category: Int32
    let message: String

    init(code: Int32) {
      self.code = code
      if let error = git_error_last() {
        category = error.pointee.klass
        message = error.pointee.message.map { String(cString: $0) } ?? "libgit2 error \(code)"
      } else {
        category = 0
        message = "libgit2 error \(code)"
      }
    }

    /// Without any configuration file, libgit2 1.5 says that `safe.directory` was not found, with the code of a
    /// repository that was not found.
    var isOwnership: Bool {
      code == GIT_EOWNER.rawValue || (code == GIT_ENOTFOUND.rawValue && message.contains("safe.directory"))
    }

    var isNotFound: Bool { code == GIT_ENOTFOUND.rawValue && !isOwnership }
  }
}

extension ObjectID {
  init?(_ oid: UnsafePointer<git_oid>?) {
    guard let oid else { return nil }
    self.init(bytes: UnsafeRawBufferPointer(start: UnsafeRawPointer(oid), count: MemoryLayout<git_oid>.size))
  }

  /// For libgit2, which knows SHA-1 only; `nil` for other names.
  var oid: git_oid? {
    guard byteCount == MemoryLayout<git_oid>.size else { return nil }
    var oid = git_oid()
    withRawBytes { source in withUnsafeMutableBytes(of: &oid) { $0.copyMemory(from: source) } }
    return oid
  }
}
