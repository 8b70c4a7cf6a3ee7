import SourceText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Opens files below a directory one component at a time and never through a symbolic link, so that no path can lead
/// out of it. Keeps the folders of the last path open: files come in path order, and most share their folders.
struct FolderDescent: ~Copyable {
  private let root: Int32
  private var names: [[UInt8]] = []
  private var folders: [Int32] = []
  private var buffer: [UInt8] = []

  init(root path: HostPath) throws(GitError) {
    root = path.withCString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard root >= 0 else {
      throw GitError(.unreadable, attempted: "open the directory \(path)", reason: systemMessage(errno))
    }
  }

  deinit {
    for folder in folders.reversed() { _ = close(folder) }
    _ = close(root)
  }

  /// The descriptor of a folder, or the system's error number.
  private mutating func descend(to folder: RepositoryPath) -> Result<Int32, SystemError> {
    let wanted = folder.bytes.split(separator: slash)
    var shared = 0
    while shared < min(names.count, wanted.count), wanted[shared].elementsEqual(names[shared]) { shared += 1 }
    while folders.count > shared {
      _ = close(folders.removeLast())
      names.removeLast()
    }
    for name in wanted[shared...] {
      let name = Array(name)
      let parent = folders.last ?? root
      let opened = name.withCString { openat(parent, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
      guard opened >= 0 else { return .failure(SystemError(number: errno)) }
      folders.append(opened)
      names.append(name)
    }
    return .success(folders.last ?? root)
  }

  /// What stands at a path itself, links not followed.
  mutating func status(of path: RepositoryPath) -> Result<stat, SystemError> {
    if path.bytes.isEmpty {
      var status = stat()
      return fstat(root, &status) == 0 ? .success(status) : .failure(SystemError(number: errno))
    }
    let folder: Int32
    switch descend(to: path.folder) {
    case .success(let descriptor): folder = descriptor
    case .failure(let error): return .failure(error)
    }
    var status = stat()
    let code = Array(path.name).withCString { fstatat(folder, $0, &status, AT_SYMLINK_NOFOLLOW) }
    return code == 0 ? .success(status) : .failure(SystemError(number: errno))
  }

  /// The text of a symbolic link, or `nil`.
  mutating func linkTarget(of path: RepositoryPath) -> [UInt8]? {
    guard case .success(let folder) = descend(to: path.folder) else { return nil }
    var target = [UInt8](repeating: 0, count: 4096)
    let count = Array(path.name).withCString { name in
      target.withUnsafeMutableBytes { space in
        space.withMemoryRebound(to: CChar.self) { chars in
          chars.baseAddress.map { readlinkat(folder, name, $0, chars.count) } ?? -1
        }
      }
    }
    return count > 0 ? Array(target[..<count]) : nil
  }

  /// Reads a regular file and gives its bytes to `body`; they are gone when it returns.
  ///
  /// The size comes from the open file, so a file over the limit is not read at all; one that grows meanwhile is cut
  /// off by the same limit.
  mutating func read<Value>(
    _ path: RepositoryPath, limit: Int, _ body: (UnsafeRawBufferPointer) -> Value
  ) -> Result<Value, UnreadableReason> {
    let folder: Int32
    switch descend(to: path.folder) {
    case .success(let descriptor): folder = descriptor
    case .failure(let error): return .failure(error.reason)
    }
    // O_NONBLOCK: opening a named pipe must not wait for somebody to write.
    let file = Array(path.name).withCString { openat(folder, $0, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) }
    guard file >= 0 else {
      let error = SystemError(number: errno)
      return .failure(error.number == ELOOP ? .symbolicLink(target: linkTarget(of: path) ?? []) : error.reason)
    }
    defer { _ = close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { return .failure(SystemError(number: errno).reason) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: return .failure(.folder)
    default: return .failure(.notAFile)
    }
    let size = Int(status.st_size)
    guard size <= limit else { return .failure(.tooLarge(size: size, limit: limit)) }
    if buffer.count < size + 1 { buffer = [UInt8](repeating: 0, count: max(size + 1, 64 << 10)) }
    var filled = 0
    while true {
      if filled == buffer.count { buffer.append(contentsOf: repeatElement(0, count: buffer.count)) }
      let start = filled
      let count = buffer.withUnsafeMutableBytes { bytes in
        Self.readOnce(file, UnsafeMutableRawBufferPointer(rebasing: bytes[start...]))
      }
      if count < 0 {
        if errno == EINTR { continue }
        return .failure(SystemError(number: errno).reason)
      }
      filled += count
      if filled > limit { return .failure(.tooLarge(size: filled, limit: limit)) }
      // A regular file gives less than there is room for at its end only.
      if filled < buffer.count { break }
    }
    let end = filled
    return .success(buffer.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<end])) })
  }

  private static func readOnce(_ file: Int32, _ space: UnsafeMutableRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.read(file, space.baseAddress, space.count)
    #elseif canImport(Musl)
      Musl.read(file, space.baseAddress, space.count)
    #else
      Darwin.read(file, space.baseAddress, space.count)
    #endif
  }

  /// The names in a folder and what they are, in no order; `.` and `..` left out.
  mutating func list(_ folder: RepositoryPath) -> Result<[FolderItem], SystemError> {
    switch descend(to: folder) {
    case .failure(let error): return .failure(error)
    case .success(let descriptor):
      // Reading moves the descriptor's place, so the kept one is left alone.
      let own = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard own >= 0 else { return .failure(SystemError(number: errno)) }
      return listFolder(own)
    }
  }
}

/// An error number of the system.
struct SystemError: Error {
  let number: Int32

  var reason: UnreadableReason {
    switch number {
    case ENOENT: .absent
    // A component of the path that is a link or a file: nothing of this tree is below it.
    case ENOTDIR, ELOOP: .absent
    default: .failed(systemMessage(number))
    }
  }
}

/// A name in a folder of the working tree.
struct FolderItem {
  enum Kind {
    case file
    case folder
    case symbolicLink
    case other
  }

  let name: [UInt8]
  let kind: Kind
}

/// Lists an open folder and closes it.
func listFolder(_ descriptor: Int32) -> Result<[FolderItem], SystemError> {
  guard let stream = fdopendir(descriptor) else {
    let error = SystemError(number: errno)
    _ = close(descriptor)
    return .failure(error)
  }
  defer { _ = closedir(stream) }
  var items: [FolderItem] = []
  let nameOffset = MemoryLayout<dirent>.offset(of: \dirent.d_name) ?? 0
  while true {
    errno = 0
    guard let entry = readdir(stream) else {
      if errno != 0 { return .failure(SystemError(number: errno)) }
      break
    }
    let start = UnsafeRawPointer(entry) + nameOffset
    let name = Array(UnsafeRawBufferPointer(start: start, count: strlen(start.assumingMemoryBound(to: CChar.self))))
    if name == [dot] || name == [dot, dot] { continue }
    var kind: FolderItem.Kind
    switch Int32(entry.pointee.d_type) {
    case Int32(DT_REG): kind = .file
    case Int32(DT_DIR): kind = .folder
    case Int32(DT_LNK): kind = .symbolicLink
    case Int32(DT_UNKNOWN):
      // Some file systems do not tell.
      var status = stat()
      let code = name.withCString { fstatat(descriptor, $0, &status, AT_SYMLINK_NOFOLLOW) }
      kind = code == 0 ? FolderItem.Kind(mode: status.st_mode) : .other
    default: kind = .other
    }
    items.append(FolderItem(name: name, kind: kind))
  }
  return .success(items)
}

extension FolderItem.Kind {
  init(mode: mode_t) {
    switch mode & S_IFMT {
    case S_IFREG: self = .file
    case S_IFDIR: self = .folder
    case S_IFLNK: self = .symbolicLink
    default: self = .other
    }
  }
}

/// The system's words for an error number.
func systemMessage(_ number: Int32) -> String {
  // strerror(3) shares a buffer between threads.
  var text = [CChar](repeating: 0, count: 256)
  _ = strerror_r(number, &text, text.count)
  let message = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  return message.isEmpty ? "error \(number)" : message
}
