import CLibgit2
import CShims

/// The objects of a repository, read raw: no filters, no hash check. One for each worker; sharing one between threads is
/// slower than two of them.
struct ObjectDatabase: ~Copyable {
  private let handle: OpaquePointer
  private var packs: PackedObjects

  /// What came of reading an object.
  enum Reading<Value> {
    case value(Value)
    /// Not read: it has this many bytes.
    case tooLarge(Int)
    case missing
    case failed(String)
  }

  /// - Parameters:
  ///   - objects: the `objects` directory of the repository; its `info/alternates` are followed.
  ///   - alternates: more such directories, as `GIT_ALTERNATE_OBJECT_DIRECTORIES` names them.
  init(objects: HostPath, alternates: [HostPath]) throws(GitError) {
    _ = Libgit2.initialized
    var handle: OpaquePointer?
    let code = objects.withCString { git_odb_open(&handle, $0) }
    guard code == 0, let handle else {
      throw GitError(
        .corrupt, attempted: "open the objects in \(objects)", reason: Libgit2.Failure(code: code).message)
    }
    for alternate in alternates {
      let code = alternate.withCString { git_odb_add_disk_alternate(handle, $0) }
      guard code == 0 else {
        let reason = Libgit2.Failure(code: code).message
        git_odb_free(handle)
        throw GitError(.corrupt, attempted: "open the objects in \(alternate)", reason: reason)
      }
    }
    self.handle = handle
    packs = PackedObjects(objects: objects)
  }

  deinit { git_odb_free(handle) }

  /// Where an object lies in a pack that is read here; `nil` when it is in none.
  mutating func packed(_ id: ObjectID) -> (index: HostPath, offset: Int)? { packs.packed(id) }

  /// Reads the object `id` and gives its bytes to `body`; they are gone when it returns.
  ///
  /// - Parameters:
  ///   - limit: an object of more bytes is not read, its header tells.
  ///   - mayBeAbsent: in a partial clone absence is normal, and must not rescan the pack directory each time.
  mutating func read<Value>(
    _ id: ObjectID, type: ObjectType, limit: Int, mayBeAbsent: Bool,
    _ body: (UnsafeRawBufferPointer) -> Value
  ) -> Reading<Value> {
    switch readPacked(id, type: type, limit: limit) {
    case .value(let bytes): return .value(bytes.withUnsafeBytes(body))
    case .tooLarge(let size): return .tooLarge(size)
    case .failed(let message): return .failed(message)
    case .missing: break
    }
    guard var oid = id.oid else { return .failed("object names of \(id.byteCount) bytes are not supported") }
    if mayBeAbsent, !contains(id) { return .missing }
    // Asking for the size first would cost as much as reading. A limit on what libgit2 may allocate does the same:
    // only where it was hit, by the object or by one that it is a delta of, is the size asked for.
    var object: OpaquePointer?
    registrylint_git_limit_allocations(limit + Self.overhead)
    var code = git_odb_read(&object, handle, &oid)
    let wasRefused = registrylint_git_refused_allocation() != 0
    registrylint_git_limit_allocations(0)
    if code != 0, wasRefused {
      var size = 0
      var kind = GIT_OBJECT_INVALID
      code = git_odb_read_header(&size, &kind, handle, &oid)
      guard code == 0 else { return failure(code) }
      guard size <= limit else { return .tooLarge(size) }
      code = git_odb_read(&object, handle, &oid)
    }
    guard code == 0, let object else { return failure(code) }
    defer { git_odb_object_free(object) }
    guard git_odb_object_type(object) == type.libgit2 else {
      return .failed("object \(id) is not of the expected type")
    }
    let size = git_odb_object_size(object)
    guard size <= limit else { return .tooLarge(size) }
    let bytes = UnsafeRawBufferPointer(start: git_odb_object_data(object), count: size)
    return .value(body(bytes))
  }

  /// The bytes of an object; shared with what is kept of packs where it is in one.
  mutating func read(_ id: ObjectID, type: ObjectType, limit: Int, mayBeAbsent: Bool) -> Reading<[UInt8]> {
    let reading = readPacked(id, type: type, limit: limit)
    guard case .missing = reading else { return reading }
    return read(id, type: type, limit: limit, mayBeAbsent: mayBeAbsent) { Array($0) }
  }

  private mutating func readPacked(_ id: ObjectID, type: ObjectType, limit: Int) -> Reading<[UInt8]> {
    switch packs.read(id, limit: limit) {
    case .object(type, let bytes): .value(bytes)
    case .object: .failed("object \(id) is not of the expected type")
    case .tooLarge(let size): .tooLarge(size)
    case nil: .missing
    }
  }

  /// Whether an object is here, by what was known of packs when they were opened.
  func contains(_ id: ObjectID) -> Bool {
    guard var oid = id.oid else { return false }
    return git_odb_exists_ext(handle, &oid, GIT_ODB_LOOKUP_NO_REFRESH.rawValue) != 0
  }

  /// What libgit2 allocates beside the bytes of an object, with room to spare.
  private static let overhead = 1 << 16

  private func failure<Value>(_ code: Int32) -> Reading<Value> {
    let failure = Libgit2.Failure(code: code)
    return failure.code == GIT_ENOTFOUND.rawValue ? .missing : .failed(failure.message)
  }
}

enum ObjectType: String, Sendable {
  case blob
  case tree
  case commit

  var libgit2: git_object_t {
    switch self {
    case .blob: GIT_OBJECT_BLOB
    case .tree: GIT_OBJECT_TREE
    case .commit: GIT_OBJECT_COMMIT
    }
  }
}
